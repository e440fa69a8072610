/**
 * # Scenarios: given – when – then
 *
 * A scenario says what a person would see: objects are applied, things happen, and the cluster must come to something,
 * while some things must never happen. It goes through the public API only, so the same scenario is played in virtual
 * time on the emulator (`npm test`, milliseconds each), and unchanged against a real API server with real controllers
 * (`npm run test:scenarios`), both in `sluice.dev` and in `argoproj.io`: the runner rewrites apiVersion.
 *
 * ## To add one
 * Put it into the array `scenarios` that a file `test/scenarios/<area>/<subject>.ts` exports; new files are found by
 * themselves. Then `npx vitest run --project unit test/scenarios/virtual.test.ts -t 'words of its name'`.
 *
 * ```ts
 * export const scenarios: readonly Scenario[] = [
 *   scenario(
 *     'a canary stops at its pause until a person promotes',
 *     given(rollout(routedCanary([setWeight(20), pause()]))),
 *     always(availablePods({ least: 5 })),
 *     when(image('v2')),
 *     thenSee(phase('Paused'), weights({ stable: 80, canary: 20 }), sizes({ v1: 5, v2: 1 })),
 *     stays(10, phase('Paused')),
 *     when(promote()),
 *     thenSee(healthyOn('v2'), weights({ stable: 100, canary: 0 })),
 *   ),
 * ];
 * ```
 *
 * ## The parts
 * | part | meaning |
 * |---|---|
 * | `given(rollout, …)` | objects (and deeds such as `metrics`) before all; Services, route and so on that a Rollout names and nobody gave are made too; waits until every Rollout is Healthy |
 * | `when(deed, …)` | things that are done, one after another: `apply`, `image`, `patch`, `promote`, `abort`, `remove`, `metrics`, `wait` … (deeds.ts) |
 * | `thenSee(expectation, …)` (a module that exports `then` cannot be awaited) | all of them must hold at one moment, within 60 s; `within(20, …)` says another limit |
 * | `stays(seconds, expectation, …)` | they hold now and for that long |
 * | `always(rule, …)`, `never(rule, …)` | from here to the end of the scenario, checked at each change of any object |
 * | `during([rule, …], part, …)` | the rules hold while these parts are played |
 * | `onlyIn(group, scenario)` | for what differs by design (the takeover table); say why in a comment |
 *
 * Expectations and rules are the same thing (expectations.ts): a sentence and a function of the World; write your own with
 * `expectation('sentence', (world) => …)`, answering undefined when it holds, else what is seen instead.
 * The Rollout is called `web` where nothing else is said. A status counts only once its observedGeneration is the newest,
 * so `when(image('v2')), thenSee(healthyOn('v2'))` does not look at the status of before; a deed on the status alone (promote)
 * has no generation: expect something that was not so before.
 *
 * ## How pods behave
 * The tag of the image says it: `v2` works, `v2-unready` never becomes ready, `v2-crash` crashes, `v2-missing` cannot be
 * pulled; more by environment variables (src/emulator/behaviour.ts). Pods are ready within a second.
 *
 * ## Time
 * The same numbers are waited for in real time on the real server: keep delays at 1 to 5 s and a scenario below 30 s.
 * `metrics({ error_rate: { v2: 0.5 } })` scripts what Prometheus answers to the queries of `errorRate()` templates.
 *
 * Routine events (ScalingReplicaSet, RolloutStepCompleted, RolloutPaused …) wait for others like them, up to 15 s after the
 * last one and a minute in all, and come as one whose note holds the text of each; counts alone are written to the status
 * every 10 s at most. Look at sizes and pods (`sizes`, `available`, `readyPods`) where the moment matters.
 *
 * ## What is left out
 * No request is sent: there is no proxy on the real server, where the emulator's own step, run against it, sets the
 * parents of routes to Accepted. Lost requests are the matter of the simulator and of the cluster scenarios.
 */
import type { ApiGroup } from '../../../src/api/names.ts';
import type { KubeObject } from '../../../src/kube/resource.ts';
import type { Hands } from './stage.ts';
import type { World } from './world.ts';

/** Something that is done, with the words that the timeline shows. Throws when the server refuses it. */
export type Deed = Readonly<{ told: string; act: (hands: Hands) => Promise<void> }>;

/** A sentence about the world; `unmet` answers undefined where it holds, else what is seen instead. */
export type Expectation = Readonly<{ told: string; unmet: (world: World) => string | undefined }>;

/** A part of a scenario; times in seconds. */
export type Part =
  | Readonly<{ kind: 'Given'; things: readonly (KubeObject | Deed)[] }>
  | Readonly<{ kind: 'When'; deeds: readonly Deed[] }>
  | Readonly<{ kind: 'Then'; expectations: readonly Expectation[]; within: number }>
  | Readonly<{ kind: 'Stays'; expectations: readonly Expectation[]; seconds: number }>
  | Readonly<{ kind: 'Always'; rules: readonly Expectation[] }>
  | Readonly<{ kind: 'During'; rules: readonly Expectation[]; parts: readonly Part[] }>;

/** A story of one Rollout, or some. */
export type Scenario = Readonly<{ name: string; parts: readonly Part[]; groups: readonly ApiGroup[] }>;

/** How long a `thenSee` waits, in seconds. */
const USUAL_LIMIT = 60;

/** A scenario; its name is a sentence of behaviour, and nobody else's. */
export function scenario(name: string, ...parts: readonly Part[]): Scenario {
  return { name, parts, groups: ['sluice.dev', 'argoproj.io'] };
}

/** The scenario in one group only: for what differs by design. */
export function onlyIn(group: ApiGroup, only: Scenario): Scenario {
  return { ...only, groups: [group] };
}

/** Objects and deeds before all; waits until every Rollout among them is Healthy. */
export function given(...things: readonly (KubeObject | Deed)[]): Part {
  return { kind: 'Given', things };
}

/** Deeds, one after another. */
export function when(...deeds: readonly Deed[]): Part {
  return { kind: 'When', deeds };
}

/** All of these hold at one moment within 60 s. */
export function thenSee(...expectations: readonly Expectation[]): Part {
  return { kind: 'Then', expectations, within: USUAL_LIMIT };
}

/** All of these hold at one moment within so many seconds. */
export function within(limit: number, ...expectations: readonly Expectation[]): Part {
  return { kind: 'Then', expectations, within: limit };
}

/** These hold now and for so many seconds. */
export function stays(seconds: number, ...expectations: readonly Expectation[]): Part {
  return { kind: 'Stays', expectations, seconds };
}

/** These hold from here to the end, at each change of any object. */
export function always(...rules: readonly Expectation[]): Part {
  return { kind: 'Always', rules };
}

/** None of these holds at any change from here to the end. */
export function never(...rules: readonly Expectation[]): Part {
  return { kind: 'Always', rules: rules.map(not) };
}

/** The rules hold while these parts are played. */
export function during(rules: readonly Expectation[], ...parts: readonly Part[]): Part {
  return { kind: 'During', rules, parts };
}

/** The opposite of an expectation. */
export function not(expected: Expectation): Expectation {
  return {
    told: `not: ${expected.told}`,
    unmet: (world) => (expected.unmet(world) === undefined ? 'it holds' : undefined),
  };
}

/** An expectation of one's own: answers undefined where it holds, else what is seen instead. */
export function expectation(told: string, unmet: Expectation['unmet']): Expectation {
  return { told, unmet };
}
