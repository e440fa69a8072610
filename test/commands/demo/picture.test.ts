import { expect, test } from 'vitest';
import { NO_PAINT } from '../../../src/commands/demo/paint.ts';
import { drawScene } from '../../../src/commands/demo/picture.ts';
import type { Scene } from '../../../src/commands/demo/scene.ts';
import { liveShow } from '../../../src/commands/demo/shows.ts';
import { seconds } from '../../../src/units/duration.ts';
import { createVirtualClock } from '../../kube/virtual-clock.ts';

const SCENE: Scene = {
  elapsed: seconds(12),
  rollout: 'shop/web',
  phase: 'Progressing',
  message: '',
  updating: true,
  steps: ['20 %', 'analysis errors', '60 %'],
  step: 1,
  aborted: false,
  weight: 20,
  versions: [
    { version: 'v1', share: 0.8, ok: 800, failed: 0, lost: 0, pods: { ready: 4, starting: 0, ending: 0 } },
    { version: 'v2', share: 0.2, ok: 200, failed: 0, lost: 0, pods: { ready: 1, starting: 1, ending: 1 } },
  ],
  because: ['AnalysisRun web-1 is Running'],
  sent: 1000,
  failed: 0,
  lost: 0,
};

test('a scene shows the phase, the step, a bar a version, the requests and what is waited for', () => {
  expect(drawScene(SCENE, 60, NO_PAINT)).toEqual([
    'shop/web   Progressing   canary weight 20 %   12s',
    '✔ 20 %  ▶ analysis errors  · 60 %',
    'v1   ██████████████████████████████████░░░░░░░░  80 %  ●●●●',
    'v2   █████████░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░  20 %  ●○◌',
    '1,000 requests, 0 with an error, 0 lost',
    'waiting: AnalysisRun web-1 is Running',
  ]);
});

test.each([30, 49, 79, 200])('no line of a scene is wider than a terminal of %i columns', (width) => {
  const many = { ready: 30, starting: 2, ending: 1 };
  const crowded = { ...SCENE, steps: Array.from({ length: 20 }, (_, index) => `${index} %`), step: 12 };
  for (const scene of [SCENE, crowded, { ...SCENE, because: ['because '.repeat(60)] }]) {
    for (const line of drawScene(scene, width, NO_PAINT)) expect(line.length).toBeLessThanOrEqual(width);
  }
  expect(
    drawScene({ ...SCENE, versions: SCENE.versions.map((one) => ({ ...one, pods: many })) }, 60, NO_PAINT)[2],
  ).toContain('30 ready, 2 starting, 1 ending');
});

test('what is said goes above the picture, which is erased and drawn again; the cursor comes back', () => {
  let screen = '';
  const show = liveShow(
    { write: (text) => void (screen += text), columns: 60, rows: 24 },
    NO_PAINT,
    createVirtualClock(),
  );
  show.scene(SCENE);
  screen = '';
  show.say('v2 is promoted');
  // The picture has six lines, and an empty one above it.
  expect(screen.startsWith('\u001B[7A\r\u001B[J   v2 is promoted\n\nshop/web')).toBe(true);
  screen = '';
  show.close();
  show.close();
  expect(screen).toBe('\u001B[?25h');
});
