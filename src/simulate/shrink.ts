import type { WorldPlan } from './world-plan.ts';

/** Whether a plan still fails as the one that is made smaller did. */
export type Fails = (plan: WorldPlan) => Promise<boolean>;

/** What a plan can do without, one list after another. */
const LISTS = ['callFaults', 'watchFaults', 'happenings'] as const;

/**
 * The smallest plan found that still fails: faults and deeds are left out in ever smaller parts, for as long as that makes
 * a difference; at most `trials` worlds are played. Source: Zeller and Hildebrandt, "Simplifying and isolating
 * failure-inducing input", IEEE TSE 28 (2002), algorithm ddmin.
 */
export async function shrinkPlan(plan: WorldPlan, fails: Fails, trials: number): Promise<WorldPlan> {
  let smallest = plan;
  let left = trials;
  const stillFails = async (candidate: WorldPlan): Promise<boolean> => {
    left -= 1;
    return left >= 0 && (await fails(candidate));
  };
  for (const name of LISTS) {
    // All gone at once is the most frequent case: most faults have nothing to do with a failure.
    const without: WorldPlan = { ...smallest, [name]: name === 'happenings' ? smallest.happenings.slice(0, 1) : [] };
    if (smallest[name].length > without[name].length && (await stillFails(without))) {
      smallest = without;
      continue;
    }
    smallest = await shrinkList(smallest, name, stillFails);
  }
  return smallest;
}

async function shrinkList(plan: WorldPlan, name: (typeof LISTS)[number], stillFails: Fails): Promise<WorldPlan> {
  let smallest = plan;
  let parts = 2;
  while (smallest[name].length >= 2) {
    const items = smallest[name];
    const size = Math.ceil(items.length / parts);
    let smaller: WorldPlan | undefined;
    for (let start = 0; start < items.length && smaller === undefined; start += size) {
      const candidate: WorldPlan = { ...smallest, [name]: [...items.slice(0, start), ...items.slice(start + size)] };
      if (candidate[name].length > 0 && (await stillFails(candidate))) smaller = candidate;
    }
    if (smaller !== undefined) {
      smallest = smaller;
      parts = Math.max(2, parts - 1);
    } else if (size === 1) {
      return smallest;
    } else {
      parts = Math.min(items.length, parts * 2);
    }
  }
  return smallest;
}
