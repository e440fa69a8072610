import type { Milliseconds } from '../units/duration.ts';
import { seconds } from '../units/duration.ts';
import type { Instant } from '../units/instant.ts';
import { parseInstant } from '../units/instant.ts';
import type { IntOrPercent } from '../units/int-or-percent.ts';
import type { RolloutAnalysis } from './analysis.ts';
import type { BlueGreenStrategy } from './blue-green.ts';
import {
  abortDelayOf,
  DEFAULT_PROGRESS_DEADLINE,
  DEFAULT_REPLICAS,
  DEFAULT_REVISION_HISTORY_LIMIT,
  DEFAULT_RUN_HISTORY_LIMIT,
  DEFAULT_SCALE_DOWN_DELAY,
  DEFAULT_SURGE,
  delayOr,
  nameOf,
} from './defaults.ts';
import type { LabelSelector, PodTemplate } from './meta.ts';
import type { ParsedCanary } from './parse-canary.ts';
import { parseCanary } from './parse-canary.ts';
import type { ParsedPods } from './parse-pods.ts';
import { parsePods } from './parse-pods.ts';
import type { Checked, Problem } from './problem.ts';
import type { Rollout, RolloutSpec } from './rollout.ts';
import { stableSideOf } from './split-services.ts';
import { unsupportedFields } from './unsupported.ts';
import { validateRollout } from './validate.ts';

/** The spec of a Rollout with every default filled in and every number in its unit: what decisions are made from. */
export type ParsedRollout = Readonly<{
  name: string;
  namespace: string;
  generation: number;
  /** spec.replicas, n. */
  replicas: number;
  selector: LabelSelector;
  template: PodTemplate;
  minReady: Milliseconds;
  revisionHistoryLimit: number;
  paused: boolean;
  /** Revisions that may lie between stable and one that is gone back to without steps; 0: off. */
  rollbackWindow: number;
  progressDeadline: Milliseconds;
  progressDeadlineAbort: boolean;
  /** Pods made before it are to be replaced, once it is past. */
  restartAt: Instant | undefined;
  successfulRunHistoryLimit: number;
  unsuccessfulRunHistoryLimit: number;
  strategy: ParsedStrategy;
}>;

/** How a new version replaces the old one. */
export type ParsedStrategy = ParsedCanary | ParsedBlueGreen;

/** The blue-green strategy with its defaults. */
export type ParsedBlueGreen = Readonly<{
  kind: 'BlueGreen';
  activeService: string;
  previewService: string | undefined;
  /** Size of the preview before the switch; undefined: spec.replicas. */
  previewReplicaCount: number | undefined;
  promotion: BlueGreenPromotion;
  prePromotionAnalysis: RolloutAnalysis | undefined;
  postPromotionAnalysis: RolloutAnalysis | undefined;
  scaleDownDelay: Milliseconds;
  /** True when the manifest names the delay: without one, a post-promotion analysis is waited for too. */
  scaleDownDelayGiven: boolean;
  scaleDownDelayRevisionLimit: number | undefined;
  /** How long an aborted preview keeps its pods; undefined: for ever. */
  abortScaleDownDelay: Milliseconds | undefined;
  /** Pods that a restart may take away at once. */
  maxUnavailable: IntOrPercent;
  pods: ParsedPods;
}>;

/** What ends the pause before a blue-green switch. */
export type BlueGreenPromotion =
  Readonly<{ kind: 'AtOnce' }> | Readonly<{ kind: 'After'; delay: Milliseconds }> | Readonly<{ kind: 'ByPerson' }>;

/**
 * Reads the spec of a Rollout: the parsed spec, or every problem of it, which are those of validateRollout and
 * unsupportedFields, and `more`. `pods` holds selector and template where workloadRef takes them from another object.
 * Field types are trusted: the API server has checked them against the CRD.
 */
export function parseRollout(
  rollout: Rollout,
  pods: Pick<RolloutSpec, 'selector' | 'template'> = rollout.spec,
  more: readonly Problem[] = [],
): Checked<ParsedRollout> {
  const problems = [...validateRollout(rollout), ...unsupportedFields('Rollout', rollout.spec), ...more];
  const { selector, template } = pods;
  const held = { ...(selector === undefined ? {} : { selector }), ...(template === undefined ? {} : { template }) };
  const value = readRollout({ ...rollout, spec: { ...rollout.spec, ...held } });
  return problems.length > 0 || value === undefined ? { ok: false, problems } : { ok: true, value };
}

