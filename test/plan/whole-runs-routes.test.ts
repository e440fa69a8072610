import { describe, expect, test } from 'vitest';
import type { CanaryStep } from '../../src/api/canary.ts';
import { first, stepStories, storiesOf, updating } from './model/stories.ts';
import { applyVersion, type Deed, playStory, type Story } from './model/whole-run.ts';
import type { WorldWords } from './model/world.ts';

/** Runs of each story; SEEDS and SEED (the first) repeat or widen a search. */
const SEEDS = Number(process.env['SEEDS'] ?? 12);
const FIRST = Number(process.env['SEED'] ?? 1);

/** Routes by header and by copy that come, change and go, also while the weight is 0. */
const STEPS: readonly CanaryStep[] = [
  { setHeaderRoute: { name: 'canary-by-header', match: [{ headerName: 'x', headerValue: { exact: 'canary' } }] } },
  { setWeight: 20 },
  { setMirrorRoute: { name: 'canary-copy', match: [{ path: { prefix: '/' } }], percentage: 10 } },
  { pause: { duration: 10 } },
  { setWeight: 0 },
  { setHeaderRoute: { name: 'canary-by-header', match: [{ headerName: 'x', headerValue: { prefix: 'c' } }] } },
  { pause: { duration: 60 } },
  { setHeaderRoute: { name: 'canary-by-header' } },
  { setWeight: 60 },
  { analysis: { templates: [{ templateName: 'errors' }] } },
];
/** A header route that a declared size makes room for, and that is there still when that size ends. */
const SIZED: readonly CanaryStep[] = [
  { setCanaryScale: { replicas: 1 } },
  { setHeaderRoute: { name: 'canary-by-header', match: [{ headerName: 'x', headerValue: { exact: 'canary' } }] } },
  { setCanaryScale: { matchTrafficWeight: true } },
  { setWeight: 50 },
];
const ROUTED: WorldWords = { strategy: 'Routed', replicas: 4, version: 'v1', steps: STEPS };

const PING_PONG: WorldWords = { ...ROUTED, pingPong: true };
const healthy: Deed['when'] = ({ rollout }) => rollout.status?.phase === 'Healthy';

/** Somebody removes the rules of the managed routes, or bends them. */
const meddle = (what: string, change: 'Remove' | 'Bend'): Deed => ({
  name: what,
  when: (observed) => updating(observed) && observed.routes.some(({ managed }) => managed.length > 0),
  change: (observed) => ({
    ...observed,
    routes: observed.routes.map((route) => ({
      ...route,
      ...(change === 'Remove' ? { managed: [], noted: false } : { intact: false }),
      accepted: false,
      resourceVersion: String(Number(route.resourceVersion) + 1),
    })),
  }),
});

const STORIES: readonly Story[] = [
  ...storiesOf('managed routes', ROUTED),
  ...stepStories('managed routes', ROUTED),
  ...storiesOf('ping-pong', PING_PONG),
  ...stepStories('ping-pong', PING_PONG),
  {
    name: 'ping-pong: three versions, one after the other',
    words: PING_PONG,
    deeds: [first, applyVersion('v3', healthy), applyVersion('v4', healthy)],
    ends: { phase: 'Healthy', stable: 'v4' },
  },
  ...stepStories('managed routes, a stable that shrinks', { ...ROUTED, options: { dynamicStableScale: true } }),
  {
    name: 'managed routes keep a pod where a declared size ends at weight 0',
    words: { ...ROUTED, steps: SIZED },
    deeds: [first],
    ends: { phase: 'Healthy', stable: 'v2' },
  },
  ...storiesOf('managed routes in two routes', { ...ROUTED, routes: 2 }),
  {
    name: 'managed routes that somebody removes come back',
    words: ROUTED,
    deeds: [first, meddle('remove the rules', 'Remove')],
    ends: { phase: 'Healthy', stable: 'v2' },
  },
  {
    name: 'managed routes that somebody bends are put right',
    words: ROUTED,
    deeds: [first, meddle('bend the rules', 'Bend')],
    ends: { phase: 'Healthy', stable: 'v2' },
  },
];

describe('a whole run with managed routes is safe after every write and comes to rest', () => {
  test.each(STORIES.map((story) => [story.name, story] as const))('%s', { timeout: 120_000 }, (_, story) => {
    for (let seed = FIRST; seed < FIRST + SEEDS; seed++) {
      const { wrong, log } = playStory(story, seed);
      const again = `repeat with: SEEDS=1 SEED=${seed} npx vitest run test/plan/whole-runs-routes.test.ts -t "${story.name}"`;
      if (wrong.length > 0) expect.fail(`${wrong.join('; ')}\n${again}\n${log.slice(-25).join('\n')}`);
    }
  });
});
