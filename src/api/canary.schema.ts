import { backgroundAnalysisSchema } from './analysis.schema.ts';
import { canaryStepSchema } from './canary-step.schema.ts';
import { flag, int, intOrString, list, object, objectName, optional, word } from './field.schema.ts';
import { podMetadata } from './meta.schema.ts';
import { trafficRoutingSchema } from './traffic-routing.schema.ts';

/** Pod anti-affinity between the new and the stable revision. */
export const antiAffinitySchema = object('Keeps new pods off the nodes of the stable ones: exactly one member.', {
  preferredDuringSchedulingIgnoredDuringExecution: optional(
    object('If possible.', { weight: int('Weight among preferences.', { minimum: 1, maximum: 100 }) }),
  ),
  requiredDuringSchedulingIgnoredDuringExecution: optional(object('Always.', {})),
});

/** How many pods an update may add and take away: a count or a percentage. */
export const surge = (description: string) => intOrString(description, { defaultText: '25%' });

/** The canary strategy. */
export const canarySchema = object('Replaces pods step by step, with a growing share of the traffic.', {
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
    object('Two Services that swap roles at each promotion.', {
      pingService: objectName('One Service.'),
      pongService: objectName('The other one.'),
    }),
  ),
  minPodsPerReplicaSet: optional(int('Lower bound of a size that is not 0; only with trafficRouting.', { minimum: 1 })),
  replicaProgressThreshold: optional(
    object('How many available pods suffice for a step and for the promotion.', {
      type: word('What value counts.', ['Percent', 'Pods']),
      value: int('How many.', { minimum: 1 }),
    }),
  ),
  canaryMetadata: optional(podMetadata('Labels and annotations of canary pods while an update runs.')),
  stableMetadata: optional(podMetadata('Labels and annotations of stable pods.')),
  antiAffinity: optional(antiAffinitySchema),
});
