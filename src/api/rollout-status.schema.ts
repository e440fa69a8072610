import {
  flag,
  flagOrUnknown,
  int,
  intOrString,
  list,
  object,
  optional,
  rawValue,
  text,
  time,
  word,
} from './field.schema.ts';
import { ANALYSIS_PHASES } from './analysis.schema.ts';
import { conditionSchema } from './meta.schema.ts';

const runStatus = (description: string) =>
  object(description, {
    name: text('Name of the AnalysisRun.'),
    status: word('Its phase.', ANALYSIS_PHASES),
    message: optional(text('Its message.')),
  });

/** A reason to wait. */
export const pauseConditionSchema = object('A reason to wait.', {
  reason: word('Why.', ['CanaryPauseStep', 'BlueGreenPause', 'InconclusiveAnalysisRun', 'InconclusiveExperiment']),
  startTime: time('Since when.'),
});

const weightDestinationSchema = object('The share of one destination.', {
  weight: int('Its weight.'),
  serviceName: optional(text('Its Service.')),
  podTemplateHash: optional(text('The revision behind it.')),
});

const PLUGIN_PHASES = ['Running', 'Successful', 'Failed', 'Error'] as const;

const stepPluginStatusSchema = object('State of one step plugin.', {
  index: int('Index of the step.'),
  name: text('Name of the plugin.'),
  operation: word('What was called.', ['Run', 'Terminate', 'Abort']),
  phase: optional(word('How it went.', PLUGIN_PHASES)),
  message: optional(text('Why.')),
  startedAt: optional(time('When it began.')),
  updatedAt: optional(time('When it last answered.')),
  finishedAt: optional(time('When it ended.')),
  backoff: optional(text('Time to the next call, a Go duration.')),
  executions: optional(int('Number of calls.')),
  disabled: optional(flag('It is switched off, so the step is skipped.')),
  status: optional(rawValue('What it wants to be given at the next call.')),
});

/** Which split of traffic was last proven, and since when: what may be relied on after a restart. */
export const provenWeightSchema = object('The split that was last proven. A field of Sluice.', {
  weight: int('Weight of the canary.'),
  total: optional(int('What weights summed to then.', { defaultText: '100' })),
  canaryHash: text('Revision behind the canary.'),
  stableHash: text('Revision behind the stable version.'),
  managedRoutes: optional(flag('Header or mirror routes led to the canary as well.')),
  since: time('When it was first proven.'),
});

const canaryStatusSchema = object('State of a canary update.', {
  weights: optional(
    object('The split in force, as it was read back; absent without trafficRouting.', {
      canary: weightDestinationSchema,
      stable: weightDestinationSchema,
      additional: optional(list('Experiments.', weightDestinationSchema)),
      verified: optional(flagOrUnknown('Whether the load balancer was seen to follow; null: unknown.')),
    }),
  ),
  currentStepAnalysisRunStatus: optional(runStatus('The run of the step.')),
  currentBackgroundAnalysisRunStatus: optional(runStatus('The run beside the steps.')),
  currentExperiment: optional(text('The experiment of the step.')),
  stablePingPong: optional(word('Which of the two Services is stable.', ['ping', 'pong'])),
  stepPluginStatuses: optional(list('Step plugins.', stepPluginStatusSchema)),
  carriedReplicas: optional(
    int('spec.replicas for which the split in force was last carried by ready pods. A field of Sluice.'),
  ),
  provenWeight: optional(provenWeightSchema),
  weightReverts: optional(
    object('When a weight that somebody else changed was put back of late. A field of Sluice.', {
      weight: int('The weight that was put back.'),
      seen: text('The versions of the routes when it was put back last, separated by commas.'),
      times: list('When, within the last ten minutes.', time('When.')),
    }),
  ),
});

