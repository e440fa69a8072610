import type { canaryStepSchema, pauseSchema } from './canary-step.schema.ts';
import type { antiAffinitySchema, canarySchema } from './canary.schema.ts';
import type { Shape } from './meta.ts';
import type { TrafficRouting } from './traffic-routing.ts';

/** One step of a canary, as written: several kinds may be combined (rollout-semantics 1.3). */
export type CanaryStep = Shape<typeof canaryStepSchema>;

/** A pause step; without duration it waits until somebody promotes. */
export type PauseStep = Shape<typeof pauseSchema>;

/** The canary strategy, as written. */
export type CanaryStrategy = Omit<Shape<typeof canarySchema>, 'trafficRouting'> & {
  readonly trafficRouting?: TrafficRouting;
};

/** Pod anti-affinity between the new and the stable revision. */
export type AntiAffinity = Shape<typeof antiAffinitySchema>;
