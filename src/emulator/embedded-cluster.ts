import type { Clock } from '../clock/clock.ts';
import type { KubeObject, Resource } from '../kube/resource.ts';
import { milliseconds } from '../units/duration.ts';
import { formatInstant } from '../units/instant.ts';
import type { ClusterAccess } from './cluster-access.ts';
import type { ClusterTraits } from './cluster-steps.ts';
import { clusterSteps } from './cluster-steps.ts';
import { GATEWAY_CRDS } from './gateway-crds.ts';
import type { Random } from './random.ts';
import type { StepOptions } from './run-steps.ts';
import { runSteps } from './run-steps.ts';
import { DEFINITIONS, getOf, NODES } from './steps/kinds.ts';
import type { Range } from './steps/pod-times.ts';
import type { Node } from './steps/shapes.ts';

/** What an embedded cluster is made of. */
export type EmbeddedClusterOptions = ClusterTraits &
  Readonly<{
    /** The stored objects, as an API server gives access to them. */
    server: ClusterAccess;
    clock: Clock;
    /** The names of its nodes, which take 110 pods each; node-1 to node-3 otherwise. */
    nodes?: readonly string[];
    /** From a change until a controller acts on it; 50 ms otherwise, as in a cluster at rest. */
    delay?: StepOptions['delay'];
  }>;

/** A running embedded cluster. */
export type EmbeddedCluster = Readonly<{
  /** Ends its controllers; what is stored stays. No timer is left after this returns. */
  stop(): void;
}>;

/** Delays for simulation: each a draw between the bounds. */
export function drawnDelay(random: Random, { from, to }: Range): StepOptions['delay'] {
  return () => milliseconds(Math.round(from + random.next() * (to - from)));
}

/**
 * Gives an API server what makes it a cluster: nodes, the Gateway API's kinds, and the controllers of cluster-steps.ts.
 * What is there already stays as it is, so that a restored state goes on where it was. Throws when the server refuses a
 * node or a kind: then it is no server for this.
 */
export function startEmbeddedCluster({
  server,
  clock,
  nodes = ['node-1', 'node-2', 'node-3'],
  delay = () => milliseconds(50),
  ...traits
}: EmbeddedClusterOptions): EmbeddedCluster {
  for (const definition of GATEWAY_CRDS) provide(server, DEFINITIONS, definition);
  for (const [index, name] of nodes.entries()) addNode(server, clock, name, `10.0.0.${index + 1}`);
  return runSteps(server, clock, clusterSteps(traits), { delay });
}

function provide(server: ClusterAccess, resource: Resource, object: KubeObject): void {
  const { name } = object.metadata;
  if (server.view.get(resource, undefined, name) !== undefined) return;
  if (!server.write({ kind: 'Create', resource, object }))
    throw new Error(`the server refuses ${resource.kind} ${name}`);
}

function addNode(server: ClusterAccess, clock: Clock, name: string, address: string): void {
  if (getOf(server.view, NODES, undefined, name) !== undefined) return;
  provide(server, NODES, {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: { 'kubernetes.io/hostname': name } },
  });
  const node = getOf(server.view, NODES, undefined, name);
  const capacity = { cpu: '8', memory: '32Gi', pods: '110' };
  const at = formatInstant(clock.now());
  const ready = {
    type: 'Ready',
    status: 'True',
    reason: 'KubeletReady',
    message: 'kubelet is posting ready status',
    lastHeartbeatTime: at,
    lastTransitionTime: at,
  } as const;
  const status = { addresses: [{ type: 'InternalIP', address }], capacity, allocatable: capacity, conditions: [ready] };
  const object: Node | undefined = node === undefined ? undefined : { ...node, status };
  const stored =
    object !== undefined && server.write({ kind: 'Replace', resource: NODES, object, subresource: 'status' });
  if (!stored) throw new Error(`the server refuses the status of Node ${name}`);
}
