import type { AnalysisPhase, AnalysisRun } from '../../../src/api/analysis.ts';
import { HASH_LABEL } from '../../../src/api/names.ts';
import { rolesOf } from '../../../src/api/split-services.ts';
import type { RolloutSpec } from '../../../src/api/rollout.ts';
import { breaches } from '../../../src/invariants/breaches.ts';
import type { Action } from '../../../src/plan/action.ts';
import { planRollout } from '../../../src/plan/plan-rollout.ts';
import type { ObservedRollout } from '../../../src/plan/rollout/observed-rollout.ts';
import { seconds } from '../../../src/units/duration.ts';
import { add, type Instant } from '../../../src/units/instant.ts';
import { carryOut, writeStatus } from './carry-out.ts';
import { brief } from './judge.ts';
import { randomFrom, shuffled } from './random.ts';
import { isSettled, type Nature, settle } from './settle.ts';
import { brokenBy } from './state-checks.ts';
import { BEGIN, templateOf, worldOf, type WorldWords } from './world.ts';

/** Something that a person does to the Rollout, at a chosen point or else by chance; at the latest once all is quiet. */
export type Deed = Readonly<{
  name: string;
  when?: (observed: ObservedRollout) => boolean;
  change: (observed: ObservedRollout) => ObservedRollout;
}>;

/** A whole life of a Rollout: how it begins, what people do, and how it must end. */
export type Story = Readonly<{
  name: string;
  words: WorldWords;
  deeds: readonly Deed[];
  /** Versions whose pods never become ready. */
  broken?: readonly string[];
  verdict?: AnalysisPhase;
  /** Pods die now and then, for so many passes. */
  unrest?: number;
  /** A person ends every pause. */
  promotes?: boolean;
  /** `stable` is the version that must have everything: one by name, or 'any', whichever is stable by then. */
  ends: Readonly<{ phase: string; stable?: string }>;
}>;

/** How one run went: what was wrong on the way or at the end, the passes that it took, and what happened, line by line. */
export type RunReport = Readonly<{ wrong: readonly string[]; passes: number; log: readonly string[] }>;

/** A world that is not at rest after so many passes never will be. */
const PASSES_MAX = 600;

type Course = { world: ObservedRollout; before: ObservedRollout; now: Instant; wrong: string[]; log: string[] };

/**
 * Plays a story: look, plan, carry out in an order by chance, let the cluster go on by chance; with crashes after any
 * prefix of the writes and with plans made from an old look. Ends when nobody has anything left to do.
 */
export function playStory(story: Story, seed: number): RunReport {
  const random = randomFrom(seed);
  const world = worldOf(story.words);
  const course: Course = { world, before: world, now: BEGIN, wrong: [], log: [] };
  const deeds = [...story.deeds];
  let pass = 0;
  for (; pass < PASSES_MAX && course.wrong.length === 0; pass++) {
    const [deed] = deeds;
    const quiet = turn(course, story, random);
    if (pass < (story.unrest ?? 0) && random() < 0.15) disturb(course, losePods(course.world, random));
    if (deed !== undefined && (deed.when === undefined ? quiet || random() < 0.1 : deed.when(course.world))) {
      deeds.shift();
      course.log.push(`person: ${deed.name}`);
      disturb(course, deed.change(course.world));
    } else if (quiet && !resume(course, story)) break;
  }
  if (pass === PASSES_MAX) course.wrong.push(`L2: not at rest after ${PASSES_MAX} passes`);
  if (deeds.length > 0) course.wrong.push(`the story never came to: ${deeds.map(({ name }) => name).join(', ')}`);
  if (course.wrong.length === 0) course.wrong.push(...judgeEnd(course.world, story));
  return { wrong: course.wrong, passes: pass, log: course.log };
}

/** One look, its plan and its writes, and what the cluster makes of them; true when nothing is left to happen. */
function turn(course: Course, story: Story, random: () => number): boolean {
  const nature = natureOf(course.world, story, random);
  const stale = random() < 0.05;
  const seen = stale ? course.before : course.world;
  const plan = planRollout(seen, course.now);
  for (const { rule, message } of breaches(seen, plan)) course.wrong.push(`${rule}: ${message}`);
  if (plan.requeueAt !== undefined && plan.requeueAt <= course.now) course.wrong.push('S12: a wake-up in the past');
  course.before = course.world;
  const crash = random() < 0.1;
  const actions = shuffled(plan.actions, random).slice(
    0,
    crash ? Math.floor(random() * plan.actions.length) : undefined,
  );
  for (const action of actions) write(course, action);
  const changed = plan.status !== seen.rollout.status;
  if (!crash && seen.rollout === course.world.rollout) course.world = writeStatus(course.world, plan.status);
  const idle = !stale && plan.actions.length === 0 && !changed;
  if (idle && isSettled(course.world, nature)) {
    if (plan.requeueAt === undefined) return true;
    course.now = plan.requeueAt;
    return false;
  }
  course.world = settle(course.world, nature);
  course.now = add(course.now, seconds(1 + Math.floor(random() * 3)));
  return false;
}

/**
 * Pods die, or a person changes what is wanted. No plan may be older than that here: what happens between a look and
 * its writes is not the plan's to answer for (charge rule).
 */
function disturb(course: Course, world: ObservedRollout): void {
  course.world = world;
  course.before = world;
}

