import type { BlueGreenStrategy } from './blue-green.ts';
import type { CanaryStrategy } from './canary.ts';
import type { ApiObject, Shape } from './meta.ts';
import type { rolloutSpecSchema } from './rollout.schema.ts';
import type { pauseConditionSchema, provenWeightSchema, rolloutStatusSchema } from './rollout-status.schema.ts';

export type { Condition } from './conditions.ts';

/** How a new version replaces the old one: exactly one member in a valid Rollout. */
export type Strategy = Readonly<{ canary?: CanaryStrategy; blueGreen?: BlueGreenStrategy }>;

/** Spec of a Rollout, as written: defaults are not filled in, see parse. */
export type RolloutSpec = Omit<Shape<typeof rolloutSpecSchema>, 'strategy'> & { readonly strategy?: Strategy };

/** Status of a Rollout. */
export type RolloutStatus = Shape<typeof rolloutStatusSchema>;

/** The phase that people see. */
export type RolloutPhase = NonNullable<RolloutStatus['phase']>;

/** A reason to wait, with its beginning. */
export type PauseCondition = Shape<typeof pauseConditionSchema>;

/** The split that was last proven, and since when. */
export type ProvenWeight = Shape<typeof provenWeightSchema>;

/** A Rollout. */
export type Rollout = ApiObject<RolloutSpec, RolloutStatus>;
