import type { Decision, Operation } from './decision.ts';
import { refuse, write } from './decision.ts';
import { describeRevision } from './describe.ts';
import type { Seen } from './seen.ts';
import { isPromoted, statusOf, testStatus, unobserved } from './seen.ts';

/** Gives the traffic back to the stable revision. An update that is under way is aborted at once, whatever is new in the spec. */
export function abort(seen: Seen): Decision {
  const status = statusOf(seen);
  if (isPromoted(status) || status.currentPodHash === undefined) {
    const waits = unobserved(seen);
    if (waits !== undefined) return { kind: 'Wait', why: waits };
    return refuse('nothing to abort: the newest revision is stable', 'go back to an earlier one: sluice undo');
  }
  if (status.abort === true) return { kind: 'Already', why: 'the update is aborted already' };
  const operations: Operation[] = [
    ...testStatus(status, 'currentPodHash', 'stableRS'),
    { op: 'add', path: '/status/abort', value: true },
  ];
  const [from, to] = [describeRevision(seen, status.currentPodHash), describeRevision(seen, status.stableRS)];
  return write(`aborted the update to ${from}: traffic goes back to ${to}`, {
    to: 'Rollout',
    subresource: 'status',
    operations,
  });
}
