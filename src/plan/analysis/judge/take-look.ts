import type { CanaryLook } from '../../../api/canary-look.ts';
import type { Milliseconds } from '../../../units/duration.ts';
import type { Answered } from './error-ratio.ts';
import type { JudgeSettings } from './judge-settings.ts';
import type { Interval, JudgeState } from './judge-state.ts';
import { newJudgeState, sumOf } from './judge-state.ts';
import { judgeInterval } from './judge.ts';
import type { BucketCounts } from './latency.ts';
import { coarsened, newLatencyEvidence } from './latency.ts';
import { NO_SCATTER, observeScatter } from './over-dispersion.ts';

const NOBODY: Answered = { requests: 0, errors: 0 };

/** The state after a look that ended `elapsed` after the warm-up. Without a state it is the first look. */
export function takeLook(
  state: JudgeState | undefined,
  look: CanaryLook,
  settings: JudgeSettings,
  elapsed: Milliseconds,
): JudgeState {
  const before = state ?? stateBefore(look);
  const { errors } = look;
  const dropped = (errors?.canary.dropped ?? 0) + (errors?.stable.dropped ?? 0);
  const interval: Interval = {
    errors:
      errors === undefined
        ? undefined
        : { canary: errors.canary.targets.reduce(sumOf, NOBODY), stable: errors.stable.targets.reduce(sumOf, NOBODY) },
    stableTargets: errors?.stable.targets ?? [],
    buckets: bucketsOf(look),
  };
  const next = judgeInterval(before, interval, settings, elapsed);
  return { ...next, intervals: { ...next.intervals, dropped: next.intervals.dropped + dropped } };
}

/** What stable did before the run: how its errors scatter, and how long its requests took. */
function stateBefore({ before }: CanaryLook): JudgeState {
  const scatter = (before?.pieces ?? []).reduce(observeScatter, NO_SCATTER);
  const buckets = before?.buckets;
  const known = buckets === undefined || buckets.counts.length === 0;
  return newJudgeState(scatter, known ? undefined : newLatencyEvidence(buckets.bounds, buckets.counts));
}

function bucketsOf({ buckets }: CanaryLook): BucketCounts | undefined {
  if (buckets === undefined) return undefined;
  const { canary, stable } = buckets;
  if (canary.counts.length === 0 || stable.counts.length === 0) return undefined;
  const bounds = canary.bounds.filter((bound) => stable.bounds.includes(bound));
  return {
    bounds,
    canary: coarsened(canary.counts, canary.bounds, bounds),
    stable: coarsened(stable.counts, stable.bounds, bounds),
  };
}
