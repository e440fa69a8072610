import { SCALED_DOWN_BY } from '../api/names.ts';
import type { JsonPatchOperation, KubeClient } from '../kube/client.ts';
import { DEPLOYMENTS } from '../kube/kinds.ts';
import type { Resource } from '../kube/resource.ts';
import type { Action } from '../plan/action.ts';
import type { ObservedRollout } from '../plan/rollout/observed-rollout.ts';
import type { Outcome } from './outcome.ts';
import { DONE, told } from './outcome.ts';
import { pointer } from './replica-sets.ts';

type Of<Kind extends Action['kind']> = Extract<Action, { kind: Kind }>;

/** Changes annotations and finalizers of the Rollout, if it is as the plan saw it. */
export async function changeRollout(
  client: KubeClient,
  resource: Resource,
  { rollout }: ObservedRollout,
  { target, annotations, finalizers }: Of<'ChangeRollout'>,
): Promise<Outcome> {
  const { namespace = '' } = rollout.metadata;
  const metadata = {
    uid: target.uid,
    resourceVersion: target.resourceVersion,
    ...(annotations === undefined ? {} : { annotations }),
    ...(finalizers === undefined ? {} : { finalizers }),
  };
  const place = { resource, namespace, name: target.name };
  const answer = await client.patch(place, { kind: 'Merge', body: { metadata } });
  return answer.ok || answer.why === 'NotFound' ? DONE : answer;
}

/** Resizes a Deployment, with our marks on it, if it has the UID and the size that the plan saw. */
export async function scaleDeployment(
  client: KubeClient,
  { rollout, workload, scaledDown = [] }: ObservedRollout,
  { name, uid, seenReplicas, replicas, annotations }: Of<'ScaleDeployment'>,
): Promise<Outcome> {
  const referenced = workload?.kind === 'Found' ? workload.deployment : undefined;
  const seen = [...scaledDown, ...(referenced === undefined ? [] : [referenced])].find((one) => one.uid === uid);
  const operations: JsonPatchOperation[] = [
    { op: 'test', path: '/metadata/uid', value: uid },
    { op: 'test', path: '/spec/replicas', value: seenReplicas },
  ];
  if (replicas !== seenReplicas) operations.push({ op: 'replace', path: '/spec/replicas', value: replicas });
  if (Object.keys(seen?.annotations ?? {}).length === 0 && Object.keys(annotations).length > 0) {
    operations.push({ op: 'add', path: '/metadata/annotations', value: {} });
  }
  for (const [key, value] of Object.entries(annotations)) {
    const path = `/metadata/annotations/${pointer(key)}`;
    if (value !== null) operations.push({ op: 'add', path, value });
    else if (seen?.annotations[key] !== undefined) operations.push({ op: 'remove', path });
  }
  const { namespace = '' } = rollout.metadata;
  const answer = await client.patch({ resource: DEPLOYMENTS, namespace, name }, { kind: 'Json', operations });
  if (!answer.ok) return answer;
  if (replicas === seenReplicas) return DONE;
  const direction = replicas > seenReplicas ? 'up' : 'down';
  const back = annotations[SCALED_DOWN_BY] === null ? ', as it was before' : '';
  return told('ScalingDeployment', `Scaled ${direction} Deployment ${name} from ${seenReplicas} to ${replicas}${back}`);
}
