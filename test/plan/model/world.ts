import { HASH_LABEL, REVISION, TEMPLATE_HASH } from '../../../src/api/names.ts';
import type { ManagedRoute } from '../../../src/api/managed-routes.ts';
import type { CanaryStep } from '../../../src/api/canary.ts';
import type { RolloutSpec, RolloutStatus } from '../../../src/api/rollout.ts';
import type {
  ObservedReplicaSet,
  ObservedRollout,
  ObservedRoute,
  ObservedService,
} from '../../../src/plan/rollout/observed-rollout.ts';
import { rawTemplateHash } from '../../../src/plan/rollout/revision.ts';
import { instant } from '../../../src/units/instant.ts';

/** The instant at which the worlds of these tests begin. */
export const BEGIN = instant(Date.parse('2026-11-24T10:00:00Z'));
/** When what exists at the beginning was made. */
const LONG_AGO = '2026-11-24T08:00:00Z';

export const CANARY_SERVICE = 'web-canary';
export const STABLE_SERVICE = 'web-stable';
export const ACTIVE_SERVICE = 'web-active';
export const PREVIEW_SERVICE = 'web-preview';

export type StrategyName = 'Basic' | 'Routed' | 'BlueGreen';

/** Pods asked for and pods available of one ReplicaSet. */
export type Sized = Readonly<{ spec: number; available: number; deadline?: string; revision?: number }>;

/** A world in few words; versions stand for pod templates, and name the hash of their ReplicaSet. */
export type WorldWords = Readonly<{
  strategy: StrategyName;
  replicas: number;
  /** The version whose template the spec holds. */
  version: string;
  /** The server refuses that template. */
  refused?: boolean;
  sets?: Readonly<Record<string, Sized>>;
  /** Which version each Service selects; '' selects every pod. Absent: every one of the strategy selects ''. */
  selected?: Readonly<Record<string, string>>;
  /** True: the Services' endpoints have not followed yet, nobody is behind them. */
  endpointsLag?: boolean;
  weight?: number;
  /** What weights sum to; 100 unless told. */
  maxWeight?: number;
  /** How many HTTPRoutes carry the traffic; one unless told. */
  routes?: 1 | 2;
  accepted?: boolean;
  /** The two Services swap roles: the stable one is ping at the beginning. */
  pingPong?: boolean;
  /** Managed routes that stand in each route. */
  managed?: readonly ManagedRoute[];
  status?: RolloutStatus;
  steps?: readonly CanaryStep[];
  spec?: Partial<RolloutSpec>;
  options?: Readonly<Record<string, unknown>>;
}>;

/** The pod template of a version. */
export function templateOf(version: string): NonNullable<RolloutSpec['template']> {
  return {
    metadata: { labels: { app: 'web' } },
    spec: { containers: [{ name: 'web', image: `web:${version}` }] },
  };
}

/** The spec of a Rollout of this strategy. */
export function specOf(words: WorldWords): RolloutSpec {
  const { options = {}, steps } = words;
  const canary = {
    ...(steps === undefined ? {} : { steps }),
    ...(words.strategy === 'Routed'
      ? {
          ...(words.pingPong === true
            ? { pingPong: { pingService: STABLE_SERVICE, pongService: CANARY_SERVICE } }
            : { canaryService: CANARY_SERVICE, stableService: STABLE_SERVICE }),
          trafficRouting: {
            managedRoutes: [{ name: 'canary-by-header' }, { name: 'canary-copy' }],
            gatewayAPI: { httpRoutes: routeNames(words).map((name) => ({ name, useHeaderRoutes: true })) },
            ...(words.maxWeight === undefined ? {} : { maxTrafficWeight: words.maxWeight }),
          },
        }
      : {}),
    ...options,
  };
  const blueGreen = { activeService: ACTIVE_SERVICE, previewService: PREVIEW_SERVICE, ...options };
  return {
    replicas: words.replicas,
    selector: { matchLabels: { app: 'web' } },
    template: templateOf(words.version),
    strategy: words.strategy === 'BlueGreen' ? { blueGreen } : { canary },
    ...words.spec,
  };
}

