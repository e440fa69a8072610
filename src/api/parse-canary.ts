import type { Milliseconds } from '../units/duration.ts';
import { parsePauseDuration } from '../units/duration.ts';
import type { IntOrPercent } from '../units/int-or-percent.ts';
import type { RolloutAnalysis } from './analysis.ts';
import type { CanaryStep, CanaryStrategy } from './canary.ts';
import { abortDelayOf, DEFAULT_MAX_WEIGHT, DEFAULT_SCALE_DOWN_DELAY, DEFAULT_SURGE, delayOr } from './defaults.ts';
import type { ParsedGatewayApi } from './gateway-api-routes.ts';
import { parseGatewayApi } from './gateway-api-routes.ts';
import type { RouteChange } from './managed-routes.ts';
import { routeChangesOf } from './managed-routes.ts';
import type { ParsedPods } from './parse-pods.ts';
import { parsePods } from './parse-pods.ts';
import type { PingPongSide } from './split-services.ts';
import { rolesIn } from './split-services.ts';
import type { TrafficRouting } from './traffic-routing.ts';

/** The canary strategy with its defaults. */
export type ParsedCanary = Readonly<{
  kind: 'Canary';
  canaryService: string | undefined;
  stableService: string | undefined;
  /** The two Services swap roles at a promotion; those above are what they are now. */
  pingPong: boolean;
  steps: readonly ParsedStep[];
  /** Undefined: pods are the only weight. */
  routing: ParsedRouting | undefined;
  maxSurge: IntOrPercent;
  maxUnavailable: IntOrPercent;
  background: Readonly<{ analysis: RolloutAnalysis; startingStep: number }> | undefined;
  scaleDownDelay: Milliseconds;
  scaleDownDelayRevisionLimit: number | undefined;
  /** How long an aborted canary keeps its pods; undefined: for ever. */
  abortScaleDownDelay: Milliseconds | undefined;
  /** Stable loses pods as its share of the traffic does; only with routing. */
  dynamicStableScale: boolean;
  /** Whether abortScaleDownDelaySeconds stands in the manifest: only then it holds beside dynamicStableScale. */
  abortScaleDownDelayGiven: boolean;
  /** Lower bound of a size that is not 0; only with routing. */
  minPods: number | undefined;
  /** What suffices for a step and for the promotion; undefined: all pods that are asked for. */
  progressThreshold: ProgressThreshold | undefined;
  pods: ParsedPods;
}>;

/** How many available pods suffice: a percentage of those asked for, or a number. At least 1. */
export type ProgressThreshold = Readonly<{ type: 'Percent' | 'Pods'; value: number }>;

/** The size of a canary apart from its weight: so many pods, or those of another weight. */
export type CanaryScale =
  Readonly<{ kind: 'Replicas'; replicas: number }> | Readonly<{ kind: 'Weight'; weight: number }>;

/** How requests are split. Without routes (a literal `trafficRouting: {}`) ReplicaSets are sized as with a router. */
export type ParsedRouting = ParsedGatewayApi &
  Readonly<{
    /** The weight that means all requests. */
    maxWeight: number;
    /** Names of the routes that steps may make; their order is their precedence. */
    managedRoutes: readonly string[];
  }>;

/** One step: complete when all of its parts are. */
export type ParsedStep = Readonly<{ index: number; parts: readonly StepPart[] }>;

/** What a step asks for. */
export type StepPart =
  | Readonly<{ kind: 'SetWeight'; weight: number }>
  /** Without duration it waits until somebody promotes. */
  | Readonly<{ kind: 'Pause'; duration: Milliseconds | undefined }>
  | Readonly<{ kind: 'Analysis'; analysis: RolloutAnalysis }>
  /** Without scale the size follows the weight again. */
  | Readonly<{ kind: 'SetCanaryScale'; scale: CanaryScale | undefined }>
  | Readonly<{ kind: 'Experiment'; experiment: StepExperiment }>
  /** Sets or takes away a header or mirror route. */
  | Readonly<{ kind: 'SetRoute'; change: RouteChange }>;

