import type { Call } from '../../emulator/call.ts';
import { seconds } from '../../units/duration.ts';
import type { Instant } from '../../units/instant.ts';
import { add } from '../../units/instant.ts';
import type { Checker, JudgedWrite, MakeChecker } from './checker.ts';

/** How long a leader may write after its last renewal; the default of an election, which worlds use. */
const RENEW_DEADLINE = seconds(10);

/**
 * S8: every write is guarded by what was seen, and no process writes later than its own last renewal, as the server took
 * it, and the renew deadline.
 */
export const singleWriter: MakeChecker = (): Checker => {
  const renewals = new Map<number, Instant>();
  return {
    id: 'S8',
    judge(write) {
      const { call, process, at } = write;
      const wrong = guardedWrites(write);
      const last = renewals.get(process);
      const what = `process ${process}: ${call.verb} ${call.resource.plural}`;
      if (last === undefined) return [...wrong, `${what} without ever having held the lease`];
      return at > add(last, RENEW_DEADLINE)
        ? [...wrong, `${what} ${(at - last) / 1000} s after its last renewal`]
        : wrong;
    },
    renewed(process, at) {
      renewals.set(process, at);
    },
  };
};
type Operation = Readonly<{ op: string; path: string; value?: unknown }>;
type Body = Readonly<{
  metadata?: Readonly<{ resourceVersion?: string; uid?: string }>;
  preconditions?: Readonly<{ uid?: string }>;
}>;

/** S8: every update carries the version or UID of what was seen, so that a lost race is refused by the server. */
function guardedWrites({ call }: JudgedWrite): readonly string[] {
  const missing = missingGuard(call);
  return missing === undefined ? [] : [`${call.verb} ${call.resource.plural} ${call.name ?? ''} carries no ${missing}`];
}

function missingGuard({ verb, body, resource }: Call): string | undefined {
  const { metadata, preconditions } = (body ?? {}) as Body;
  if (verb === 'delete') return preconditions?.uid === undefined ? 'UID' : undefined;
  if (verb === 'update') return metadata?.resourceVersion === undefined ? 'resourceVersion' : undefined;
  if (verb !== 'patch') return undefined;
  // The labels of a pod are ours alone, and its version moves with every probe: its UID stands for it.
  if (resource.plural === 'pods') return metadata?.uid === undefined ? 'UID' : undefined;
  if (!Array.isArray(body)) return metadata?.resourceVersion === undefined ? 'resourceVersion' : undefined;
  const guards = (body as readonly Operation[]).filter(({ op }) => op === 'test' || op === 'replace');
  const has = (path: string): boolean => guards.some((guard) => guard.path === path && guard.value !== undefined);
  if (has('/metadata/resourceVersion')) return undefined;
  // The version of a ReplicaSet moves with every pod: UID and size stand for it.
  if (resource.plural !== 'replicasets') return 'resourceVersion';
  const tests = (path: string): boolean => guards.some((guard) => guard.op === 'test' && guard.path === path);
  if (!tests('/metadata/uid')) return 'UID';
  return tests('/spec/replicas') ? undefined : 'size that was seen';
}
