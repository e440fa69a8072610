import type { Decision, Operation } from './decision.ts';
import { write } from './decision.ts';
import type { Seen } from './seen.ts';
import { testGeneration } from './seen.ts';

/** Lets the Rollout stand still, wherever it is: no step, weight or switch. */
export function pause({ rollout }: Seen): Decision {
  if (rollout.spec.paused === true) return { kind: 'Already', why: 'spec.paused is true already' };
  const operations: Operation[] = [
    ...testGeneration(rollout.metadata),
    { op: 'add', path: '/spec/paused', value: true },
  ];
  return write('paused: spec.paused is true', { to: 'Rollout', operations });
}
