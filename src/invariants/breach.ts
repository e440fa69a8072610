import type { Action } from '../plan/action.ts';

/** The id of a rule of safety that one plan can break by itself. */
export type RuleId = 'S1' | 'S2' | 'S3' | 'S4' | 'S5' | 'S6' | 'S8' | 'S9' | 'S11' | 'S13' | 'S14';

/**
 * A rule that a plan would break: which, in words, and by which of its actions (absent where the status breaks it, or
 * only several actions together do).
 */
export type Breach = Readonly<{ rule: RuleId; message: string; action?: Action }>;
