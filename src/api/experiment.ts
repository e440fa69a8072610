import type { experimentSpecSchema, experimentStatusSchema } from './experiment.schema.ts';
import type { ApiObject, Shape } from './meta.ts';

/** Spec of Experiment. */
export type ExperimentSpec = Shape<typeof experimentSpecSchema>;

/** Status of Experiment. */
export type ExperimentStatus = Shape<typeof experimentStatusSchema>;

/** An Experiment: ReplicaSets that run for a time beside a Rollout, and how they are judged. */
export type Experiment = ApiObject<ExperimentSpec, ExperimentStatus>;
