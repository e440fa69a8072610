import type { ApiGroup } from '../../api/names.ts';
import type { Rollout } from '../../api/rollout.ts';
import { ownKinds } from '../../controllers/world.ts';
import type { Answer, Failure } from '../../kube/client.ts';
import { REPLICA_SETS } from '../../kube/kinds.ts';
import { listAllPages } from '../../kube/list-pages.ts';
import type { KubeObject, Resource } from '../../kube/resource.ts';
import type { Seen, SeenWorkload } from '../../verbs/seen.ts';
import type { Place } from './place.ts';
import type { Trouble } from './trouble.ts';
import { troubleOf } from './trouble.ts';

/** A Rollout that was found, in its group. */
export type Found = Readonly<{ group: ApiGroup; seen: Seen }>;

/** What a look comes to. */
export type Look = (Readonly<{ ok: true }> & Found) | Readonly<{ ok: false; trouble: Trouble }>;

/** Objects a page of a list. */
const PAGE = 500;

/** Reads a Rollout by name in whichever group has it, with its ReplicaSets and the workload that it refers to. */
export async function lookAtRollout(place: Place, name: string): Promise<Look> {
  const { client, namespace, groups } = place;
  const found: Readonly<{ group: ApiGroup; rollout: Rollout }>[] = [];
  for (const group of groups) {
    const answer = await client.get({ resource: ownKinds(group).rollouts, namespace, name });
    if (answer.ok) found.push({ group, rollout: answer.value as KubeObject & Rollout });
    // A cluster may know one group only, and a person may have rights in one only.
    else if (answer.why !== 'NotFound' && (answer.why !== 'Forbidden' || groups.length === 1)) {
      return { ok: false, trouble: troubleOf(answer, 'read rollouts', namespace) };
    }
  }
  const [first, second] = found;
  if (first === undefined) return { ok: false, trouble: notFound(place, name) };
  if (second !== undefined) {
    const why = `there is a rollout ${name} in both ${first.group} and ${second.group}`;
    return { ok: false, trouble: { why, next: `say which: --api-group ${first.group} or ${second.group}` } };
  }
  const replicaSets = await readAll(place, REPLICA_SETS);
  if (!replicaSets.ok) return { ok: false, trouble: troubleOf(replicaSets, 'list replicasets', namespace) };
  const workload = await readWorkload(place, first.rollout);
  if (!workload.ok) return { ok: false, trouble: troubleOf(workload, 'read the referenced workload', namespace) };
  const seen: Seen = {
    rollout: first.rollout,
    replicaSets: replicaSets.value,
    workload: workload.value,
  };
  return { ok: true, group: first.group, seen };
}

function notFound({ namespace, groups }: Place, name: string): Trouble {
  return {
    why: `there is no rollout ${name} in namespace ${namespace} (looked in ${groups.join(' and ')})`,
    next: 'see which there are: sluice list -A',
  };
}

/** Every object of a kind in the namespace of the place; in all of them with `everywhere`. */
export async function readAll(
  { client, namespace }: Place,
  resource: Resource,
  everywhere = false,
): Promise<Answer<readonly KubeObject[]>> {
  const selection = everywhere || !resource.namespaced ? {} : { namespace };
  const list = { client, resource, selection, pageSize: PAGE, resourceVersion: undefined, onPage: () => {} };
  const answer = await listAllPages(list, new AbortController().signal);
  return answer.ok ? { ok: true, value: answer.value.items } : answer;
}

/** The resource of a workload that a Rollout refers to; undefined when it is of no kind that one may name. */
export function workloadResource({ spec }: Rollout): Resource | undefined {
  const { kind = '' } = spec.workloadRef ?? {};
  const plural = { Deployment: 'deployments', ReplicaSet: 'replicasets', PodTemplate: 'podtemplates' }[kind];
  if (plural === undefined) return undefined;
  const group = kind === 'PodTemplate' ? '' : 'apps';
  return { group, version: 'v1', plural, kind, namespaced: true };
}

async function readWorkload(
  { client, namespace }: Place,
  rollout: Rollout,
): Promise<Readonly<{ ok: true; value: SeenWorkload | undefined }> | Failure> {
  const resource = workloadResource(rollout);
  const name = rollout.spec.workloadRef?.name;
  if (resource === undefined || name === undefined) return { ok: true, value: undefined };
  const answer = await client.get({ resource, namespace, name });
  if (!answer.ok) return answer.why === 'NotFound' ? { ok: true, value: undefined } : answer;
  return { ok: true, value: { ...(answer.value as KubeObject & SeenWorkload), kind: resource.kind } };
}
