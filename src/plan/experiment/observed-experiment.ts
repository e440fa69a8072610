import type { AnalysisRun } from '../../api/analysis.ts';
import type { Experiment } from '../../api/experiment.ts';
import type { ApiGroup } from '../../api/names.ts';
import type { Action, Existing, Manifest } from '../action.ts';
import type { ObservedReplicaSet, ObservedTemplate, Refusal } from '../rollout/observed-rollout.ts';

/** All that a decision about one Experiment may depend on, as plain JSON. */
export type ObservedExperiment = Readonly<{
  group: ApiGroup;
  /** The instance id that we serve, '' without one: it goes to the label of what we create. */
  instanceId: string;
  experiment: Experiment;
  /** The ReplicaSets that the Experiment controls; those being deleted are among them. */
  replicaSets: readonly ObservedReplicaSet[];
  /** The Services that it controls, and those of other owners under the names that it wants. */
  services: readonly ObservedExperimentService[];
  /** The AnalysisRuns that it controls. */
  analysisRuns: readonly AnalysisRun[];
  /** One entry for each analysis template that the spec names, directly or nested. */
  analysisTemplates: readonly ObservedTemplate[];
  /** Refusals of our writes that no watch tells. */
  refusals: readonly Refusal[];
}>;

/** A Service that an Experiment controls, or that stands where it wants one. */
export type ObservedExperimentService = Readonly<{
  name: string;
  uid: string;
  resourceVersion: string;
  /** It is controlled by the Experiment. */
  own: boolean;
  deleting: boolean;
  /** The template that it was made for; '' when that cannot be told. */
  template: string;
  /** A route sends requests to it: its weight is not 0. */
  routed: boolean;
}>;

/** Everything that an Experiment's plan may ever do to the cluster. The actions of one plan commute. */
export type ExperimentAction =
  | Extract<Action, { kind: 'CreateReplicaSet' | 'ChangeReplicaSet' | 'CreateAnalysisRun' }>
  /** Ends a run: without a verdict when the experiment is over; by the rules for a person's end when one ended it. */
  | Readonly<{ kind: 'EndAnalysisRun'; target: Existing; by: 'Experiment' | 'Person'; because: string }>
  | Readonly<{ kind: 'CreateService'; manifest: Manifest }>
  | Readonly<{ kind: 'DeleteService'; target: Existing; because: string }>;
