import type { KubeObject } from '../../src/kube/resource.ts';
import type { RunningSteps } from '../../src/emulator/run-steps.ts';
import { runSteps } from '../../src/emulator/run-steps.ts';
import type { ClusterStep } from '../../src/emulator/step.ts';
import type { ResourceOf } from '../../src/emulator/steps/kinds.ts';
import { listOf, NODES, PODS } from '../../src/emulator/steps/kinds.ts';
import type { Container, Pod } from '../../src/emulator/steps/pod-shape.ts';
import type { ReplicaSet } from '../../src/emulator/steps/shapes.ts';
import { milliseconds, seconds } from '../../src/units/duration.ts';
import type { VirtualClock } from '../kube/virtual-clock.ts';
import { createVirtualClock } from '../kube/virtual-clock.ts';
import type { StoredCluster } from './stored-cluster.ts';
import { storedCluster } from './stored-cluster.ts';

/** The namespace of everything in these tests. */
export const NAMESPACE = 'shop';

/** A cluster with running steps on a virtual clock. */
export type Rig = Readonly<{
  clock: VirtualClock;
  cluster: StoredCluster;
  running: RunningSteps;
  /** Lets that many seconds pass. */
  pass(count: number): Promise<void>;
  all<T extends KubeObject>(of: ResourceOf<T>): readonly T[];
  pods(): readonly Pod[];
  /** The only object of that name in the namespace; throws when it is not there. */
  one<T extends KubeObject>(of: ResourceOf<T>, name: string): T;
}>;

/** Starts steps over an empty cluster, each 50 ms after a change. */
export function startRig(steps: readonly ClusterStep[], nodes: readonly string[] = []): Rig {
  const clock = createVirtualClock();
  const cluster = storedCluster(clock, ['shop']);
  for (const name of nodes) cluster.create(NODES, readyNode(name));
  const running = runSteps(cluster, clock, steps, { delay: () => milliseconds(50) });
  return {
    clock,
    cluster,
    running,
    pass: (count) => clock.advance(seconds(count)),
    all: (of) => listOf(cluster.view, of),
    pods: () => listOf(cluster.view, PODS, NAMESPACE),
    one<T extends KubeObject>(of: ResourceOf<T>, name: string) {
      const found = cluster.view.get(of, of.namespaced ? NAMESPACE : undefined, name);
      if (found === undefined) throw new Error(`there is no ${of.kind} ${name}`);
      return found as T;
    },
  };
}

/** A node that reports and takes pods. */
export function readyNode(name: string): KubeObject {
  const conditions = [{ type: 'Ready', status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z' }];
  const status = { conditions, addresses: [{ type: 'InternalIP', address: '10.0.0.1' }] };
  return { apiVersion: 'v1', kind: 'Node', metadata: { name }, status } as KubeObject;
}

/** A container of the demo application that behaves as its environment says. */
export function container(
  env: Readonly<Record<string, string | number>> = {},
  more: Partial<Container> = {},
): Container {
  return {
    name: 'app',
    image: 'docker.io/sluice/demo:1',
    env: Object.entries(env).map(([name, value]) => ({ name, value: String(value) })),
    ports: [{ name: 'http', containerPort: 8080 }],
    readinessProbe: { httpGet: { port: 8080 }, periodSeconds: 1 },
    ...more,
  };
}

/** A ReplicaSet of such pods. */
export function replicaSet(
  replicas: number,
  containers = [container()],
  more: Partial<ReplicaSet['spec']> = {},
): ReplicaSet {
  const labels = { app: 'web' };
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name: 'web-1', namespace: NAMESPACE },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers } },
      ...more,
    },
  };
}
