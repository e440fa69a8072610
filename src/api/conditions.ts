import type { conditionSchema } from './meta.schema.ts';
import type { Shape } from './meta.ts';

/** A condition of a Rollout or an Experiment; times are RFC 3339. */
export type Condition = Shape<typeof conditionSchema>;

/** The types of conditions that Argo's clients know on a Rollout. */
export type ConditionType =
  'InvalidSpec' | 'Available' | 'Progressing' | 'Paused' | 'Completed' | 'Healthy' | 'ReplicaFailure';
