import type { Call } from '../../emulator/call.ts';
import type { Checker } from './checker.ts';

type Operation = Readonly<{ op: string; path: string; value?: unknown }>;
type Body = Readonly<{
  metadata?: Readonly<{ resourceVersion?: string; uid?: string }>;
  preconditions?: Readonly<{ uid?: string }>;
}>;

/** S8: every update carries the version or UID of what was seen, so that a lost race is refused by the server. */
export const guardedWrites: Checker = {
  id: 'S8',
  judge({ call }) {
    const missing = missingGuard(call);
    return missing === undefined
      ? []
      : [`${call.verb} ${call.resource.plural} ${call.name ?? ''} carries no ${missing}`];
  },
};

function missingGuard({ verb, body, resource }: Call): string | undefined {
  const { metadata, preconditions } = (body ?? {}) as Body;
  if (verb === 'delete') return preconditions?.uid === undefined ? 'UID' : undefined;
  if (verb === 'update') return metadata?.resourceVersion === undefined ? 'resourceVersion' : undefined;
  if (verb !== 'patch') return undefined;
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
