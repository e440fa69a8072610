import type { Action } from '../plan/action.ts';
import type { ObservedRollout } from '../plan/rollout/observed-rollout.ts';
import type { Breach } from './breach.ts';
import { mergeByRevision, type Share, shares } from './shares.ts';
import type { Situation } from './situation.ts';
import {
  declaredSizes,
  fenceposts,
  neededReplicas,
  newHash,
  podsFor,
  stableHash,
  strategyKind,
  sufficientReplicas,
  wantedReplicas,
} from './strategy.ts';
import { worsening } from './worsening.ts';

/**
 * S2: each revision has the ready pods that its weight needs, ceil(weight / 100 · N); without routes, all revisions
 * together have N − maxUnavailable available. A move that leaves less traffic without its pods than before is right
 * even where it does not reach that. Exempt while the user wants no pods at all.
 */
export function capacityBelowWeight(observed: ObservedRollout, actions: readonly Action[]): readonly Breach[] {
  if (wantedReplicas(observed) === 0) return [];
  const basic = strategyKind(observed) === 'Basic';
  const worse = worsening(observed, actions, basic ? missingPods : uncarried);
  if (worse === undefined) return [];
  const unit = basic ? 'available pods would be missing' : '% of the traffic would lack its pods';
  const message = `${round(worse.after)} ${unit}, now it is ${round(worse.before)}`;
  return [{ rule: 'S2', message, ...(worse.action === undefined ? {} : { action: worse.action }) }];
}

/**
 * Percent of the traffic, summed over all ways in, beyond what is there to carry it: the ready pods behind each Service,
 * and those of each revision, which may stand behind two Services.
 */
export function uncarried(observed: ObservedRollout, situation: Situation): number {
  const beyond = (list: readonly Share[]): number =>
    list.reduce((sum, share) => sum + Math.max(0, share.weight - carriedWeight(observed, share)), 0);
  let sum = 0;
  for (const list of shares(observed, situation)) sum += Math.max(beyond(list), beyond(mergeByRevision(list)));
  return sum;
}

/** Available pods of all revisions together that a basic canary lacks of N − maxUnavailable. */
export function missingPods(observed: ObservedRollout, situation: Situation): number {
  let available = 0;
  for (const pods of situation.available.values()) available += pods;
  return Math.max(0, wantedReplicas(observed) - fenceposts(observed).unavailable - available);
}

/** Percent that the ready pods of a revision carry: an even part of N each, unless a declared size or threshold rules. */
function carriedWeight(observed: ObservedRollout, share: Share): number {
  if (share.declared === true) return share.carriers > 0 ? share.weight : 0;
  const even = (100 * share.carriers) / neededReplicas(observed);
  const isCanary = share.hash === newHash(observed) && share.hash !== stableHash(observed);
  if (!isCanary) return even;
  const byWeight = podsFor(share.weight, neededReplicas(observed));
  const declared = sufficientReplicas(observed, Math.min(byWeight, ...declaredSizes(observed)));
  if (declared >= byWeight || declared === 0) return even;
  return Math.max(even, (share.weight * Math.min(share.carriers, declared)) / declared);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
