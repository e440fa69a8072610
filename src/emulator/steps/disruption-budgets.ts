import { controllerUidOf } from '../../kube/resource.ts';
import type { IntOrPercent } from '../../units/int-or-percent.ts';
import { resolveIntOrPercent } from '../../units/int-or-percent.ts';
import type { ClusterStep, ClusterView } from '../step.ts';
import { DEPLOYMENTS, DISRUPTION_BUDGETS, listOf, PODS, REPLICA_SETS } from './kinds.ts';
import { selects } from './labels.ts';
import { isReady } from './pod-facts.ts';
import type { Pod } from './pod-shape.ts';
import type { DisruptionBudget } from './shapes.ts';
import { withCondition, writeStatus } from './writes.ts';

/**
 * Tells in each PodDisruptionBudget how many of its pods may be evicted now: the healthy ones beyond those it wants, where
 * percentages and maxUnavailable count from the size that the pods' controllers ask for.
 * Source: k8s.io/kubernetes/pkg/controller/disruption.
 */
export const disruptionBudgets: ClusterStep = {
  name: 'disruption-budgets',
  watches: [DISRUPTION_BUDGETS, PODS, REPLICA_SETS, DEPLOYMENTS],
  step: (view, now) => ({
    writes: listOf(view, DISRUPTION_BUDGETS).flatMap((budget) => {
      const { namespace, generation } = budget.metadata;
      const pods = listOf(view, PODS, namespace).filter(({ metadata }) =>
        selects(budget.spec?.selector, metadata.labels),
      );
      const names = new Set(pods.filter(isStaying).map(({ metadata }) => metadata.name));
      const disrupted = Object.entries(budget.status?.disruptedPods ?? {}).filter(([name]) => names.has(name));
      const evicted = new Set(disrupted.map(([name]) => name));
      const healthy = pods.filter((pod) => isStaying(pod) && isReady(pod) && !evicted.has(pod.metadata.name)).length;
      const { expected, desired } = wantedBy(view, budget, pods);
      const allowed = expected === 0 ? 0 : Math.max(0, healthy - desired);
      const enough = allowed > 0;
      const condition = {
        type: 'DisruptionAllowed',
        status: enough ? 'True' : 'False',
        reason: enough ? 'SufficientPods' : 'InsufficientPods',
        message: '',
        ...(generation === undefined ? {} : { observedGeneration: generation }),
      } as const;
      return writeStatus(DISRUPTION_BUDGETS, budget, {
        ...(generation === undefined ? {} : { observedGeneration: generation }),
        ...(disrupted.length === 0 ? {} : { disruptedPods: Object.fromEntries(disrupted) }),
        expectedPods: expected,
        currentHealthy: healthy,
        desiredHealthy: desired,
        disruptionsAllowed: allowed,
        conditions: withCondition(budget.status?.conditions, condition, now),
      });
    }),
  }),
};

function isStaying({ metadata }: Pod): boolean {
  return metadata.deletionTimestamp === undefined;
}

function wantedBy(
  view: ClusterView,
  { spec = {} }: DisruptionBudget,
  pods: readonly Pod[],
): Readonly<{ expected: number; desired: number }> {
  const { minAvailable, maxUnavailable } = spec;
  if (maxUnavailable !== undefined) {
    const expected = sizeOfControllers(view, pods);
    return { expected, desired: Math.max(0, expected - resolve(maxUnavailable, expected)) };
  }
  const least = minAvailable ?? 1;
  if (typeof least === 'number') return { expected: pods.length, desired: least };
  const expected = sizeOfControllers(view, pods);
  return { expected, desired: resolve(least, expected) };
}

/** Percentages are rounded up, of what must stay as of what may go. */
function resolve(value: IntOrPercent, of: number): number {
  return resolveIntOrPercent(value, of, 'up') ?? 0;
}

/** How many pods the controllers of these pods ask for: a Deployment's size stands for those of its ReplicaSets. */
function sizeOfControllers(view: ClusterView, pods: readonly Pod[]): number {
  const namespace = pods[0]?.metadata.namespace;
  const sets = new Map(listOf(view, REPLICA_SETS, namespace).map((set) => [set.metadata.uid, set]));
  const owners = new Map(listOf(view, DEPLOYMENTS, namespace).map((owner) => [owner.metadata.uid, owner]));
  const sizes = new Map<string, number>();
  for (const pod of pods) {
    const set = sets.get(controllerUidOf(pod));
    if (set === undefined) continue;
    const deployment = owners.get(controllerUidOf(set));
    const controller = deployment ?? set;
    sizes.set(controller.metadata.uid ?? '', controller.spec.replicas ?? 1);
  }
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}
