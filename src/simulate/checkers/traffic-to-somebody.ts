import { backendsOf, managedBackendsOf, needed, readyPods, hasDeclaredSizes } from './revisions.ts';
import type { Checker, WorldState } from './checker.ts';

/**
 * S1: a write of ours never leaves weight on a revision without a ready pod, where there was one before or no weight; and
 * a Service gets more weight only when it has the endpoints for it, by the stored EndpointSlices.
 */
export const trafficToSomebody: Checker = {
  id: 'S1',
  judge({ call, before, after, calm }) {
    if (!calm || wantsNothing(after)) return [];
    const known = new Set(empty(before));
    const nobody = empty(after).filter((problem) => !known.has(problem));
    return call.resource.plural === 'httproutes' ? [...nobody, ...early(before, after)] : nobody;
  },
};

function empty(state: WorldState): readonly string[] {
  return [...backendsOf(state), ...managedBackendsOf(state)]
    .filter(({ weight, hash }) => weight > 0 && readyPods(state, hash).length === 0)
    .map(({ name }) => `${name} has weight and no ready pod`);
}

function early(before: WorldState, after: WorldState): readonly string[] {
  const { rollout } = after;
  const wanted = rollout?.spec.replicas ?? 1;
  const n = Math.min(wanted, rollout?.status?.canary?.carriedReplicas ?? wanted);
  const was = new Map(backendsOf(before).map(({ name, weight }) => [name, weight]));
  return backendsOf(after).flatMap(({ name, weight }) => {
    const endpoints = after.endpointsOf(name);
    const grown = weight > (was.get(name) ?? 0);
    const least = hasDeclaredSizes(after) ? Math.min(1, n) : needed(weight, n);
    return grown && endpoints < least ? [`${name} gets ${weight} % with ${endpoints} endpoints`] : [];
  });
}

function wantsNothing({ rollout }: WorldState): boolean {
  return rollout?.spec.replicas === 0;
}
