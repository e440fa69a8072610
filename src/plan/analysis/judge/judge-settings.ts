import type { Milliseconds } from '../../../units/duration.ts';

/** What an increase of errors is judged by; ratios and probabilities are plain numbers, 1.25 for "25 % more". */
export type ErrorSettings = Readonly<{
  /** The risk ratio that is still allowed, 1 or more. */
  allowedRatio: number;
  /** The canary's error probability up to which nothing is ever aborted, 0 to 1. */
  floor: number;
  /** The risk ratio that must be ruled out for a promotion on evidence, above 1. */
  badRatio: number;
}>;

/** What a slower canary is judged by. */
export type LatencySettings = Readonly<{
  /** 0 to 1. */
  quantile: number;
  /** The relative increase of the quantile that is still allowed, 0.2 for 20 %. */
  tolerance: number;
}>;

/** How a canary metric is judged. At least one of `errors` and `latency` is there. */
export type JudgeSettings = Readonly<{
  /** Probability that a version no worse than allowed is aborted, at whatever moment one looks; of this run. */
  alpha: number;
  /** Probability that a step passes on evidence although the ratio is `badRatio` or more. */
  beta: number;
  errors: ErrorSettings | undefined;
  latency: LatencySettings | undefined;
  /** Evidence is not looked at for a pass before this. */
  minDuration: Milliseconds;
  /** When a step ends without a verdict; undefined for a background run, which ends with its update. */
  maxDuration: Milliseconds | undefined;
  /** Minutes after the first in which evidence can begin anew. */
  laterSlots: number;
}>;
