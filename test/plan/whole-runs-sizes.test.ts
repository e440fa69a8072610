import { describe, expect, test } from 'vitest';
import { stepStories, STEPS, storiesOf } from './model/stories.ts';
import { playStory, type Story } from './model/whole-run.ts';
import type { WorldWords } from './model/world.ts';

/** Runs of each story; SEEDS and SEED (the first) repeat or widen a search. */
const SEEDS = Number(process.env['SEEDS'] ?? 5);
const FIRST = Number(process.env['SEED'] ?? 1);

const ROUTED: WorldWords = { strategy: 'Routed', replicas: 4, version: 'v1', steps: STEPS };

const SCALED: WorldWords = {
  ...ROUTED,
  steps: [
    { setCanaryScale: { replicas: 1 } },
    { setWeight: 50 },
    { setCanaryScale: { weight: 75 }, pause: { duration: 10 } },
    { setWeight: 25 },
    { setCanaryScale: { matchTrafficWeight: true } },
    { setWeight: 75 },
    { setCanaryScale: { replicas: 6 } },
    { analysis: { templates: [{ templateName: 'errors' }] } },
  ],
};

const withOptions = (options: Readonly<Record<string, unknown>>): WorldWords => ({ ...ROUTED, options });

/** The stories of a canary with a route, once for each field that changes its weights or sizes. */
const STORIES: readonly Story[] = [
  ...storiesOf('weights of 250', { ...ROUTED, maxWeight: 250 }),
  ...stepStories('weights of 250', { ...ROUTED, maxWeight: 250 }),
  ...storiesOf('declared sizes', SCALED),
  ...storiesOf('declared sizes that outlive an abort', { ...SCALED, options: { abortScaleDownDelaySeconds: 0 } }),
  ...storiesOf('dynamic', withOptions({ dynamicStableScale: true })),
  ...stepStories('dynamic', withOptions({ dynamicStableScale: true })),
  ...storiesOf('dynamic with a delay', withOptions({ dynamicStableScale: true, abortScaleDownDelaySeconds: 20 })),
  ...stepStories('dynamic with a delay', withOptions({ dynamicStableScale: true, abortScaleDownDelaySeconds: 20 })),
  ...storiesOf('dynamic, at least two pods', withOptions({ dynamicStableScale: true, minPodsPerReplicaSet: 2 })),
  ...storiesOf('dynamic, declared sizes', { ...SCALED, options: { dynamicStableScale: true } }),
  ...storiesOf('at least three pods', withOptions({ minPodsPerReplicaSet: 3 })),
  ...stepStories('at least three pods', withOptions({ minPodsPerReplicaSet: 3 })),
  ...storiesOf('half of the pods suffice', withOptions({ replicaProgressThreshold: { type: 'Percent', value: 50 } })),
  ...storiesOf('two pods suffice', withOptions({ replicaProgressThreshold: { type: 'Pods', value: 2 } })),
];

describe('a whole run with other weights or sizes is safe after every write and comes to rest', () => {
  test.each(STORIES.map((story) => [story.name, story] as const))('%s', { timeout: 120_000 }, (_, story) => {
    for (let seed = FIRST; seed < FIRST + SEEDS; seed++) {
      const { wrong, log } = playStory(story, seed);
      const again = `repeat with: SEEDS=1 SEED=${seed} npx vitest run test/plan/whole-runs-sizes.test.ts -t "${story.name}"`;
      if (wrong.length > 0) expect.fail(`${wrong.join('; ')}\n${again}\n${log.slice(-25).join('\n')}`);
    }
  });
});
