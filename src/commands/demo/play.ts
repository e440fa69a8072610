import type { Clock } from '../../clock/clock.ts';
import { systemClock } from '../../clock/clock.ts';
import { createVirtualClock } from '../../simulate/virtual-clock.ts';
import type { Cast } from './cast.ts';
import type { DemoCluster, Reach } from './cluster.ts';
import { openCluster, startController } from './cluster.ts';
import type { Pace } from './pace.ts';
import { passTime } from './pace.ts';
import type { Scene } from './scene.ts';
import { signatureOf } from './scene.ts';
import type { Show } from './show.ts';
import { Stage } from './stage.ts';
import { playStory } from './story.ts';

/** How a demo is played. */
export type PlayOptions = Readonly<{
  cast: Cast;
  show: Show;
  /** Undefined: in real time, the controller talking to the API server over HTTP. */
  pace: Pace | undefined;
  /** Ends the play before its time. */
  signal: AbortSignal;
  /** Holds the cluster after the end, until the signal. */
  keep: boolean;
  /** What a person can go on with, said at the end. */
  next: (cluster: DemoCluster) => readonly string[];
}>;

/** How a play ended: by itself, with what did not go as it should have; or because somebody ended it. */
export type PlayEnd =
  Readonly<{ kind: 'Played'; problems: readonly string[]; last: Scene }> | Readonly<{ kind: 'Stopped' }>;

/** Plays a promotion and a rollback on a cluster that is there only for this. */
export async function play(options: PlayOptions): Promise<PlayEnd> {
  const { pace, show } = options;
  if (pace === undefined) return perform(options, systemClock(), 'Http', show);
  const real = systemClock();
  const clock = createVirtualClock(real.now());
  let over = false;
  let changes = 0;
  const counted = countingShow(show, () => void (changes += 1));
  const ended = perform(options, clock, 'InProcess', counted).finally(() => void (over = true));
  await Promise.all([passTime(clock, real, pace, { over: () => over, changes: () => changes }), ended]);
  return ended;
}

/** Tells of each scene that differs from the one before in more than its traffic, and of all that is said. */
function countingShow(show: Show, onChange: () => void): Show {
  let before = '';
  return {
    ...show,
    act(title) {
      onChange();
      show.act(title);
    },
    scene(scene) {
      const now = signatureOf(scene);
      if (now !== before) onChange();
      before = now;
      show.scene(scene);
    },
  };
}

async function perform(
  { cast, signal, keep, next }: PlayOptions,
  clock: Clock,
  reach: Reach,
  show: Show,
): Promise<PlayEnd> {
  const cluster = await openCluster(clock, cast);
  const ending = new AbortController();
  const stop = (): void => ending.abort(new Error('ended'));
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  const stage = new Stage({ cluster, cast, clock, show, signal: ending.signal });
  const controller = await startController(cluster, { clock, group: cast.group, reach, log: stage.log });
  try {
    const story = playStory({ stage, cast, cluster, show });
    const failed = controller.lost.then((why): readonly string[] => [`the controller ended: ${why}`]);
    const problems = await Promise.race([story, failed]);
    const last = stage.scene();
    show.end({
      last,
      problems: [...problems, ...(problems.length > 0 ? stage.warnings : [])],
      next: next(cluster),
    });
    if (keep) await held(ending.signal);
    return { kind: 'Played', problems, last };
  } catch (error) {
    if (ending.signal.aborted) return { kind: 'Stopped' };
    throw error;
  } finally {
    stop();
    stage.lowerCurtain();
    signal.removeEventListener('abort', stop);
    await controller.stop();
    await cluster.close();
  }
}

/** Resolves when the signal is aborted. */
function held(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
