import type { Mutant } from './mutant.ts';
import { STEP_MUTANTS } from './steps.ts';
import { TRAFFIC_MUTANTS } from './traffic.ts';
import { WRITE_MUTANTS } from './writes.ts';

/** Every mistake that simulation must find. */
export const MUTANTS: readonly Mutant[] = [...WRITE_MUTANTS, ...TRAFFIC_MUTANTS, ...STEP_MUTANTS];
