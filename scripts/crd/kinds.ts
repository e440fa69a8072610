import type { TSchema } from 'typebox';
import {
  analysisRunSpecSchema,
  analysisRunStatusSchema,
  analysisTemplateSpecSchema,
} from '../../src/api/analysis.schema.ts';
import { experimentSpecSchema, experimentStatusSchema } from '../../src/api/experiment.schema.ts';
import type { ApiGroup } from '../../src/api/names.ts';
import { rolloutSpecSchema } from '../../src/api/rollout.schema.ts';
import { rolloutStatusSchema } from '../../src/api/rollout-status.schema.ts';
import type { ApiKind } from '../../src/api/unsupported.ts';

/** A column of `kubectl get`; priority 1 shows with -o wide only. */
export type Column = Readonly<{
  name: string;
  type: 'string' | 'integer' | 'date';
  jsonPath: string;
  description: string;
  priority?: number;
}>;

/** One of the kinds that we serve, and what its CRD says beside the schema. */
export type KindDefinition = Readonly<{
  kind: string;
  singular: string;
  plural: string;
  shortNames: Readonly<Record<ApiGroup, readonly string[]>>;
  scope: 'Namespaced' | 'Cluster';
  description: string;
  spec: TSchema;
  status: TSchema | undefined;
  /** Groups in which status is a subresource (rollout-semantics 0). */
  statusSubresource: readonly ApiGroup[];
  scale: boolean;
  columns: readonly Column[];
  /** Under which kind unsupported.ts lists its fields. */
  fields: ApiKind;
}>;

const BOTH: readonly ApiGroup[] = ['sluice.dev', 'argoproj.io'];

const AGE: Column = {
  name: 'Age',
  type: 'date',
  jsonPath: '.metadata.creationTimestamp',
  description: 'Time since it was created',
};

const column = (name: string, type: 'string' | 'integer', jsonPath: string, description: string): Column => ({
  name,
  type,
  jsonPath,
  description,
});

const wide = (plain: Column): Column => ({ ...plain, priority: 1 });

const STATUS = column('Status', 'string', '.status.phase', 'State in one word');
const MESSAGE = wide(column('Message', 'string', '.status.message', 'Why it is in that state'));

const ROLLOUT_COLUMNS: readonly Column[] = [
  column('Desired', 'integer', '.spec.replicas', 'Number of pods that are wanted'),
  column('Current', 'integer', '.status.replicas', 'Number of pods that exist'),
  column('Up-to-date', 'integer', '.status.updatedReplicas', 'Number of pods of the newest revision'),
  column('Available', 'integer', '.status.availableReplicas', 'Number of available pods'),
  STATUS,
  column('Step', 'string', '.status.stepDisplay', 'Steps done, of how many'),
  column('Weight', 'integer', '.status.canary.weights.canary.weight', 'Share of the canary'),
  AGE,
  wide(column('Stable', 'string', '.status.stableRS', 'Hash of the stable revision')),
  MESSAGE,
];

/** The five kinds. */
export const KINDS: readonly KindDefinition[] = [
  {
    kind: 'Rollout',
    singular: 'rollout',
    plural: 'rollouts',
    shortNames: { 'sluice.dev': ['sro'], 'argoproj.io': ['ro'] },
    scope: 'Namespaced',
    description: 'Pods of one application, and how a new version of them replaces the old one.',
    spec: rolloutSpecSchema,
    status: rolloutStatusSchema,
    statusSubresource: BOTH,
    scale: true,
    columns: ROLLOUT_COLUMNS,
    fields: 'Rollout',
  },
  {
    kind: 'AnalysisTemplate',
    singular: 'analysistemplate',
    plural: 'analysistemplates',
    shortNames: { 'sluice.dev': ['sat'], 'argoproj.io': ['at'] },
    scope: 'Namespaced',
    description: 'Metrics that a Rollout or Experiment of the namespace can be judged by.',
    spec: analysisTemplateSpecSchema,
    status: undefined,
    statusSubresource: [],
    scale: false,
    columns: [AGE],
    fields: 'AnalysisTemplate',
  },
  {
    kind: 'ClusterAnalysisTemplate',
    singular: 'clusteranalysistemplate',
    plural: 'clusteranalysistemplates',
    shortNames: { 'sluice.dev': ['scat'], 'argoproj.io': ['cat'] },
    scope: 'Cluster',
    description: 'Metrics that Rollouts and Experiments of every namespace can be judged by.',
    spec: analysisTemplateSpecSchema,
    status: undefined,
    statusSubresource: [],
    scale: false,
    columns: [AGE],
    fields: 'AnalysisTemplate',
  },
  {
    kind: 'AnalysisRun',
    singular: 'analysisrun',
    plural: 'analysisruns',
    shortNames: { 'sluice.dev': ['sar'], 'argoproj.io': ['ar'] },
    scope: 'Namespaced',
    description: 'One run of an analysis: measurements and what came of them.',
    spec: analysisRunSpecSchema,
    status: analysisRunStatusSchema,
    statusSubresource: ['sluice.dev'],
    scale: false,
    columns: [STATUS, AGE, MESSAGE],
    fields: 'AnalysisRun',
  },
  {
    kind: 'Experiment',
    singular: 'experiment',
    plural: 'experiments',
    shortNames: { 'sluice.dev': ['sexp'], 'argoproj.io': ['exp'] },
    scope: 'Namespaced',
    description: 'ReplicaSets that run for a time beside a Rollout, and how they are judged.',
    spec: experimentSpecSchema,
    status: experimentStatusSchema,
    statusSubresource: ['sluice.dev'],
    scale: false,
    columns: [STATUS, AGE, MESSAGE],
    fields: 'Experiment',
  },
];
