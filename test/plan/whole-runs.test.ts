import { describe, expect, test } from 'vitest';
import { HASH_LABEL } from '../../src/api/names.ts';
import type { ObservedRollout } from '../../src/plan/rollout/observed-rollout.ts';
import { first, isUpdating, notYetServed, stepStories, STEPS, storiesOf, updating } from './model/stories.ts';
import { applyVersion, type Deed, playStory, type Story } from './model/whole-run.ts';
import { ACTIVE_SERVICE, type WorldWords } from './model/world.ts';

/** Runs of each story; SEEDS and SEED (the first) repeat or widen a search. */
const SEEDS = Number(process.env['SEEDS'] ?? 25);
const FIRST = Number(process.env['SEED'] ?? 1);

const BASIC: WorldWords = { strategy: 'Basic', replicas: 4, version: 'v1', steps: STEPS };
const ROUTED: WorldWords = { strategy: 'Routed', replicas: 4, version: 'v1', steps: STEPS };
const BLUE_GREEN: WorldWords = { strategy: 'BlueGreen', replicas: 3, version: 'v1' };
const BY_PERSON: WorldWords = { ...BLUE_GREEN, options: { autoPromotionEnabled: false } };

const BACKGROUND = { analysis: { templates: [{ templateName: 'errors' }], startingStep: 1 } };

/** Somebody writes a weight into the route by hand. */
function editWeight(canary: number): Deed {
  return {
    name: `edit the weight to ${canary}`,
    when: updating,
    change: (observed) => ({
      ...observed,
      routes: observed.routes.map((route) => ({
        ...route,
        split: { canary, stable: 100 - canary },
        accepted: false,
        resourceVersion: String(Number(route.resourceVersion) + 1),
      })),
    }),
  };
}

const routedStories: readonly Story[] = [
  ...[0, 50, 100].map((weight) => ({
    name: `routed: a weight of ${weight} written by hand is put right`,
    words: ROUTED,
    deeds: [first, editWeight(weight)],
    ends: { phase: 'Healthy', stable: 'v2' },
  })),
  {
    name: 'routed: a background analysis rolls back',
    words: { ...ROUTED, options: BACKGROUND, steps: [{ setWeight: 20 }, { pause: { duration: 60 } }] },
    deeds: [first],
    verdict: 'Failed',
    ends: { phase: 'Degraded', stable: 'v1' },
  },
  {
    name: 'routed: a background analysis rolls back while the spec is invalid',
    words: { ...ROUTED, options: BACKGROUND, steps: [{ setWeight: 20 }, { pause: {} }] },
    deeds: [first, notYetServed(({ analysisRuns }) => analysisRuns.length > 0)],
    verdict: 'Failed',
    ends: { phase: 'Degraded', stable: 'v1' },
  },
  {
    name: 'routed: a background analysis ends with the update',
    words: { ...ROUTED, options: BACKGROUND, steps: [{ setWeight: 20 }, { pause: { duration: 10 } }] },
    deeds: [first],
    ends: { phase: 'Healthy', stable: 'v2' },
  },
];

const blueGreenStories: readonly Story[] = (['prePromotionAnalysis', 'postPromotionAnalysis'] as const).flatMap(
  (when) => {
    const words = { ...BLUE_GREEN, options: { [when]: { templates: [{ templateName: 'errors' }] } } };
    return [
      { name: `blue-green: ${when} lets it pass`, words, deeds: [first], ends: { phase: 'Healthy', stable: 'v2' } },
      {
        name: `blue-green: ${when} rolls back`,
        words,
        deeds: [first],
        verdict: 'Failed' as const,
        ends: { phase: 'Degraded', stable: 'v1' },
      },
    ];
  },
);

const ANALYSES = { templates: [{ templateName: 'errors' }] };
/** Everything that may come between a preview and its promotion. */
const GUARDED: WorldWords = {
  ...BLUE_GREEN,
  options: { autoPromotionSeconds: 5, prePromotionAnalysis: ANALYSES, postPromotionAnalysis: ANALYSES },
};
const switched = ({ rollout, services }: ObservedRollout): boolean =>
  isUpdating(rollout.status) &&
  services.some(
    ({ name, selector }) => name === ACTIVE_SERVICE && selector[HASH_LABEL] === rollout.status?.currentPodHash,
  );

const STORIES: readonly Story[] = [
  ...storiesOf('basic', BASIC),
  ...stepStories('basic', BASIC),
  ...storiesOf('routed', ROUTED),
  ...stepStories('routed', ROUTED),
  ...routedStories,
  ...storiesOf('blue-green', BLUE_GREEN),
  ...blueGreenStories,
  ...[first, applyVersion('v3', switched)].map((last) => ({
    name: `blue-green: going back to the first version after the switch, before a verdict (${last.name})`,
    words: GUARDED,
    deeds: [first, ...(last === first ? [] : [last]), applyVersion('v1', last === first ? switched : updating)],
    ends: { phase: 'Healthy', stable: 'v1' },
  })),
  { name: 'blue-green: waits for a person', words: BY_PERSON, deeds: [first], ends: { phase: 'Paused' } },
  {
    name: 'blue-green: goes on when a person promotes',
    words: BY_PERSON,
    deeds: [first],
    promotes: true,
    ends: { phase: 'Healthy', stable: 'v2' },
  },
];

describe('a whole run, with crashes, stale looks and writes in any order, is safe after every write and comes to rest', () => {
  test.each(STORIES.map((story) => [story.name, story] as const))('%s', { timeout: 120_000 }, (_, story) => {
    for (let seed = FIRST; seed < FIRST + SEEDS; seed++) {
      const { wrong, log } = playStory(story, seed);
      const again = `repeat with: SEEDS=1 SEED=${seed} npx vitest run test/plan/whole-runs.test.ts -t "${story.name}"`;
      if (wrong.length > 0) expect.fail(`${wrong.join('; ')}\n${again}\n${log.slice(-25).join('\n')}`);
    }
  });
});
