import type { dryRun, measurementRetention, metricSchema } from './metric.schema.ts';
import type { Shape } from './meta.ts';

/** One metric of an analysis. Numbers may be strings, because arguments can stand in them. */
export type Metric = Shape<typeof metricSchema>;

/** Metrics that never decide; `metricName` is a regular expression. */
export type DryRun = Shape<ReturnType<typeof dryRun>>[number];

/** How many measurements of a metric are kept; `metricName` is a regular expression. */
export type MeasurementRetention = Shape<ReturnType<typeof measurementRetention>>[number];