/** Some ready pods of one ReplicaSet die, and leave the endpoints. */
function losePods(world: ObservedRollout, random: () => number): ObservedRollout {
  const victim = shuffled(world.replicaSets, random)[0];
  if (victim === undefined) return world;
  const ready = Math.floor(random() * (victim.ready + 1));
  const resourceVersion = String(Number(victim.resourceVersion) + 1);
  const services = world.services.map((service) => {
    const known = service.readyEndpoints[victim.hash];
    if (known === undefined) return service;
    return { ...service, readyEndpoints: { ...service.readyEndpoints, [victim.hash]: Math.min(known, ready) } };
  });
  return {
    ...world,
    services,
    replicaSets: world.replicaSets.map((set) =>
      set === victim ? { ...set, ready, available: ready, resourceVersion } : set,
    ),
  };
}

function write(course: Course, action: Action): void {
  const after = carryOut(course.world, action);
  course.log.push(`${after === course.world ? 'lost' : 'write'}: ${brief(action)}`);
  for (const problem of brokenBy(course.world, after)) course.wrong.push(`${problem} by ${brief(action)}`);
  course.world = after;
}

function natureOf(world: ObservedRollout, story: Story, random: () => number): Nature {
  const broken = (story.broken ?? []).map((version) => JSON.stringify(templateOf(version).spec));
  const hashes = new Set(
    world.replicaSets
      .filter(({ template }) => broken.includes(JSON.stringify((template as { spec?: unknown }).spec)))
      .map(({ hash }) => hash),
  );
  return {
    moves: () => random() < 0.6,
    some: (most) => Math.ceil(random() * most),
    starts: (hash) => !hashes.has(hash),
    verdict: (run: AnalysisRun) => (run.status?.phase === 'Running' ? (story.verdict ?? 'Successful') : undefined),
  };
}

/** A person ends the pause that everything waits for, as `promote` does; false when none is to be ended. */
function resume(course: Course, story: Story): boolean {
  const { status } = course.world.rollout;
  if (story.promotes !== true || status === undefined || (status.pauseConditions ?? []).length === 0) return false;
  const { pauseConditions, ...rest } = status;
  course.log.push(`person: promote from ${pauseConditions?.map(({ reason }) => reason).join()}`);
  course.world = writeStatus(course.world, rest);
  return true;
}

/** At the end: the phase of the story, every Service and weight on the version that must be stable, no pods of others. */
function judgeEnd(world: ObservedRollout, story: Story): readonly string[] {
  const wrong: string[] = [];
  const status = world.rollout.status ?? {};
  if (status.phase !== story.ends.phase)
    wrong.push(`L2: ends ${status.phase} (${status.message}), not ${story.ends.phase}`);
  if (story.ends.stable === undefined) return wrong;
  const image = JSON.stringify(templateOf(story.ends.stable).spec);
  const stable = world.replicaSets.find(({ hash, template }) =>
    story.ends.stable === 'any'
      ? hash === status.stableRS
      : JSON.stringify((template as { spec?: unknown }).spec) === image,
  );
  if (stable === undefined || status.stableRS !== stable.hash) wrong.push(`L2: ${story.ends.stable} is not stable`);
  for (const route of world.routes) {
    if (route.split?.canary !== 0 || route.inProgress || route.noted || route.managed.length > 0)
      wrong.push(`L2: the route is left at ${JSON.stringify(route)}`);
  }
  const pingPong = world.rollout.spec.strategy?.canary?.pingPong !== undefined;
  const stableName = rolesOf(world.rollout).stable;
  for (const { name, selector } of world.services) {
    const preview = name === 'web-preview' && status.phase === 'Degraded';
    // Between updates the other Service of pingPong stays where it is.
    const other = pingPong && name !== stableName;
    if (selector[HASH_LABEL] !== stable?.hash && !preview && !other)
      wrong.push(`L2: ${name} does not select ${stable?.name}`);
  }
  for (const { name } of world.leftServices) wrong.push(`L2: Service ${name} was not given back`);
  for (const { route } of world.leftRoutes) wrong.push(`L2: route ${route.name} was not given back`);
  const keeps = world.rollout.spec.strategy?.canary?.abortScaleDownDelaySeconds === 0 && status.abort === true;
  const left = keeps ? [] : world.replicaSets.filter((set) => set !== stable && set.specReplicas > 0);
  if (left.length > 0) wrong.push(`L2: pods are left in ${left.map(({ name }) => name).join(', ')}`);
  const wanted = world.rollout.spec.replicas ?? 1;
  if (stable !== undefined && stable.specReplicas !== wanted)
    wrong.push(`L2: stable has ${stable.specReplicas} of ${wanted}`);
  return wrong;
}

/** A new spec, as a person applies one. */
export function applySpec(name: string, spec: Partial<RolloutSpec>, when?: Deed['when']): Deed {
  return {
    name,
    ...(when === undefined ? {} : { when }),
    change: (observed) => {
      const { rollout } = observed;
      const { metadata } = rollout;
      const generation = (metadata.generation ?? 0) + 1;
      const resourceVersion = String(Number(metadata.resourceVersion) + 1);
      return {
        ...observed,
        rollout: {
          ...rollout,
          metadata: { ...metadata, generation, resourceVersion },
          spec: { ...rollout.spec, ...spec },
        },
      };
    },
  };
}

/** A new version, as a person applies one. */
export function applyVersion(version: string, when?: Deed['when']): Deed {
  return applySpec(`apply ${version}`, { template: templateOf(version) }, when);
}

/** What a verb writes into the status. */
export function patchStatus(name: string, patch: Readonly<Record<string, unknown>>, when?: Deed['when']): Deed {
  return {
    name,
    ...(when === undefined ? {} : { when }),
    change: (observed) => writeStatus(observed, { ...observed.rollout.status, ...patch }),
  };
}
