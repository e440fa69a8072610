import type { KubeObject, ObjectMeta } from '../../kube/resource.ts';
import type { IntOrPercent } from '../../units/int-or-percent.ts';
import type { PodTemplate } from './pod-shape.ts';

// The built-in kinds of Kubernetes as far as the cluster's controllers read or write them; the rest is kept as it came.
// Times are RFC 3339 in whole seconds, as metav1.Time writes them.

/** metadata with the fields that only the cluster itself minds. */
export type Meta = ObjectMeta & Readonly<{ generateName?: string; deletionGracePeriodSeconds?: number }>;

/** Labels, annotations, selectors. */
export type Labels = Readonly<Record<string, string>>;

/** metav1.LabelSelector. */
export type LabelSelector = Readonly<{
  matchLabels?: Labels;
  matchExpressions?: readonly Readonly<{
    key: string;
    operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
    values?: readonly string[];
  }>[];
}>;

/** A condition of a status; `observedGeneration` and `reason` where the kind has them. */
export type Condition = Readonly<{
  type: string;
  status: 'True' | 'False' | 'Unknown';
  reason?: string;
  message?: string;
  lastTransitionTime?: string | null;
  lastUpdateTime?: string;
  lastProbeTime?: string | null;
  observedGeneration?: number;
}>;

/** status of a ReplicaSet. */
export type ReplicaSetStatus = Readonly<{
  replicas?: number;
  fullyLabeledReplicas?: number;
  readyReplicas?: number;
  availableReplicas?: number;
  terminatingReplicas?: number;
  observedGeneration?: number;
  conditions?: readonly Condition[];
}>;

/** A ReplicaSet. */
export type ReplicaSet = KubeObject &
  Readonly<{
    spec: Readonly<{
      replicas?: number;
      minReadySeconds?: number;
      selector: LabelSelector;
      template: PodTemplate;
    }>;
    status?: ReplicaSetStatus;
  }>;

/** status of a Deployment. */
export type DeploymentStatus = Readonly<{
  replicas?: number;
  updatedReplicas?: number;
  readyReplicas?: number;
  availableReplicas?: number;
  unavailableReplicas?: number;
  terminatingReplicas?: number;
  observedGeneration?: number;
  conditions?: readonly Condition[];
}>;

/** A Deployment. */
export type Deployment = KubeObject &
  Readonly<{
    spec: Readonly<{
      replicas?: number;
      minReadySeconds?: number;
      paused?: boolean;
      progressDeadlineSeconds?: number;
      revisionHistoryLimit?: number;
      selector: LabelSelector;
      strategy?: Readonly<{
        type?: 'RollingUpdate' | 'Recreate';
        rollingUpdate?: Readonly<{ maxSurge?: IntOrPercent; maxUnavailable?: IntOrPercent }>;
      }>;
      template: PodTemplate;
    }>;
    status?: DeploymentStatus;
  }>;

/** A Job. */
export type Job = KubeObject &
  Readonly<{
    spec: Readonly<{
      parallelism?: number;
      completions?: number;
      backoffLimit?: number;
      activeDeadlineSeconds?: number;
      ttlSecondsAfterFinished?: number;
      suspend?: boolean;
      selector?: LabelSelector;
      template: PodTemplate;
    }>;
    status?: Readonly<{
      active?: number;
      ready?: number;
      succeeded?: number;
      failed?: number;
      startTime?: string;
      completionTime?: string;
      terminating?: number;
      uncountedTerminatedPods?: Labels;
      conditions?: readonly Condition[];
    }>;
  }>;

/** A Service. */
export type Service = KubeObject &
  Readonly<{
    spec?: Readonly<{
      type?: string;
      clusterIP?: string;
      selector?: Labels;
      publishNotReadyAddresses?: boolean;
      ports?: readonly Readonly<{
        name?: string;
        protocol?: string;
        appProtocol?: string;
        port: number;
        targetPort?: number | string;
      }>[];
    }>;
  }>;

/** One address of an EndpointSlice. */
export type Endpoint = Readonly<{
  addresses: readonly string[];
  conditions: Readonly<{ ready: boolean; serving: boolean; terminating: boolean }>;
  nodeName?: string;
  targetRef: Readonly<{ kind: string; namespace: string; name: string; uid: string }>;
}>;

