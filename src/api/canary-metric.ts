import type { canaryMetricSchema } from './canary-metric.schema.ts';
import type { Shape } from './meta.ts';

/** A comparison of canary and stable on counts. */
export type CanaryMetric = Shape<typeof canaryMetricSchema>;
