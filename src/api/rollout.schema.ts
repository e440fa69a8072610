import { blueGreenSchema } from './blue-green.schema.ts';
import { canarySchema } from './canary.schema.ts';
import { flag, int, object, objectName, optional, text, time, word } from './field.schema.ts';
import { labelSelector, podTemplate } from './meta.schema.ts';

const MAX_INT32 = 2_147_483_647;

const workloadRefSchema = object('Takes the pod template from another object of the namespace.', {
  apiVersion: optional(text('apps/v1, or v1 for a PodTemplate.', { maxLength: 253 })),
  kind: optional(text('Deployment, ReplicaSet or PodTemplate.', { maxLength: 63 })),
  name: optional(objectName('Name of the object.')),
  scaleDown: optional(
    word("What becomes of a Deployment's pods.", ['never', 'onsuccess', 'progressively'], { defaultText: 'never' }),
  ),
});

/** How a new version replaces the old one. */
export const strategySchema = object(
  'How a new version replaces the old one: exactly one member.',
  {
    canary: optional(canarySchema),
    blueGreen: optional(blueGreenSchema),
  },
  {
    rules: [
      {
        rule: 'has(self.canary) != has(self.blueGreen)',
        message: 'must hold exactly one of canary and blueGreen',
      },
    ],
  },
);

/** Spec of Rollout. */
export const rolloutSpecSchema = object(
  'What is wanted.',
  {
    replicas: optional(int('Number of pods.', { default: 1, minimum: 0, maximum: MAX_INT32 })),
    selector: optional(
      labelSelector('Which pods are ours: must match the labels of the template; cannot be changed later.', {
        rules: [
          {
            rule: '(has(self.matchLabels) && self.matchLabels.size() > 0) || (has(self.matchExpressions) && self.matchExpressions.size() > 0)',
            message: 'must not be empty: it would select every pod',
          },
        ],
      }),
    ),
    template: optional(podTemplate('Pod template. A change of it is a new revision.')),
    workloadRef: optional(workloadRefSchema),
    minReadySeconds: optional(
      int('A pod is available when it has been ready for so long.', { default: 0, minimum: 0, maximum: MAX_INT32 }),
    ),
    revisionHistoryLimit: optional(
      int('How many old ReplicaSets without pods are kept.', { default: 10, minimum: 0, maximum: MAX_INT32 }),
    ),
    paused: optional(flag('Stand still: no step, weight or switch; pods follow `replicas`.', { default: false })),
    progressDeadlineSeconds: optional(
      int('Without progress for so long the update is called Degraded; more than minReadySeconds.', {
        default: 600,
        minimum: 1,
        maximum: MAX_INT32,
      }),
    ),
    progressDeadlineAbort: optional(flag('It is aborted then, too.', { default: false })),
    restartAt: optional(time('Pods older than this are replaced, once it is past.')),
    rollbackWindow: optional(
      object('Going back to a recent revision skips the steps.', {
        revisions: optional(int('How recent.', { defaultText: '0', minimum: 0 })),
      }),
    ),
    analysis: optional(
      object('How many finished AnalysisRuns and Experiments are kept.', {
        successfulRunHistoryLimit: optional(int('Successful ones.', { defaultText: '5', minimum: 0 })),
        unsuccessfulRunHistoryLimit: optional(int('All others.', { defaultText: '5', minimum: 0 })),
      }),
    ),
    strategy: optional(strategySchema),
  },
  {
    rules: [
      { rule: 'has(self.strategy)', message: 'give a strategy: canary or blueGreen', fieldPath: '.strategy' },
      {
        rule: 'has(self.template) != has(self.workloadRef)',
        message: 'give exactly one of template and workloadRef',
        fieldPath: '.template',
      },
      {
        rule: 'has(self.selector) || has(self.workloadRef)',
        message: 'say by labels which pods are those of the Rollout',
        fieldPath: '.selector',
      },
      {
        rule: '!has(self.template) || !has(self.selector) || !has(self.selector.matchLabels) || (has(self.template.metadata) && has(self.template.metadata.labels) && self.selector.matchLabels.all(key, key in self.template.metadata.labels && self.template.metadata.labels[key] == self.selector.matchLabels[key]))',
        message: 'does not match spec.selector; give the pods the labels that it asks for',
        fieldPath: '.template',
      },
      {
        rule: 'has(oldSelf.selector) ? has(self.selector) && self.selector == oldSelf.selector : true',
        message: 'cannot be changed: old pods would be lost; make a new Rollout',
        fieldPath: '.selector',
      },
      {
        rule: '!has(self.progressDeadlineSeconds) || self.progressDeadlineSeconds > (has(self.minReadySeconds) ? self.minReadySeconds : 0)',
        message: 'must be more than minReadySeconds',
        fieldPath: '.progressDeadlineSeconds',
      },
      {
        rule: '!has(self.strategy) || !has(self.strategy.blueGreen) || !has(self.strategy.blueGreen.scaleDownDelayRevisionLimit) || !has(self.revisionHistoryLimit) || self.strategy.blueGreen.scaleDownDelayRevisionLimit <= self.revisionHistoryLimit',
        message: 'must not be more than revisionHistoryLimit',
        fieldPath: '.strategy.blueGreen.scaleDownDelayRevisionLimit',
      },
    ],
  },
);