/** An EndpointSlice. */
export type EndpointSlice = KubeObject &
  Readonly<{
    addressType: string;
    endpoints?: readonly Endpoint[] | null;
    ports?: readonly Readonly<{ name: string; protocol: string; port: number; appProtocol?: string }>[] | null;
  }>;

/** A node. */
export type Node = KubeObject &
  Readonly<{
    spec?: Readonly<{ unschedulable?: boolean }>;
    status?: Readonly<{
      conditions?: readonly Condition[];
      addresses?: readonly Readonly<{ type: string; address: string }>[];
      allocatable?: Labels;
      capacity?: Labels;
    }>;
  }>;

/** A namespace. */
export type Namespace = KubeObject &
  Readonly<{
    spec?: Readonly<{ finalizers?: readonly string[] }>;
    status?: Readonly<{ phase?: string; conditions?: readonly Condition[] }>;
  }>;

/** A ResourceQuota; only counts of objects are minded. */
export type ResourceQuota = KubeObject &
  Readonly<{ spec?: Readonly<{ hard?: Labels }>; status?: Readonly<{ hard?: Labels; used?: Labels }> }>;

/** A HorizontalPodAutoscaler of autoscaling/v2. */
export type HorizontalAutoscaler = KubeObject &
  Readonly<{
    spec: Readonly<{
      scaleTargetRef: Readonly<{ apiVersion?: string; kind: string; name: string }>;
      minReplicas?: number;
      maxReplicas: number;
      metrics?: readonly Readonly<{
        type: string;
        resource?: Readonly<{ name: string; target: Readonly<{ type: string; averageUtilization?: number }> }>;
      }>[];
      behavior?: Readonly<{ scaleDown?: Readonly<{ stabilizationWindowSeconds?: number }> }>;
    }>;
    status?: Readonly<{
      observedGeneration?: number;
      lastScaleTime?: string;
      currentReplicas?: number;
      desiredReplicas?: number;
      currentMetrics?: readonly unknown[] | null;
      conditions?: readonly Condition[];
    }>;
  }>;

/** A PodDisruptionBudget. */
export type DisruptionBudget = KubeObject &
  Readonly<{
    spec?: Readonly<{ minAvailable?: IntOrPercent; maxUnavailable?: IntOrPercent; selector?: LabelSelector }>;
    status?: Readonly<{
      observedGeneration?: number;
      disruptedPods?: Labels;
      expectedPods?: number;
      currentHealthy?: number;
      desiredHealthy?: number;
      disruptionsAllowed?: number;
      conditions?: readonly Condition[];
    }>;
  }>;

/** Names a Gateway that a route wants to hang on. */
export type ParentReference = Readonly<{
  group?: string;
  kind?: string;
  namespace?: string;
  name: string;
  sectionName?: string;
  port?: number;
}>;

/** A Gateway of the Gateway API. */
export type Gateway = KubeObject &
  Readonly<{
    spec?: Readonly<{
      gatewayClassName?: string;
      listeners?: readonly Readonly<{ name: string; port: number; protocol?: string }>[];
    }>;
    status?: Readonly<{
      conditions?: readonly Condition[];
      listeners?: readonly unknown[];
      addresses?: readonly unknown[];
    }>;
  }>;

/** Names a Service, or something else, that a route sends requests to. */
export type BackendReference = Readonly<{
  group?: string;
  kind?: string;
  namespace?: string;
  name: string;
  port?: number;
  weight?: number;
  filters?: readonly RouteFilter[];
}>;

/** What a route does to a request beside sending it on; only copies are minded here. */
export type RouteFilter = Readonly<{ type?: string; requestMirror?: Readonly<{ backendRef: BackendReference }> }>;

/** An HTTPRoute of the Gateway API. */
export type HttpRoute = KubeObject &
  Readonly<{
    spec?: Readonly<{
      parentRefs?: readonly ParentReference[];
      rules?: readonly Readonly<{
        name?: string;
        filters?: readonly RouteFilter[];
        backendRefs?: readonly BackendReference[];
      }>[];
    }>;
    status?: Readonly<{
      parents?: readonly Readonly<{
        parentRef: ParentReference;
        controllerName: string;
        conditions?: readonly Condition[];
      }>[];
    }>;
  }>;
