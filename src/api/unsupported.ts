import { GATEWAY_API_PLUGIN } from './names.ts';
import type { Problem } from './problem.ts';
import { invalid, member } from './problem.ts';

/** The kinds that have a spec, told apart where they stand in the lists below. */
export type ApiKind = 'Rollout' | 'AnalysisTemplate' | 'AnalysisRun' | 'Experiment';

/** A field that the schema accepts and the controller does not act on yet; `harmless` is the value that changes nothing. */
export type NotYet = Readonly<{ path: string; harmless?: unknown }>;

const ANALYSIS_BLOCK = ['templates', 'args', 'dryRun', 'measurementRetention', 'analysisRunMetadata'];
const CANARY = 'spec.strategy.canary';
const ROUTING = `${CANARY}.trafficRouting`;
const GATEWAY = `${ROUTING}.gatewayAPI`;
const PROTOCOLS = ['http', 'grpc', 'tcp', 'tls'] as const;
const BLUE_GREEN = 'spec.strategy.blueGreen';

const under = (path: string, ...keys: readonly string[]): readonly string[] => keys.map((key) => `${path}.${key}`);
const notYet = (path: string, ...keys: readonly string[]): readonly NotYet[] =>
  keys.map((key) => ({ path: `${path}.${key}` }));

const METRIC_FIELDS = [
  ...under(
    'spec.metrics[]',
    'name',
    'interval',
    'initialDelay',
    'count',
    'successCondition',
    'failureCondition',
    'failureLimit',
    'inconclusiveLimit',
    'consecutiveErrorLimit',
    'consecutiveSuccessLimit',
  ),
  ...under(
    'spec.metrics[].provider',
    'prometheus',
    'web',
    'job',
    'datadog',
    'newRelic',
    'wavefront',
    'cloudWatch',
    'graphite',
    'influxdb',
    'skywalking',
    'plugin',
  ),
  'spec.metrics[].canary',
  ...under('spec.args[]', 'name', 'value', 'valueFrom.secretKeyRef'),
  ...under('spec', 'dryRun', 'measurementRetention'),
];

const METRIC_NOT_YET = [
  ...notYet('spec.metrics[].provider', 'kayenta'),
  ...notYet('spec.args[].valueFrom', 'fieldRef'),
];

/** The fields of each spec that the controller acts on; an entry covers everything below it. `[]` is any index. */
export const ACTED_ON: Readonly<Record<ApiKind, readonly string[]>> = {
  Rollout: [
    ...under(
      'spec',
      'replicas',
      'selector',
      'template',
      'minReadySeconds',
      'revisionHistoryLimit',
      'paused',
      'progressDeadlineSeconds',
      'progressDeadlineAbort',
      'rollbackWindow.revisions',
      'restartAt',
      'workloadRef',
      'analysis',
    ),
    ...under(CANARY, 'canaryService', 'stableService', 'maxSurge', 'maxUnavailable', 'scaleDownDelaySeconds'),
    ...under(CANARY, 'scaleDownDelayRevisionLimit', 'abortScaleDownDelaySeconds', 'pingPong'),
    ...under(CANARY, 'dynamicStableScale', 'minPodsPerReplicaSet', 'replicaProgressThreshold'),
    ...under(`${CANARY}.steps[]`, 'setWeight', 'setCanaryScale', 'pause', 'setHeaderRoute', 'setMirrorRoute'),
    ...under(`${CANARY}.steps[].experiment`, 'duration', 'analyses', 'dryRun', 'analysisRunMetadata'),
    `${CANARY}.steps[].experiment.scaleDownDelaySeconds`,
    ...under(`${CANARY}.steps[].experiment.templates[]`, 'name', 'specRef', 'replicas', 'metadata', 'selector'),
    ...under(`${CANARY}.steps[].experiment.templates[]`, 'service', 'weight'),
    ...under(CANARY, 'canaryMetadata', 'stableMetadata', 'antiAffinity'),
    ...under(`${CANARY}.steps[].analysis`, ...ANALYSIS_BLOCK),
    ...under(`${CANARY}.analysis`, ...ANALYSIS_BLOCK, 'startingStep'),
    ...PROTOCOLS.flatMap((protocol) => [
      ...under(GATEWAY, `${protocol}Route`, `${protocol}RouteSelector`),
      ...under(`${GATEWAY}.${protocol}Routes[]`, 'name', 'useHeaderRoutes'),
    ]),
    ...under(GATEWAY, 'namespace', 'configMap'),
    ...under(GATEWAY, 'disableInProgressLabel', 'inProgressLabelKey', 'inProgressLabelValue'),
    ...under(ROUTING, 'plugins', 'managedRoutes', 'maxTrafficWeight'),
    ...under(BLUE_GREEN, 'activeService', 'previewService', 'previewReplicaCount', 'autoPromotionEnabled'),
    ...under(BLUE_GREEN, 'autoPromotionSeconds', 'scaleDownDelaySeconds', 'scaleDownDelayRevisionLimit'),
    ...under(BLUE_GREEN, 'abortScaleDownDelaySeconds', 'maxUnavailable'),
    ...under(BLUE_GREEN, 'previewMetadata', 'activeMetadata', 'antiAffinity'),
    ...under(`${BLUE_GREEN}.prePromotionAnalysis`, ...ANALYSIS_BLOCK),
    ...under(`${BLUE_GREEN}.postPromotionAnalysis`, ...ANALYSIS_BLOCK),
  ],
  AnalysisTemplate: [...METRIC_FIELDS, 'spec.templates'],
  AnalysisRun: [...METRIC_FIELDS, 'spec.terminate', 'spec.ttlStrategy'],
  Experiment: [
    ...under('spec', 'templates', 'duration', 'progressDeadlineSeconds', 'terminate', 'scaleDownDelaySeconds'),
    ...under('spec', 'dryRun', 'measurementRetention', 'analysisRunMetadata'),
    ...under('spec.analyses[]', 'name', 'templateName', 'clusterScope', 'requiredForCompletion'),
    ...under('spec.analyses[].args[]', 'name', 'value'),
  ],
};

