import type { Json } from '../units/canonical-json.ts';
import type { CanaryLook } from './canary-look.ts';

/** What one look at a metrics store brought: a value with how it is shown, or no evidence and why. */
export type Reading =
  | Readonly<{
      kind: 'Value';
      value: Json;
      /** As it is written into the measurement: `[0.5,1]`. */
      shown: string;
      metadata?: Readonly<Record<string, string>>;
    }>
  /** A look of a `canary` metric at both versions' counters. */
  | Readonly<{ kind: 'Look'; look: CanaryLook; shown: string; metadata?: Readonly<Record<string, string>> }>
  /** What a Job came to: its own end is the verdict. */
  | Readonly<{
      kind: 'Verdict';
      phase: 'Successful' | 'Failed' | 'Inconclusive';
      /** The name of the Job. */
      shown: string;
      message?: string;
      metadata?: Readonly<Record<string, string>>;
    }>
  | Readonly<{ kind: 'NoEvidence'; message: string; metadata?: Readonly<Record<string, string>> }>;

/** A finished measurement as it lies in the answers, until a plan has written it into the status. */
export type ReadingAnswer = Readonly<{ startedAt: number; finishedAt: number; reading: Reading }>;
