import type { Clock, Timer } from '../clock/clock.ts';
import type { Resource } from '../kube/resource.ts';
import type { Milliseconds } from '../units/duration.ts';
import { milliseconds, seconds } from '../units/duration.ts';
import type { Instant } from '../units/instant.ts';
import { add, elapsed } from '../units/instant.ts';
import type { ClusterAccess } from './cluster-access.ts';
import type { ClusterStep } from './step.ts';

/** How the steps are run. */
export type StepOptions = Readonly<{
  /**
   * From a change until the step that watches it runs; asked once a run. Changes in the meantime are seen by that run
   * too. A constant in the demo, a draw in simulation.
   */
  delay: (step: ClusterStep) => Milliseconds;
}>;

/** Running steps. */
export type RunningSteps = Readonly<{
  /** Ends them: no step runs and no timer is left after this returns. */
  stop(): void;
}>;

/** After a run in which a write was refused, the step runs again though nothing changed: after that, then twice that … */
const FIRST_RETRY = milliseconds(100);
const LONGEST_RETRY = seconds(30);

/**
 * Runs every step once at the start and then after each change of what it watches, never inside the write that made the
 * change, and when it asked to be woken. A step has at most one timer set. A refused write is no failure: the step looks
 * again.
 */
export function runSteps(
  access: ClusterAccess,
  clock: Clock,
  steps: readonly ClusterStep[],
  options: StepOptions,
): RunningSteps {
  const runners = steps.map((step) => createRunner(access, clock, step, options));
  const watchers = new Map<string, Runner[]>();
  for (const runner of runners) {
    for (const key of new Set(runner.step.watches.map(resourceKey))) {
      watchers.set(key, [...(watchers.get(key) ?? []), runner]);
    }
  }
  const unsubscribe = access.onChange((resource) => {
    for (const runner of watchers.get(resourceKey(resource)) ?? []) runner.onChange();
  });
  for (const runner of runners) runner.onChange();
  return {
    stop() {
      unsubscribe();
      for (const runner of runners) runner.stop();
    },
  };
}

type Runner = Readonly<{ step: ClusterStep; onChange(): void; stop(): void }>;

function createRunner(access: ClusterAccess, clock: Clock, step: ClusterStep, { delay }: StepOptions): Runner {
  let set: Readonly<{ at: Instant; timer: Timer }> | undefined;
  let answersChange = false;
  let refusals = 0;
  let stopped = false;

  const wakeAt = (at: Instant): void => {
    if (stopped || (set !== undefined && set.at <= at)) return;
    set?.timer.cancel();
    set = { at, timer: clock.schedule(elapsed(clock.now(), at), run) };
  };
  const onChange = (): void => {
    // The first change of a burst sets the time: were each to put it off, a busy cluster would starve its controllers.
    if (answersChange) return;
    answersChange = true;
    wakeAt(add(clock.now(), delay(step)));
  };
  const run = (): void => {
    set = undefined;
    answersChange = false;
    const outcome = step.step(access.view, clock.now());
    // Each write is tried, whatever became of the one before: they commute.
    const refused = outcome.writes.filter((write) => !access.write(write)).length;
    refusals = refused === 0 ? 0 : refusals + 1;
    if (outcome.wakeAt !== undefined) wakeAt(outcome.wakeAt);
    if (refused > 0) wakeAt(add(clock.now(), milliseconds(Math.min(LONGEST_RETRY, FIRST_RETRY * 2 ** (refusals - 1)))));
  };
  return {
    step,
    onChange,
    stop() {
      stopped = true;
      set?.timer.cancel();
      set = undefined;
    },
  };
}

function resourceKey({ group, plural }: Resource): string {
  return `${group}/${plural}`;
}
