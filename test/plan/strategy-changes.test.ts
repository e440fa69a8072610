import { describe, expect, test } from 'vitest';
import type { CanaryStep } from '../../src/api/canary.ts';
import { HASH_LABEL } from '../../src/api/names.ts';
import type { ObservedRollout } from '../../src/plan/rollout/observed-rollout.ts';
import { applyStrategy } from './model/change-strategy.ts';
import { applyVersion, type Deed, patchStatus, playStory, type Story } from './model/whole-run.ts';
import { ACTIVE_SERVICE, type WorldWords } from './model/world.ts';

/** Runs of each story; SEEDS and SEED (the first) repeat or widen a search. */
const SEEDS = Number(process.env['SEEDS'] ?? 5);
const FIRST = Number(process.env['SEED'] ?? 1);

const STEPS: readonly CanaryStep[] = [
  { setWeight: 25 },
  { pause: { duration: 10 } },
  { setWeight: 50 },
  { pause: { duration: 10 } },
  { setWeight: 100 },
];
const NAMED = { canaryService: 'web-canary', stableService: 'web-stable' };
const STRATEGIES: Readonly<Record<string, WorldWords>> = {
  basic: { strategy: 'Basic', replicas: 4, version: 'v1', steps: STEPS },
  'basic with Services': { strategy: 'Basic', replicas: 4, version: 'v1', steps: STEPS, options: NAMED },
  routed: { strategy: 'Routed', replicas: 4, version: 'v1', steps: STEPS },
  'blue-green': { strategy: 'BlueGreen', replicas: 4, version: 'v1' },
};

const isUpdating = ({ rollout: { status } }: ObservedRollout): boolean =>
  status?.stableRS !== undefined && status.stableRS !== status.currentPodHash;
const healthy = ({ rollout }: ObservedRollout): boolean => rollout.status?.phase === 'Healthy';
/** Whatever an update is doing, it has pods by then. */
const underWay = (world: ObservedRollout): boolean =>
  isUpdating(world) &&
  world.replicaSets.some(({ hash, ready }) => hash === world.rollout.status?.currentPodHash && ready > 0);
const lastStep = (world: ObservedRollout): boolean =>
  underWay(world) &&
  (world.rollout.status?.currentStepIndex === STEPS.length - 1 ||
    world.services.some(
      ({ name, selector }) => name === ACTIVE_SERVICE && selector[HASH_LABEL] === world.rollout.status?.currentPodHash,
    ));
const promotedWithOld = (world: ObservedRollout): boolean =>
  !isUpdating(world) && world.replicaSets.filter(({ ready }) => ready > 0).length > 1;
const first = applyVersion('v2', healthy);
const abort = patchStatus('abort', { abort: true }, isUpdating);

function storiesOf(from: string, to: string): readonly Story[] {
  const [words, next] = [STRATEGIES[from], STRATEGIES[to]];
  if (words === undefined || next === undefined) return [];
  const story = (name: string, deeds: readonly Deed[], stable = 'v2', phase = 'Healthy'): Story => ({
    name: `${from} to ${to}: ${name}`,
    words,
    deeds,
    ends: { phase, stable },
  });
  return [
    story('at rest', [applyStrategy(next, healthy)], 'v1'),
    story('at rest, and then an update', [applyStrategy(next, healthy), applyVersion('v2')]),
    story('in mid-update', [first, applyStrategy(next, underWay)]),
    story('at any time of an update', [first, applyStrategy(next)]),
    story('at the last step', [first, applyStrategy(next, lastStep)]),
    story('while the old pods wait', [first, applyStrategy(next, promotedWithOld)]),
    story('in mid-update, and an abort', [first, applyStrategy(next, underWay), abort], 'v1', 'Degraded'),
    story('of an aborted update', [first, abort, applyStrategy(next)], 'v1', 'Degraded'),
    story('in mid-update, and there and back', [first, applyStrategy(next, underWay), applyStrategy(words)]),
    story('in mid-update, and a third version', [first, applyStrategy(next, underWay), applyVersion('v3')], 'v3'),
    { ...story('in mid-update though pods die', [first, applyStrategy(next, underWay)]), unrest: 60 },
  ].filter(({ name }) => !(name.endsWith('while the old pods wait') && from.startsWith('basic')));
}

const STORIES = Object.keys(STRATEGIES).flatMap((from) =>
  Object.keys(STRATEGIES).flatMap((to) => (from === to ? [] : storiesOf(from, to))),
);

describe('a change of strategy on a live Rollout loses nobody, and what was left behind is given back', () => {
  test.each(STORIES.map((story) => [story.name, story] as const))('%s', { timeout: 120_000 }, (_, story) => {
    for (let seed = FIRST; seed < FIRST + SEEDS; seed++) {
      const { wrong, log } = playStory(story, seed);
      const again = `repeat with: SEEDS=1 SEED=${seed} npx vitest run test/plan/strategy-changes.test.ts -t "${story.name}"`;
      if (wrong.length > 0) expect.fail(`${wrong.join('; ')}\n${again}\n${log.slice(-25).join('\n')}`);
    }
  });
});
