import { REVISION, WORKLOAD_GENERATION } from '../api/names.ts';
import type { ObjectMeta, PodTemplate } from '../api/meta.ts';
import type { Rollout, RolloutStatus } from '../api/rollout.ts';
import { isOwner } from './owner.ts';
import type { Operation } from './decision.ts';

/** A ReplicaSet, as far as verbs read it. */
export type SeenReplicaSet = Readonly<{
  metadata: ObjectMeta;
  spec?: Readonly<{ replicas?: number; template?: PodTemplate }>;
  status?: Readonly<{ replicas?: number; readyReplicas?: number; availableReplicas?: number }>;
}>;

/** The object that a workloadRef names: a Deployment, a ReplicaSet or a PodTemplate. */
export type SeenWorkload = Readonly<{
  kind: string;
  metadata: ObjectMeta;
  spec?: Readonly<{ template?: PodTemplate }>;
  /** Of a PodTemplate, which has no spec. */
  template?: PodTemplate;
}>;

/** What a person sees when they act: the Rollout, its ReplicaSets, and the workload that it refers to. */
export type Seen = Readonly<{
  rollout: Rollout;
  replicaSets: readonly SeenReplicaSet[];
  workload: SeenWorkload | undefined;
}>;

/** The status, which is empty before the controller's first look. */
export const statusOf = ({ rollout }: Pick<Seen, 'rollout'>): RolloutStatus => rollout.status ?? {};

/** The number in the revision annotation; 0 when it has none. */
export function revisionOf({ metadata }: SeenReplicaSet): number {
  return Number.parseInt(metadata.annotations?.[REVISION] ?? '0', 10) || 0;
}

/** The Rollout's own ReplicaSets, newest revision first. */
export function ownReplicaSets({ rollout, replicaSets }: Seen): readonly SeenReplicaSet[] {
  return replicaSets
    .filter((replicaSet) => isOwner(rollout.metadata, replicaSet.metadata))
    .toSorted((a, b) => revisionOf(b) - revisionOf(a));
}

/** True once stableRS names the newest revision: no update is in flight. */
export function isPromoted({ currentPodHash, stableRS }: RolloutStatus): boolean {
  return (stableRS ?? '') !== '' && stableRS === currentPodHash;
}

/**
 * Why the status does not speak of the newest spec yet, or of the newest template of the workload that it refers to;
 * undefined when it does.
 */
export function unobserved({ rollout }: Pick<Seen, 'rollout'>): string | undefined {
  const { generation = 0, annotations } = rollout.metadata;
  const { observedGeneration, workloadObservedGeneration = '' } = rollout.status ?? {};
  if (Number(observedGeneration ?? -1) !== generation) {
    return `the controller has not looked at the newest spec yet (generation ${generation}, seen ${observedGeneration ?? 'none'})`;
  }
  const workload = annotations?.[WORKLOAD_GENERATION] ?? '';
  if (rollout.spec.workloadRef === undefined || workload === '' || workload === workloadObservedGeneration) {
    return undefined;
  }
  return `the controller has not acted on the newest template of ${rollout.spec.workloadRef.name ?? 'the workload'} yet`;
}

/** The number of steps of a canary; 0 for blue-green. */
export function stepCount({ spec }: Rollout): number {
  return spec.strategy?.canary?.steps?.length ?? 0;
}

/**
 * `test`s of fields of the status as they were seen. A field that was absent is not tested: a test of what does not
 * exist fails whatever it says.
 */
export function testStatus(status: RolloutStatus, ...fields: readonly (keyof RolloutStatus)[]): readonly Operation[] {
  return fields.flatMap((field): readonly Operation[] =>
    status[field] === undefined ? [] : [{ op: 'test', path: `/status/${field}`, value: status[field] }],
  );
}

/** A `test` that the spec is the one that was seen. */
export function testGeneration({ generation }: ObjectMeta): readonly Operation[] {
  return generation === undefined ? [] : [{ op: 'test', path: '/metadata/generation', value: generation }];
}
