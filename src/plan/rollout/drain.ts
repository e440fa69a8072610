import { DEFAULT_SCALE_DOWN_DELAY } from '../../api/defaults.ts';
import { SCALE_DOWN_DEADLINE } from '../../api/names.ts';
import type { Milliseconds } from '../../units/duration.ts';
import type { Instant } from '../../units/instant.ts';
import { add, formatInstant, parseInstant } from '../../units/instant.ts';
import { leftUse } from './left.ts';
import type { ObservedReplicaSet } from './observed-rollout.ts';
import type { Situation } from './situation.ts';
import { blueGreenOf, canaryOf, isRouted, selectedHash, serviceNamed, totalWeight } from './situation.ts';
import { hasManagedRoutes, observedWeight, provenSplit } from './weights.ts';

/** What is to be done about one old revision now. */
export type Drain =
  /** Traffic may still reach it. */
  | Readonly<{ kind: 'InUse'; name: string; because: string }>
  /** Nothing names it any more: its delay begins. */
  | Readonly<{ kind: 'Begin'; name: string; deadline: string }>
  | Readonly<{ kind: 'Wait'; name: string; until: Instant }>
  /** The delay is over. */
  | Readonly<{ kind: 'ScaleDown'; name: string }>
  /** An aborted revision that keeps its pods by declaration (abortScaleDownDelaySeconds: 0). */
  | Readonly<{ kind: 'Keep'; name: string }>;

/** The delay of old revisions after a promotion. */
export function scaleDownDelay(situation: Situation): Milliseconds {
  return (canaryOf(situation) ?? blueGreenOf(situation))?.scaleDownDelay ?? DEFAULT_SCALE_DOWN_DELAY;
}

/** The delay of an aborted revision; undefined when it keeps its pods for good. */
export function abortDelay(situation: Situation): Milliseconds | undefined {
  return (canaryOf(situation) ?? blueGreenOf(situation))?.abortScaleDownDelay;
}

/**
 * When a canary whose weight was taken back to 0 by its steps may lose its last pods: the scale-down delay after the weight
 * was proven 0; undefined while it is not.
 */
export function idleFrom(situation: Situation): Instant | undefined {
  const proven = situation.status.canary?.provenWeight;
  const since = proven?.weight === 0 && proven.managedRoutes !== true ? parseInstant(proven.since) : undefined;
  return since === undefined ? undefined : add(since, scaleDownDelay(situation));
}

/** When a stable version whose weight was taken to 0 may lose its last pods (dynamicStableScale); as `idleFrom`. */
export function stableIdleFrom(situation: Situation): Instant | undefined {
  const proven = provenSplit(situation);
  const since = proven?.weight === totalWeight(situation) ? parseInstant(proven.since) : undefined;
  return since === undefined ? undefined : add(since, scaleDownDelay(situation));
}

/** True when proxies have long forgotten the canary: its weight was proven 0 a scale-down delay ago. */
export function isIdle(situation: Situation): boolean {
  const idle = idleFrom(situation);
  return idle !== undefined && idle <= situation.now;
}

/** The drains of every revision that must go: the older ones, and the current one of an aborted update. */
export function chooseDrains(situation: Situation): readonly Drain[] {
  if (situation.spec.strategy.kind === 'Canary' && !isRouted(situation)) return [];
  const drains = limitDelays(
    situation,
    situation.others.filter((other) => other.specReplicas > 0),
  );
  const { current, stable, aborted } = situation;
  if (!aborted || current === undefined || current === stable || current.specReplicas === 0) return drains;
  const delay = abortDelay(situation);
  if (delay === undefined) return [...drains, { kind: 'Keep', name: current.name }];
  return [...drains, chooseDrain(situation, current, delay)];
}

/** scaleDownDelayRevisionLimit: the newest so many wait; the rest go as soon as nothing names them. */
function limitDelays(situation: Situation, others: readonly ObservedReplicaSet[]): readonly Drain[] {
  const limit = (canaryOf(situation) ?? blueGreenOf(situation))?.scaleDownDelayRevisionLimit;
  const delay = scaleDownDelay(situation);
  return others.map((other, index) => {
    const drain = chooseDrain(situation, other, delay);
    const beyond = limit !== undefined && index >= limit;
    return beyond && drain.kind === 'Wait' ? { kind: 'ScaleDown', name: other.name } : drain;
  });
}

