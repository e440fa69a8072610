import type { Refusal } from './refusals/refusal.ts';
import { BLUE_GREEN, TOP } from './refusals/spec.ts';
import { STEPS } from './refusals/steps.ts';
import { STRATEGY } from './refusals/strategy.ts';

/** Every refusal of rollout-semantics 1.12 that the spec alone tells. */
export const REFUSALS: readonly Refusal[] = [...TOP, ...BLUE_GREEN, ...STRATEGY, ...STEPS];
