import type { Experiment, ExperimentStatus } from '../../api/experiment.ts';
import { EXPERIMENT_TEMPLATE } from '../../api/names.ts';
import type { ParsedExperiment, ParsedTemplate } from '../../api/parse-experiment.ts';
import { parseExperiment } from '../../api/parse-experiment.ts';
import type { Instant } from '../../units/instant.ts';
import { parseInstant } from '../../units/instant.ts';
import { ENDED_BY_ROLLOUT } from '../analysis/ended.ts';
import { isFinal } from '../analysis/metric-result.ts';
import type { ObservedReplicaSet } from '../rollout/observed-rollout.ts';
import type { ObservedExperiment } from './observed-experiment.ts';

/** One observation of an Experiment, read once. Nothing here is decided yet. */
export type ExperimentSituation = Readonly<{
  observed: ObservedExperiment;
  now: Instant;
  spec: ParsedExperiment;
  /** The status as observed: actions rely on these facts only. */
  status: ExperimentStatus;
  /** The phase that was observed is the last one. */
  over: boolean;
  /** When all templates were available, by the observed status. */
  availableAt: Instant | undefined;
  /** Who ended it early: the Rollout that it is of, or a person. */
  ended: 'ByRollout' | 'ByPerson' | undefined;
}>;

/** One entry of status.templateStatuses. */
export type TemplateStatus = NonNullable<ExperimentStatus['templateStatuses']>[number];

/** One entry of status.analysisRuns. */
export type RunStatus = NonNullable<ExperimentStatus['analysisRuns']>[number];

/** Reads the situation. */
export function readExperiment(observed: ObservedExperiment, now: Instant): ExperimentSituation {
  const { experiment } = observed;
  const status = experiment.status ?? {};
  return {
    observed,
    now,
    spec: parseExperiment(experiment),
    status,
    over: isFinal(status.phase),
    availableAt: parseInstant(status.availableAt),
    ended: endedBy(experiment),
  };
}

function endedBy({ spec, metadata }: Experiment): ExperimentSituation['ended'] {
  if (spec.terminate !== true) return undefined;
  return metadata.annotations?.[ENDED_BY_ROLLOUT] === 'true' ? 'ByRollout' : 'ByPerson';
}

/** The ReplicaSet of a template. It stays the template's although the template is edited: its pods run already. */
export function replicaSetOf(
  { observed }: ExperimentSituation,
  { name }: Pick<ParsedTemplate, 'name'>,
): ObservedReplicaSet | undefined {
  return observed.replicaSets.find(
    ({ annotations, deleting }) => annotations[EXPERIMENT_TEMPLATE] === name && !deleting,
  );
}

/** What the observed status says of a template. */
export function templateStatusOf({ status }: ExperimentSituation, name: string): TemplateStatus | undefined {
  return (status.templateStatuses ?? []).find((one) => one.name === name);
}
