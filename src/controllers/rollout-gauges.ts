import { routersOf } from '../api/canary-routers.ts';
import { DEFAULT_MAX_WEIGHT, DEFAULT_REPLICAS } from '../api/defaults.ts';
import type { RolloutStatus } from '../api/rollout.ts';
import type { ObservedRollout } from '../plan/rollout/observed-rollout.ts';
import type { RolloutGauges } from '../telemetry/metrics.ts';

/** What the gauges of a Rollout say after a pass. */
export function gaugesOf({ rollout }: ObservedRollout, status: RolloutStatus): RolloutGauges {
  const { canary } = rollout.spec.strategy ?? {};
  const weight = status.canary?.weights?.canary.weight;
  const total = canary?.trafficRouting?.maxTrafficWeight ?? DEFAULT_MAX_WEIGHT;
  return {
    namespace: rollout.metadata.namespace ?? '',
    name: rollout.metadata.name,
    strategy: canary === undefined ? 'blueGreen' : 'canary',
    router: routersOf(canary?.trafficRouting).join(','),
    phase: status.phase ?? '',
    desired: rollout.spec.replicas ?? DEFAULT_REPLICAS,
    available: status.availableReplicas ?? 0,
    updated: status.updatedReplicas ?? 0,
    canaryPercent: weight === undefined ? undefined : (100 * weight) / total,
    step: status.currentStepIndex,
  };
}