const blueGreenStatusSchema = object('State of a blue-green update.', {
  activeSelector: optional(text('Revision that the active Service selects.')),
  previewSelector: optional(text('Revision that the preview Service selects.')),
  scaleUpPreviewCheckPoint: optional(flag('previewReplicaCount has been left behind.')),
  prePromotionAnalysisRunStatus: optional(runStatus('The run before the switch.')),
  postPromotionAnalysisRunStatus: optional(runStatus('The run after the switch.')),
});

const albResource = (description: string) =>
  object(description, { name: text('Name.'), arn: text('ARN.'), fullName: optional(text('Name in metrics.')) });

const albStatusFields = {
  ingress: optional(text('The Ingress.')),
  loadBalancer: optional(albResource('The load balancer.')),
  canaryTargetGroup: optional(albResource('Target group of the canary.')),
  stableTargetGroup: optional(albResource('Target group of the stable version.')),
};

const durationSchema = object('How long this attempt has taken.', {
  rolloutStartedAt: optional(time('When it began.')),
  manualPauseStartedAt: optional(time('When it began to wait for a person.')),
  totalManualPauseDurationSeconds: optional(int('Time spent waiting for people.')),
  finishedAt: optional(time('When it ended.')),
  completionStatus: optional(
    word('How it ended.', ['Promoted', 'FastPromoted', 'Aborted', 'Superseded', 'RolledBack', 'FastRolledBack']),
  ),
});

/** Status of Rollout. */
export const rolloutStatusSchema = object('What was observed.', {
  observedGeneration: optional(
    intOrString('The metadata.generation that this status speaks of.', {
      byGroup: {
        'sluice.dev': { type: 'integer', format: 'int64' },
        'argoproj.io': { type: 'string' },
      },
    }),
  ),
  phase: optional(word('State in one word.', ['Progressing', 'Paused', 'Healthy', 'Degraded'])),
  message: optional(text('Why.')),
  currentPodHash: optional(text('Hash of the newest revision.')),
  stableRS: optional(text('Hash of the stable revision.')),
  revision: optional(text('Number of the newest revision. A field of Sluice.')),
  currentStepIndex: optional(int('Index of the step under way; the number of steps when all are done.')),
  currentStepHash: optional(text('Hash of the list of steps.')),
  attempt: optional(int('Counts new revisions, changes of steps, retries and resumed analyses. A field of Sluice.')),
  stepDisplay: optional(text('Steps done, of how many, such as `3/6`. A field of Sluice.')),
  pauseConditions: optional(list('What is waited for.', pauseConditionSchema)),
  controllerPause: optional(flag('The controller paused; with no pause condition left somebody resumed.')),
  abort: optional(flag('Asks for, or tells of, an abort.')),
  abortedAt: optional(time('When it was aborted.')),
  promoteFull: optional(flag('Asks for a promotion that skips steps, pauses and analyses.')),
  replicas: optional(int('Pods that exist.')),
  updatedReplicas: optional(int('Pods of the newest revision.')),
  readyReplicas: optional(int('Ready pods.')),
  availableReplicas: optional(int('Available pods.')),
  progressMark: optional(
    int('Most ready and available pods, added up, since the update last moved otherwise. A field of Sluice.'),
  ),
  HPAReplicas: optional(int('Pods that an autoscaler counts.')),
  selector: optional(text('Selector of the pods that an autoscaler counts.')),
  collisionCount: optional(int('Hash collisions so far.')),
  conditions: optional(list('Conditions by type.', conditionSchema, { listMapKey: 'type' })),
  restartedAt: optional(time('The last restartAt that was carried out.')),
  workloadObservedGeneration: optional(text('Generation of the referenced workload that was acted on.')),
  canary: optional(canaryStatusSchema),
  blueGreen: optional(blueGreenStatusSchema),
  alb: optional(object('Target groups of the load balancer.', albStatusFields)),
  albs: optional(list('Target groups of several load balancers.', object('One of them.', albStatusFields))),
  duration: optional(durationSchema),
});
