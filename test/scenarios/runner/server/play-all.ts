import type { ApiGroup } from '../../../../src/api/names.ts';
import { buildBundle } from '../../../../scripts/build.ts';
import { tell } from '../../../cluster/command.ts';
import type { Placed } from '../load.ts';
import { playScenario } from '../play.ts';
import { startServerCluster } from './cluster.ts';
import { StageDoor } from './stage.ts';

/** What is to be played, and how many side by side. */
export type ServerRun = Readonly<{ placed: readonly Placed[]; groups: readonly ApiGroup[]; sideBySide: number }>;

/** How a run ended: scenarios are counted once a group. */
export type ServerCounts = Readonly<{ passed: number; failed: number; seconds: number }>;

type Task = Placed & Readonly<{ group: ApiGroup }>;

/**
 * Plays scenarios against a real API server with the real controllers of Kubernetes, side by side in namespaces of their
 * own, under one controller process a group; tells each failure whole.
 */
export async function playOnServer({ placed, groups, sideBySide }: ServerRun): Promise<ServerCounts> {
  const began = performance.now();
  const bundle = await buildBundle();
  const cluster = await startServerCluster();
  try {
    const flags = ['--requests-per-second', '2000', '--burst', '2000', '--workers', '32'];
    const controllers = new Map(
      await Promise.all(
        groups.map(async (group) => [group, await cluster.startController(group, bundle, flags)] as const),
      ),
    );
    const door = new StageDoor(cluster, async (group) => (await controllers.get(group)?.log()) ?? '');
    tell(`the API server and the controllers are up after ${secondsSince(began)} s`);
    const tasks: Task[] = groups.flatMap((group) =>
      placed.filter(({ scenario }) => scenario.groups.includes(group)).map((one) => ({ ...one, group })),
    );
    const counts = await playTasks(tasks, door, sideBySide);
    for (const controller of controllers.values()) await controller.stop();
    return { ...counts, seconds: Number(secondsSince(began)) };
  } finally {
    await cluster.stop();
  }
}

/** So many that failed in the crowd are played again; more of them is no matter of the crowd. */
const MOST_AGAIN = 12;

/**
 * Plays all side by side, then those that failed one at a time: dozens of scenarios on one API server hold each other
 * up for seconds, and limits of time are meant for a server at rest. One that fails again, alone, has failed.
 */
async function playTasks(
  tasks: readonly Task[],
  door: StageDoor,
  sideBySide: number,
): Promise<Readonly<{ passed: number; failed: number }>> {
  const waiting = [...tasks];
  const held: Task[] = [];
  const work = async (): Promise<void> => {
    for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) {
      const told = await playTask(task, door);
      if (told !== undefined) {
        held.push(task);
        tell(`in the crowd: ${told}`);
      }
    }
  };
  await Promise.all(Array.from({ length: sideBySide }, work));
  let failed = Math.max(0, held.length - MOST_AGAIN);
  for (const task of held.slice(0, MOST_AGAIN)) {
    const told = await playTask(task, door);
    if (told === undefined) continue;
    failed += 1;
    tell(told);
  }
  if (held.length > 0) tell(`${held.length} of ${tasks.length} failed in the crowd, ${failed} of them for good`);
  return { passed: tasks.length - failed, failed };
}

/** What went wrong, in words; undefined when nothing did. */
async function playTask({ area, scenario, group }: Task, door: StageDoor): Promise<string | undefined> {
  const began = performance.now();
  const stage = await door.open(group);
  try {
    await playScenario(scenario, stage);
    tell(`passed  ${secondsSince(began).padStart(5)} s  ${area} (${group}): ${scenario.name}`);
    return undefined;
  } catch (error) {
    return `FAILED  ${secondsSince(began).padStart(5)} s  ${area} (${group}): ${error instanceof Error ? error.message : String(error)}`;
  } finally {
    await stage.close();
  }
}

function secondsSince(began: number): string {
  return ((performance.now() - began) / 1000).toFixed(1);
}
