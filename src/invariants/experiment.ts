import type { ExperimentStatus } from '../api/experiment.ts';
import { EXPERIMENT_TEMPLATE } from '../api/names.ts';
import type { ExperimentAction, ObservedExperiment } from '../plan/experiment/observed-experiment.ts';
import type { Plan } from '../plan/plan.ts';

/** A rule of safety that the plan of an Experiment would break. */
export type ExperimentBreach = Readonly<{ rule: string; message: string }>;

const FINAL = ['Successful', 'Failed', 'Error', 'Inconclusive'];
const isFinal = (phase: string | undefined): boolean => phase !== undefined && FINAL.includes(phase);

/**
 * The rules of safety (reliability.md 2) that an Experiment's plan would break by itself. It reads the observation alone and
 * nothing of how the plan was made. Empty for a plan that may be applied.
 */
export function experimentBreaches(
  observed: ObservedExperiment,
  { actions, status }: Plan<ExperimentAction, ExperimentStatus>,
): readonly ExperimentBreach[] {
  return [
    ...actions.flatMap((action) => unguarded(observed, action)),
    ...actions.flatMap((action) => podsTakenAway(observed, action)),
    ...actions.flatMap((action) => tooEarly(observed, action)),
    ...verdictChanged(observed, status),
    ...successWithoutRuns(observed, status),
  ];
}

const breach = (rule: string, message: string): readonly ExperimentBreach[] => [{ rule, message }];

/** S8: what is changed is what was seen, what is made is not there, and nothing of somebody else is touched. */
function unguarded(observed: ObservedExperiment, action: ExperimentAction): readonly ExperimentBreach[] {
  switch (action.kind) {
    case 'CreateReplicaSet':
      return observed.replicaSets.some(({ name, deleting }) => name === action.manifest.metadata.name && !deleting)
        ? breach('S8', `ReplicaSet ${action.manifest.metadata.name} exists`)
        : [];
    case 'CreateService':
      return observed.services.some(({ name }) => name === action.manifest.metadata.name)
        ? breach('S8', `Service ${action.manifest.metadata.name} exists`)
        : [];
    case 'CreateAnalysisRun':
      return observed.analysisRuns.some(({ metadata }) => metadata.name === action.manifest.metadata.name)
        ? breach('S8', `AnalysisRun ${action.manifest.metadata.name} exists`)
        : [];
    case 'ChangeReplicaSet':
      return observed.replicaSets.some(
        ({ uid, name, specReplicas }) =>
          uid === action.uid && name === action.name && specReplicas === action.seenReplicas,
      )
        ? []
        : breach('S8', `ReplicaSet ${action.name} was not seen so`);
    case 'DeleteService':
      return observed.services.some(({ uid, own }) => uid === action.target.uid && own)
        ? []
        : breach('S10', `Service ${action.target.name} is not of this Experiment`);
    case 'EndAnalysisRun':
      return observed.analysisRuns.some(({ metadata }) => metadata.uid === action.target.uid)
        ? []
        : breach('S8', `no AnalysisRun ${action.target.name} with this UID was seen`);
  }
}

/** S6: pods to which a route still sends requests stay, and so does the Service in it. */
function podsTakenAway(observed: ObservedExperiment, action: ExperimentAction): readonly ExperimentBreach[] {
  if (action.kind === 'DeleteService') {
    return observed.services.some(({ uid, routed }) => uid === action.target.uid && routed)
      ? breach('S6', `Service ${action.target.name} is removed while a route names it`)
      : [];
  }
  if (action.kind !== 'ChangeReplicaSet' || action.replicas !== 0) return [];
  const set = observed.replicaSets.find(({ uid }) => uid === action.uid);
  const template = set?.annotations[EXPERIMENT_TEMPLATE];
  const wanted = observed.experiment.spec.templates.find(({ name }) => name === template)?.replicas ?? 1;
  const running = !isFinal(observed.experiment.status?.phase) && wanted > 0;
  const known = observed.experiment.spec.templates.some(({ name }) => name === template);
  if (running && known) return breach('S6', `${action.name} loses its pods while the experiment runs`);
  return observed.services.some((service) => service.own && service.routed && service.template === template)
    ? breach('S6', `${action.name} loses its pods while a route sends requests to them`)
    : [];
}

/** S4: analyses begin once all templates were seen available; what is over begins nothing. */
function tooEarly({ experiment }: ObservedExperiment, action: ExperimentAction): readonly ExperimentBreach[] {
  const { phase, availableAt } = experiment.status ?? {};
  if (!('manifest' in action)) return [];
  if (isFinal(phase)) return breach('S4', `${action.manifest.metadata.name} is made when all is over`);
  const early = action.kind === 'CreateAnalysisRun' && availableAt === undefined;
  return early ? breach('S4', `${action.manifest.metadata.name} begins before the templates are available`) : [];
}

/** S9: a verdict that stands is never changed. */
function verdictChanged({ experiment }: ObservedExperiment, status: ExperimentStatus): readonly ExperimentBreach[] {
  const before = experiment.status?.phase;
  if (!isFinal(before) || status.phase === before) return [];
  return breach('S9', `the phase goes from ${before ?? ''} to ${status.phase ?? ''}`);
}

/** S11: an experiment that must be judged is Successful only by runs that are, unless its update ended it. */
function successWithoutRuns(observed: ObservedExperiment, status: ExperimentStatus): readonly ExperimentBreach[] {
  const { spec, status: before } = observed.experiment;
  if (status.phase !== 'Successful' || before?.phase === 'Successful' || spec.terminate === true) return [];
  const bad = (status.analysisRuns ?? []).find(({ phase }) => isFinal(phase) && phase !== 'Successful');
  if (bad !== undefined) return breach('S11', `it succeeds although ${bad.analysisRun} is ${bad.phase}`);
  const missing = (spec.analyses ?? []).find(
    ({ name, requiredForCompletion }) =>
      requiredForCompletion === true &&
      !(status.analysisRuns ?? []).some((run) => run.name === name && run.phase === 'Successful'),
  );
  return missing === undefined ? [] : breach('S11', `it succeeds without a successful run of ${missing.name}`);
}
