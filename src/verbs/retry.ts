import type { Decision, Operation } from './decision.ts';
import { refuse, write } from './decision.ts';
import { describeRevision } from './describe.ts';
import type { Seen } from './seen.ts';
import { statusOf, testStatus } from './seen.ts';

/** Begins an aborted update anew at its first step, with the same ReplicaSet and new runs. */
export function retry(seen: Seen): Decision {
  const status = statusOf(seen);
  if (status.abort !== true) {
    const next = status.abortedAt === undefined ? 'see where it stands: sluice get rollout' : 'wait a moment';
    return refuse('nothing to retry: the update is not aborted', next);
  }
  // Taken back before it was acted on, an abort leaves no trace, and nothing would begin anew.
  if (status.abortedAt === undefined) return { kind: 'Wait', why: 'the controller has not acted on the abort yet' };
  const operations: Operation[] = [
    ...testStatus(status, 'currentPodHash', 'abort'),
    { op: 'replace', path: '/status/abort', value: false },
  ];
  return write(`retried the update to ${describeRevision(seen, status.currentPodHash)} from its first step`, {
    to: 'Rollout',
    subresource: 'status',
    operations,
  });
}
