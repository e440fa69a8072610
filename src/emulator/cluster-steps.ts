import type { Resource } from '../kube/resource.ts';
import type { ClusterStep } from './step.ts';
import type { Utilisation } from './steps/autoscalers.ts';
import { autoscalers } from './steps/autoscalers.ts';
import { deploymentStatus } from './steps/deployment-status.ts';
import { deployments } from './steps/deployments.ts';
import { disruptionBudgets } from './steps/disruption-budgets.ts';
import { endpointSlices } from './steps/endpoint-slices.ts';
import { garbage } from './steps/garbage.ts';
import { gatewayStatus, routeStatus } from './steps/gateways.ts';
import { jobStatus } from './steps/job-status.ts';
import { finishedJobs, jobs } from './steps/jobs.ts';
import {
  AUTOSCALERS,
  DEPLOYMENTS,
  DISRUPTION_BUDGETS,
  ENDPOINT_SLICES,
  GATEWAYS,
  ROUTES,
  JOBS,
  PODS,
  REPLICA_SETS,
  SERVICES,
} from './steps/kinds.ts';
import { lostPods, nodeLoss, podEviction } from './steps/node-loss.ts';
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
  /** Further resources whose objects own others, are owned or are scaled by autoscalers: custom kinds. */
  resources?: readonly Resource[];
  /** How busy the target of an autoscaler is; without it nobody knows, and autoscalers only keep their bounds. */
  utilisation?: Utilisation;
}>;

const COLLECTED: readonly Resource[] = [
  AUTOSCALERS,
  DEPLOYMENTS,
  DISRUPTION_BUDGETS,
  ENDPOINT_SLICES,
  GATEWAYS,
  ...ROUTES,
  JOBS,
  PODS,
  REPLICA_SETS,
  SERVICES,
];

/** Every controller of an emulated cluster. Namespaces that end are the API server's matter. */
export function clusterSteps({
  podTimes = usualPodTimes,
  resources = [],
  utilisation = () => undefined,
}: ClusterTraits = {}): readonly ClusterStep[] {
  return [
    ...deployments,
    deploymentStatus,
    ...replicaSetClaims,
    ...replicaSets,
    replicaSetStatus,
    quotaStatus,
    jobs,
    jobStatus,
    finishedJobs,
    scheduling(podTimes),
    podLife(podTimes),
    podRemoval,
    nodeLoss,
    podEviction,
    lostPods,
    endpointSlices,
    disruptionBudgets,
    autoscalers([DEPLOYMENTS, REPLICA_SETS, ...resources], utilisation),
    gatewayStatus,
    routeStatus,
    ...garbage([...COLLECTED, ...resources]),
  ];
}
