import type { Decision, Operation } from './decision.ts';
import { refuse, write } from './decision.ts';
import type { Seen } from './seen.ts';
import { statusOf, testGeneration } from './seen.ts';

/** Ends what `pause` began. A pause of the update itself stays: that one is ended by promote. */
export function resume(seen: Seen): Decision {
  const { rollout } = seen;
  const waits = (statusOf(seen).pauseConditions ?? []).map(({ reason }) => reason);
  if (rollout.spec.paused !== true) {
    if (waits.length === 0) return { kind: 'Already', why: 'it is not paused' };
    return refuse(`spec.paused is false; the update itself waits (${waits.join(', ')})`, 'sluice promote');
  }
  const operations: Operation[] = [
    ...testGeneration(rollout.metadata),
    { op: 'replace', path: '/spec/paused', value: false },
  ];
  const left = waits.length === 0 ? '' : `; the update itself still waits (${waits.join(', ')}): sluice promote`;
  return write(`resumed: spec.paused is false${left}`, { to: 'Rollout', operations });
}