/** An experiment that a step runs, as written. */
export type StepExperiment = NonNullable<CanaryStep['experiment']>;

/** Fills in the defaults of a canary strategy; `namespace` is that of the Rollout, `side` its stable Service of pingPong. What is invalid is left out. */
export function parseCanary(canary: CanaryStrategy, namespace: string, side: PingPongSide = 'ping'): ParsedCanary {
  const roles = rolesIn(canary, side);
  const { analysis } = canary;
  return {
    kind: 'Canary',
    canaryService: roles.canary,
    stableService: roles.stable,
    pingPong: canary.pingPong !== undefined,
    steps: (canary.steps ?? []).map((step, index) => ({ index, parts: parseStep(step) })),
    routing: canary.trafficRouting === undefined ? undefined : parseRouting(canary.trafficRouting, namespace),
    maxSurge: canary.maxSurge ?? DEFAULT_SURGE,
    maxUnavailable: canary.maxUnavailable ?? DEFAULT_SURGE,
    background: analysis === undefined ? undefined : { analysis, startingStep: analysis.startingStep ?? 0 },
    scaleDownDelay: delayOr(canary.scaleDownDelaySeconds, DEFAULT_SCALE_DOWN_DELAY),
    scaleDownDelayRevisionLimit: canary.scaleDownDelayRevisionLimit,
    abortScaleDownDelay: abortDelayOf(canary.abortScaleDownDelaySeconds),
    dynamicStableScale: canary.dynamicStableScale === true && canary.trafficRouting !== undefined,
    abortScaleDownDelayGiven: canary.abortScaleDownDelaySeconds !== undefined,
    minPods: canary.minPodsPerReplicaSet,
    progressThreshold: parseThreshold(canary.replicaProgressThreshold),
    pods: parsePods(canary.canaryMetadata, canary.stableMetadata, canary.antiAffinity),
  };
}

function parseRouting(routing: TrafficRouting, namespace: string): ParsedRouting {
  const read = parseGatewayApi(routing, namespace, '');
  const { routes, selectors, label } = read.ok ? read.value : { routes: [], selectors: [], label: undefined };
  return {
    maxWeight: routing.maxTrafficWeight ?? DEFAULT_MAX_WEIGHT,
    routes,
    selectors,
    label,
    managedRoutes: (routing.managedRoutes ?? []).map(({ name }) => name),
  };
}

/** What is no type, or below 1, counts as all of the pods (rollout-semantics 1.12). */
function parseThreshold(threshold: CanaryStrategy['replicaProgressThreshold']): ProgressThreshold | undefined {
  if (threshold === undefined || threshold.value < 1) return undefined;
  return threshold.type === 'Percent' || threshold.type === 'Pods' ? threshold : undefined;
}

function parseScale({ replicas, weight }: NonNullable<CanaryStep['setCanaryScale']>): CanaryScale | undefined {
  if (replicas !== undefined) return { kind: 'Replicas', replicas };
  return weight === undefined ? undefined : { kind: 'Weight', weight };
}

function parseStep(step: CanaryStep): readonly StepPart[] {
  const { setWeight, setCanaryScale, pause, analysis, experiment } = step;
  const parts: StepPart[] = routeChangesOf(step).map((change) => ({ kind: 'SetRoute', change }));
  if (setWeight !== undefined) parts.push({ kind: 'SetWeight', weight: setWeight });
  if (setCanaryScale !== undefined) parts.push({ kind: 'SetCanaryScale', scale: parseScale(setCanaryScale) });
  if (pause !== undefined) {
    const { duration } = pause;
    parts.push({ kind: 'Pause', duration: duration === undefined ? undefined : parsePauseDuration(duration) });
  }
  if (analysis !== undefined) parts.push({ kind: 'Analysis', analysis });
  if (experiment !== undefined) parts.push({ kind: 'Experiment', experiment });
  return parts;
}
