import type { KubeObject } from '../kube/resource.ts';
import type { Core } from './core.ts';
import { deleteObject, readDeleteOptions } from './delete.ts';
import type { Refusal } from './refusal.ts';
import { badRequest, isRefusal, notFound, refuse } from './refusal.ts';
import type { EmulatorResponse } from './request.ts';
import type { JsonMap } from './schema.ts';
import { isMap, withMember } from './schema.ts';
import { formatInstant } from '../units/instant.ts';
import { matchesSelector } from './selectors.ts';
import type { Target } from './update.ts';
import { specOf } from './kinds/workloads.ts';

const BUDGETS = 'policy/poddisruptionbudgets';

/** Evicts a pod, unless a budget would be broken: then 429. Source: registry/core/pod/storage/eviction.go. */
export function evictPod(core: Core, target: Target, body: unknown, dryRun: boolean): EmulatorResponse | Refusal {
  const { name, namespace, kind } = target;
  const pod = core.state.get('/pods', namespace, name);
  if (pod === undefined) return notFound(kind.resource, name);
  const eviction = isMap(body) ? body : {};
  const metadata = isMap(eviction['metadata']) ? eviction['metadata'] : {};
  if (metadata['name'] !== undefined && metadata['name'] !== name)
    return badRequest('name in URL does not match name in Eviction object');
  const options = readDeleteOptions(eviction['deleteOptions'], dryRun ? { dryRun: 'All' } : {});
  if (isRefusal(options)) return options;
  const blocked = spendBudget(core, pod, options.dryRun);
  if (blocked !== undefined) return blocked;
  // The condition and the deletion are one guarded step of the server: another pod under that name gets neither.
  const isMeant = options.uid === undefined || options.uid === pod.metadata.uid;
  if (!options.dryRun && isMeant) markEvicted(core, pod);
  const outcome = deleteObject(core, target, options);
  if (isRefusal(outcome)) return outcome;
  return { status: 201, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 } };
}

/** The pod is told why it goes, where it takes time to go. */
function markEvicted(core: Core, pod: KubeObject): void {
  const status = statusOf(pod);
  const conditions = Array.isArray(status['conditions']) ? (status['conditions'] as readonly JsonMap[]) : [];
  const condition = {
    type: 'DisruptionTarget',
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime: formatInstant(core.now()),
    reason: 'EvictionByEvictionAPI',
    message: 'Eviction API: evicting',
  };
  const others = conditions.filter(({ type }) => type !== 'DisruptionTarget');
  core.state.put('/pods', withMember(pod, 'status', { ...status, conditions: [...others, condition] }));
}

function statusOf(object: KubeObject): JsonMap {
  const { status } = object as { status?: unknown };
  return isMap(status) ? status : {};
}

function spendBudget(core: Core, pod: KubeObject, dryRun: boolean): Refusal | undefined {
  const { namespace, name, labels = {}, deletionTimestamp } = pod.metadata;
  const { phase } = statusOf(pod);
  if (deletionTimestamp !== undefined || phase === 'Succeeded' || phase === 'Failed' || phase === 'Pending')
    return undefined;
  const budgets = core.state.list(BUDGETS, namespace).filter((one) => matchesSelector(specOf(one)['selector'], labels));
  const [budget, second] = budgets;
  if (budget === undefined) return undefined;
  if (second !== undefined) {
    return refuse(
      500,
      'InternalError',
      'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
    );
  }
  const known = statusOf(budget);
  const { observedGeneration = 0, disruptionsAllowed = 0, disruptedPods } = known;
  if (Number(observedGeneration) < (budget.metadata.generation ?? 0)) {
    const message = `The disruption budget ${budget.metadata.name} is still being processed by the server.`;
    return tooMany([{ reason: 'DisruptionBudget', message }], 10);
  }
  if (Number(disruptionsAllowed) <= 0) {
    const message = `The disruption budget ${budget.metadata.name} needs ${Number(known['desiredHealthy'] ?? 0)} healthy pods and has ${Number(known['currentHealthy'] ?? 0)} currently`;
    return tooMany([{ reason: 'DisruptionBudget', message }]);
  }
  if (dryRun) return undefined;
  const pods = isMap(disruptedPods) ? disruptedPods : {};
  const noted = {
    ...known,
    disruptionsAllowed: Number(disruptionsAllowed) - 1,
    disruptedPods: { ...pods, [name]: formatInstant(core.now()) },
  };
  core.state.put(BUDGETS, withMember(budget, 'status', noted));
  return undefined;
}

function tooMany(causes: readonly { reason: string; message: string }[], retryAfterSeconds?: number): Refusal {
  return refuse(429, 'TooManyRequests', "Cannot evict pod as it would violate the pod's disruption budget.", {
    causes,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}
