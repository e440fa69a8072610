import { analysisRunArgumentSchema, rolloutAnalysis } from './analysis.schema.ts';
import {
  flag,
  int,
  intOrString,
  list,
  mapOf,
  object,
  objectName,
  optional,
  rawValue,
  text,
  word,
} from './field.schema.ts';
import { analysisRunMetadata, dryRun } from './metric.schema.ts';
import { labelSelector, podMetadata } from './meta.schema.ts';

const stringMatch = (what: string) =>
  object(
    `How ${what} is matched: exactly one member.`,
    {
      exact: optional(text('The whole value.')),
      prefix: optional(text('How it begins.')),
      regex: optional(text('A regular expression for the whole value.')),
    },
    {
      rules: [
        {
          rule: '[has(self.exact), has(self.prefix), has(self.regex)].exists_one(given, given)',
          message: 'must hold exactly one of exact, prefix and regex',
        },
      ],
    },
  );

const setHeaderRouteSchema = object(
  'Sends matching requests to the canary, all of them. Without `match` the route is removed.',
  {
    name: optional(text('Name; it must stand in trafficRouting.managedRoutes.', { maxLength: 253 })),
    match: optional(
      list(
        'Headers; all of them must match.',
        object('A header.', {
          headerName: text('Name of the header.', { maxLength: 256 }),
          headerValue: stringMatch('its value'),
        }),
        { maxItems: 16 },
      ),
    ),
  },
);

const setMirrorRouteSchema = object('Copies matching requests to the canary. Without `match` the route is removed.', {
  name: optional(text('Name; it must stand in trafficRouting.managedRoutes.', { maxLength: 253 })),
  match: optional(
    list(
      'Alternatives; one must match.',
      object('A match.', {
        method: optional(stringMatch('the HTTP method')),
        path: optional(stringMatch('the path')),
        headers: optional(
          mapOf('Headers by name; all of them must match.', stringMatch('its value'), { maxProperties: 16 }),
        ),
      }),
      { maxItems: 16 },
    ),
  ),
  percentage: optional(int('Share of them that is copied.', { defaultText: '100', minimum: 0, maximum: 100 })),
});

const experimentStepSchema = object('Runs an Experiment, and waits for its success.', {
  templates: list(
    'What is run.',
    object('A ReplicaSet of the experiment.', {
      name: text('Name, unique in the experiment.', { maxLength: 253 }),
      specRef: word('The revision whose pod template is used.', ['stable', 'canary']),
      replicas: optional(int('Number of pods.', { defaultText: '1', minimum: 0 })),
      metadata: optional(podMetadata('Labels and annotations of the pods; the labels also join the selector.')),
      selector: optional(labelSelector('Selector of the ReplicaSet.')),
      weight: optional(int('Share of the traffic; needs a router that can.', { minimum: 0 })),
      service: optional(object('Makes a Service for the pods.', { name: optional(objectName('Its name.')) })),
    }),
    { maxItems: 16 },
  ),
  duration: optional(text('How long it runs, a Go duration.', { defaultText: 'until its analyses end' })),
  analyses: optional(
    list(
      'Analyses of the experiment.',
      object('An analysis.', {
        name: text('Name, unique in the experiment.', { maxLength: 253 }),
        templateName: objectName('Name of the template.'),
        clusterScope: optional(flag('It is a ClusterAnalysisTemplate.', { defaultText: 'false' })),
        args: optional(list('Values of arguments.', analysisRunArgumentSchema, { maxItems: 256 })),
        requiredForCompletion: optional(flag('The experiment ends with it.', { defaultText: 'false' })),
      }),
      { maxItems: 16 },
    ),
  ),
  dryRun: optional(dryRun()),
  analysisRunMetadata: optional(analysisRunMetadata()),
  scaleDownDelaySeconds: optional(int('How long its pods stay when it is over.', { defaultText: '30', minimum: 0 })),
});

/** A pause of the steps. */
export const pauseSchema = object('Waits, for a time or until somebody promotes.', {
  duration: optional(
    intOrString('Seconds, or a Go duration such as `1h30m`; absent: until somebody promotes. Cut to whole seconds.', {
      maxLength: 64,
      rules: [
        {
          rule: "type(self) == int ? int(self) >= 0 : string(self).matches('^([0-9]+|0|\\\\+?(([0-9]+(\\\\.[0-9]*)?|\\\\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+)$')",
          message: 'must be seconds or a Go duration such as 90s or 1h30m, and not negative',
        },
      ],
    }),
  ),
});

/** One step of a canary update. */
export const canaryStepSchema = object(
  'One step. It is complete when all of its parts are; one kind a step is clearer.',
  {
    setWeight: optional(
      int('Share of requests (without trafficRouting: of pods) for the canary, 0 to maxTrafficWeight.', { minimum: 0 }),
    ),
    pause: optional(pauseSchema),
    analysis: optional(rolloutAnalysis('Runs an analysis, and waits for its success.')),
    experiment: optional(experimentStepSchema),
    setCanaryScale: optional(
      object(
        'Sizes the canary apart from its weight; exactly one member.',
        {
          weight: optional(int('As many pods as this weight would ask for.', { minimum: 0 })),
          replicas: optional(int('Number of pods.', { minimum: 0 })),
          matchTrafficWeight: optional(flag('Back to the size that the weight asks for.')),
        },
        {
          rules: [
            {
              rule: '[has(self.weight), has(self.replicas), has(self.matchTrafficWeight)].exists_one(given, given)',
              message: 'must hold exactly one of weight, replicas and matchTrafficWeight',
            },
          ],
        },
      ),
    ),
    setHeaderRoute: optional(setHeaderRouteSchema),
    setMirrorRoute: optional(setMirrorRouteSchema),
    plugin: optional(
      object('Runs a step plugin.', {
        name: text('Its name.', { maxLength: 253 }),
        config: optional(rawValue('Its configuration.')),
      }),
    ),
  },
  {
    preserve: true,
    minProperties: 1,
    rules: [
      {
        rule: '[has(self.setWeight), has(self.pause), has(self.experiment), has(self.analysis)].filter(given, given).size() <= 1',
        message: 'setWeight, pause, experiment and analysis cannot be combined in one step; make a step of each',
      },
    ],
  },
);
