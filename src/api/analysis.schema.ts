import { flag, int, list, object, objectName, optional, stringMap, text, time, word } from './field.schema.ts';
import { analysisRunMetadata, dryRun, measurementRetention, metricSchema } from './metric.schema.ts';

const templateRefs = (description: string) =>
  list(
    description,
    object('A template by name.', {
      templateName: optional(objectName('Name of the AnalysisTemplate.')),
      clusterScope: optional(flag('It is a ClusterAnalysisTemplate.', { defaultText: 'false' })),
    }),
    { maxItems: 64 },
  );

const fieldRef = (description: string) =>
  object(description, { fieldPath: text("Path into the object, such as metadata.labels['app'].") });

/** An argument that templates and runs declare. */
export const argumentSchema = object('An argument: `{{args.<name>}}` stands for its value.', {
  name: text('Name.', { minLength: 1, maxLength: 253 }),
  value: optional(text('Value; without one it must be given by whoever uses the template.')),
  valueFrom: optional(
    object('Where the value comes from.', {
      secretKeyRef: optional(
        object('A key of a Secret in the namespace of the run; read when measuring.', {
          name: objectName('Name of the Secret.'),
          key: text('Key.'),
        }),
      ),
      fieldRef: optional(fieldRef('A field of the object.')),
    }),
  ),
});

/** An argument that a Rollout or Experiment gives. */
export const analysisRunArgumentSchema = object(
  'The value of an argument of the templates.',
  {
    name: text('Name.', { minLength: 1, maxLength: 253 }),
    value: optional(text('Value.')),
    valueFrom: optional(
      object('Where the value comes from: exactly one member.', {
        podTemplateHashValue: optional(word('Hash of the stable or the newest revision.', ['Stable', 'Latest'])),
        fieldRef: optional(fieldRef('A field of the Rollout that holds one string, number or boolean.')),
      }),
    ),
  },
  {
    rules: [
      {
        rule: '!(has(self.value) && has(self.valueFrom))',
        message: 'must hold at most one of value and valueFrom',
      },
    ],
  },
);

const rolloutAnalysisFields = {
  templates: optional(templateRefs('Templates whose metrics are merged into one run.')),
  args: optional(list('Values of arguments.', analysisRunArgumentSchema, { maxItems: 256 })),
  dryRun: optional(dryRun()),
  measurementRetention: optional(measurementRetention()),
  analysisRunMetadata: optional(analysisRunMetadata()),
};

/** An analysis that a Rollout runs at a point of its update. */
export const rolloutAnalysis = (description: string) => object(description, rolloutAnalysisFields);

/** The schema that RolloutAnalysis is made from. */
export const rolloutAnalysisSchema = rolloutAnalysis('An analysis.');

/** An analysis that runs beside the steps. */
export const backgroundAnalysisSchema = object(
  'An analysis beside the steps: Failed or Error aborts, Inconclusive pauses. It runs until the promotion.',
  {
    ...rolloutAnalysisFields,
    startingStep: optional(int('Index of the step at which it starts.', { defaultText: '0', minimum: 0 })),
  },
);

/** Spec of AnalysisTemplate and ClusterAnalysisTemplate. */
export const analysisTemplateSpecSchema = object(
  'What is measured.',
  {
    metrics: optional(list('Metrics; their names are unique.', metricSchema, { maxItems: 64, listMapKey: 'name' })),
    args: optional(list('Arguments.', argumentSchema, { maxItems: 256 })),
    dryRun: optional(dryRun()),
    measurementRetention: optional(measurementRetention()),
    templates: optional(templateRefs('Further templates, merged depth first; a cycle is refused.')),
  },
  {
    rules: [
      {
        rule: '(has(self.metrics) && self.metrics.size() > 0) || (has(self.templates) && self.templates.size() > 0)',
        message: 'give at least one metric, or name further templates',
        fieldPath: '.metrics',
      },
    ],
  },
);

/** Spec of AnalysisRun. */
export const analysisRunSpecSchema = object('What is measured: a frozen copy of the templates.', {
  metrics: list('Metrics; their names are unique.', metricSchema, { maxItems: 64, listMapKey: 'name' }),
  args: optional(list('Arguments with their values.', argumentSchema, { maxItems: 256 })),
  terminate: optional(flag('End the run: no measurement is started any more.', { defaultText: 'false' })),
  dryRun: optional(dryRun()),
  measurementRetention: optional(measurementRetention()),
  ttlStrategy: optional(
    object('When the finished run is deleted, counted from its completion. The more specific time wins.', {
      secondsAfterCompletion: optional(int('After any end.', { minimum: 0 })),
      secondsAfterSuccess: optional(int('After success.', { minimum: 0 })),
      secondsAfterFailure: optional(int('After failure, error, or no verdict.', { minimum: 0 })),
    }),
  ),
});

/** Phases of runs, metrics and measurements, from best to worst. */
export const ANALYSIS_PHASES = ['Successful', 'Running', 'Pending', 'Inconclusive', 'Error', 'Failed'] as const;

const phase = (description: string) => word(description, ANALYSIS_PHASES);

/** One measurement. */
export const measurementSchema = object('One measurement.', {
  phase: phase('How it ended.'),
  message: optional(text('Why.')),
  startedAt: optional(time('When it began.')),
  finishedAt: optional(time('When it ended.')),
  resumeAt: optional(time('When to look again at one that is still running.')),
  value: optional(text('What was measured, as text.')),
  metadata: optional(stringMap('What the provider tells beside the value, such as the resolved query.')),
});

/** What came of one metric. */
export const metricResultSchema = object('What came of one metric.', {
  name: text('Name of the metric.'),
  phase: phase('State of the metric.'),
  measurements: optional(list('The newest measurements, oldest first.', measurementSchema)),
  message: optional(text('Why.')),
  count: optional(int('Measurements taken, without errors.')),
  successful: optional(int('Good ones.')),
  failed: optional(int('Bad ones.')),
  inconclusive: optional(int('Those without a verdict.')),
  error: optional(int('Measurements that could not be taken.')),
  consecutiveError: optional(int('Errors in a row up to now.')),
  consecutiveSuccess: optional(int('Good ones in a row up to now.')),
  dryRun: optional(flag('It never decides.')),
  metadata: optional(stringMap('What the provider tells about the metric.')),
  judge: optional(
    object('What the judge of a `canary` metric has found so far.', {
      evidence: text('Evidence against the canary, and at which it aborts: `7.3 of 20`.'),
      explanation: text('What was compared and counted, in a sentence.'),
      watermark: optional(time('Up to when the counters are counted.')),
      state: optional(text('What the judge remembers; not for people.')),
    }),
  ),
});

const runSummary = (description: string) =>
  object(description, {
    count: optional(int('Metrics.')),
    successful: optional(int('Successful ones.')),
    failed: optional(int('Failed ones.')),
    inconclusive: optional(int('Inconclusive ones.')),
    error: optional(int('Ones that ended in an error.')),
  });

/** Status of AnalysisRun. */
export const analysisRunStatusSchema = object('What was measured so far.', {
  phase: optional(phase('The worst phase of the metrics that decide.')),
  message: optional(text('Why.')),
  startedAt: optional(time('When the run began.')),
  completedAt: optional(time('When it ended.')),
  metricResults: optional(list('One entry a metric.', metricResultSchema)),
  runSummary: optional(runSummary('Metrics that decide, counted by phase.')),
  dryRunSummary: optional(runSummary('Dry-run metrics, counted by phase.')),
});
