import { seconds } from '../../units/duration.ts';
import type { Instant } from '../../units/instant.ts';
import { add } from '../../units/instant.ts';
import type { Checker, MakeChecker } from './checker.ts';

/** How long a leader may write after its last renewal; the default of an election, which worlds use. */
const RENEW_DEADLINE = seconds(10);

/** S8: no process writes later than its own last renewal, as the server took it, and the renew deadline. */
export const writesWithinLease: MakeChecker = (): Checker => {
  const renewals = new Map<number, Instant>();
  return {
    id: 'S8',
    judge({ call, process, at }) {
      const last = renewals.get(process);
      const what = `process ${process}: ${call.verb} ${call.resource.plural}`;
      if (last === undefined) return [`${what} without ever having held the lease`];
      return at > add(last, RENEW_DEADLINE) ? [`${what} ${(at - last) / 1000} s after its last renewal`] : [];
    },
    renewed(process, at) {
      renewals.set(process, at);
    },
  };
};
