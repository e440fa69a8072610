import type { ApiGroup } from '../api/names.ts';
import { API_VERSION } from '../api/names.ts';
import type { KubeClient } from '../kube/client.ts';
import type { Resource } from '../kube/resource.ts';
import { controllerUidOf } from '../kube/resource.ts';
import type { Existing, Manifest } from '../plan/action.ts';
import { ENDED_BY_ROLLOUT } from '../plan/analysis/ended.ts';
import type { Outcome } from './outcome.ts';
import { DONE } from './outcome.ts';
import type { Owner } from './owner.ts';
import { asObject, findByName } from './replica-sets.ts';

/** The resource of AnalysisRuns in a group. */
export function analysisRunsOf(group: ApiGroup): Resource {
  return { group, version: API_VERSION, plural: 'analysisruns', kind: 'AnalysisRun', namespaced: true };
}

/** Creates a run. One of that name that is ours already is the same one: names derive from revision and purpose. */
export async function createAnalysisRun(client: KubeClient, owner: Owner, manifest: Manifest): Promise<Outcome> {
  const resource = analysisRunsOf(owner.group);
  const answer = await client.create(resource, asObject(manifest));
  if (answer.ok) return DONE;
  if (answer.why !== 'AlreadyExists') return answer;
  const { name, namespace } = manifest.metadata;
  const existing = await findByName(client, resource, namespace, name);
  if (existing !== undefined && 'why' in existing) return existing;
  return existing !== undefined && controllerUidOf(existing) === owner.metadata.uid ? DONE : answer;
}

/**
 * Ends a run that nobody needs any more, with the mark of whose end it is, so that it is not taken for a verdict; without a
 * mark it is judged as one that a person ended.
 */
export async function endAnalysisRun(
  client: KubeClient,
  owner: Owner,
  target: Existing,
  mark: 'true' | 'experiment' | undefined,
): Promise<Outcome> {
  const { uid, resourceVersion } = target;
  const annotations = mark === undefined ? {} : { annotations: { [ENDED_BY_ROLLOUT]: mark } };
  const answer = await client.patch(
    {
      resource: analysisRunsOf(owner.group),
      namespace: owner.metadata.namespace ?? '',
      name: target.name,
    },
    {
      kind: 'Merge',
      body: {
        metadata: { uid, resourceVersion, ...annotations },
        spec: { terminate: true },
      },
    },
  );
  return answer.ok || answer.why === 'NotFound' ? DONE : answer;
}

/** Deletes a finished run. */
export async function deleteAnalysisRun(client: KubeClient, owner: Owner, target: Existing): Promise<Outcome> {
  const { uid, resourceVersion } = target;
  const answer = await client.delete(
    {
      resource: analysisRunsOf(owner.group),
      namespace: owner.metadata.namespace ?? '',
      name: target.name,
    },
    { uid, resourceVersion },
  );
  return answer.ok || answer.why === 'NotFound' ? DONE : answer;
}
