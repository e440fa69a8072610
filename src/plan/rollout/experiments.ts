import type { Experiment } from '../../api/experiment.ts';
import { HASH_LABEL, STEP_INDEX_LABEL } from '../../api/names.ts';
import type { StepExperiment } from '../../api/parse-canary.ts';
import { isFinal } from '../analysis/metric-result.ts';
import type { Action } from '../action.ts';
import { buildExperiment } from './build-experiment.ts';
import { ATTEMPT } from './runs.ts';
import type { Situation } from './situation.ts';
import { partOf } from './step.ts';

/** The experiment that the step under way runs; undefined when none may run now. */
export function wantedExperiment(situation: Situation): StepExperiment | undefined {
  const { promoted, aborted, promoteFull, current, step } = situation;
  if (promoted || aborted || promoteFull || current === undefined) return undefined;
  return partOf(step, 'Experiment')?.experiment;
}

/**
 * The Experiment that answers the step under way: the one that the status names while it is of this step, else the one that
 * was made for the present attempt. It is thus found again after a crash, and there is one an index and attempt (F-X2).
 */
export function experimentOf(situation: Situation): Experiment | undefined {
  if (wantedExperiment(situation) === undefined) return undefined;
  const { observed, status, stepIndex } = situation;
  const candidates = observed.experiments.filter(
    (one) => one.metadata.labels?.[HASH_LABEL] === status.currentPodHash && stepOf(situation, one) === stepIndex,
  );
  return (
    candidates.find(({ metadata }) => metadata.name === status.canary?.currentExperiment) ??
    candidates.find(({ metadata }) => metadata.annotations?.[ATTEMPT] === String(status.attempt ?? 0))
  );
}

/** The index of the step that an Experiment was made for: by our label, else, as Argo leaves none, by its name. */
function stepOf({ observed }: Situation, { metadata }: Experiment): number | undefined {
  const label = metadata.labels?.[STEP_INDEX_LABEL];
  if (label !== undefined) return Number(label);
  const first = `${observed.rollout.metadata.name}-${metadata.labels?.[HASH_LABEL] ?? ''}-`;
  const [, index] = /^\d+-(\d+)(?:-\d+)?$/.exec(metadata.name.slice(first.length)) ?? [];
  return !metadata.name.startsWith(first) || index === undefined ? undefined : Number(index);
}

/** The Experiments to be made and ended now: at most one that lives. */
export function planExperiments(situation: Situation): readonly Action[] {
  const wanted = wantedExperiment(situation);
  const answering = experimentOf(situation);
  const actions: Action[] = [];
  // One without a verdict pauses the update; the next one begins when a person resumed, in another attempt.
  if (wanted !== undefined && answering === undefined && !situation.spec.paused) {
    const built = buildExperiment(situation, wanted, situation.stepIndex);
    if (built.ok) actions.push({ kind: 'CreateExperiment', manifest: built.value });
  }
  for (const experiment of situation.observed.experiments) {
    const { name, uid = '', resourceVersion = '', deletionTimestamp } = experiment.metadata;
    if (experiment === answering || experiment.spec.terminate === true || deletionTimestamp !== undefined) continue;
    if (isFinal(experiment.status?.phase)) continue;
    const because = situation.aborted ? 'Aborted' : situation.promoted ? 'UpdateEnded' : 'StepEnded';
    actions.push({ kind: 'EndExperiment', target: { name, uid, resourceVersion }, because });
  }
  return actions;
}
