import { object, objectName, optional, text, word } from './field.schema.ts';
import { prometheusConnection } from './metric-provider.schema.ts';

const percent = (description: string, defaultText: string) =>
  optional(text(`${description} A percentage such as "5%".`, { defaultText, pattern: '^[0-9]+(\\.[0-9]+)?%$' }));
const duration = (description: string, defaultText: string) =>
  optional(text(`${description} A Go duration.`, { defaultText }));

/** How the series of the two versions are told apart. */
const revisionSchema = object('How the series of the two versions are told apart: by a label, or by matchers.', {
  label: optional(
    text('Label that holds the revision hash of the pod; added to every selector.', {
      defaultText: 'rollouts_pod_template_hash',
      pattern: '^[a-zA-Z_][a-zA-Z0-9_]*$',
    }),
  ),
  canary: optional(text('Matchers of the canary instead, such as `service="web-canary"`.')),
  stable: optional(text('Matchers of stable instead.')),
  replicaLabel: optional(
    text('Label by which replicas of Prometheus differ; one of them is counted.', {
      defaultText: 'prometheus_replica',
      pattern: '^[a-zA-Z_][a-zA-Z0-9_]*$',
    }),
  ),
  canaryHash: optional(objectName('Hash of the canary; the controller writes it into each run.')),
  stableHash: optional(objectName('Hash of stable; the controller writes it into each run.')),
});

const errorsSchema = object('Compares the ratio of failed requests.', {
  total: text('Counter of all requests: a name and matchers, nothing else. Arguments may stand in it.'),
  failed: text('Counter of the failed ones: the same requests of the same targets.'),
  tolerance: percent('Increase of the error ratio that is still allowed.', '25%'),
  floor: percent('The canary is never aborted while its own error ratio may be below this.', '0.2%'),
  ruleOut: percent('Increase that must be ruled out for a pass on evidence.', '100%'),
});

const latencySchema = object('Compares how long requests take, by the buckets of a histogram.', {
  buckets: text('The histogram: a name that ends in `_bucket`, and matchers.'),
  quantile: percent('The quantile that must have risen.', '95%'),
  tolerance: percent('Increase of the quantile that is still allowed.', '20%'),
});

/** Compares the canary with stable on counts; stands where `provider` stands. */
export const canaryMetricSchema = object(
  'Compares the canary with stable on counts, however often it looks: exactly one of `canary` and `provider`.',
  {
    revision: optional(revisionSchema),
    prometheus: optional(prometheusConnection('The Prometheus server that has the counters.')),
    errors: optional(errorsSchema),
    latency: optional(latencySchema),
    alpha: percent('How often a version that is no worse may be aborted, over all analyses of a rollout.', '5%'),
    beta: percent('How often a step may pass although the increase to be ruled out is there.', '5%'),
    warmup: duration('Set aside at the begin of the run, and of each new target.', '30s'),
    lag: duration('How long a scrape may take until Prometheus answers with it.', '10s'),
    minDuration: duration('A step passes on evidence no earlier than this after the warm-up.', '1m'),
    maxDuration: duration('A step ends after this; a background analysis goes on to the promotion.', '30m'),
    onInsufficientEvidence: optional(
      word('What a step does at maxDuration when the evidence decides nothing.', ['Pass', 'Extend', 'Pause'], {
        defaultText: 'Pass',
      }),
    ),
  },
  {
    rules: [
      {
        rule: 'has(self.errors) || has(self.latency)',
        message: 'give errors, latency or both',
        fieldPath: '.errors',
      },
    ],
  },
);
