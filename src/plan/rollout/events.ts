import type { Rollout, RolloutStatus } from '../../api/rollout.ts';
import type { EventNote } from '../action.ts';

/**
 * The events that a new status is a reason for, whatever made it: each is told once, for a status that says it already
 * repeats nothing. Source of reasons and words: rollout-semantics 2.5.
 */
export function eventsBetween(rollout: Rollout, next: RolloutStatus): readonly EventNote[] {
  const before = rollout.status ?? {};
  return [...firstSeen(rollout), ...invalidEvents(before, next), ...runEvents(before, next)];
}

/** Every status that we or Argo ever wrote has a condition, and that of a Rollout which was acted on a revision. */
function firstSeen({ metadata, status }: Rollout): readonly EventNote[] {
  if ((status?.conditions ?? []).length > 0 || status?.currentPodHash !== undefined) return [];
  const note = `Rollout resource added to informer: ${metadata.namespace ?? ''}/${metadata.name}`;
  return [{ type: 'Normal', reason: 'RolloutAddedToInformer', note }];
}

function invalidEvents(before: RolloutStatus, next: RolloutStatus): readonly EventNote[] {
  const text = (status: RolloutStatus): string | undefined =>
    status.conditions?.find(({ type }) => type === 'InvalidSpec')?.message;
  const note = text(next);
  return note === undefined || note === text(before) ? [] : [{ type: 'Warning', reason: 'InvalidSpec', note }];
}

type Report = NonNullable<NonNullable<RolloutStatus['canary']>['currentStepAnalysisRunStatus']>;

function reportsOf({ canary, blueGreen }: RolloutStatus): Readonly<Record<string, Report | undefined>> {
  return {
    Step: canary?.currentStepAnalysisRunStatus,
    Background: canary?.currentBackgroundAnalysisRunStatus,
    PrePromotion: blueGreen?.prePromotionAnalysisRunStatus,
    PostPromotion: blueGreen?.postPromotionAnalysisRunStatus,
  };
}

function runEvents(before: RolloutStatus, next: RolloutStatus): readonly EventNote[] {
  const past = reportsOf(before);
  return Object.entries(reportsOf(next)).flatMap(([type, run]): readonly EventNote[] => {
    const known = past[type]?.name === run?.name ? past[type]?.status : undefined;
    if (run === undefined || run.status === known) return [];
    const bad = run.status === 'Failed' || run.status === 'Error';
    const previous = known ?? 'NoPreviousStatus';
    const note = `${type} Analysis Run '${run.name}' Status New: '${run.status}' Previous: '${previous}'`;
    return [{ type: bad ? 'Warning' : 'Normal', reason: `AnalysisRun${run.status}`, note }];
  });
}
