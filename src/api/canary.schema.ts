import { backgroundAnalysisSchema } from './analysis.schema.ts';
import { canaryStepSchema } from './canary-step.schema.ts';
import type { CelRule } from './field.schema.ts';
import { flag, int, intOrString, list, object, objectName, optional, word } from './field.schema.ts';
import { podMetadata } from './meta.schema.ts';
import { trafficRoutingSchema } from './traffic-routing.schema.ts';

/** Pod anti-affinity between the new and the stable revision. */
export const antiAffinitySchema = object(
  'Keeps new pods off the nodes of the stable ones: exactly one member.',
  {
    preferredDuringSchedulingIgnoredDuringExecution: optional(
      object('If possible.', { weight: int('Weight among preferences.', { minimum: 1, maximum: 100 }) }),
    ),
    requiredDuringSchedulingIgnoredDuringExecution: optional(object('Always.', {})),
  },
  {
    rules: [
      {
        rule: 'has(self.preferredDuringSchedulingIgnoredDuringExecution) != has(self.requiredDuringSchedulingIgnoredDuringExecution)',
        message: 'must hold exactly one of the preferred and the required form',
      },
    ],
  },
);

/** How many pods an update may add and take away: a count or a percentage. */
export const surge = (description: string) =>
  intOrString(description, {
    defaultText: '25%',
    maxLength: 16,
    rules: [
      {
        rule: "type(self) == int ? int(self) >= 0 : string(self).matches('^[0-9]+%?$')",
        message: 'must be a count or a percentage such as 25%, and not negative',
      },
    ],
  });

const isZero = (field: string): string =>
  `has(self.${field}) && (type(self.${field}) == int ? int(self.${field}) == 0 : string(self.${field}) in ['0', '0%'])`;

const canaryRules: readonly CelRule[] = [
  {
    rule: "!has(self.canaryService) || !has(self.stableService) || self.canaryService == '' || self.canaryService != self.stableService",
    message: 'must be another Service than stableService',
    fieldPath: '.canaryService',
  },
  {
    rule: '!has(self.steps) || self.steps.all(step, !has(step.setWeight) || step.setWeight <= (has(self.trafficRouting) && has(self.trafficRouting.maxTrafficWeight) ? self.trafficRouting.maxTrafficWeight : 100))',
    message: 'setWeight must be 0 to 100, or to trafficRouting.maxTrafficWeight where that is given',
    fieldPath: '.steps',
  },
  {
    rule: '!has(self.steps) || has(self.trafficRouting) || self.steps.all(step, !has(step.setCanaryScale))',
    message: 'setCanaryScale has a meaning only with trafficRouting',
    fieldPath: '.steps',
  },
  {
    rule: '!has(self.scaleDownDelaySeconds) || has(self.trafficRouting)',
    message: 'has a meaning only with trafficRouting',
    fieldPath: '.scaleDownDelaySeconds',
  },
  {
    rule: '!has(self.dynamicStableScale) || !self.dynamicStableScale || (has(self.trafficRouting) && !has(self.scaleDownDelaySeconds))',
    message: 'needs trafficRouting, and cannot stand beside scaleDownDelaySeconds',
    fieldPath: '.dynamicStableScale',
  },
  {
    rule: `!(${isZero('maxSurge')} && ${isZero('maxUnavailable')})`,
    message: 'cannot be 0 while maxUnavailable is 0',
    fieldPath: '.maxSurge',
  },
];

/** The canary strategy. */
export const canarySchema = object(
  'Replaces pods step by step, with a growing share of the traffic.',
  {
    canaryService: optional(objectName('Service that selects the pods of the canary.')),
    stableService: optional(objectName('Service that selects the pods of the stable version.')),
    steps: optional(list('Steps, in order. None: a rolling update.', canaryStepSchema, { maxItems: 256 })),
    trafficRouting: optional(trafficRoutingSchema),
    analysis: optional(backgroundAnalysisSchema),
    maxSurge: optional(
      surge('Pods above spec.replicas, a count or percentage (rounded up); used without trafficRouting.'),
    ),
    maxUnavailable: optional(
      surge('Pods that may be missing, a count or percentage (rounded down). Both 0: 1; never above spec.replicas.'),
    ),
    scaleDownDelaySeconds: optional(
      int('How long old pods stay after the promotion; only with trafficRouting.', { defaultText: '30', minimum: 0 }),
    ),
    scaleDownDelayRevisionLimit: optional(
      int('At most so many old revisions keep pods; the rest go to 0 at once.', { defaultText: 'none', minimum: 0 }),
    ),
    abortScaleDownDelaySeconds: optional(
      int('How long an aborted canary keeps its pods; 0 = for ever. Only with trafficRouting.', {
        defaultText: '30',
        minimum: 0,
      }),
    ),
    dynamicStableScale: optional(
      flag('The stable version shrinks as its share does; only with trafficRouting.', { defaultText: 'false' }),
    ),
    pingPong: optional(
      object(
        'Two Services that swap roles at each promotion.',
        {
          pingService: objectName('One Service.'),
          pongService: objectName('The other one.'),
        },
        {
          rules: [{ rule: 'self.pingService != self.pongService', message: 'must name two Services' }],
        },
      ),
    ),
    minPodsPerReplicaSet: optional(
      int('Lower bound of a size that is not 0; only with trafficRouting.', { minimum: 1 }),
    ),
    replicaProgressThreshold: optional(
      object('How many available pods suffice for a step and for the promotion.', {
        type: word('What value counts.', ['Percent', 'Pods']),
        value: int('How many.', { minimum: 1 }),
      }),
    ),
    canaryMetadata: optional(podMetadata('Labels and annotations of canary pods while an update runs.')),
    stableMetadata: optional(podMetadata('Labels and annotations of stable pods.')),
    antiAffinity: optional(antiAffinitySchema),
  },
  { rules: canaryRules },
);
