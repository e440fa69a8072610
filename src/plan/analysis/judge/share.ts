/** How sure the prior of the share test is of the nominal share: as if so many requests had been seen. */
const PRIOR_STRENGTH = 200;

/**
 * Log evidence that the canary's share of the requests is not `share` (between 0 and 1, both excluded), when `canary`
 * of `all` went to it: a beta-binomial mixture against the nominal share, valid at any stopping time.
 * Source: canary-statistics 3.5; Lindon and Malek 2022 (sample ratio mismatch).
 */
export function shareEvidence(canary: number, all: number, share: number): number {
  const a = PRIOR_STRENGTH * share;
  const b = PRIOR_STRENGTH * (1 - share);
  const stable = all - canary;
  return logBeta(a + canary, b + stable) - logBeta(a, b) - canary * Math.log(share) - stable * Math.log(1 - share);
}

/**
 * True when the observed share is so far from the nominal one that it matters, and chance does not explain it:
 * outside of 2 percentage points or a fifth of the share, whichever is more, with evidence of at least 1/alpha.
 */
export function shareIsOff(canary: number, all: number, share: number, alpha: number): boolean {
  if (all <= 0 || share <= 0 || share >= 1) return false;
  const tolerated = Math.max(0.02, 0.2 * share);
  return Math.abs(canary / all - share) > tolerated && shareEvidence(canary, all, share) >= -Math.log(alpha);
}

function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b);
}

const LANCZOS = [
  676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
  -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
] as const;

/** ln Γ(x) for x > 0, to about 15 digits: Lanczos' approximation with g = 7 and nine terms. */
export function logGamma(x: number): number {
  const shifted = x - 1;
  const series = LANCZOS.reduce(
    (sum, coefficient, index) => sum + coefficient / (shifted + index + 1),
    0.9999999999998099,
  );
  const t = shifted + LANCZOS.length - 0.5;
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(t) - t + Math.log(series);
}
