import type { CanaryStep } from '../../../src/api/canary.ts';
import type { ObservedRollout } from '../../../src/plan/rollout/observed-rollout.ts';
import { applySpec, applyVersion, type Deed, patchStatus, type Story } from './whole-run.ts';
import type { WorldWords } from './world.ts';

const ANALYSIS: CanaryStep = { analysis: { templates: [{ templateName: 'errors' }] } };
/** Weights that rise, a pause, an analysis: the steps of the stories. */
export const STEPS: readonly CanaryStep[] = [
  { setWeight: 20 },
  { pause: { duration: 10 } },
  { setWeight: 60 },
  ANALYSIS,
  { setWeight: 100 },
];

/** True while the update from the first version is at this step. */
function atStep(index: number): Deed['when'] {
  return ({ rollout }) => rollout.status?.currentStepIndex === index && isUpdating(rollout.status);
}

/** True while the status tells of an update under way. */
export function isUpdating(status: ObservedRollout['rollout']['status']): boolean {
  return status?.stableRS !== undefined && status.stableRS !== status.currentPodHash;
}

const healthy = ({ rollout }: ObservedRollout): boolean => rollout.status?.phase === 'Healthy';
const degraded = ({ rollout }: ObservedRollout): boolean => rollout.status?.phase === 'Degraded';
/** True while an update is under way. */
export const updating = ({ rollout }: ObservedRollout): boolean => isUpdating(rollout.status);
/** The update that nearly every story is about. */
export const first = applyVersion('v2', healthy);
const abort = (when: Deed['when']): Deed => patchStatus('abort', { abort: true }, when);
const retry = patchStatus('retry', { abort: false });
/** A field that is not acted on yet makes the spec of every strategy invalid. */
export const notYetServed = (when: Deed['when']): Deed =>
  applySpec('ask for a restart at a time that nobody can read', { restartAt: 'soon' }, when);
const mended: Deed = {
  name: 'mend the spec',
  change: (observed) => {
    const { restartAt: _, ...spec } = observed.rollout.spec;
    return applySpec('', {}).change({ ...observed, rollout: { ...observed.rollout, spec } });
  },
};

/** What may happen to a Rollout of any strategy. */
export function storiesOf(kind: string, words: WorldWords): readonly Story[] {
  const good = (version: string) => ({ phase: 'Healthy', stable: version });
  const story = (
    name: string,
    deeds: readonly Deed[],
    rest: Omit<Story, 'name' | 'words' | 'deeds'> & Partial<Pick<Story, 'words'>>,
  ): Story => ({
    name: `${kind}: ${name}`,
    words,
    deeds,
    ...rest,
  });
  return [
    story('the first deployment is rolled out', [], { ends: good('v1') }),
    story('a good version is promoted', [first], { ends: good('v2') }),
    story('a version without working pods is aborted by its deadline', [first], {
      words: { ...words, spec: { progressDeadlineAbort: true, progressDeadlineSeconds: 60 } },
      broken: ['v2'],
      ends: { phase: 'Degraded', stable: 'v1' },
    }),
    story('a good version is promoted though pods die', [first], { unrest: 80, ends: good('v2') }),
    story('an abort though pods die', [first, abort(updating)], {
      unrest: 60,
      ends: { phase: 'Degraded', stable: 'v1' },
    }),
    story('a third version at any time though pods die', [first, applyVersion('v3')], { unrest: 80, ends: good('v3') }),
    story('an abort by a person gives everything back to stable', [first, abort(updating)], {
      ends: { phase: 'Degraded', stable: 'v1' },
    }),
    story('an abort while the spec is invalid', [first, notYetServed(updating), abort(updating)], {
      ends: { phase: 'Degraded', stable: 'v1' },
    }),
    story(
      'an abort while the spec is invalid, mended and tried again',
      [first, notYetServed(updating), abort(updating), mended, retry],
      { ends: good('v2') },
    ),
    story('an invalid spec in mid-update that is mended', [first, notYetServed(updating), mended], {
      ends: good('v2'),
    }),
    story('an aborted update is tried again', [first, abort(updating), retry], {
      ends: good('v2'),
    }),
    story('a third version replaces the second in mid-update', [first, applyVersion('v3', updating)], {
      ends: good('v3'),
    }),
    story('a third version replaces the second at any time', [first, applyVersion('v3')], { ends: good('v3') }),
    story('going back to the first version in mid-update', [first, applyVersion('v1', updating)], { ends: good('v1') }),
    story('going back to the first version at any time', [first, applyVersion('v1')], { ends: good('v1') }),
    story('undo after an abort', [first, abort(updating), applyVersion('v1', degraded)], { ends: good('v1') }),
    story('full promotion in mid-update', [first, patchStatus('promote full', { promoteFull: true }, updating)], {
      ends: good('v2'),
    }),
    story(
      'scaled 4, 8, 3 at any time',
      [first, applySpec('scale to 8', { replicas: 8 }), applySpec('scale to 3', { replicas: 3 })],
      { ends: good('v2') },
    ),
    story(
      'scaled to 0 and back',
      [first, applySpec('scale to 0', { replicas: 0 }), applySpec('scale to 4', { replicas: 4 })],
      { ends: good('v2') },
    ),
    story(
      'stopped and released',
      [first, applySpec('pause', { paused: true }), applySpec('go on', { paused: false })],
      { ends: good('v2') },
    ),
    story(
      'scaled, aborted and scaled',
      [
        first,
        applySpec('scale to 8', { replicas: 8 }, updating),
        abort(updating),
        applySpec('scale to 2', { replicas: 2 }),
      ],
      { ends: { phase: 'Degraded', stable: 'v1' } },
    ),
  ];
}

/** What may happen to a Rollout with steps. */
export function stepStories(kind: string, words: WorldWords): readonly Story[] {
  const aborts = STEPS.map((_, index) => ({
    name: `${kind}: aborted at step ${index}`,
    words,
    deeds: [first, abort(atStep(index))],
    ends: { phase: 'Degraded', stable: 'v1' },
  }));
  const bad = { words, deeds: [first], ends: { phase: 'Degraded', stable: 'v1' } };
  return [
    ...aborts,
    { ...bad, name: `${kind}: rolled back by its analysis`, verdict: 'Failed' },
    { ...bad, name: `${kind}: rolled back by an analysis in error`, verdict: 'Error' },
    {
      name: `${kind}: an analysis without a verdict waits for a person`,
      words,
      deeds: [first],
      verdict: 'Inconclusive',
      ends: { phase: 'Paused' },
    },
    {
      name: `${kind}: waits for a person at a pause`,
      words: { ...words, steps: [{ setWeight: 50 }, { pause: {} }] },
      deeds: [first],
      ends: { phase: 'Paused' },
    },
    {
      name: `${kind}: goes on when a person promotes`,
      words: { ...words, steps: [{ setWeight: 50 }, { pause: {} }, { pause: {} }] },
      deeds: [first],
      promotes: true,
      ends: { phase: 'Healthy', stable: 'v2' },
    },
    {
      name: `${kind}: without steps`,
      words: { ...words, steps: [] },
      deeds: [first],
      ends: { phase: 'Healthy', stable: 'v2' },
    },
  ];
}
