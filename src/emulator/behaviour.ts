import type { Milliseconds } from '../units/duration.ts';
import { milliseconds, seconds } from '../units/duration.ts';
import type { Container, PodSpec } from './steps/pod-shape.ts';

/** What a container of the emulated cluster does, as its image and environment say. */
export type Behaviour = Readonly<{
  /** The name under which its answers and metrics go. */
  version: string;
  /** The share of its answers that are errors (500), 0 to 1. */
  errorRate: number;
  /** Added to each of its answers. */
  latency: Milliseconds;
  /** How long it goes on serving after SIGTERM. */
  drain: Milliseconds;
  /** How long the application needs from its start until its readiness probe succeeds. */
  readyAfter: Milliseconds;
  /** How long after each start it ends with exit code 1; undefined when it does not. */
  crashAfter: Milliseconds | undefined;
  /** How long after its start it ends with `exitCode`: the work of a Job; undefined when it serves for ever. */
  exitAfter: Milliseconds | undefined;
  /** 0 to 255. */
  exitCode: number;
  /** Its readiness probe never succeeds. */
  neverReady: boolean;
  /** Its readiness probe succeeds for that long, fails for that long, and so on; undefined when it is steady. */
  flapEvery: Milliseconds | undefined;
  /** Its image cannot be pulled. */
  imageMissing: boolean;
}>;

/** What an application does between start and crash when told only to crash: it dies over its configuration. */
const CRASH_AT_ONCE = milliseconds(500);
/** How long the work of a pod takes that is not to be restarted for ever, where it does not say so. */
const USUAL_WORK = seconds(2);

/**
 * What a container does. Nothing runs in the emulated cluster: every container is taken for our demo application
 * (test/cluster/demo-app), and a user says with the same environment variables how a version behaves.
 *
 * | variable | meaning | otherwise |
 * |---|---|---|
 * | VERSION | the name of the version | the tag of the image, `v1` without one |
 * | ERROR_RATE | the share of answers that are 500, 0 to 1 | 0 |
 * | LATENCY_MS | milliseconds added to each answer | 0 |
 * | DRAIN_SECONDS | how long it serves on after SIGTERM | 5 |
 * | CRASH | anything but empty, `0` or `false`: ends with exit code 1 at each start | it runs |
 *
 * The emulator alone also knows READY_AFTER_SECONDS (0), CRASH_AFTER_SECONDS, EXIT_AFTER_SECONDS with EXIT_CODE (for
 * Jobs; a pod that is not always restarted has done its work after 2 s), NEVER_READY and FLAP_SECONDS. A number that cannot be read makes it crash, as the real application does.
 *
 * Who only changes the image says it in the words of the tag (`web:v3-crash`, `rollouts-demo:bad-red`): `bad` answers
 * 15 % with errors, `slow` takes 2 s longer, `crash` crashes, `unready` is never ready, `flapping` is ready and not in
 * turns of 10 s, `missing` cannot be pulled. A variable has the last word over the tag.
 */
export function behaviourOf(container: Container, restartPolicy: PodSpec['restartPolicy'] = 'Always'): Behaviour {
  const env = new Map((container.env ?? []).map(({ name, value = '' }) => [name, value]));
  const tag = tagOf(container.image ?? '');
  const words = new Set(tag.split(/[-_.]/));
  const unreadable: string[] = [];
  const number = (name: string): number | undefined => {
    const text = env.get(name);
    if (text === undefined || text === '') return undefined;
    const value = Number(text);
    if (Number.isFinite(value) && value >= 0) return value;
    unreadable.push(name);
    return undefined;
  };
  const told = (name: string, word: string): boolean => {
    const text = env.get(name);
    return text === undefined || text === '' ? words.has(word) : text !== '0' && text !== 'false';
  };
  const length = (name: string): Milliseconds | undefined => {
    const count = number(name);
    return count === undefined ? undefined : seconds(count);
  };
  const version = env.get('VERSION') ?? '';
  const latency = number('LATENCY_MS');
  const behaviour = {
    version: version === '' ? (tag === '' ? 'v1' : tag) : version,
    errorRate: Math.min(1, number('ERROR_RATE') ?? (words.has('bad') ? 0.15 : 0)),
    latency: latency === undefined ? seconds(words.has('slow') ? 2 : 0) : milliseconds(latency),
    drain: length('DRAIN_SECONDS') ?? seconds(5),
    readyAfter: length('READY_AFTER_SECONDS') ?? seconds(0),
    exitAfter: length('EXIT_AFTER_SECONDS') ?? (restartPolicy === 'Always' ? undefined : USUAL_WORK),
    exitCode: Math.min(255, number('EXIT_CODE') ?? 0),
    neverReady: told('NEVER_READY', 'unready'),
    flapEvery: length('FLAP_SECONDS') ?? (words.has('flapping') ? seconds(10) : undefined),
    imageMissing: words.has('missing'),
  };
  const crashAfter = length('CRASH_AFTER_SECONDS');
  const crashes = unreadable.length > 0 || told('CRASH', 'crash');
  return { ...behaviour, crashAfter: crashes ? CRASH_AT_ONCE : crashAfter };
}

/** What a pod does towards its callers: what its first container does. */
export function behaviourOfPod(spec: PodSpec): Behaviour {
  return behaviourOf(spec.containers[0] ?? { name: 'none' }, spec.restartPolicy);
}

/** The tag of an image, '' without one: the part after the last colon that is no port of a registry. */
function tagOf(image: string): string {
  const [name = ''] = image.split('@');
  return /:([^:/]+)$/.exec(name)?.[1] ?? '';
}
