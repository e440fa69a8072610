import { blueGreen, canary, PODS, rolloutOf } from '../rollouts.ts';
import { row } from './refusal.ts';
import type { Refusal } from './refusal.ts';

/** Of the top level of the spec. */
export const TOP: readonly Refusal[] = [
  row('replicas cannot be negative', canary({}, { replicas: -1 }), 'spec.replicas', 'NotNegative', 'spec.replicas'),
  row(
    'minReadySeconds cannot be negative',
    canary({}, { minReadySeconds: -1 }),
    'spec.minReadySeconds',
    'NotNegative',
    'spec.minReadySeconds',
  ),
  row(
    'revisionHistoryLimit cannot be negative',
    canary({}, { revisionHistoryLimit: -1 }),
    'spec.revisionHistoryLimit',
    'NotNegative',
    'spec.revisionHistoryLimit',
  ),
  row(
    'progressDeadlineSeconds cannot be negative',
    canary({}, { progressDeadlineSeconds: -1 }),
    'spec.progressDeadlineSeconds',
    'NotNegative',
    'spec.progressDeadlineSeconds',
  ),
  row(
    'an update needs more time than a pod needs to become available',
    canary({}, { minReadySeconds: 60, progressDeadlineSeconds: 60 }),
    'spec.progressDeadlineSeconds',
    'DeadlineAfterReady',
    'spec.progressDeadlineSeconds',
  ),
  row(
    'the default deadline counts too',
    canary({}, { minReadySeconds: 700 }),
    'spec.progressDeadlineSeconds',
    'DeadlineAfterReady',
    'spec.progressDeadlineSeconds',
  ),
  row(
    'pods must be selected somehow',
    rolloutOf({ template: PODS.template ?? {}, strategy: { canary: {} } }),
    'spec.selector',
    'SelectorRequired',
    'spec.selector',
  ),
  row(
    'an empty selector would select every pod',
    canary({}, { selector: {} }),
    'spec.selector',
    'SelectorNotEmpty',
    'spec.selector',
  ),
  row(
    'the selector must match the labels of the template',
    canary({}, { selector: { matchLabels: { app: 'shop' } } }),
    'spec.template.metadata.labels',
    'SelectorMatches',
    'spec.template',
  ),
  row(
    'a selector by expression must match too',
    canary({}, { selector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['shop'] }] } }),
    'spec.template.metadata.labels',
    'SelectorMatches',
  ),
  row(
    'pods need a template',
    rolloutOf({ selector: { matchLabels: { app: 'web' } }, strategy: { canary: {} } }),
    'spec.template',
    'TemplateXorWorkload',
    'spec.template',
  ),
  row(
    'a template and a workloadRef contradict each other',
    canary({}, { workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' } }),
    'spec.template',
    'TemplateXorWorkload',
    'spec.template',
  ),
  row(
    'a StatefulSet cannot be a workloadRef',
    rolloutOf({ workloadRef: { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'web' }, strategy: { canary: {} } }),
    'spec.workloadRef.kind',
    'WorkloadKind',
  ),
  row(
    'a workloadRef needs a name',
    rolloutOf({ workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment' }, strategy: { canary: {} } }),
    'spec.workloadRef.name',
    'WorkloadName',
  ),
  row('a strategy is needed', rolloutOf(PODS), 'spec.strategy', 'OneStrategy', 'spec.strategy'),
  row(
    'an empty strategy is none',
    rolloutOf({ ...PODS, strategy: {} }),
    'spec.strategy',
    'OneStrategy',
    'spec.strategy',
  ),
  row(
    'two strategies contradict each other',
    rolloutOf({ ...PODS, strategy: { canary: {}, blueGreen: { activeService: 'web' } } }),
    'spec.strategy',
    'OneStrategy',
    'spec.strategy',
  ),
];

/** Of the blue-green strategy. */
export const BLUE_GREEN: readonly Refusal[] = [
  row(
    'the preview Service must be another one than the active Service',
    blueGreen({ previewService: 'web' }),
    'spec.strategy.blueGreen.previewService',
    'DifferentServices',
    'spec.strategy.blueGreen.previewService',
  ),
  row(
    'blue-green needs an active Service',
    blueGreen({ activeService: '' }),
    'spec.strategy.blueGreen.activeService',
    'ActiveServiceRequired',
    'spec.strategy.blueGreen.activeService',
  ),
  row(
    'more revisions cannot be delayed than are kept',
    blueGreen({ scaleDownDelayRevisionLimit: 3 }, { revisionHistoryLimit: 2 }),
    'spec.strategy.blueGreen.scaleDownDelayRevisionLimit',
    'WithinHistory',
    'spec.strategy.blueGreen.scaleDownDelayRevisionLimit',
  ),
  row(
    'a pre-promotion analysis needs a template',
    blueGreen({ prePromotionAnalysis: {} }),
    'spec.strategy.blueGreen.prePromotionAnalysis.templates',
    'TemplateRequired',
  ),
  row(
    'anti-affinity is either preferred or required',
    blueGreen({ antiAffinity: {} }),
    'spec.strategy.blueGreen.antiAffinity',
    'OneAntiAffinity',
    'spec.strategy.blueGreen.antiAffinity',
  ),
];
