import type { Random } from '../../src/emulator/random.ts';
import { binomial } from '../../src/emulator/random.ts';
import type { Answered } from '../../src/plan/analysis/judge/error-ratio.ts';

/** Seconds between two looks at the counters. */
export const LOOK = 15;
/** Looks in a run of 30 minutes. */
export const LOOKS = 120;
/** Looks at stable alone before the run: five minutes. */
export const LOOKS_BEFORE = 20;

/** What happens to both versions alike, or to the counters. */
export type Condition =
  'stationary' | 'drift' | 'outage' | 'bursts 0.5' | 'bursts 1' | 'late 15' | 'late 25' | 'warm-up' | 'resets';

/** One cell of the grid. Rates are requests a second of the canary, which has a twentieth of the traffic. */
export type Cell = Readonly<{
  rps: number;
  /** Error probability of stable, 0 to 1. */
  base: number;
  /** The canary's error probability, given stable's present one. */
  effect: Effect;
  condition: Condition;
}>;

/** How much worse the canary is: a multiple of stable's error probability, and something on top. */
export type Effect = Readonly<{ name: string; times: number; plus: number }>;

/** What the counters gained in one look: the canary, and stable target by target. */
export type Look = Readonly<{ canary: Answered; stable: readonly Answered[]; missing: boolean }>;

/** One run: stable alone before it, then both. `failed` counts the canary's failed requests as they happened. */
export type Run = Readonly<{ before: readonly Look[]; looks: readonly Look[]; failed: readonly number[] }>;

const STABLE_SHARE = 19;

/** Draws a whole run of a cell. */
export function drawRun(random: Random, cell: Cell): Run {
  const phase = 2 * Math.PI * random.next();
  const before: Look[] = [];
  for (let look = -LOOKS_BEFORE; look < 0; look += 1) before.push(drawLook(random, cell, look, phase).seen);
  const looks: Look[] = [];
  const failed: number[] = [];
  for (let look = 0; look < LOOKS; look += 1) {
    const { seen, failures } = drawLook(random, cell, look, phase);
    looks.push(seen);
    failed.push(failures);
  }
  return { before, looks, failed };
}

function drawLook(random: Random, cell: Cell, look: number, phase: number): Readonly<{ seen: Look; failures: number }> {
  const base = baseAt(cell, look, phase);
  const canaryRatio = look < 0 ? base : canaryRatioAt(cell, look, base);
  const pods = cell.condition.startsWith('bursts') ? STABLE_SHARE : 5;
  const spread = cell.condition === 'bursts 0.5' ? 0.5 : cell.condition === 'bursts 1' ? 1 : 0;
  const rate = cell.rps * LOOK;
  const answer = (expected: number, ratio: number): Answered => {
    const requests = poisson(random, expected);
    const burst = spread === 0 ? 1 : gamma(random, 1 / spread ** 2) * spread ** 2;
    return { requests, errors: binomial(random, requests, Math.min(1, ratio * burst)) };
  };
  const canary = answer(look < 0 ? 0 : rate, canaryRatio);
  const stable = Array.from({ length: pods }, () => answer((rate * STABLE_SHARE) / pods, base));
  const lossy = cell.condition === 'resets' && look >= 0;
  const missing = lossy && random.next() < 0.1;
  // A process that dies takes what it counted since the last scrape with it: both of its counters at once.
  const reset = (counts: Answered): Answered =>
    lossy && random.next() < 0.05 ? fraction(random, counts, random.next()) : counts;
  return { seen: { canary: reset(canary), stable: stable.map(reset), missing }, failures: canary.errors };
}

function baseAt({ base, condition }: Cell, look: number, phase: number): number {
  if (condition === 'drift') return base * (1 + 0.5 * Math.sin(phase + (2 * Math.PI * look) / 60));
  if (condition === 'outage' && look >= 40 && look < 48) return Math.min(0.5, base * 20);
  return base;
}

function canaryRatioAt({ effect, condition }: Cell, look: number, base: number): number {
  const minute = (look * LOOK) / 60;
  // Cold caches: four fifths fail in the first half minute, which belongs to the warm-up.
  if (condition === 'warm-up' && minute < 0.5) return 0.8;
  const onset = condition === 'late 15' ? 15 : condition === 'late 25' ? 25 : 0;
  return minute < onset ? base : Math.min(0.9, base * effect.times + effect.plus);
}

function fraction(random: Random, { requests, errors }: Answered, share: number): Answered {
  const kept = binomial(random, errors, share);
  return { errors: kept, requests: kept + binomial(random, requests - errors, share) };
}

/** Trials of a binomial that comes so near to a Poisson number that no cell of the grid can tell. */
const MANY = 10_000_000;

function poisson(random: Random, expected: number): number {
  return binomial(random, MANY, expected / MANY);
}

/** A gamma number of that shape, at least 1, and scale 1. Source: Marsaglia and Tsang, ACM TOMS 26 (2000). */
function gamma(random: Random, shape: number): number {
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal(random);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random.next()) < x ** 2 / 2 + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** A standard normal number by Box and Muller. */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}
