import { readFileSync } from 'node:fs';
import { systemClock } from '../../clock/clock.ts';
import { builtInCast } from './built-in-cast.ts';
import type { Cast } from './cast.ts';
import { versionOf } from './cast.ts';
import type { DemoCluster } from './cluster.ts';
import { commandOf } from './deeds.ts';
import type { KubeconfigFile } from './kubeconfig.ts';
import { writeKubeconfig } from './kubeconfig.ts';
import type { Pace } from './pace.ts';
import { describePace } from './pace.ts';
import { ANSI_PAINT, NO_PAINT } from './paint.ts';
import { play } from './play.ts';
import { readCast } from './read-cast.ts';
import type { Show } from './show.ts';
import { jsonShow, lineShow, liveShow } from './shows.ts';

/** Options of the demo, as they were typed. */
export type DemoFlags = Readonly<{ file?: string; speed?: string; keep?: boolean; json?: boolean }>;

/** A terminal smaller than this gets plain lines: the picture would not fit. */
const LEAST_COLUMNS = 50;
const LEAST_ROWS = 14;
/** Bounds of --speed. */
const SPEED = { least: 1, most: 1000 };

/** Exit codes beside 0: something did not go as it should have; the input is wrong; ended by a signal. */
const WENT_WRONG = 1;
const BAD_INPUT = 2;
const INTERRUPTED = 130;

/** Runs the demo; resolves with the exit code when everything that it started has ended. */
export async function runDemo(flags: DemoFlags): Promise<number> {
  const chosen = choose(flags);
  if ('errors' in chosen) {
    for (const error of chosen.errors) tell(error);
    return BAD_INPUT;
  }
  const { cast, pace } = chosen;
  for (const note of cast.notes) tell(note);
  if (pace !== undefined) tell(describePace(pace));
  const stopping = new AbortController();
  const stop = (): void => stopping.abort(new Error('stopped'));
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, stop);
  // Who reads us may leave: `npm run demo | head`.
  process.stdout.on('error', stop);
  const show = openShow(flags);
  const keep = flags.keep === true;
  let kubeconfig: KubeconfigFile | undefined;
  const next = (cluster: DemoCluster): readonly string[] => {
    if (!keep) return otherWays();
    kubeconfig = writeKubeconfig(cluster.addresses.apiServer, cast.rollout.metadata.namespace ?? 'default');
    return invitation(cast, cluster, kubeconfig.path);
  };
  // Also when something is thrown where nobody catches it: no hidden cursor, no file stays behind.
  const leave = (): void => {
    show.close();
    kubeconfig?.remove();
  };
  process.once('exit', leave);
  try {
    const ended = await play({ cast, show, pace, signal: stopping.signal, keep, next });
    if (ended.kind === 'Stopped') {
      tell('ended before its time; nothing is left behind');
      return INTERRUPTED;
    }
    return ended.problems.length === 0 ? 0 : WENT_WRONG;
  } finally {
    leave();
    process.off('exit', leave);
    for (const signal of signals) process.off(signal, stop);
    process.stdout.off('error', stop);
  }
}

function tell(text: string): void {
  process.stderr.write(`sluice: ${text}\n`);
}

/** What is to be played, and how fast; or what is wrong with the flags or the file. */
function choose({
  file,
  speed,
}: DemoFlags): Readonly<{ cast: Cast; pace: Pace | undefined }> | Readonly<{ errors: readonly string[] }> {
  const factor = speed === undefined ? undefined : Number(speed);
  if (factor !== undefined && !(factor >= SPEED.least && factor <= SPEED.most)) {
    return { errors: [`--speed: "${speed}" must be a number from ${SPEED.least} to ${SPEED.most}, such as 10`] };
  }
  const given: Pace | undefined = factor === undefined ? undefined : { kind: 'Speed', factor };
  if (file === undefined) return { cast: builtInCast(), pace: given };
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    return { errors: [`--file: ${file} cannot be read (${code}); name a file with a Rollout`] };
  }
  const read = readCast(text, file);
  if (read.ok) return { cast: read.cast, pace: given ?? { kind: 'Patient' } };
  const remedy = `nothing was played: correct ${file} and run the demo again; every field is explained in docs/reference/rollout.md`;
  return { errors: [...read.errors, remedy] };
}

function openShow({ json }: DemoFlags): Show {
  const { stdout } = process;
  if (json === true) return jsonShow(stdout);
  const fits = (stdout.columns ?? 80) >= LEAST_COLUMNS && (stdout.rows ?? 24) >= LEAST_ROWS;
  if (!stdout.isTTY || process.env['TERM'] === 'dumb' || !fits) return lineShow(stdout, systemClock());
  const coloured = (process.env['NO_COLOR'] ?? '') === '';
  return liveShow(stdout, coloured ? ANSI_PAINT : NO_PAINT, systemClock());
}

/** What a person can do with a cluster that is held. */
function invitation(cast: Cast, { addresses }: DemoCluster, kubeconfig: string): readonly string[] {
  const { rollout } = cast;
  const change = (tag: string): string => `  ${commandOf(rollout, versionOf(rollout, tag).deed)}`;
  return [
    'The cluster stays until Ctrl-C. In another terminal:',
    `  export KUBECONFIG=${kubeconfig}`,
    `  kubectl get rollouts.${cast.group} -w`,
    `  kubectl describe rollouts.${cast.group} ${rollout.metadata.name}`,
    change('v8'),
    `The tag tells how a version behaves: v9-bad, v9-slow, v9-crash, v9-unready. Prometheus: ${addresses.prometheus}`,
  ];
}

/** The other ways to run the demo, by the name under which it was started. */
function otherWays(): readonly string[] {
  const command = process.env['npm_lifecycle_event'] === 'demo' ? 'npm run demo --' : 'sluice demo';
  return [
    'Go on:',
    `  ${command} --keep            holds the cluster, for kubectl`,
    `  ${command} --file my.yaml    plays your own Rollout`,
    `  ${command} --speed 10        ten times as fast`,
  ];
}
