import { readdirSync, readFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { builtInCast } from '../../../src/commands/demo/built-in-cast.ts';
import type { Cast } from '../../../src/commands/demo/cast.ts';
import type { PlayEnd } from '../../../src/commands/demo/play.ts';
import { play } from '../../../src/commands/demo/play.ts';
import { readCast } from '../../../src/commands/demo/read-cast.ts';
import type { RecordingShow } from './recording-show.ts';
import { recordingShow } from './recording-show.ts';

// Virtual time is as fast as the machine, which may have other things to do.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** Virtual time, as fast as it goes. */
const FAST = { kind: 'Speed', factor: 1000 } as const;

async function played(cast: Cast): Promise<Readonly<{ end: PlayEnd; show: RecordingShow }>> {
  const show = recordingShow();
  const signal = new AbortController().signal;
  const end = await play({ cast, show, pace: FAST, signal, keep: false, next: () => [] });
  return { end, show };
}

function castOf(file: string, text = readFileSync(file, 'utf8')): Cast {
  const read = readCast(text, file);
  if (!read.ok) throw new Error(read.errors.join('\n'));
  return read.cast;
}

/** A Rollout of the takeover group without routes, Services, or anything that judges it. */
const BARE = `
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: shop, namespace: store }
spec:
  replicas: 5
  selector: { matchLabels: { app: shop } }
  template:
    metadata: { labels: { app: shop } }
    spec: { containers: [{ name: app, image: "docker.io/library/nginx:1.29" }] }
  strategy:
    canary: { steps: [{ setWeight: 20 }, { pause: { duration: 30 } }, { setWeight: 60 }, { pause: { duration: 1m } }] }
`;

test('the good version is promoted, the bad one is rolled back by its errors, and no request is lost', async () => {
  const { end, show } = await played(builtInCast());
  expect(end).toMatchObject({ kind: 'Played', problems: [] });
  const last = show.ends[0]?.last;
  expect(last).toMatchObject({ lost: 0, phase: 'Degraded', aborted: true });
  expect(last?.sent).toBeGreaterThan(4000);
  const failing = last?.versions.filter(({ failed }) => failed > 0).map(({ version }) => version);
  expect(failing).toEqual(['v3-bad']);
  expect(last?.versions.find(({ version }) => version === 'v2')?.share).toBe(1);
  // It was seen on the way: each weight, and what was waited for.
  expect(show.scenes.map(({ weight }) => weight)).toEqual(expect.arrayContaining([0, 20, 60]));
  expect(show.scenes.flatMap(({ because }) => because)).toContainEqual(
    expect.stringMatching(/^AnalysisRun .* Running/),
  );
  expect(show.said).toContainEqual(expect.stringContaining('Metric "errors" assessed Failed'));
  // Well below a minute, also for who watches it in real time.
  expect(last?.elapsed).toBeLessThan(40_000);
});

test.each(readdirSync('examples'))('the example %s is played to its end', async (file) => {
  const cast = castOf(`examples/${file}`);
  const { end, show } = await played(cast);
  expect(end).toMatchObject({ kind: 'Played', problems: [] });
  expect(show.ends[0]?.last).toMatchObject({ lost: 0, aborted: true });
  // Each waits for a person once, who promotes.
  expect(show.commands).toContainEqual(expect.stringContaining('{"status":{"pauseConditions":null}}'));
});

test('a Rollout that nothing judges is given up by a person, and Services are added', async () => {
  const cast = castOf('bare.yaml', BARE);
  expect(cast.notes).toContainEqual(expect.stringMatching(/^Service shop was added/));
  const { end, show } = await played(cast);
  expect(end).toMatchObject({ kind: 'Played', problems: [] });
  expect(show.commands).toContainEqual(expect.stringContaining('patch rollouts.argoproj.io shop --subresource status'));
  expect(show.ends[0]?.last).toMatchObject({ lost: 0, aborted: true, rollout: 'store/shop' });
});

test('a version that does not start is told with the reason, as a failure', async () => {
  const cast = castOf('unready.yaml', BARE.replace('nginx:1.29', 'nginx:1.29-unready'));
  const { end } = await played(cast);
  expect(end).toMatchObject({ kind: 'Played', problems: [expect.stringMatching(/^1\.29-unready did not start: /)] });
});

test('a metric that finds no evidence keeps the good version from being promoted, and is named', async () => {
  const text = readFileSync('examples/canary-gateway-api.yaml', 'utf8').replaceAll(
    'http_requests_total',
    'my_requests',
  );
  const { end } = await played(castOf('mine.yaml', text));
  expect(end).toMatchObject({
    kind: 'Played',
    problems: [expect.stringMatching(/^v2 was not promoted: .*error-rate/)],
  });
});

test('a demo that is ended before its time stops', async () => {
  const stopping = new AbortController();
  const show = recordingShow();
  const scene: RecordingShow['scene'] = (one) => {
    if (one.sent > 1000) stopping.abort(new Error('enough'));
  };
  const { signal } = stopping;
  const end = await play({
    cast: builtInCast(),
    show: { ...show, scene },
    pace: FAST,
    signal,
    keep: true,
    next: () => [],
  });
  expect(end).toEqual({ kind: 'Stopped' });
});