function chooseDrain(situation: Situation, replicaSet: ObservedReplicaSet, delay: Milliseconds): Drain {
  const { name } = replicaSet;
  const use = whyInUse(situation, replicaSet);
  if (use !== undefined) return { kind: 'InUse', name, because: use };
  const deadline = parseInstant(replicaSet.annotations[SCALE_DOWN_DEADLINE]);
  // Rounded up to whole seconds, the resolution of the annotation, so that the delay is never cut short.
  const begins = formatInstant(add(add(situation.now, delay), 999 as Milliseconds));
  if (deadline === undefined) return { kind: 'Begin', name, deadline: begins };
  return deadline > situation.now ? { kind: 'Wait', name, until: deadline } : { kind: 'ScaleDown', name };
}

/** Why traffic may still reach a revision; undefined when its weight was proven zero and no Service names it. */
export function whyInUse(situation: Situation, replicaSet: ObservedReplicaSet): string | undefined {
  const { stable, replicas, aborted, promoted } = situation;
  const serving = servingNames(situation).find(
    (service) => selectedHash(serviceNamed(situation, service)) === replicaSet.hash,
  );
  if (serving !== undefined) return `Service ${serving} selects it`;
  const left = leftUse(situation, replicaSet);
  if (left !== undefined) return left;
  const lagging = productionNames(situation).find((service) => servesStill(situation, service, replicaSet.hash));
  if (lagging !== undefined) return `Service ${lagging} still has its endpoints`;
  const { postPromotionAnalysis, scaleDownDelayGiven } = blueGreenOf(situation) ?? {};
  // Without a delay of its own an old version waits for the verdict: going back to it is then instant.
  if (postPromotionAnalysis !== undefined && scaleDownDelayGiven !== true && !aborted && !promoted) {
    return 'the post-promotion analysis has not passed yet';
  }
  if (stable === undefined || stable.available < replicas) return 'the stable revision does not have all its pods';
  if (!isRouted(situation) || situation.observed.routes.length === 0) return undefined;
  const proven = provenSplit(situation);
  if (proven === undefined) return 'no split was proven yet';
  if (proven.weight > 0 && proven.canaryHash === replicaSet.hash) return 'its weight is not proven zero';
  const managed = proven.managedRoutes === true || hasManagedRoutes(situation);
  if (managed && proven.canaryHash === replicaSet.hash) return 'its header and mirror routes are not proven gone';
  if (proven.weight < totalWeight(situation) && proven.stableHash === replicaSet.hash)
    return 'its weight is not proven zero';
  return undefined;
}

/** The Services that users' requests come by; a canary Service without weight has none. */
function productionNames(situation: Situation): readonly (string | undefined)[] {
  const blueGreen = blueGreenOf(situation);
  if (blueGreen !== undefined) return [blueGreen.activeService];
  const { canaryService, stableService } = canaryOf(situation) ?? {};
  return isCanaryServiceIdle(situation) ? [stableService] : [stableService, canaryService];
}

/** True when nobody comes by the canary Service, by the routes as read back and as they were proven last. */
function isCanaryServiceIdle(situation: Situation): boolean {
  const proven = situation.status.canary?.provenWeight;
  const managed = proven?.managedRoutes === true || hasManagedRoutes(situation);
  return observedWeight(situation) === 0 && (proven?.weight ?? 0) === 0 && !managed;
}

/** True while a Service that was pointed elsewhere has ready endpoints of the revision, as far as was seen. */
function servesStill(situation: Situation, name: string | undefined, hash: string): boolean {
  const service = serviceNamed(situation, name);
  const selected = selectedHash(service);
  return selected !== undefined && selected !== hash && (service?.readyEndpoints[hash] ?? 0) > 0;
}

/**
 * The Services whose pods must not go. An aborted preview is named by its Service, but serves nobody; and so is what the
 * Service of pingPong that is not the stable one names between updates: it stays where it is.
 */
function servingNames(situation: Situation): readonly (string | undefined)[] {
  const blueGreen = blueGreenOf(situation);
  const { canaryService, stableService, pingPong } = canaryOf(situation) ?? {};
  if (blueGreen === undefined) {
    return pingPong === true && isCanaryServiceIdle(situation) ? [stableService] : [canaryService, stableService];
  }
  return situation.aborted ? [blueGreen.activeService] : [blueGreen.activeService, blueGreen.previewService];
}
