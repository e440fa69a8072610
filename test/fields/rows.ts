import type { Story } from './play-story.ts';
import * as stories from './stories.ts';
import { otherRoute } from './stories.ts';

/** A field's test: in this story, these values at these paths must make another story of it. */
export type Row = Readonly<{
  story: Story;
  /** The path that the row is about, with indices. */
  path: string;
  value: unknown;
  /** Further values, in both lives: what the field needs beside it. */
  beside?: Readonly<Record<string, unknown>>;
}>;

const row = (story: Story, path: string, value: unknown, beside?: Row['beside']): Row => ({
  story,
  path,
  value,
  ...(beside === undefined ? {} : { beside }),
});

const CANARY = 'spec.strategy.canary';
const ROUTING = `${CANARY}.trafficRouting`;
const GATEWAY = `${ROUTING}.gatewayAPI`;
const BLUE_GREEN = 'spec.strategy.blueGreen';

const top: readonly Row[] = [
  row(stories.BASIC, 'spec.replicas', 3),
  row(
    stories.BASIC,
    'spec.selector.matchLabels',
    { app: 'web', tier: 'front' },
    {
      'spec.template.metadata.labels.tier': 'front',
    },
  ),
  row(stories.BASIC, 'spec.selector.matchExpressions[0].key', 'app', {
    'spec.selector.matchExpressions[0]': { key: 'tier', operator: 'In', values: ['front', 'web'] },
    'spec.template.metadata.labels.tier': 'front',
  }),
  row(stories.BASIC, 'spec.selector.matchExpressions[0].operator', 'Exists', {
    'spec.selector.matchExpressions[0]': { key: 'app', operator: 'In' },
  }),
  row(stories.BASIC, 'spec.selector.matchExpressions[0].values[0]', 'web', {
    'spec.selector.matchExpressions[0]': { key: 'app', operator: 'In', values: ['other', 'web'] },
  }),
  row(stories.BASIC, 'spec.template', stories.OTHER_TEMPLATE),
  row(stories.BASIC, 'spec.minReadySeconds', 2),
  row(stories.MANY, 'spec.revisionHistoryLimit', 0),
  row(stories.HELD, 'spec.paused', true),
  row(stories.STUCK, 'spec.progressDeadlineSeconds', 9),
  row(stories.STUCK, 'spec.progressDeadlineAbort', true),
  row(stories.RESTARTED, 'spec.restartAt', '2025-12-31T23:59:00Z'),
  row(stories.BACK, 'spec.rollbackWindow.revisions', 3),
  row(stories.TAKEN, 'spec.workloadRef.apiVersion', 'v1'),
  row(stories.TAKEN, 'spec.workloadRef.kind', 'ReplicaSet'),
  row(stories.TAKEN, 'spec.workloadRef.name', 'other'),
  row(stories.TAKEN, 'spec.workloadRef.scaleDown', 'onsuccess'),
  row(stories.RUNS_KEPT, 'spec.analysis.successfulRunHistoryLimit', 0),
  row(stories.RUNS_KEPT, 'spec.analysis.unsuccessfulRunHistoryLimit', 0),
];

