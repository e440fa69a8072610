import type { Finding } from './conditions.ts';
import type { Situation } from './situation.ts';

/** Condition of a Rollout that shares a Service with another: only one of them can have it. */
export const SERVICE_SHARED = 'ServiceShared';

/** Condition ServiceShared, while another Rollout names a Service of this one's (S13). Told by both, fought over by none. */
export function findSharedServices({ observed }: Situation): Finding | undefined {
  const own = observed.rollout.metadata.name;
  const texts = observed.services.flatMap(({ name, managedBy, rivals = [] }) => {
    const [rival] = rivals;
    if (rival === undefined) return [];
    const winner = managedBy === undefined || managedBy === '' ? 'whoever comes first has it' : `"${managedBy}" has it`;
    return [`Service "${name}" is named by Rollout "${rival}" as well as by "${own}": ${winner}`];
  });
  if (texts.length === 0) return undefined;
  const message = `${texts.join('; ')}; give each Rollout Services of its own`;
  return { type: SERVICE_SHARED, status: 'True', reason: 'NamedTwice', message };
}
