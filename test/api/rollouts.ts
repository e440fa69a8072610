import type { BlueGreenStrategy } from '../../src/api/blue-green.ts';
import type { CanaryStep, CanaryStrategy } from '../../src/api/canary.ts';
import type { Rollout, RolloutSpec } from '../../src/api/rollout.ts';

/** A spec without strategy that nothing is wrong with. */
export const PODS: RolloutSpec = {
  selector: { matchLabels: { app: 'web' } },
  template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'web:1' }] } },
};

/** A Rollout of our own group with this spec. */
export function rolloutOf(spec: RolloutSpec): Rollout {
  return {
    apiVersion: 'sluice.dev/v1alpha1',
    kind: 'Rollout',
    metadata: { name: 'web', namespace: 'shop', generation: 1, labels: { tier: 'front' } },
    spec,
  };
}

/** A canary Rollout; `rest` replaces fields of the spec. */
export function canary(strategy: CanaryStrategy, rest: Partial<RolloutSpec> = {}): Rollout {
  return rolloutOf({ ...PODS, strategy: { canary: strategy }, ...rest });
}

/** A blue-green Rollout; `rest` replaces fields of the spec. */
export function blueGreen(strategy: Partial<BlueGreenStrategy>, rest: Partial<RolloutSpec> = {}): Rollout {
  return rolloutOf({ ...PODS, strategy: { blueGreen: { activeService: 'web', ...strategy } }, ...rest });
}

/** A canary with an HTTPRoute and these steps. */
export function routed(steps: readonly CanaryStep[], more: CanaryStrategy = {}): Rollout {
  return canary({ ...ROUTED, steps, ...more });
}

/** The Services and the HTTPRoute of a routed canary. */
export const ROUTED: CanaryStrategy = {
  canaryService: 'web-canary',
  stableService: 'web-stable',
  trafficRouting: { gatewayAPI: { httpRoute: 'web' } },
};
