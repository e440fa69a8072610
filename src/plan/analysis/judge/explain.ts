import { formatDuration, milliseconds } from '../../../units/duration.ts';
import { abortEvidence } from './judge.ts';
import type { Answered } from './error-ratio.ts';
import { RULED_OUT_RATIOS } from './error-ratio.ts';
import type { JudgeSettings } from './judge-settings.ts';
import type { JudgeState } from './judge-state.ts';
import { bucketQuantile } from './latency.ts';
import { overDispersion } from './over-dispersion.ts';

/** The evidence for an abort and the value at which it aborts, such as "7.3 of 20". */
export function evidenceText(state: JudgeState, settings: JudgeSettings): string {
  return `${rounded(Math.exp(Math.min(700, abortEvidence(state, settings))))} of ${rounded(1 / settings.alpha)}`;
}

/** All that a verdict rests on, in one sentence for people. `interval` is milliseconds between two looks. */
export function explain(state: JudgeState, settings: JudgeSettings, interval: number): string {
  const { totals, latency, intervals, scatter } = state;
  const parts = [`evidence against the canary ${evidenceText(state, settings)}`];
  if (settings.errors !== undefined) {
    parts.push(`canary ${failedText(totals.canary)}, stable ${failedText(totals.stable)}`);
    const ruledOut = smallestRuledOut(state, settings);
    if (ruledOut !== undefined) parts.push(`${ruledOut} times as many errors are ruled out`);
  }
  if (settings.latency !== undefined && latency !== undefined) {
    const { quantile } = settings.latency;
    const [slow, usual] = [latency.recentCanary, latency.recentStable].map((counts) =>
      bucketQuantile(counts, latency.bounds, quantile),
    );
    if (slow !== undefined && usual !== undefined) {
      parts.push(`${rounded(quantile * 100)} % quantile about ${rounded(slow)}, stable ${rounded(usual)}`);
    }
  }
  const phi = overDispersion(scatter);
  if (phi > 1.05) parts.push(`errors come in bursts of about ${rounded(phi)}`);
  if (intervals.dropped > 0) parts.push(`${intervals.dropped} unpaired counters left out`);
  const left = timeToVerdict(state, settings, interval);
  if (left !== undefined) parts.push(`about ${formatDuration(milliseconds(left))} of such evidence to a pass`);
  return parts.join('; ');
}

/** An increase counts as ruled out only if all larger ones are: undefined when none is. */
export function smallestRuledOut(state: JudgeState, settings: JudgeSettings): number | undefined {
  let smallest: number | undefined;
  for (let index = RULED_OUT_RATIOS.length - 1; index >= 0; index -= 1) {
    if ((state.ruledOut[index] ?? 0) < -Math.log(settings.beta)) break;
    smallest = RULED_OUT_RATIOS[index];
  }
  return smallest;
}

function timeToVerdict(state: JudgeState, settings: JudgeSettings, interval: number): number | undefined {
  const { used } = state.intervals;
  const wanted = -Math.log(settings.beta) - state.promotion;
  if (settings.errors === undefined || settings.maxDuration === undefined || used === 0) return undefined;
  if (state.promotion <= 0 || wanted <= 0) return undefined;
  return Math.ceil((wanted * used) / state.promotion) * interval;
}

function failedText({ requests, errors }: Answered): string {
  const ratio = requests === 0 ? '' : ` (${rounded((100 * errors) / requests)} %)`;
  return `${errors} of ${requests} requests failed${ratio}`;
}

function rounded(value: number): string {
  return String(Number(value.toPrecision(3)));
}
