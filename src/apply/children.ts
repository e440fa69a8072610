import type { KubeClient } from '../kube/client.ts';
import type { Resource } from '../kube/resource.ts';
import { controllerUidOf } from '../kube/resource.ts';
import type { Existing, Manifest } from '../plan/action.ts';
import { ENDED_BY_ROLLOUT } from '../plan/analysis/ended.ts';
import type { Outcome } from './outcome.ts';
import { DONE } from './outcome.ts';
import type { Owner } from './owner.ts';
import { asObject, findByName } from './replica-sets.ts';

/**
 * Creates an AnalysisRun, Experiment or Service of an owner. One of that name that is the owner's already is the same one:
 * names derive from revision and purpose.
 */
export async function createChild(
  client: KubeClient,
  owner: Owner,
  resource: Resource,
  manifest: Manifest,
): Promise<Outcome> {
  const answer = await client.create(resource, asObject(manifest));
  if (answer.ok) return DONE;
  if (answer.why !== 'AlreadyExists') return answer;
  const { name, namespace } = manifest.metadata;
  const existing = await findByName(client, resource, namespace, name);
  if (existing !== undefined && 'why' in existing) return existing;
  return existing !== undefined && controllerUidOf(existing) === owner.metadata.uid ? DONE : answer;
}

/**
 * Ends a run or experiment that nobody needs any more, with the mark of whose end it is, so that it is not taken for a
 * verdict; without a mark it is judged as one that a person ended.
 */
export async function endChild(
  client: KubeClient,
  owner: Owner,
  resource: Resource,
  target: Existing,
  mark: 'true' | 'experiment' | undefined,
): Promise<Outcome> {
  const { name, uid, resourceVersion } = target;
  const annotations = mark === undefined ? {} : { annotations: { [ENDED_BY_ROLLOUT]: mark } };
  const answer = await client.patch(
    { resource, namespace: owner.metadata.namespace ?? '', name },
    { kind: 'Merge', body: { metadata: { uid, resourceVersion, ...annotations }, spec: { terminate: true } } },
  );
  return answer.ok || answer.why === 'NotFound' ? DONE : answer;
}

/** Deletes a child that is no longer worth keeping, if it is still as it was seen. */
export async function deleteChild(
  client: KubeClient,
  owner: Owner,
  resource: Resource,
  { name, uid, resourceVersion }: Existing,
): Promise<Outcome> {
  const place = { resource, namespace: owner.metadata.namespace ?? '', name };
  const answer = await client.delete(place, { uid, resourceVersion });
  return answer.ok || answer.why === 'NotFound' ? DONE : answer;
}