/** The observation of a world. */
export function worldOf(words: WorldWords): ObservedRollout {
  const sets = Object.entries(words.sets ?? {}).map(([version, sized], index) => setOf(version, sized, index));
  return {
    group: 'sluice.dev',
    instanceId: '',
    rollout: {
      apiVersion: 'sluice.dev/v1alpha1',
      kind: 'Rollout',
      metadata: {
        name: 'web',
        namespace: 'shop',
        uid: 'rollout',
        generation: 1,
        resourceVersion: '1',
        creationTimestamp: LONG_AGO,
      },
      spec: specOf(words),
      ...(words.status === undefined ? {} : { status: words.status }),
    },
    replicaSets: sets,
    pods: [],
    services: serviceNames(words).map((name) => serviceOf(name, words, sets)),
    routes: words.strategy === 'Routed' ? routeNames(words).map((name) => routeOf(name, words)) : [],
    leftServices: [],
    leftRoutes: [],
    earlierRoutes: [],
    analysisRuns: [],
    experiments: [],
    trialServices: [],
    analysisTemplates: [
      {
        name: 'errors',
        clusterScope: false,
        template: {
          metadata: { name: 'errors', namespace: 'shop', uid: 'template', generation: 1, resourceVersion: '1' },
          spec: {
            metrics: [
              {
                name: 'errors',
                interval: '10s',
                count: 3,
                successCondition: 'result[0] < 0.05',
                provider: { prometheus: { address: 'http://127.0.0.1:9090', query: 'errors' } },
              },
            ],
          },
        },
      },
    ],
    templateAnswer: words.refused === true ? { generation: 1, accepted: false, message: 'no' } : undefined,
    missingRouteKinds: [],
    refusals: [],
  };
}

/** The Services that the spec names; a canary without routes has none here. */
function serviceNames({ strategy, options = {} }: WorldWords): readonly string[] {
  if (strategy === 'BlueGreen') return [ACTIVE_SERVICE, PREVIEW_SERVICE];
  if (strategy === 'Routed') return [CANARY_SERVICE, STABLE_SERVICE];
  return [options['canaryService'], options['stableService']].filter((name) => typeof name === 'string');
}

function setOf(version: string, sized: Sized, index: number): ObservedReplicaSet {
  const { spec, available, deadline } = sized;
  return {
    name: `web-${version}`,
    uid: `set-${version}`,
    resourceVersion: '1',
    hash: version,
    labels: { app: 'web', [HASH_LABEL]: version },
    annotations: {
      [REVISION]: String(sized.revision ?? index + 1),
      [TEMPLATE_HASH]: rawTemplateHash(templateOf(version)),
      ...(deadline === undefined ? {} : { 'scale-down-deadline': deadline }),
    },
    createdAt: LONG_AGO,
    deleting: false,
    specReplicas: spec,
    minReadySeconds: 0,
    replicas: Math.max(spec, available),
    ready: available,
    available,
    settled: available <= spec,
    template: templateOf(version),
  };
}

function serviceOf(name: string, words: WorldWords, sets: readonly ObservedReplicaSet[]): ObservedService {
  const hash = words.selected?.[name] ?? '';
  const behind = sets.filter((set) => hash === '' || set.hash === hash);
  return {
    name,
    exists: true,
    uid: `service-${name}`,
    resourceVersion: '1',
    selector: { app: 'web', ...(hash === '' ? {} : { [HASH_LABEL]: hash }) },
    managedBy: hash === '' ? undefined : 'web',
    readyEndpoints:
      words.endpointsLag === true ? {} : Object.fromEntries(behind.map((set) => [set.hash, set.ready] as const)),
  };
}

function routeNames({ routes = 1 }: WorldWords): readonly string[] {
  return routes === 1 ? ['web'] : ['web', 'admin'];
}

function routeOf(name: string, words: WorldWords): ObservedRoute {
  const canary = words.weight ?? 0;
  return {
    route: { router: 'GatewayApi', resource: 'httproutes', namespace: 'shop', name, headerRoutes: true },
    exists: true,
    uid: name === 'web' ? 'route' : `route-${name}`,
    resourceVersion: '1',
    split: { canary, stable: (words.maxWeight ?? 100) - canary },
    uniform: true,
    accepted: words.accepted ?? true,
    problem: undefined,
    refused: false,
    inProgress: false,
    noted: false,
    shared: false,
    managed: words.managed ?? [],
    intact: true,
    authored: [],
  };
}
