import type { Condition, RolloutStatus } from '../../api/rollout.ts';
import { sameJson } from '../../units/canonical-json.ts';

/** What moves with every pod; `revision` is told by the ReplicaSet, a pass after it was created. */
const ROUTINE: ReadonlySet<string> = new Set([
  'replicas',
  'updatedReplicas',
  'readyReplicas',
  'availableReplicas',
  'HPAReplicas',
  'progressMark',
  'revision',
]);

/**
 * True when one status differs from the other only in what moves with every pod: counts, the mark of progress, and what
 * the message and the conditions say of them. A person loses nothing when such news is some seconds late, and nothing is
 * decided by it: what it tells is observed anew in each pass. Phase, step, pauses, hashes, analyses, weights and the status
 * of any condition are never routine.
 */
export function isRoutineNews(before: RolloutStatus, after: RolloutStatus): boolean {
  const [old, next] = [before, after] as Readonly<Record<string, unknown>>[];
  if (old === undefined || next === undefined || before.phase !== after.phase) return false;
  return [...new Set([...Object.keys(old), ...Object.keys(next)])].every((key) => {
    if (ROUTINE.has(key)) return true;
    if (key === 'message' && after.phase === 'Progressing') return true;
    if (key === 'conditions') return areRoutine(before.conditions ?? [], after.conditions ?? []);
    return sameJson(old[key] ?? null, next[key] ?? null);
  });
}

function areRoutine(before: readonly Condition[], after: readonly Condition[]): boolean {
  if (before.length !== after.length) return false;
  return after.every((condition) => {
    const old = before.find(({ type }) => type === condition.type);
    if (old === undefined) return false;
    if (old.status === condition.status && old.reason === condition.reason) return true;
    // Created, resumed: with the first pod it is under way, which the counts tell too.
    return condition.type === 'Progressing' && old.status !== 'False' && condition.reason === 'ReplicaSetUpdated';
  });
}
