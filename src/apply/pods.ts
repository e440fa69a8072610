import type { KubeClient } from '../kube/client.ts';
import { PODS } from '../kube/kinds.ts';
import type { Action } from '../plan/action.ts';
import type { ObservedRollout } from '../plan/rollout/observed-rollout.ts';
import type { Outcome } from './outcome.ts';
import { DONE } from './outcome.ts';

type Of<Kind extends Action['kind']> = Extract<Action, { kind: Kind }>;

/** Writes labels and annotations of a live pod, if it is still the one that the plan saw. */
export async function changePodMetadata(
  client: KubeClient,
  { rollout }: ObservedRollout,
  { name, uid, metadata }: Of<'ChangePodMetadata'>,
): Promise<Outcome> {
  const { labels, annotations } = metadata;
  const answer = await client.patch(
    { resource: PODS, namespace: rollout.metadata.namespace ?? '', name },
    {
      kind: 'Merge',
      body: {
        metadata: {
          uid,
          ...(Object.keys(labels).length === 0 ? {} : { labels }),
          ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
        },
      },
    },
  );
  // A pod that is gone needs nothing any more.
  return answer.ok || answer.why === 'NotFound' ? DONE : answer;
}

/** Has a pod replaced, if it is still the one that the plan saw; a budget that forbids it answers TooMany. */
export async function evictPod(
  client: KubeClient,
  { rollout }: ObservedRollout,
  { name, uid }: Of<'EvictPod'>,
): Promise<Outcome> {
  const answer = await client.evict({ resource: PODS, namespace: rollout.metadata.namespace ?? '', name }, { uid });
  if (answer.ok || answer.why === 'NotFound') return DONE;
  if (answer.why !== 'TooMany') return answer;
  const causes = (answer.causes ?? []).map(({ message }) => message);
  return { ...answer, message: [answer.message, ...causes].join(' ') };
}
