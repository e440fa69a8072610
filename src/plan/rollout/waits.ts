import type { Instant } from '../../units/instant.ts';
import { add, parseInstant } from '../../units/instant.ts';
import type { Reason } from '../plan.ts';
import { progressDeadline } from './abort.ts';
import { reducedNeed } from './canary-scale.ts';
import { dynamicWakeUps } from './dynamic-sizes.ts';
import { knownToProxies } from './experiment-weights.ts';
import { contestedUntil } from './contested.ts';
import { chooseDrains, idleFrom } from './drain.ts';
import { stepGate } from './gate.ts';
import { explainLeft } from './left.ts';
import { restartWake } from './restart.ts';
import type { Situation } from './situation.ts';
import { blueGreenOf, isRouted, totalWeight } from './situation.ts';
import { chooseSplit } from './split.ts';
import { certainAt } from './stable-gone.ts';
import { updateWait, waitsLongAt } from './waiting.ts';

/** The instants at which time alone changes the plan; past ones are of no use to the caller. */
export function wakeUps(situation: Situation): readonly Instant[] {
  const wakes: Instant[] = [];
  const deadline = progressDeadline(situation);
  if (deadline !== undefined) wakes.push(deadline);
  for (const drain of chooseDrains(situation)) if (drain.kind === 'Wait') wakes.push(drain.until);
  if (situation.step !== undefined && !situation.promoted && !situation.aborted) {
    const gate = stepGate(situation, situation.step);
    if (!gate.open && gate.until !== undefined) wakes.push(gate.until);
  }
  const idle = idleFrom(situation);
  if (idle !== undefined && !situation.promoted && (situation.current?.specReplicas ?? 0) > 0) wakes.push(idle);
  wakes.push(...dynamicWakeUps(situation));
  const known = knownToProxies(situation);
  if (known !== undefined) wakes.push(known);
  const promotion = blueGreenOf(situation)?.promotion;
  const pause = (situation.status.pauseConditions ?? []).find(({ reason }) => reason === 'BlueGreenPause');
  const paused = parseInstant(pause?.startTime);
  if (promotion?.kind === 'After' && paused !== undefined) wakes.push(add(paused, promotion.delay));
  const restart = restartWake(situation);
  if (restart !== undefined) wakes.push(restart);
  const left = isRouted(situation) ? contestedUntil(situation, chooseSplit(situation).canary) : undefined;
  if (left !== undefined) wakes.push(left);
  const certain = certainAt(situation);
  if (certain !== undefined) wakes.push(certain);
  const long = waitsLongAt(situation);
  if (long !== undefined) wakes.push(long);
  return wakes;
}

/** Why the Rollout is not moving, most telling first; empty when nothing holds it. */
export function explain(situation: Situation): readonly Reason[] {
  const reasons: Reason[] = [];
  if (situation.spec.paused) reasons.push({ rule: 'Paused', message: 'spec.paused is true' });
  const held = updateWait(situation);
  if (held !== undefined) reasons.push(held);
  if (isRouted(situation)) {
    const { canary, reason } = chooseSplit(situation);
    reasons.push({
      rule: reason,
      message: `the canary should have ${(100 * canary) / totalWeight(situation)} % of the traffic`,
    });
  }
  const reduced = reducedNeed(situation);
  if (reduced !== undefined) {
    const message = `${reduced.sufficient} pods count as enough where the weight asks for ${reduced.needed}`;
    reasons.push({ rule: reduced.reason, message });
  }
  for (const drain of chooseDrains(situation)) {
    if (drain.kind === 'InUse')
      reasons.push({ rule: 'InUse', message: `ReplicaSet ${drain.name} keeps its pods: ${drain.because}` });
  }
  return [...reasons, ...explainLeft(situation)];
}
