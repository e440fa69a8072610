import { HASH_LABEL, SCALE_DOWN_DEADLINE } from '../api/names.ts';
import { sameJson } from '../units/canonical-json.ts';
import type { Instant } from '../units/instant.ts';
import { parseInstant } from '../units/instant.ts';
import type { Decision, Operation } from './decision.ts';
import { refuse, write } from './decision.ts';
import { templateOf } from './revision-template.ts';
import type { Seen, SeenReplicaSet } from './seen.ts';
import { ownReplicaSets, revisionOf, statusOf, stepCount, unobserved } from './seen.ts';
import { missingWorkload, templatePlace } from './template-place.ts';

/** What going back is asked with. */
export type UndoWish = Readonly<{
  /** Number of the revision to go back to; undefined: the one before the newest. */
  toRevision: number | undefined;
  now: Instant;
}>;

/**
 * Writes the template of an earlier revision into the spec: an ordinary update, which says beforehand whether it will
 * be a fast one. Without the number of a revision it waits until the newest template has its ReplicaSet, because the
 * one before the newest would else be one too far back.
 */
export function undo(seen: Seen, { toRevision, now }: UndoWish): Decision {
  const known = ownReplicaSets(seen).filter((replicaSet) => revisionOf(replicaSet) > 0);
  const kept = known.map(revisionOf).toSorted((a, b) => a - b);
  const waits = unobserved(seen);
  if (toRevision === undefined && waits !== undefined) return { kind: 'Wait', why: waits };
  const status = statusOf(seen);
  const isInvalid = (status.conditions ?? []).some(({ type, status: is }) => type === 'InvalidSpec' && is === 'True');
  if (toRevision === undefined && isInvalid) {
    return refuse(
      'the spec is invalid, so its template may be no revision',
      `say which: --to-revision ${kept.join(' or ')}`,
    );
  }
  const target = toRevision === undefined ? known[1] : known.find((one) => revisionOf(one) === toRevision);
  if (target === undefined) {
    const why = toRevision === undefined ? 'there is no earlier revision' : `there is no revision ${toRevision}`;
    return refuse(why, `revisions that are kept: ${kept.join(', ') || 'none'} (spec.revisionHistoryLimit)`);
  }
  const place = templatePlace(seen);
  if (place === undefined) return refuse(missingWorkload(seen), 'create it, or correct spec.workloadRef');
  const template = templateOf(target);
  const isCurrent = waits === undefined && !isInvalid && hashOf(target) === status.currentPodHash;
  if (isCurrent || sameJson(template, place.template)) {
    return { kind: 'Already', why: `revision ${revisionOf(target)} is what the template says already` };
  }
  const operations: Operation[] = [...place.guard, { op: 'replace', path: place.path, value: template }];
  const says = `went back to revision ${revisionOf(target)} (${hashOf(target)}): ${forecast(seen, target, known, now)}`;
  return write(says, { to: place.to, operations });
}

const hashOf = ({ metadata }: SeenReplicaSet): string => metadata.labels?.[HASH_LABEL] ?? '';

/** Whether the update back will be a fast one, and what will run (rollout-semantics 1.6, 1.7). */
function forecast(seen: Seen, target: SeenReplicaSet, known: readonly SeenReplicaSet[], now: Instant): string {
  const { strategy, rollbackWindow } = seen.rollout.spec;
  const stable = known.find((one) => hashOf(one) === statusOf(seen).stableRS);
  if (target === stable) return 'it is the stable revision, so no step, pause or analysis runs';
  if (stable !== undefined && isInWindow(target, stable, known, rollbackWindow?.revisions ?? 0)) {
    return 'it lies within spec.rollbackWindow, so no step, pause or analysis runs';
  }
  if (strategy?.blueGreen !== undefined) {
    const deadline = parseInstant(target.metadata.annotations?.[SCALE_DOWN_DEADLINE]);
    if (deadline !== undefined && deadline > now && (target.spec?.replicas ?? 0) > 0) {
      return 'its pods are still there, so the active Service is switched to it at once';
    }
    return 'its pods start as preview, then the active Service is switched as by any update';
  }
  const count = stepCount(seen.rollout);
  return count === 0 ? 'its pods take over as by any update' : `an update like any other, of ${count} steps`;
}

/** True when the target is older than stable and fewer than so many revisions lie strictly between them. */
function isInWindow(
  target: SeenReplicaSet,
  stable: SeenReplicaSet,
  known: readonly SeenReplicaSet[],
  revisions: number,
): boolean {
  const made = ({ metadata }: SeenReplicaSet): number => parseInstant(metadata.creationTimestamp) ?? 0;
  if (revisions <= 0 || made(target) >= made(stable)) return false;
  const between = known.filter((one) => made(one) > made(target) && made(one) < made(stable));
  return between.length < revisions;
}
