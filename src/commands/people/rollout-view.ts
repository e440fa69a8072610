import type { AnalysisRun } from '../../api/analysis.ts';
import type { Experiment } from '../../api/experiment.ts';
import type { ApiGroup } from '../../api/names.ts';
import { HASH_LABEL, REVISION, ROLLOUT_TYPE_LABEL, SCALE_DOWN_DEADLINE, STEP_INDEX_LABEL } from '../../api/names.ts';
import type { ObjectMeta } from '../../api/meta.ts';
import { describeStep } from '../../verbs/describe.ts';
import { isOwner } from '../../verbs/owner.ts';
import type { Seen, SeenReplicaSet } from '../../verbs/seen.ts';
import { isPromoted, ownReplicaSets, revisionOf, statusOf } from '../../verbs/seen.ts';
import type { Standing } from './standing.ts';
import { standingOf } from './standing.ts';

/** A ReplicaSet of a revision, with the pods that it has. */
export type ReplicaSetView = Readonly<{
  name: string;
  hash: string;
  roles: readonly ('stable' | 'canary' | 'active' | 'preview')[];
  desired: number;
  ready: number;
  available: number;
  /** RFC 3339: when its pods go. */
  scaleDownAt?: string;
  image: string;
  createdAt: string | undefined;
}>;

/** A run or an experiment of a revision. */
export type RunView = Readonly<{
  kind: 'AnalysisRun' | 'Experiment';
  name: string;
  phase: string;
  message: string;
  /** What it is for: `step 3`, `background`, `pre-promotion`, `post-promotion`; '' when unknown. */
  purpose: string;
  createdAt: string | undefined;
}>;

/** All that belongs to one revision. */
export type RevisionView = Readonly<{
  revision: number;
  replicaSets: readonly ReplicaSetView[];
  runs: readonly RunView[];
}>;

/** A Rollout with all that belongs to it, as it is shown to people and as JSON. */
export type RolloutView = Readonly<{
  name: string;
  namespace: string;
  group: ApiGroup;
  strategy: 'Canary' | 'BlueGreen' | '-';
  standing: Standing;
  createdAt: string | undefined;
  /** Of a canary with steps: what is done, what is under way, what is to come. */
  steps: readonly Readonly<{ step: string; state: 'done' | 'now' | 'to come' }>[];
  /** Of a canary with traffic routing: the weight that was read back. */
  weight: Readonly<{ canary: number; stable: number; verified: boolean | null }> | undefined;
  replicas: Readonly<{ desired: number; current: number; updated: number; ready: number; available: number }>;
  revisions: readonly RevisionView[];
}>;

/** What is shown of a Rollout beside what verbs read. */
export type Surroundings = Readonly<{ runs: readonly AnalysisRun[]; experiments: readonly Experiment[] }>;

/** Puts together what belongs to a Rollout; the newest revision first. */
export function viewOf(group: ApiGroup, seen: Seen, { runs, experiments }: Surroundings): RolloutView {
  const { metadata, spec } = seen.rollout;
  const status = statusOf(seen);
  const own = ownReplicaSets(seen);
  const all = [
    ...runs.filter((run) => isOwner(metadata, run.metadata)).map((run) => runView('AnalysisRun', run)),
    ...experiments.filter((one) => isOwner(metadata, one.metadata)).map((one) => runView('Experiment', one)),
  ];
  const numbers = [...new Set([...own.map(revisionOf), ...all.map(({ revision }) => revision)])];
  const weights = status.canary?.weights;
  return {
    name: metadata.name,
    namespace: metadata.namespace ?? '',
    group,
    strategy:
      spec.strategy?.canary !== undefined ? 'Canary' : spec.strategy?.blueGreen === undefined ? '-' : 'BlueGreen',
    standing: standingOf(seen.rollout),
    createdAt: metadata.creationTimestamp,
    steps: stepsOf(seen),
    weight:
      weights === undefined
        ? undefined
        : { canary: weights.canary.weight, stable: weights.stable.weight, verified: weights.verified ?? null },
    replicas: {
      desired: spec.replicas ?? 1,
      current: status.replicas ?? 0,
      updated: status.updatedReplicas ?? 0,
      ready: status.readyReplicas ?? 0,
      available: status.availableReplicas ?? 0,
    },
    revisions: numbers
      .toSorted((a, b) => b - a)
      .map((revision) => ({
        revision,
        replicaSets: own.filter((one) => revisionOf(one) === revision).map((one) => replicaSetView(seen, one)),
        runs: all.filter((one) => one.revision === revision).map(({ view }) => view),
      })),
  };
}

function stepsOf(seen: Seen): RolloutView['steps'] {
  const steps = seen.rollout.spec.strategy?.canary?.steps ?? [];
  const status = statusOf(seen);
  const index = status.currentStepIndex ?? 0;
  const ended = isPromoted(status);
  return steps.map((step, at) => ({
    step: describeStep(step),
    state: ended || at < index ? 'done' : at === index ? 'now' : 'to come',
  }));
}

function replicaSetView(seen: Seen, { metadata, spec, status }: SeenReplicaSet): ReplicaSetView {
  const hash = metadata.labels?.[HASH_LABEL] ?? '';
  const scaleDownAt = metadata.annotations?.[SCALE_DOWN_DEADLINE];
  const containers = (spec?.template?.spec?.['containers'] ?? []) as readonly Readonly<{ image?: string }>[];
  return {
    name: metadata.name,
    hash,
    roles: rolesOf(seen, hash),
    desired: spec?.replicas ?? 0,
    ready: status?.readyReplicas ?? 0,
    available: status?.availableReplicas ?? 0,
    ...(scaleDownAt === undefined ? {} : { scaleDownAt }),
    image: containers.map(({ image = '' }) => image).join(', '),
    createdAt: metadata.creationTimestamp,
  };
}

function rolesOf(seen: Seen, hash: string): ReplicaSetView['roles'] {
  const status = statusOf(seen);
  const { activeSelector, previewSelector } = status.blueGreen ?? {};
  const isBlueGreen = seen.rollout.spec.strategy?.blueGreen !== undefined;
  const roles: ReplicaSetView['roles'][number][] = [];
  if (status.stableRS === hash) roles.push('stable');
  if (isBlueGreen && activeSelector === hash) roles.push('active');
  if (isBlueGreen && previewSelector === hash && activeSelector !== hash) roles.push('preview');
  if (!isBlueGreen && status.currentPodHash === hash && !isPromoted(status)) roles.push('canary');
  return roles;
}

function runView(
  kind: RunView['kind'],
  { metadata, status }: AnalysisRun | Experiment,
): Readonly<{ revision: number; view: RunView }> {
  return {
    revision: Number.parseInt(metadata.annotations?.[REVISION] ?? '0', 10) || 0,
    view: {
      kind,
      name: metadata.name,
      phase: status?.phase ?? 'Pending',
      message: status?.message ?? '',
      purpose: purposeOf(metadata),
      createdAt: metadata.creationTimestamp,
    },
  };
}

function purposeOf({ labels }: ObjectMeta): string {
  const type = labels?.[ROLLOUT_TYPE_LABEL] ?? '';
  if (type === 'Step') return `step ${Number(labels?.[STEP_INDEX_LABEL] ?? 0) + 1}`;
  return { Background: 'background', PrePromotion: 'pre-promotion', PostPromotion: 'post-promotion' }[type] ?? '';
}
