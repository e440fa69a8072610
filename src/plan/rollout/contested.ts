import type { RolloutStatus } from '../../api/rollout.ts';
import { seconds } from '../../units/duration.ts';
import type { Instant } from '../../units/instant.ts';
import { add, formatInstant, parseInstant } from '../../units/instant.ts';
import type { Action, EventNote } from '../action.ts';
import type { Finding } from './conditions.ts';
import { findCondition } from './conditions.ts';
import type { ObservedRoute } from './observed-rollout.ts';
import type { Situation } from './situation.ts';
import { chooseSplit, needsWriting } from './split.ts';
import { isRouted } from './situation.ts';

/** Condition of a Rollout whose weights somebody else changes, again and again. */
export const WEIGHT_CONTESTED = 'WeightContested';
/** So often within so long a weight is put back; then it is left as it is for a while (S16). */
const REVERTS = 3;
/** Ten minutes, and the second that the times are cut to. */
const WITHIN = seconds(601);

type Reverts = NonNullable<NonNullable<RolloutStatus['canary']>['weightReverts']>;

/** The times at which this weight was put back, as far as they still count. */
function recentReverts({ status, now }: Situation, canary: number): readonly string[] {
  const reverts = status.canary?.weightReverts;
  if (reverts?.weight !== canary) return [];
  return reverts.times.filter((time) => add(parseInstant(time) ?? now, WITHIN) > now);
}

/** The routes that do not have the weight which they should have. */
function offRoutes({ observed }: Situation, canary: number): readonly ObservedRoute[] {
  return observed.routes.filter((route) => needsWriting(route, canary));
}

/** Until when a weight is left as somebody else set it; undefined where it may be written. */
export function contestedUntil(situation: Situation, canary: number): Instant | undefined {
  const times = recentReverts(situation, canary);
  const [first] = times;
  if (times.length < REVERTS || first === undefined) return undefined;
  // What was noted and did not arrive is sent again: the route is still the one that was seen then.
  const seen = situation.status.canary?.weightReverts?.seen ?? '';
  const renewed = offRoutes(situation, canary).some(
    ({ resourceVersion }) => !seen.split(',').includes(resourceVersion),
  );
  return renewed ? add(parseInstant(first) ?? situation.now, WITHIN) : undefined;
}

/**
 * The reverts to be remembered beside these actions. A weight is put back where it was in force by our last proof, or was
 * put back before, and the route has another one; a weight of the update's own makes the count begin anew.
 */
export function noteReverts(situation: Situation, actions: readonly Action[]): Reverts | undefined {
  const before = situation.status.canary?.weightReverts;
  const split = actions.find((action) => action.kind === 'SetSplit');
  const canary = split?.kind === 'SetSplit' ? split.split.canary : undefined;
  const off = canary === undefined ? [] : offRoutes(situation, canary);
  if (canary === undefined || off.length === 0) return before;
  const known = before?.weight === canary ? before : undefined;
  if (known === undefined && situation.status.canary?.provenWeight?.weight !== canary) return undefined;
  const seen = off.map(({ resourceVersion }) => resourceVersion);
  if (known !== undefined && seen.every((version) => known.seen.split(',').includes(version))) return known;
  const times = [...recentReverts(situation, canary), formatInstant(situation.now)];
  return { weight: canary, seen: seen.join(','), times };
}

/** Condition WeightContested, while a weight is left as somebody else set it. */
export function findContested(situation: Situation): Finding | undefined {
  if (!isRouted(situation) || situation.status.canary?.weightReverts === undefined) return undefined;
  const { canary } = chooseSplit(situation);
  const until = contestedUntil(situation, canary);
  if (until === undefined) return undefined;
  const names = offRoutes(situation, canary).map(({ route }) => route.name);
  const message =
    `HTTPRoute ${names.join(', ')}: somebody else changes its weights. Weight ${canary} was put back ${REVERTS} times ` +
    `within ten minutes, and is left as it is until ${formatInstant(until)}; stop who changes it`;
  return { type: WEIGHT_CONTESTED, status: 'True', reason: 'PutBackTooOften', message };
}

/** One event each time that condition comes. */
export function contestedEvents(before: RolloutStatus, next: RolloutStatus): readonly EventNote[] {
  const is = findCondition(next, WEIGHT_CONTESTED);
  if (is === undefined || findCondition(before, WEIGHT_CONTESTED) !== undefined) return [];
  return [{ type: 'Warning', reason: WEIGHT_CONTESTED, note: is.message ?? '' }];
}