const canary: readonly Row[] = [
  row(stories.ROUTED, `${CANARY}.canaryService`, 'web-missing'),
  row(stories.ROUTED, `${CANARY}.stableService`, 'web-missing'),
  row(stories.BASIC, `${CANARY}.steps[0].setWeight`, 80),
  row(stories.BASIC, `${CANARY}.steps[1].pause.duration`, 5),
  row(stories.SIZED, `${CANARY}.steps[0].setCanaryScale.replicas`, 4),
  row(stories.SIZED, `${CANARY}.steps[0].setCanaryScale.weight`, 90, {
    [`${CANARY}.steps[0].setCanaryScale`]: { weight: 40 },
  }),
  row(stories.SIZED, `${CANARY}.steps[3].setCanaryScale.matchTrafficWeight`, true, {
    [`${CANARY}.steps[3]`]: { pause: { duration: 1 } },
  }),
  row(stories.BASIC, `${CANARY}.maxSurge`, 1, { [`${CANARY}.maxUnavailable`]: 0 }),
  row(stories.BASIC, `${CANARY}.maxUnavailable`, 3),
  row(stories.PROMOTED, `${CANARY}.scaleDownDelaySeconds`, 6),
  row(stories.DRAINING, `${CANARY}.scaleDownDelayRevisionLimit`, 1),
  row(stories.ABORTED, `${CANARY}.abortScaleDownDelaySeconds`, 5),
  row(stories.PING_PONG, `${CANARY}.pingPong.pingService`, 'web-missing'),
  row(stories.PING_PONG, `${CANARY}.pingPong.pongService`, 'web-missing'),
  row(stories.PROMOTED, `${CANARY}.dynamicStableScale`, true, { [`${CANARY}.scaleDownDelaySeconds`]: undefined }),
  row(stories.ROUTED, `${CANARY}.minPodsPerReplicaSet`, 3),
  row(stories.STUCK, `${CANARY}.replicaProgressThreshold.type`, 'Pods', {
    [`${CANARY}.replicaProgressThreshold`]: { type: 'Percent', value: 1 },
  }),
  row(stories.BASIC, `${CANARY}.replicaProgressThreshold.value`, 1, {
    [`${CANARY}.replicaProgressThreshold`]: { type: 'Pods', value: 5 },
  }),
  ...(['canaryMetadata', 'stableMetadata'] as const).flatMap((field) => [
    row(stories.BASIC, `${CANARY}.${field}.labels`, { role: 'x' }),
    row(stories.BASIC, `${CANARY}.${field}.annotations`, { note: 'x' }),
  ]),
  ...antiAffinity(stories.BASIC, CANARY),
  row(stories.BACKGROUND, `${CANARY}.analysis.startingStep`, 2),
];

const managed: readonly Row[] = [
  row(stories.MANAGED, `${CANARY}.steps[0].setHeaderRoute.name`, 'copy'),
  row(stories.MANAGED, `${CANARY}.steps[0].setHeaderRoute.match[0].headerName`, 'x-other'),
  ...['exact', 'prefix', 'regex'].map((form) =>
    row(stories.MANAGED, `${CANARY}.steps[0].setHeaderRoute.match[0].headerValue.${form}`, 'other', {
      [`${CANARY}.steps[0].setHeaderRoute.match[0].headerValue`]: { [form]: 'beta' },
    }),
  ),
  row(stories.MANAGED, `${CANARY}.steps[1].setMirrorRoute.name`, 'by-header'),
  row(stories.MANAGED, `${CANARY}.steps[1].setMirrorRoute.percentage`, 20),
  ...['method', 'path'].flatMap((part) =>
    ['exact', 'prefix', 'regex'].map((form) =>
      row(
        stories.MANAGED,
        `${CANARY}.steps[1].setMirrorRoute.match[0].${part}.${form}`,
        part === 'method' ? 'POST' : '/b',
        {
          [`${CANARY}.steps[1].setMirrorRoute.match[0].${part}`]: { [form]: part === 'method' ? 'GET' : '/a' },
        },
      ),
    ),
  ),
  row(stories.MANAGED, `${CANARY}.steps[1].setMirrorRoute.match[0].headers`, { 'x-a': { exact: 'c' } }),
  row(stories.MANAGED, `${ROUTING}.managedRoutes[1].name`, 'renamed'),
  row(stories.MANAGED, `${GATEWAY}.httpRoutes[0].useHeaderRoutes`, false),
];

const protocols = [
  ['http', 'HTTPRoute'],
  ['grpc', 'GRPCRoute'],
  ['tcp', 'TCPRoute'],
  ['tls', 'TLSRoute'],
] as const;

