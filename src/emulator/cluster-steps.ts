import type { Resource } from '../kube/resource.ts';
import type { ClusterStep } from './step.ts';
import { deploymentStatus } from './steps/deployment-status.ts';
import { deployments } from './steps/deployments.ts';
import { endpointSlices } from './steps/endpoint-slices.ts';
import { garbage } from './steps/garbage.ts';
import { DEPLOYMENTS, ENDPOINT_SLICES, PODS, REPLICA_SETS, SERVICES } from './steps/kinds.ts';
import { podLife, podRemoval } from './steps/pod-life.ts';
import type { PodTimes } from './steps/pod-times.ts';
import { usualPodTimes } from './steps/pod-times.ts';
import { quotaStatus } from './steps/quotas.ts';
import { replicaSetClaims } from './steps/replica-set-claims.ts';
import { replicaSetStatus } from './steps/replica-set-status.ts';
import { replicaSets } from './steps/replica-sets.ts';
import { scheduling } from './steps/scheduling.ts';

/** What the controllers of a cluster are told about it. */
export type ClusterTraits = Readonly<{
  /** How long the stages of a pod's life take; usualPodTimes otherwise. */
  podTimes?: PodTimes;
  /** Further resources whose objects own others or are owned: custom kinds. */
  resources?: readonly Resource[];
}>;

const COLLECTED: readonly Resource[] = [DEPLOYMENTS, ENDPOINT_SLICES, PODS, REPLICA_SETS, SERVICES];

/** Every controller of an emulated cluster. */
export function clusterSteps({ podTimes = usualPodTimes, resources = [] }: ClusterTraits = {}): readonly ClusterStep[] {
  return [
    ...deployments,
    deploymentStatus,
    ...replicaSetClaims,
    ...replicaSets,
    replicaSetStatus,
    quotaStatus,
    scheduling(podTimes),
    podLife(podTimes),
    podRemoval,
    endpointSlices,
    ...garbage([...COLLECTED, ...resources]),
  ];
}
