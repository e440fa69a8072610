import type { canaryMetricSchema } from './canary-metric.schema.ts';
import type { Shape } from './meta.ts';

/** A comparison of canary and stable on counts. */
export type CanaryMetric = Shape<typeof canaryMetricSchema>;

/** Fields of a metric that make no sense beside `canary`: its evidence has its own bounds. */
export const NOT_BESIDE_CANARY = [
  'successCondition',
  'failureCondition',
  'count',
  'failureLimit',
  'inconclusiveLimit',
  'consecutiveErrorLimit',
  'consecutiveSuccessLimit',
] as const;