const routing: readonly Row[] = [
  ...protocols.flatMap(([protocol, kind]) => {
    const story = { ...stories.ROUTED, objects: [otherRoute(kind, 'other', { app: 'other' })] };
    const selector = `${GATEWAY}.${protocol}RouteSelector`;
    const expression = { key: 'app', operator: 'In', values: ['none'] };
    const none = { [selector]: { matchExpressions: [expression] } };
    return [
      row(story, `${GATEWAY}.${protocol}Route`, 'other'),
      row(story, `${GATEWAY}.${protocol}Routes[0].name`, 'other', {
        [`${GATEWAY}.httpRoute`]: protocol === 'http' ? undefined : 'web',
        [`${GATEWAY}.${protocol}Routes`]: protocol === 'http' ? [{ name: 'web' }] : [],
      }),
      row(story, `${selector}.matchLabels`, { app: 'other' }, { [`${selector}.matchLabels`]: { app: 'none' } }),
      row(story, `${selector}.matchExpressions[0].key`, 'missing', {
        [selector]: { matchExpressions: [{ ...expression, values: ['other'] }] },
      }),
      row(story, `${selector}.matchExpressions[0].operator`, 'NotIn', none),
      row(story, `${selector}.matchExpressions[0].values[0]`, 'other', none),
    ];
  }),
  row(
    { ...stories.MANAGED, objects: [...(stories.MANAGED.objects ?? []), otherRoute('GRPCRoute', 'other')] },
    `${GATEWAY}.grpcRoutes[0].useHeaderRoutes`,
    true,
    {
      [`${GATEWAY}.grpcRoutes`]: [{ name: 'other' }],
      [`${CANARY}.steps[1]`]: { pause: { duration: 1 } },
    },
  ),
  row(stories.ROUTED, `${GATEWAY}.namespace`, 'elsewhere'),
  row(stories.ROUTED, `${GATEWAY}.disableInProgressLabel`, true),
  row(stories.ROUTED, `${GATEWAY}.inProgressLabelKey`, 'example.com/busy'),
  row(stories.ROUTED, `${GATEWAY}.inProgressLabelValue`, 'busy'),
  row(stories.PING_PONG, `${ROUTING}.plugins`, {
    'argoproj-labs/gatewayAPI': { httpRoute: 'missing', namespace: 'scenario' },
  }),
  row(stories.PING_PONG, `${ROUTING}.maxTrafficWeight`, 1000),
];

const blueGreen: readonly Row[] = [
  row(stories.BLUE_GREEN, `${BLUE_GREEN}.activeService`, 'web-missing'),
  row(stories.BLUE_GREEN, `${BLUE_GREEN}.previewService`, undefined),
  row(stories.BLUE_GREEN, `${BLUE_GREEN}.previewReplicaCount`, 1),
  row(stories.BLUE_GREEN, `${BLUE_GREEN}.autoPromotionEnabled`, true),
  row(stories.BLUE_GREEN, `${BLUE_GREEN}.autoPromotionSeconds`, 3, { [`${BLUE_GREEN}.autoPromotionEnabled`]: true }),
  row(stories.BLUE_GREEN, `${BLUE_GREEN}.scaleDownDelaySeconds`, 6),
  row(stories.BLUE_GREEN_MANY, `${BLUE_GREEN}.scaleDownDelayRevisionLimit`, 1),
  row(stories.BLUE_GREEN_ABORTED, `${BLUE_GREEN}.abortScaleDownDelaySeconds`, 6),
  row(stories.BLUE_GREEN_RESTARTED, `${BLUE_GREEN}.maxUnavailable`, 4),
  ...(['previewMetadata', 'activeMetadata'] as const).flatMap((field) => [
    row(stories.BLUE_GREEN, `${BLUE_GREEN}.${field}.labels`, { role: 'x' }),
    row(stories.BLUE_GREEN, `${BLUE_GREEN}.${field}.annotations`, { note: 'x' }),
  ]),
  ...antiAffinity(stories.BLUE_GREEN, BLUE_GREEN),
];

function antiAffinity(story: Story, strategy: string): readonly Row[] {
  const preferred = `${strategy}.antiAffinity.preferredDuringSchedulingIgnoredDuringExecution.weight`;
  return [
    row(story, preferred, 7, { [preferred]: 90 }),
    row(story, `${strategy}.antiAffinity.requiredDuringSchedulingIgnoredDuringExecution`, {}),
  ];
}

/** The fields of an analysis, wherever it stands. */
function analysis(story: Story, at: string): readonly Row[] {
  return [
    row(story, `${at}.templates[0].templateName`, 'others'),
    row(story, `${at}.templates[0].clusterScope`, true),
    row(story, `${at}.args[1].name`, 'other'),
    row(story, `${at}.args[1].value`, '0.07'),
    row(story, `${at}.args[0].valueFrom.podTemplateHashValue`, 'Stable'),
    row(story, `${at}.args[2].valueFrom.fieldRef.fieldPath`, 'metadata.name'),
    row(story, `${at}.dryRun[0].metricName`, 'first'),
    row(story, `${at}.measurementRetention[0].metricName`, 'first'),
    row(story, `${at}.measurementRetention[0].limit`, 1),
    row(story, `${at}.analysisRunMetadata.labels`, { team: 'b' }),
    row(story, `${at}.analysisRunMetadata.annotations`, { note: 'b' }),
  ];
}

