import type { KubeObject } from '../../kube/resource.ts';
import type { Condition, Labels, Meta } from './shapes.ts';

/** A probe, times in seconds. */
export type Probe = Readonly<{
  httpGet?: Readonly<{ path?: string; port: number | string }>;
  initialDelaySeconds?: number;
  periodSeconds?: number;
  successThreshold?: number;
  failureThreshold?: number;
}>;

/** A container of a pod. */
export type Container = Readonly<{
  name: string;
  image?: string;
  env?: readonly Readonly<{ name: string; value?: string }>[];
  ports?: readonly Readonly<{ name?: string; containerPort: number; protocol?: string }>[];
  readinessProbe?: Probe;
  lifecycle?: Readonly<{
    preStop?: Readonly<{ sleep?: Readonly<{ seconds: number }>; exec?: Readonly<{ command?: readonly string[] }> }>;
  }>;
}>;

/** spec of a pod. */
export type PodSpec = Readonly<{
  containers: readonly Container[];
  nodeName?: string;
  nodeSelector?: Labels;
  restartPolicy?: 'Always' | 'OnFailure' | 'Never';
  terminationGracePeriodSeconds?: number;
  tolerations?: readonly Readonly<{ key?: string; effect?: string; tolerationSeconds?: number }>[];
  readinessGates?: readonly Readonly<{ conditionType: string }>[];
}>;

/** What a container does, or did. */
export type ContainerState = Readonly<{
  waiting?: Readonly<{ reason: string; message?: string }>;
  running?: Readonly<{ startedAt: string }>;
  terminated?: Readonly<{ exitCode: number; reason: string; startedAt: string; finishedAt: string }>;
}>;

/** One entry of status.containerStatuses. */
export type ContainerStatus = Readonly<{
  name: string;
  image: string;
  imageID: string;
  ready: boolean;
  started: boolean;
  restartCount: number;
  state: ContainerState;
  lastState: ContainerState;
}>;

/** status of a pod. */
export type PodStatus = Readonly<{
  phase?: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';
  observedGeneration?: number;
  reason?: string;
  message?: string;
  startTime?: string;
  hostIP?: string;
  hostIPs?: readonly Readonly<{ ip: string }>[];
  podIP?: string;
  podIPs?: readonly Readonly<{ ip: string }>[];
  qosClass?: string;
  conditions?: readonly Condition[];
  containerStatuses?: readonly ContainerStatus[];
}>;

/** A pod. */
export type Pod = KubeObject & Readonly<{ metadata: Meta; spec: PodSpec; status?: PodStatus }>;

/** The template that pods are made from. */
export type PodTemplate = Readonly<{
  metadata?: Readonly<{ labels?: Labels; annotations?: Labels }>;
  spec: PodSpec;
}>;
