import type { Rollout } from '../../api/rollout.ts';
import type { Clock } from '../../clock/clock.ts';
import { ownKinds } from '../../controllers/world.ts';
import type { Failure } from '../../kube/client.ts';
import { startReflector } from '../../kube/reflector.ts';
import type { KubeObject } from '../../kube/resource.ts';
import { Store } from '../../kube/store.ts';
import type { Milliseconds } from '../../units/duration.ts';
import { formatDuration } from '../../units/duration.ts';
import type { Found } from './look.ts';
import { lookAtRollout } from './look.ts';
import type { Parts, Place, PlaceFlags } from './place.ts';
import { withPlace } from './place.ts';
import type { Standing } from './standing.ts';
import { standingOf } from './standing.ts';
import type { Terminal } from './terminal.ts';

/** Flags of `status`. */
export type StatusFlags = PlaceFlags &
  Readonly<{
    /** Wait until it is Healthy or Degraded. */
    watch: boolean;
    /** Give up after so long; zero or absent: never. */
    timeout?: Milliseconds;
  }>;

/**
 * Tells how a Rollout stands, one line a change, until it is Healthy (exit code 0) or Degraded (1), or until the time is
 * over (1). Without `watch` it tells once, and only Degraded is 1.
 */
export async function watchStatus(name: string, flags: StatusFlags, parts: Parts): Promise<number> {
  const { terminal, clock } = parts;
  return withPlace(flags, parts, async (place) => {
    const look = await lookAtRollout(place, name);
    if (!look.ok) {
      terminal.err(`sluice: ${look.trouble.why}\nnext: ${look.trouble.next}`);
      return 1;
    }
    const say = lineOf(terminal, flags.output === 'json');
    if (!flags.watch) {
      const standing = standingOf(look.seen.rollout);
      say(standing);
      return standing.phase === 'Degraded' ? 1 : 0;
    }
    const end = await follow(place, look, clock, flags.timeout, say, terminal);
    if (end === 'TimedOut') {
      terminal.err(
        `sluice: rollout ${name} is neither Healthy nor Degraded after ${formatDuration(flags.timeout ?? (0 as Milliseconds))}`,
      );
    }
    if (end === 'Gone') terminal.err(`sluice: rollout ${name} was deleted`);
    return end === 'Healthy' ? 0 : 1;
  });
}

function lineOf(terminal: Terminal, json: boolean): (standing: Standing) => void {
  let last = '';
  return ({ phase, message }) => {
    const line = json ? JSON.stringify({ phase, message }) : message === '' ? phase : `${phase} - ${message}`;
    if (line !== last) terminal.out(line);
    last = line;
  };
}

type End = 'Healthy' | 'Degraded' | 'TimedOut' | 'Gone';

async function follow(
  { client, namespace }: Place,
  { group, seen }: Found,
  clock: Clock,
  timeout: Milliseconds | undefined,
  say: (standing: Standing) => void,
  terminal: Terminal,
): Promise<End> {
  const { promise, resolve } = Promise.withResolvers<End>();
  const { name } = seen.rollout.metadata;
  const timer = timeout === undefined || timeout === 0 ? undefined : clock.schedule(timeout, () => resolve('TimedOut'));
  const onError = (error: Failure | Error): void => terminal.err(`sluice: watching: ${error.message}`);
  const store = new Store<KubeObject & Rollout>();
  const reflector = startReflector<KubeObject & Rollout>({
    client,
    clock,
    resource: ownKinds(group).rollouts,
    selection: { namespace, fieldSelector: `metadata.name=${name}` },
    store,
    transform: (object) => object as KubeObject & Rollout,
    onError,
    onChange: ({ type, object }) => {
      if (type === 'Deleted') return resolve('Gone');
      const standing = standingOf(object);
      say(standing);
      if (standing.phase === 'Healthy' || standing.phase === 'Degraded') resolve(standing.phase);
    },
  });
  // What was deleted between the look and the first list will bring no change.
  const gone = (): void => void (store.get(namespace, name) === undefined && resolve('Gone'));
  reflector.whenSynced().then(gone, () => {});
  const end = await promise;
  timer?.cancel();
  await reflector.stop();
  return end;
}
