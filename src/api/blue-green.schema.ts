import { rolloutAnalysis } from './analysis.schema.ts';
import { antiAffinitySchema, surge } from './canary.schema.ts';
import { flag, int, object, objectName, optional } from './field.schema.ts';
import { podMetadata } from './meta.schema.ts';

/** The blue-green strategy. */
export const blueGreenSchema = object(
  'Runs the new version beside the old one, then switches all traffic at once.',
  {
    activeService: objectName('Service that clients use.', { minLength: 1 }),
    previewService: optional(objectName('Service that selects the new version before the switch.')),
    previewReplicaCount: optional(
      int('Size of the new version before the switch.', { defaultText: 'spec.replicas', minimum: 0 }),
    ),
    autoPromotionEnabled: optional(
      flag('Switch without asking; false: wait until somebody promotes.', { defaultText: 'true' }),
    ),
    autoPromotionSeconds: optional(
      int('Wait so long before the switch; ignored if autoPromotionEnabled is false.', {
        defaultText: '0',
        minimum: 0,
      }),
    ),
    prePromotionAnalysis: optional(rolloutAnalysis('Runs before the switch; if it fails the switch does not happen.')),
    postPromotionAnalysis: optional(rolloutAnalysis('Runs after the switch; if it fails the switch is taken back.')),
    scaleDownDelaySeconds: optional(
      int('How long the old version keeps its pods after the switch.', { defaultText: '30', minimum: 0 }),
    ),
    scaleDownDelayRevisionLimit: optional(
      int('At most so many old revisions keep pods; not above revisionHistoryLimit.', {
        defaultText: 'none',
        minimum: 0,
      }),
    ),
    abortScaleDownDelaySeconds: optional(
      int('How long an aborted new version keeps its pods; 0 = for ever.', { defaultText: '30', minimum: 0 }),
    ),
    maxUnavailable: optional(surge('Pods that a restart may take away at once, a count or a percentage.')),
    previewMetadata: optional(podMetadata('Labels and annotations of pods of the new version before the switch.')),
    activeMetadata: optional(podMetadata('Labels and annotations of pods of the active version.')),
    antiAffinity: optional(antiAffinitySchema),
  },
  {
    rules: [
      {
        rule: '!has(self.previewService) || self.previewService != self.activeService',
        message: 'must be another Service than activeService',
        fieldPath: '.previewService',
      },
    ],
  },
);
