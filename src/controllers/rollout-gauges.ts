import { routersOf } from '../api/canary-routers.ts';
import { DEFAULT_REPLICAS } from '../api/defaults.ts';
import type { RolloutStatus } from '../api/rollout.ts';
import type { ObservedRollout } from '../plan/rollout/observed-rollout.ts';
import type { RolloutGauges } from '../telemetry/metrics.ts';

/** What the gauges of a Rollout say after a pass. */
export function gaugesOf({ rollout }: ObservedRollout, status: RolloutStatus): RolloutGauges {
  const { canary } = rollout.spec.strategy ?? {};
  return {
    namespace: rollout.metadata.namespace ?? '',
    name: rollout.metadata.name,
    strategy: canary === undefined ? 'blueGreen' : 'canary',
    router: routersOf(canary?.trafficRouting).join(','),
    phase: status.phase ?? '',
    desired: rollout.spec.replicas ?? DEFAULT_REPLICAS,
    available: status.availableReplicas ?? 0,
    updated: status.updatedReplicas ?? 0,
    canaryWeight: status.canary?.weights?.canary.weight,
    step: status.currentStepIndex,
  };
}
