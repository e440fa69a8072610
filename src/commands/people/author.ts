import type { Clock } from '../../clock/clock.ts';
import type { KubeClient } from '../../kube/client.ts';
import { createEventRecorder } from '../../kube/event-recorder.ts';
import type { KubeObject, Resource } from '../../kube/resource.ts';

const SELF_SUBJECT_REVIEWS: Resource = {
  group: 'authentication.k8s.io',
  version: 'v1',
  plural: 'selfsubjectreviews',
  kind: 'SelfSubjectReview',
  namespaced: false,
};

/** What is recorded of a person's deed. */
export type Deed = Readonly<{
  regarding: KubeObject;
  /** The verb, such as `promote`. */
  verb: string;
  /** What was asked for, and what the person saw when they did. */
  said: string;
  saw: string;
}>;

/** The name by which the API server knows the person; undefined where it does not tell. */
async function whoAmI(client: Pick<KubeClient, 'create'>): Promise<string | undefined> {
  const answer = await client.create(SELF_SUBJECT_REVIEWS, { metadata: { name: '' } });
  if (!answer.ok) return undefined;
  const { status } = answer.value as KubeObject & Readonly<{ status?: { userInfo?: { username?: string } } }>;
  return status?.userInfo?.username;
}

/**
 * Records who did what, and what they saw, as an event of the object (fix F-G11): else only the audit log of the API
 * server would know. Answers why nobody will be able to tell, when the event could not be written.
 */
export async function recordAuthor(client: KubeClient, clock: Clock, deed: Deed): Promise<string | undefined> {
  const user = (await whoAmI(client)) ?? 'somebody';
  let dropped: string | undefined;
  const recorder = createEventRecorder({
    client,
    clock,
    controller: 'sluice',
    instance: 'sluice-cli',
    onDropped: (_note, why) => {
      dropped = typeof why === 'string' ? why : why.message;
    },
  });
  const { regarding, verb, said, saw } = deed;
  const reason = verb
    .split('-')
    .map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`)
    .join('');
  recorder.record({
    regarding,
    type: 'Normal',
    reason: `${reason}ByPerson`,
    action: verb,
    note: `${user}: ${said}; they saw ${saw}`,
  });
  await recorder.stop();
  return dropped;
}