const EXPERIMENT = `${CANARY}.steps[1].experiment`;
const CHECK = `${EXPERIMENT}.analyses[0]`;
const experiment: readonly Row[] = [
  row(stories.EXPERIMENT, `${EXPERIMENT}.duration`, '3s'),
  row(stories.EXPERIMENT, `${EXPERIMENT}.scaleDownDelaySeconds`, 4),
  row(stories.EXPERIMENT, `${EXPERIMENT}.analysisRunMetadata.labels`, { team: 'b' }),
  row(stories.EXPERIMENT, `${EXPERIMENT}.analysisRunMetadata.annotations`, { note: 'b' }),
  row(stories.EXPERIMENT, `${EXPERIMENT}.dryRun[0].metricName`, 'first'),
  row(stories.EXPERIMENT, `${EXPERIMENT}.templates[0].name`, 'former'),
  row(stories.EXPERIMENT, `${EXPERIMENT}.templates[0].specRef`, 'canary'),
  row(stories.EXPERIMENT, `${EXPERIMENT}.templates[0].replicas`, 2),
  row(stories.EXPERIMENT, `${EXPERIMENT}.templates[0].metadata.labels`, { role: 'old', more: 'x' }),
  row(stories.EXPERIMENT, `${EXPERIMENT}.templates[0].metadata.annotations`, { note: 'x' }),
  row(stories.EXPERIMENT, `${EXPERIMENT}.templates[0].selector.matchLabels`, { role: 'old' }),
  ...[
    ['key', 'role'],
    ['operator', 'Exists'],
    ['values[0]', 'web'],
  ].map(([field = '', value]) =>
    row(stories.EXPERIMENT, `${EXPERIMENT}.templates[0].selector.matchExpressions[0].${field}`, value, {
      [`${EXPERIMENT}.templates[0].selector.matchExpressions[0]`]: {
        key: 'app',
        operator: 'In',
        ...(field === 'operator' ? {} : { values: ['other', 'web', 'old'] }),
      },
    }),
  ),
  row(stories.EXPERIMENT, `${EXPERIMENT}.templates[1].weight`, 20),
  row(stories.EXPERIMENT, `${EXPERIMENT}.templates[1].service.name`, 'renamed'),
  row(stories.EXPERIMENT, `${CHECK}.name`, 'renamed'),
  row(stories.EXPERIMENT, `${CHECK}.templateName`, 'others'),
  row(stories.EXPERIMENT, `${CHECK}.clusterScope`, true),
  row(stories.EXPERIMENT, `${CHECK}.requiredForCompletion`, true),
  row(stories.EXPERIMENT, `${CHECK}.args[1].name`, 'other'),
  row(stories.EXPERIMENT, `${CHECK}.args[1].value`, '0.07'),
  row(stories.EXPERIMENT, `${CHECK}.args[0].valueFrom.podTemplateHashValue`, 'Stable'),
  row(stories.EXPERIMENT, `${CHECK}.args[2].valueFrom.fieldRef.fieldPath`, 'metadata.name'),
];

/**
 * Served for manifests that have them, and of no effect: the plugin keeps its notes in the ConfigMap, ours stand on the
 * route; connections have no headers.
 */
export const WITHOUT_EFFECT: readonly Row[] = [
  row(stories.ROUTED, `${GATEWAY}.configMap`, 'elsewhere'),
  ...(['tcp', 'tls'] as const).map((protocol) => {
    const kind = protocol === 'tcp' ? 'TCPRoute' : 'TLSRoute';
    const story = { ...stories.ROUTED, objects: [otherRoute(kind, 'other')] };
    return row(story, `${GATEWAY}.${protocol}Routes[0].useHeaderRoutes`, true, {
      [`${GATEWAY}.${protocol}Routes`]: [{ name: 'other' }],
    });
  }),
];

/** One row a field of the Rollout's spec, or more. */
export const ROWS: readonly Row[] = [
  ...top,
  ...canary,
  ...managed,
  ...routing,
  ...analysis(stories.STEP_ANALYSIS, `${CANARY}.steps[1].analysis`),
  ...analysis(stories.BACKGROUND, `${CANARY}.analysis`),
  ...analysis(stories.PRE_ANALYSIS, `${BLUE_GREEN}.prePromotionAnalysis`),
  ...analysis(stories.POST_ANALYSIS, `${BLUE_GREEN}.postPromotionAnalysis`),
  ...blueGreen,
  ...experiment,
];