/** Parts of a spec that say how an update goes on. Where its pods and its traffic are is told by the others. */
const WAY_FORWARD = [
  'spec.template',
  'spec.restartAt',
  'spec.rollbackWindow',
  'spec.strategy.canary.steps',
  'spec.strategy.canary.analysis',
  'spec.strategy.canary.replicaProgressThreshold',
  'spec.strategy.canary.canaryMetadata',
  'spec.strategy.canary.stableMetadata',
  'spec.strategy.canary.antiAffinity',
  'spec.strategy.blueGreen.prePromotionAnalysis',
  'spec.strategy.blueGreen.postPromotionAnalysis',
  'spec.strategy.blueGreen.previewMetadata',
  'spec.strategy.blueGreen.activeMetadata',
  'spec.strategy.blueGreen.antiAffinity',
];

/** Parts that name where the traffic of a canary is. */
const TRAFFIC = [
  'spec.strategy.canary.canaryService',
  'spec.strategy.canary.stableService',
  'spec.strategy.canary.pingPong',
  'spec.strategy.canary.trafficRouting',
];

/**
 * What an invalid spec still tells for the way back to the stable version; undefined when one of its problems is about
 * replicas or selector, or, unless it is known from elsewhere where the traffic is, about Services or routes. It is never
 * late: steps that cannot be read say nothing about its time.
 */
export function parseWayBack(
  rollout: Rollout,
  problems: readonly Problem[],
  trafficKnown: boolean,
): ParsedRollout | undefined {
  const parts = trafficKnown ? [...WAY_FORWARD, ...TRAFFIC] : WAY_FORWARD;
  const about = ({ path }: Problem): boolean =>
    parts.some((part) => path === part || path.startsWith(`${part}.`) || path.startsWith(`${part}[`));
  const value = problems.every(about) ? readRollout(rollout) : undefined;
  return value === undefined ? undefined : { ...value, progressDeadlineAbort: false };
}

/** The spec without any judgement of it; undefined where a part is missing without which nothing can be read. */
function readRollout({ metadata, spec, status }: Rollout): ParsedRollout | undefined {
  const { canary, blueGreen } = spec.strategy ?? {};
  const strategy =
    canary !== undefined
      ? parseCanary(canary, metadata.namespace ?? '', stableSideOf({ status }))
      : blueGreen !== undefined
        ? parseBlueGreen(blueGreen)
        : undefined;
  const { selector, template } = spec;
  if (strategy === undefined || selector === undefined || template === undefined) return undefined;
  return {
    name: metadata.name,
    namespace: metadata.namespace ?? '',
    generation: metadata.generation ?? 0,
    replicas: spec.replicas ?? DEFAULT_REPLICAS,
    selector,
    template,
    minReady: seconds(spec.minReadySeconds ?? 0),
    revisionHistoryLimit: spec.revisionHistoryLimit ?? DEFAULT_REVISION_HISTORY_LIMIT,
    paused: spec.paused ?? false,
    rollbackWindow: spec.rollbackWindow?.revisions ?? 0,
    progressDeadline: delayOr(spec.progressDeadlineSeconds, DEFAULT_PROGRESS_DEADLINE),
    progressDeadlineAbort: spec.progressDeadlineAbort ?? false,
    restartAt: parseInstant(spec.restartAt),
    successfulRunHistoryLimit: spec.analysis?.successfulRunHistoryLimit ?? DEFAULT_RUN_HISTORY_LIMIT,
    unsuccessfulRunHistoryLimit: spec.analysis?.unsuccessfulRunHistoryLimit ?? DEFAULT_RUN_HISTORY_LIMIT,
    strategy,
  };
}

function parseBlueGreen(blueGreen: BlueGreenStrategy): ParsedBlueGreen {
  const wait = blueGreen.autoPromotionSeconds ?? 0;
  return {
    kind: 'BlueGreen',
    activeService: blueGreen.activeService,
    previewService: nameOf(blueGreen.previewService),
    previewReplicaCount: blueGreen.previewReplicaCount,
    promotion:
      blueGreen.autoPromotionEnabled === false
        ? { kind: 'ByPerson' }
        : wait > 0
          ? { kind: 'After', delay: seconds(wait) }
          : { kind: 'AtOnce' },
    prePromotionAnalysis: blueGreen.prePromotionAnalysis,
    postPromotionAnalysis: blueGreen.postPromotionAnalysis,
    scaleDownDelay: delayOr(blueGreen.scaleDownDelaySeconds, DEFAULT_SCALE_DOWN_DELAY),
    scaleDownDelayGiven: blueGreen.scaleDownDelaySeconds !== undefined,
    scaleDownDelayRevisionLimit: blueGreen.scaleDownDelayRevisionLimit,
    abortScaleDownDelay: abortDelayOf(blueGreen.abortScaleDownDelaySeconds),
    maxUnavailable: blueGreen.maxUnavailable ?? DEFAULT_SURGE,
    pods: parsePods(blueGreen.previewMetadata, blueGreen.activeMetadata, blueGreen.antiAffinity),
  };
}
