import { int, intOrString, list, object, optional, text } from './field.schema.ts';
import { NOT_BESIDE_CANARY } from './canary-metric.ts';
import { canaryMetricSchema } from './canary-metric.schema.ts';
import { metricProviderSchema } from './metric-provider.schema.ts';
import { podMetadata } from './meta.schema.ts';

const METRIC_FIELDS = {
  name: text('Name, unique in the analysis.', { minLength: 1, maxLength: 253 }),
  interval: optional(
    text('Time between two measurements, a Go duration; needed if `count` is more than 1.', { defaultText: 'none' }),
  ),
  initialDelay: optional(
    text('Time from the start of the run to the first measurement, a Go duration.', { defaultText: '0s' }),
  ),
  count: optional(
    intOrString('How many measurements to take; 0 is as if absent. Errors do not count.', {
      defaultText: '1 without interval, endless with it',
    }),
  ),
  successCondition: optional(
    text('Expression over `result` that is true for a good measurement. Neither condition: every measurement is good.'),
  ),
  failureCondition: optional(
    text(
      'Expression over `result` that is true for a bad measurement. With both conditions failure wins, and neither true is inconclusive.',
    ),
  ),
  failureLimit: optional(
    intOrString('The metric is Failed when more measurements than this failed; -1 switches it off.', {
      defaultText: '0',
    }),
  ),
  inconclusiveLimit: optional(
    intOrString('The metric is Inconclusive when more measurements than this were.', { defaultText: '0' }),
  ),
  consecutiveErrorLimit: optional(
    intOrString('The metric is Error when more measurements than this failed to be taken in a row.', {
      defaultText: '4',
    }),
  ),
  consecutiveSuccessLimit: optional(
    intOrString('The metric is Successful once so many in a row were good; 0 switches it off.', { defaultText: '0' }),
  ),
  provider: optional(metricProviderSchema),
  canary: optional(canaryMetricSchema),
};

/** One metric of an analysis: what is measured, how often, and when it is good. */
export const metricSchema = object('What is measured, how often, and when it is good.', METRIC_FIELDS, {
  rules: [
    { rule: 'has(self.provider) != has(self.canary)', message: 'must hold exactly one of provider and canary' },
    {
      rule: `!has(self.canary) || !(${NOT_BESIDE_CANARY.map((field) => `has(self.${field})`).join(' || ')})`,
      message: `beside canary these have no meaning: ${NOT_BESIDE_CANARY.join(', ')}`,
    },
  ],
});

/** Metrics of the lists below may be named by regular expressions. */
export const dryRun = () =>
  list(
    'Metrics that are measured but never decide.',
    object('A rule.', { metricName: text('Regular expression (unanchored) over metric names.') }),
    { maxItems: 64 },
  );

/** How many measurements of a metric are kept. */
export const measurementRetention = () =>
  list(
    'How many measurements are kept in status.',
    object('A rule.', {
      metricName: text('Regular expression (unanchored) over metric names.'),
      limit: int('How many are kept; 10 without a rule.', { minimum: 0, maximum: 1000 }),
    }),
    { maxItems: 64 },
  );

/** Labels and annotations of runs. */
export const analysisRunMetadata = () => podMetadata('Labels and annotations of the AnalysisRun.');
