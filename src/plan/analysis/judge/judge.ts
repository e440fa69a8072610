import type { Milliseconds } from '../../../units/duration.ts';
import type { Answered, ErrorCounts } from './error-ratio.ts';
import { promotionIncrement, RULED_OUT_RATIOS, stepAbsolute, stepRelative } from './error-ratio.ts';
import type { JudgeSettings } from './judge-settings.ts';
import type { Interval, JudgeState } from './judge-state.ts';
import { sumOf } from './judge-state.ts';
import { bucketQuantile, newLatencyEvidence, stepLatency, total } from './latency.ts';
import { logAdd, logEvidence } from './mixture.ts';
import type { StartSlot } from './mixture.ts';
import { countsDivisor, observeScatter, thinned } from './over-dispersion.ts';

const MINUTE = 60_000;

/** The canary is not judged but stopped when it fails at least half of so many requests, and stable less than a tenth. */
const HARD_STOP = { requests: 20, canaryRatio: 0.5, stableRatio: 0.1 };

/** So many intervals in a row without data are a gap: what came before no longer speaks for the present. */
export const LONGEST_GAP = 3;

/** The state after one more interval, which ended `elapsed` milliseconds after the run began. */
export function judgeInterval(
  state: JudgeState,
  interval: Interval,
  settings: JudgeSettings,
  elapsed: Milliseconds,
): JudgeState {
  const at: StartSlot = { slot: Math.max(0, Math.floor((elapsed - 1) / MINUTE)), laterSlots: settings.laterSlots };
  const { errors, buckets } = interval;
  const seen = (errors?.canary.requests ?? 0) + total(buckets?.canary ?? []) > 0;
  const judged = errors === undefined ? state : judgeErrors(state, errors, interval.stableTargets, settings, at);
  const latency =
    buckets === undefined
      ? state.latency
      : stepLatency(state.latency ?? newLatencyEvidence(buckets.bounds), buckets, at);
  const { used, dropped, emptyInRow } = state.intervals;
  return {
    ...judged,
    latency,
    intervals: { used: seen ? used + 1 : used, dropped, emptyInRow: seen ? 0 : emptyInRow + 1 },
  };
}

/** The state after an interval whose counters could not be paired or were not there. */
export function passOver(state: JudgeState): JudgeState {
  const { used, dropped, emptyInRow } = state.intervals;
  return { ...state, intervals: { used, dropped: dropped + 1, emptyInRow: emptyInRow + 1 } };
}

function judgeErrors(
  state: JudgeState,
  errors: ErrorCounts,
  stableTargets: readonly Answered[],
  settings: JudgeSettings,
  at: StartSlot,
): JudgeState {
  const { allowedRatio, floor, badRatio } = settings.errors ?? { allowedRatio: 1, floor: 0, badRatio: 2 };
  // The divisor knows only earlier intervals: one that saw the present errors would explain them away.
  const counts = thinned(errors, countsDivisor(state.scatter));
  const totals: ErrorCounts = {
    canary: sumOf(state.totals.canary, errors.canary),
    stable: sumOf(state.totals.stable, errors.stable),
  };
  return {
    ...state,
    relative: stepRelative(state.relative, counts, allowedRatio, at),
    absolute: stepAbsolute(state.absolute, counts.canary, floor, at),
    promotion: state.promotion + promotionIncrement(counts, badRatio),
    ruledOut: state.ruledOut.map((log, index) => log + promotionIncrement(counts, RULED_OUT_RATIOS[index] ?? 2)),
    scatter: observeScatter(state.scatter, stableTargets),
    totals,
    hardStop: state.hardStop || isOutage(errors) || isOutage(totals),
  };
}

function isOutage({ canary, stable }: ErrorCounts): boolean {
  if (canary.requests < HARD_STOP.requests || stable.requests === 0) return false;
  return (
    canary.errors >= HARD_STOP.canaryRatio * canary.requests && stable.errors < HARD_STOP.stableRatio * stable.requests
  );
}

/** What the evidence says at a moment. `share` names what weighs most in an abort. */
export type Finding =
  | Readonly<{ kind: 'Abort'; because: 'Errors' | 'Latency' | 'Outage' }>
  | Readonly<{ kind: 'Pass' }>
  | Readonly<{ kind: 'Insufficient' }>
  | Readonly<{ kind: 'NoData' }>
  | Readonly<{ kind: 'Continue' }>;

/**
 * The verdict after `elapsed` milliseconds of a run. It may be asked after every interval: the error bounds hold however
 * often one looks and whenever one stops. Source: canary-statistics 5; Ville 1939.
 */
export function findVerdict(state: JudgeState, settings: JudgeSettings, elapsed: Milliseconds): Finding {
  if (state.hardStop) return { kind: 'Abort', because: 'Outage' };
  const { errors, latency } = shares(state, settings);
  if (logAdd(errors, latency) >= -Math.log(settings.alpha)) {
    return { kind: 'Abort', because: errors >= latency ? 'Errors' : 'Latency' };
  }
  const { maxDuration } = settings;
  // A background run is there to abort; whether to go on is asked at each step.
  if (maxDuration === undefined) return { kind: 'Continue' };
  const hasGap = state.intervals.emptyInRow > LONGEST_GAP;
  const proven = settings.errors !== undefined && state.promotion >= -Math.log(settings.beta);
  if (proven && elapsed >= settings.minDuration && !hasGap) return { kind: 'Pass' };
  if (elapsed < maxDuration) return { kind: 'Continue' };
  return state.intervals.used === 0 || hasGap ? { kind: 'NoData' } : { kind: 'Insufficient' };
}

/** The combined log evidence for an abort; it aborts at ln(1/alpha). */
export function abortEvidence(state: JudgeState, settings: JudgeSettings): number {
  const { errors, latency } = shares(state, settings);
  return logAdd(errors, latency);
}

/** Logs of what errors and latency each add to the weighted mean: valid under any dependence between the two. */
function shares(state: JudgeState, settings: JudgeSettings): Readonly<{ errors: number; latency: number }> {
  const parts = (settings.errors === undefined ? 0 : 1) + (settings.latency === undefined ? 0 : 1);
  const weight = -Math.log(Math.max(1, parts));
  const none = Number.NEGATIVE_INFINITY;
  // The smaller of the two holds against "no worse than allowed, or below the floor".
  const errors = Math.min(logEvidence(state.relative), logEvidence(state.absolute));
  const slower = state.latency !== undefined && isSlower(state.latency, settings);
  return {
    errors: settings.errors === undefined ? none : weight + errors,
    latency: state.latency !== undefined && slower ? weight + logEvidence(state.latency.mixture) : none,
  };
}

/** A difference that is certain but smaller than tolerated aborts nothing. */
function isSlower(evidence: NonNullable<JudgeState['latency']>, settings: JudgeSettings): boolean {
  const { quantile, tolerance } = settings.latency ?? { quantile: 0.95, tolerance: 0 };
  const canary = bucketQuantile(evidence.recentCanary, evidence.bounds, quantile);
  const stable = bucketQuantile(evidence.recentStable, evidence.bounds, quantile);
  return canary !== undefined && stable !== undefined && canary >= stable * (1 + tolerance);
}
