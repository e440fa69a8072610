import { capacityCoversWeight } from './capacity-covers-weight.ts';
import type { Checker } from './checker.ts';
import { drainedBeforeRemoved } from './drained-before-removed.ts';
import { podBudget } from './pod-budget.ts';
import { statusMonotone } from './status-monotone.ts';
import { trafficToSomebody } from './traffic-to-somebody.ts';
import { weightsSum } from './weights-sum.ts';

/** The rules that are held against each write of our process. */
export const CHECKERS: readonly Checker[] = [
  trafficToSomebody,
  capacityCoversWeight,
  weightsSum,
  drainedBeforeRemoved,
  statusMonotone,
  podBudget,
];
