/**
 * Evidence against a null hypothesis as an e-process that is mixed twice: over alternatives, because nobody knows how
 * bad a bad version is, and over the moment at which it becomes bad, because a good past must not hide a bad present.
 * All in natural logarithms. `logs` has one entry an alternative; `used` is the share of the start weights spent so
 * far; `slot` is the last slot that began. Source: canary-statistics 3.1; Shin, Ramdas, Rinaldo 2023 (e-detectors).
 */
export type Mixture = Readonly<{ logs: readonly number[]; used: number; slot: number }>;

/** When the evidence of an interval may begin: the slot it lies in (from 0) and how many later slots there are. */
export type StartSlot = Readonly<{ slot: number; laterSlots: number }>;

/** Half of the weight lies on "bad from the first interval on"; the later slots share the other half. */
const FIRST_SHARE = 0.5;

/** A mixture that has seen nothing: evidence 1. */
export function newMixture(alternatives: number): Mixture {
  return { logs: new Array<number>(alternatives).fill(Number.NEGATIVE_INFINITY), used: 0, slot: -1 };
}

/**
 * The mixture after an interval whose log likelihood ratios, one an alternative, are `increments`:
 * `S ← (S + w) · exp(increment)`, where w is the weight of the slots that begin with this interval.
 */
export function stepMixture(mixture: Mixture, increments: readonly number[], at: StartSlot): Mixture {
  const weight = startWeight(mixture.slot, at);
  const begun = Math.log(weight);
  return {
    logs: mixture.logs.map((log, index) => logAdd(log, begun) + (increments[index] ?? 0)),
    used: mixture.used + weight,
    slot: Math.max(mixture.slot, at.slot),
  };
}

/** The logarithm of the evidence: the mean over the alternatives, and what is not wagered yet. */
export function logEvidence({ logs, used }: Mixture): number {
  const wagered = logs.reduce(logAdd, Number.NEGATIVE_INFINITY) - Math.log(Math.max(1, logs.length));
  return logAdd(wagered, Math.log(Math.max(0, 1 - used)));
}

/** ln(e^a + e^b), exact also where either is so small that its exponential is 0. */
export function logAdd(a: number, b: number): number {
  const larger = Math.max(a, b);
  return larger === Number.NEGATIVE_INFINITY ? larger : larger + Math.log1p(Math.exp(Math.min(a, b) - larger));
}

/** A slot's weight is wagered once, at its first interval that has evidence; slots without any are passed over. */
function startWeight(lastSlot: number, { slot, laterSlots }: StartSlot): number {
  if (lastSlot < 0) return FIRST_SHARE;
  return slot > lastSlot && slot <= laterSlots ? (1 - FIRST_SHARE) / laterSlots : 0;
}
