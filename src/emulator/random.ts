/** Numbers that look random and are the same for the same seed. */
export interface Random {
  /** At least 0, below 1. */
  next(): number;
}

/** A stream of numbers from a seed. Source: sfc32 of PractRand, mixed in by 12 turns as its author advises. */
export function seededRandom(seed: number): Random {
  let [a, b, c, counter] = [0, Math.floor(seed / 2 ** 32) | 0, seed | 0, 1];
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let turn = 0; turn < 12; turn += 1) next();
  return { next };
}

/**
 * How many of `count` independent trials succeed, each with probability `share` (0 to 1). Exact in distribution; its cost
 * does not grow with the count: waiting times between successes while few are expected, else Hörmann's transformed
 * rejection BTRS (J. Stat. Comput. Simul. 46, 1993).
 */
export function binomial(random: Random, count: number, share: number): number {
  if (count <= 0 || share <= 0) return 0;
  if (share >= 1) return count;
  if (share > 0.5) return count - binomial(random, count, 1 - share);
  return count * share < 10 ? byWaitingTimes(random, count, share) : byRejection(random, count, share);
}

function byWaitingTimes(random: Random, count: number, share: number): number {
  const scale = Math.log1p(-share);
  let successes = 0;
  for (let trial = 0; ; successes += 1) {
    trial += Math.ceil(Math.log(1 - random.next()) / scale) || 1;
    if (trial > count) return successes;
  }
}

function byRejection(random: Random, count: number, share: number): number {
  const deviation = Math.sqrt(count * share * (1 - share));
  const b = 1.15 + 2.53 * deviation;
  const a = -0.0873 + 0.0248 * b + 0.01 * share;
  const centre = count * share + 0.5;
  const alpha = (2.83 + 5.1 / b) * deviation;
  const odds = share / (1 - share);
  const mode = Math.floor((count + 1) * share);
  const atMode = (mode + 0.5) * Math.log((mode + 1) / (odds * (count - mode + 1)));
  for (;;) {
    const u = random.next() - 0.5;
    const v = random.next();
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + centre);
    if (us >= 0.07 && v <= 0.92 - 4.2 / b) return k;
    if (k < 0 || k > count) continue;
    const bound =
      atMode +
      (count + 1) * Math.log((count - mode + 1) / (count - k + 1)) +
      (k + 0.5) * Math.log((odds * (count - k + 1)) / (k + 1)) +
      (stirlingRest(mode) + stirlingRest(count - mode) - stirlingRest(k) - stirlingRest(count - k));
    if (Math.log((v * alpha) / (a / (us * us) + b)) <= bound) return k;
  }
}

const FIRST_RESTS = [
  0.08106146679532726, 0.04134069595540929, 0.02767792568499834, 0.02079067210376509, 0.01664469118982119,
  0.01387612882307075, 0.01189670994589177, 0.01041126526197209, 0.009255462182712733, 0.008330563433362871,
];

/** ln k! less its approximation by Stirling. */
function stirlingRest(k: number): number {
  const first = FIRST_RESTS[k];
  if (first !== undefined) return first;
  const square = (k + 1) * (k + 1);
  return (1 / 12 - (1 / 360 - 1 / 1260 / square) / square) / (k + 1);
}

/** Splits `count` trials among weights at random, as a proxy picks a backend for each request. All weights 0: all zeros. */
export function splitByWeight(random: Random, count: number, weights: readonly number[]): readonly number[] {
  let left = count;
  let total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => {
    const part = total <= 0 ? 0 : binomial(random, left, weight / total);
    left -= part;
    total -= weight;
    return part;
  });
}