/** The fields of each spec that are refused until the controller acts on them. */
export const NOT_YET: Readonly<Record<ApiKind, readonly NotYet[]>> = {
  Rollout: [
    ...notYet(`${CANARY}.steps[]`, 'plugin'),
    ...notYet(ROUTING, 'alb', 'ambassador', 'apisix', 'appMesh', 'istio', 'nginx', 'smi', 'traefik'),
  ],
  AnalysisTemplate: METRIC_NOT_YET,
  AnalysisRun: METRIC_NOT_YET,
  Experiment: notYet('spec.analyses[].args[]', 'valueFrom'),
};

/** Where members that no list names are told as unknown: the CRD keeps them there (rulings 5). */
const OPEN_PLACES: readonly string[] = [
  `${CANARY}.steps[]`,
  ROUTING,
  GATEWAY,
  ...PROTOCOLS.map((protocol) => `${GATEWAY}.${protocol}Routes[]`),
];

/**
 * Every field of the spec that the controller would ignore: accepted by the schema but not acted on yet
 * (`NotYetSupported`), or unknown in a place where the CRD keeps unknown members (`UnknownField`).
 */
export function unsupportedFields(kind: ApiKind, spec: unknown): readonly Problem[] {
  const problems: Problem[] = [];
  const known = [...ACTED_ON[kind], ...NOT_YET[kind].map(({ path }) => path)];
  const visit = (value: unknown, pattern: string, path: string): void => {
    const entry = NOT_YET[kind].find((field) => field.path === pattern);
    if (entry !== undefined) {
      if (entry.harmless === undefined || entry.harmless !== value) problems.push(notYetSupported(path, value));
      return;
    }
    if (!leadsTo(known, pattern)) {
      if (OPEN_PLACES.some((place) => isChild(place, pattern))) problems.push(unknownField(path, value));
      return;
    }
    if (Array.isArray(value)) {
      value.forEach((item: unknown, index) => visit(item, `${pattern}[]`, `${path}[${index}]`));
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, item] of Object.entries(value)) {
        if (item !== undefined) visit(item, childPattern(pattern, key), member(path, key));
      }
    }
  };
  visit(spec, 'spec', 'spec');
  return problems;
}

/** The plugin's block has the fields of our own one, so it is judged by the same lists. */
function childPattern(pattern: string, key: string): string {
  return pattern === `${ROUTING}.plugins` && key === GATEWAY_API_PLUGIN ? GATEWAY : `${pattern}.${key}`;
}

/** True when an entry is the pattern, lies below it, or covers it. */
function leadsTo(entries: readonly string[], pattern: string): boolean {
  return entries.some((entry) => entry === pattern || isBelow(entry, pattern) || isBelow(pattern, entry));
}

function isBelow(path: string, above: string): boolean {
  return path.startsWith(`${above}.`) || path.startsWith(`${above}[`);
}

function isChild(place: string, pattern: string): boolean {
  return isBelow(pattern, place) && !/[.[]/.test(pattern.slice(place.length + 1));
}

function notYetSupported(path: string, value: unknown): Problem {
  return invalid(path, 'NotYetSupported', value, 'this version of Sluice does not act on this field yet; remove it');
}

function unknownField(path: string, value: unknown): Problem {
  return invalid(path, 'UnknownField', value, 'there is no such field; check the spelling or remove it');
}
