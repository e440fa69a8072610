import { argumentSchema } from './analysis.schema.ts';
import { flag, int, list, object, objectName, optional, text, time, word } from './field.schema.ts';
import { analysisRunMetadata, dryRun, measurementRetention } from './metric.schema.ts';
import { conditionSchema, labelSelector, podTemplate } from './meta.schema.ts';
import { ANALYSIS_PHASES } from './analysis.schema.ts';

/** Spec of Experiment. */
export const experimentSpecSchema = object('What is run beside the Rollout, and how it is judged.', {
  templates: list(
    'What is run: a ReplicaSet each.',
    object('A ReplicaSet of the experiment.', {
      name: text('Name, unique in the experiment.', { minLength: 1, maxLength: 253 }),
      replicas: optional(int('Number of pods.', { defaultText: '1', minimum: 0 })),
      minReadySeconds: optional(
        int('A pod is available when it has been ready for so long.', { defaultText: '0', minimum: 0 }),
      ),
      selector: labelSelector('Selector of the ReplicaSet; not empty.'),
      template: podTemplate('Pod template.'),
      service: optional(object('Makes a Service for the pods.', { name: optional(objectName('Its name.')) })),
    }),
    { maxItems: 16 },
  ),
  duration: optional(
    text('How long it runs once all templates are available, a Go duration.', {
      defaultText: 'until its analyses end',
    }),
  ),
  progressDeadlineSeconds: optional(
    int('A template that is not available after so long fails the experiment.', { defaultText: '600', minimum: 0 }),
  ),
  terminate: optional(flag('End it.', { defaultText: 'false' })),
  analyses: optional(
    list(
      'How it is judged.',
      object('An analysis.', {
        name: text('Name, unique in the experiment.', { minLength: 1, maxLength: 253 }),
        templateName: objectName('Name of the template.'),
        clusterScope: optional(flag('It is a ClusterAnalysisTemplate.', { defaultText: 'false' })),
        args: optional(list('Values of arguments.', argumentSchema, { maxItems: 256 })),
        requiredForCompletion: optional(flag('The experiment ends with it.', { defaultText: 'false' })),
      }),
      { maxItems: 16 },
    ),
  ),
  scaleDownDelaySeconds: optional(int('How long pods stay when it is over.', { defaultText: '30', minimum: 0 })),
  dryRun: optional(dryRun()),
  measurementRetention: optional(measurementRetention()),
  analysisRunMetadata: optional(analysisRunMetadata()),
});

/** Status of Experiment. */
export const experimentStatusSchema = object('What was observed.', {
  phase: optional(word('State in one word.', ANALYSIS_PHASES)),
  message: optional(text('Why.')),
  availableAt: optional(time('When all templates became available.')),
  conditions: optional(list('Conditions by type.', conditionSchema, { listMapKey: 'type' })),
  templateStatuses: optional(
    list(
      'One entry a template.',
      object('State of a template.', {
        name: text('Name of the template.'),
        replicas: int('Pods that exist.'),
        updatedReplicas: int('Pods of the template.'),
        readyReplicas: int('Ready pods.'),
        availableReplicas: int('Available pods.'),
        collisionCount: optional(int('Name collisions so far.')),
        status: optional(word('State in one word.', ['Progressing', 'Running', 'Successful', 'Failed', 'Error'])),
        message: optional(text('Why.')),
        lastTransitionTime: optional(time('When its state last changed.')),
        serviceName: optional(text('Its Service.')),
        podTemplateHash: optional(text('Hash of its pods.')),
      }),
    ),
  ),
  analysisRuns: optional(
    list(
      'One entry an analysis.',
      object('State of an analysis.', {
        name: text('Name of the analysis.'),
        analysisRun: text('Name of its AnalysisRun.'),
        phase: word('Its phase.', ANALYSIS_PHASES),
        message: optional(text('Why.')),
      }),
    ),
  ),
});
