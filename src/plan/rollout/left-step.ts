import type { Facts } from './facts.ts';
import type { Situation } from './situation.ts';
import { describeStep } from './step.ts';
import type { Transition } from './transitions.ts';

/**
 * Somebody wrote another step index than we last reported: a promote past a step, or a skip by Argo CD. A pause that was
 * recorded belonged to the step that is left, so that one click never ends two pauses in a row. Going back is another
 * attempt: old verdicts say nothing about it. Where no step is under way, as after an abort, the index means nothing and
 * is put right.
 */
export function leaveStep(s: Situation, facts: Facts): Transition | undefined {
  const reported = reportedIndex(s);
  if (reported === undefined || s.steps.length === 0 || facts.currentStepIndex === reported) return undefined;
  // People clear the pause as they leave a step. Who records a pause is a controller, to which this was handed for a time.
  if (s.waiting) return undefined;
  if (s.promoted || s.aborted) {
    const index = s.promoted ? s.steps.length : 0;
    return { name: 'StepIndexPutRight', facts: { ...facts, currentStepIndex: index }, events: [] };
  }
  const step = s.steps[reported];
  const left =
    step === undefined ? 'The end of the steps' : `Step ${reported + 1}/${s.steps.length} (${describeStep(step)})`;
  const next = s.stepIndex < s.steps.length ? `step ${s.stepIndex + 1} begins` : 'no step is left';
  return {
    name: 'StepLeft',
    facts: {
      ...facts,
      attempt: s.stepIndex < reported ? facts.attempt + 1 : facts.attempt,
      currentStepIndex: s.stepIndex,
      pauseConditions: [],
      controllerPause: false,
      keepStepRun: false,
    },
    events: [{ type: 'Normal', reason: 'SkipSteps', note: `${left} was left by somebody: ${next}` }],
    ...(facts.controllerPause
      ? { progressing: { status: 'Unknown', reason: 'RolloutResumed', message: 'Rollout is resumed' } }
      : {}),
  };
}

/** The index that we last reported, as the display of the steps tells it; undefined in a status that is not ours. */
function reportedIndex({ status, steps }: Situation): number | undefined {
  const [, done, count] = /^(\d+)\/(\d+)$/.exec(status.stepDisplay ?? '') ?? [];
  return done === undefined || Number(count) !== steps.length ? undefined : Number(done);
}
