import { chooseBasicTarget } from './basic-capacity.ts';
import { fenceposts } from './basic-target.ts';
import { carriedPods, hasOpenService, scaleInForce } from './canary-scale.ts';
import type { ObservedReplicaSet } from './observed-rollout.ts';
import type { Situation } from './situation.ts';
import { desiredReplicasOf, isRouted } from './situation.ts';

/**
 * True while a canary update stands still, stopped by a person (spec.paused) or for want of a verdict: its versions then
 * keep their shares of the pods, and only the number of all pods is followed (fix F-B6).
 */
export function isHeld({ spec, status, aborted, promoted, promoteFull, stable, replicas }: Situation): boolean {
  if (spec.strategy.kind !== 'Canary' || aborted || promoted || promoteFull) return false;
  if (stable === undefined || replicas === 0) return false;
  return spec.paused || (status.pauseConditions ?? []).some(({ reason }) => reason.startsWith('Inconclusive'));
}

/** The canary of an update with routing that stands still: as it is, or its part of another number of replicas. */
export function heldCanary(situation: Situation, current: ObservedReplicaSet): number {
  const { replicas } = situation;
  const { specReplicas } = current;
  const sizedFor = desiredReplicasOf(current) ?? replicas;
  const declared = scaleInForce(situation)?.kind === 'Replicas';
  const follows = !declared && sizedFor > 0 && sizedFor !== replicas;
  const size = follows ? Math.ceil((specReplicas * replicas) / sizedFor) : specReplicas;
  const least = hasOpenService(situation) ? Math.min(specReplicas, replicas) : 0;
  return Math.max(size, least, carriedPods(situation, current));
}

/** A side and the number of replicas that it was sized for last. */
type Sized = Readonly<{ spec: number; available: number; sizedFor: number }>;

/**
 * The sides of an update without routing that stands still. Each that was sized for another number of replicas gets its
 * part of the present one; neither loses pods that must stay available, and what somebody took away comes back.
 * Worked: 2 new and 3 stable of 5, scaled to 10: 4 and 6.
 */
export function heldSides(situation: Situation): Readonly<{ canary: number; stable: number }> {
  const { replicas, current, stable, others } = situation;
  const { maxSurge, maxUnavailable } = fenceposts(situation);
  const [fresh, old] = [sizedOf(current, replicas), sizedOf(stable, replicas)];
  const weight = fresh.spec * Math.max(1, old.sizedFor);
  const total = weight + old.spec * Math.max(1, fresh.sizedFor);
  const target =
    total === 0 ? { canary: 0, stable: replicas } : chooseBasicTarget({ replicas, weight, total, maxSurge });
  const othersSpec = others.reduce((sum, other) => sum + other.specReplicas, 0);
  const canary = fresh.sizedFor === replicas ? fresh.spec : target.canary;
  const asked = old.sizedFor === replicas ? old.spec : target.stable;
  // Pods that somebody took away, or that a lost write did not make, come back on the side that is known to work.
  const filled = Math.max(asked, replicas - canary - othersSpec);
  const room = Math.max(old.spec, replicas + maxSurge - Math.max(canary, fresh.spec) - othersSpec);
  const size = Math.min(filled, room);
  const least = Math.min(replicas - maxUnavailable, fresh.available + old.available);
  // Whichever side has the available pods keeps those that must stay.
  const stays = Math.max(size, Math.min(old.available, least - Math.min(fresh.available, canary)));
  return { canary: Math.max(canary, Math.min(fresh.available, least - Math.min(old.available, stays))), stable: stays };
}

function sizedOf(replicaSet: ObservedReplicaSet | undefined, replicas: number): Sized {
  if (replicaSet === undefined) return { spec: 0, available: 0, sizedFor: replicas };
  const { specReplicas: spec, available } = replicaSet;
  return { spec, available: Math.min(available, spec), sizedFor: desiredReplicasOf(replicaSet) ?? replicas };
}

/** The sizes of an update that stands still, by name; undefined while it does not. */
export function chooseHeldSizes(situation: Situation): ReadonlyMap<string, number> | undefined {
  const { current, stable, replicas } = situation;
  if (!isHeld(situation) || stable === undefined) return undefined;
  if (isRouted(situation)) {
    const canary = current === undefined ? [] : [[current.name, heldCanary(situation, current)] as const];
    return new Map([[stable.name, replicas] as const, ...canary]);
  }
  const sides = heldSides(situation);
  const canary = current === undefined ? [] : [[current.name, sides.canary] as const];
  return new Map([[stable.name, sides.stable] as const, ...canary]);
}
