import type { Decision, GuardedWrite, Operation } from './decision.ts';
import { write } from './decision.ts';
import { describeRevision } from './describe.ts';
import type { Seen } from './seen.ts';
import { isPromoted, statusOf, testGeneration, testStatus, unobserved } from './seen.ts';

/**
 * Skips steps, pauses and analyses of the update under way; its pods and weight are still waited for. Asked for before
 * the controller saw the newest template it would be lost with the old update, so it waits for that.
 */
export function promoteFull(seen: Seen): Decision {
  const status = statusOf(seen);
  const waits = unobserved(seen);
  if (waits !== undefined) return { kind: 'Wait', why: waits };
  const { paused = false } = seen.rollout.spec;
  const unpause: GuardedWrite = {
    to: 'Rollout',
    operations: [...testGeneration(seen.rollout.metadata), { op: 'replace', path: '/spec/paused', value: false }],
  };
  if (isPromoted(status)) {
    if (paused) return write('resumed: spec.paused is false', unpause);
    return { kind: 'Already', why: 'the newest revision is stable: nothing to promote' };
  }
  if (status.promoteFull === true && !paused) return { kind: 'Already', why: 'full promotion was asked for already' };
  const operations: Operation[] = [
    ...testStatus(status, 'currentPodHash'),
    { op: 'add', path: '/status/promoteFull', value: true },
  ];
  const revision = describeRevision(seen, status.currentPodHash);
  const says = `promoted in full: ${revision} skips its steps, pauses and analyses`;
  const asked: GuardedWrite = { to: 'Rollout', subresource: 'status', operations };
  return paused ? write(says, asked, unpause) : write(says, asked);
}
