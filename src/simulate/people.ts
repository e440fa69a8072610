import type { ApiServer } from '../emulator/api-server.ts';
import type { EmulatorResponse } from '../emulator/request.ts';
import { PODS, REPLICA_SETS, listOf } from '../emulator/steps/kinds.ts';
import type { ReplicaSet } from '../emulator/steps/shapes.ts';
import { isReady } from '../emulator/steps/pod-facts.ts';
import { controllerUidOf } from '../kube/resource.ts';
import type { KubeObject } from '../kube/resource.ts';
import { PLACE, podTemplate, stepsOf } from './manifests.ts';
import type { Disaster, Happening } from './world-plan.ts';

const { namespace, name } = PLACE;
const ROLLOUT = `/apis/sluice.dev/v1alpha1/namespaces/${namespace}/rollouts/${name}`;
const ROUTE = `/apis/gateway.networking.k8s.io/v1/namespaces/${namespace}/httproutes/${name}`;

/** Creates an object as a person with all rights would; throws when the server refuses it. */
export function create(server: ApiServer, object: KubeObject): void {
  const { apiVersion = '', kind = '', metadata } = object;
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const place = metadata.namespace === undefined ? '' : `/namespaces/${metadata.namespace}`;
  const answer = server.handle({ method: 'POST', path: `${root}${place}/${kind.toLowerCase()}s`, body: object });
  if (answer.status >= 300) throw new Error(`${kind} ${metadata.name}: ${JSON.stringify(answer.body)}`);
}

/** What people and the cluster do, of all that happens: our process is another's affair. */
export type Deed = Exclude<
  Happening,
  { kind: Disaster['kind'] | 'Crash' | 'Stall' | 'Restart' | 'Standby' | 'Prometheus' }
>;

/** True for what people and the cluster do. */
export function isDeed(happening: Happening): happening is Deed {
  return !/^(Crash|Stall|Restart|Standby|Prometheus)$/.test(happening.kind);
}

/** Carries out what a person, or chance, does to the cluster; answers in words what came of it. */
export function act(server: ApiServer, deed: Deed): string {
  const patch = (path: string, body: unknown): EmulatorResponse =>
    server.handle({ method: 'PATCH', path, body, contentType: 'application/merge-patch+json', userAgent: 'person' });
  const spec = (change: object): string => said(patch(ROLLOUT, { spec: change }));
  const status = (change: object): string => said(patch(`${ROLLOUT}/status`, { status: change }));
  switch (deed.kind) {
    case 'Apply':
      return spec({ template: podTemplate(deed.version) });
    case 'Scale':
      return spec({ replicas: deed.replicas });
    case 'EditSteps':
      return spec({ strategy: { canary: { steps: stepsOf(deed.steps) } } });
    case 'Pause':
      return spec({ paused: deed.paused });
    case 'Promote':
      return status({ pauseConditions: null });
    case 'PromoteFull':
      return status({ promoteFull: true });
    case 'Abort':
      return status({ abort: true });
    case 'Retry':
      return status({ abort: false });
    case 'EditWeight':
      return editWeight(server, deed.canary);
    case 'ScaleReplicaSet':
      return scaleReplicaSet(server, deed.which, deed.replicas);
    case 'KillPods':
      return killPods(server, deed.which, deed.count);
  }
}

function said({ status, body }: EmulatorResponse): string {
  const { message = '' } = body as Readonly<{ message?: string }>;
  return status < 300 ? 'done' : `refused: ${message}`;
}

/** Changes the weights of the route by hand; answers what came of it. */
export function editWeight(server: ApiServer, canary: number): string {
  const { body, status } = server.handle({ method: 'GET', path: ROUTE });
  const { spec } = body as Readonly<{
    spec?: Readonly<{ rules: readonly Readonly<{ backendRefs: readonly unknown[] }>[] }>;
  }>;
  if (status !== 200 || (spec?.rules[0]?.backendRefs.length ?? 0) < 2) return 'there are no weights';
  const operations = [100 - canary, canary].map((value, index) => ({
    op: 'replace',
    path: `/spec/rules/0/backendRefs/${index}/weight`,
    value,
  }));
  return said(
    server.handle({ method: 'PATCH', path: ROUTE, body: operations, contentType: 'application/json-patch+json' }),
  );
}

/** The ReplicaSets of the world, oldest first. */
function inOrder(server: ApiServer): readonly ReplicaSet[] {
  const made = ({ metadata }: ReplicaSet): string => `${metadata.creationTimestamp ?? ''}/${metadata.name}`;
  return listOf(server.view, REPLICA_SETS, namespace).toSorted((a, b) => (made(a) < made(b) ? -1 : 1));
}

function scaleReplicaSet(server: ApiServer, which: number, replicas: number): string {
  const found = inOrder(server)[which];
  if (found === undefined) return 'there is none';
  const path = `/apis/apps/v1/namespaces/${namespace}/replicasets/${found.metadata.name}`;
  const answer = server.handle({
    method: 'PATCH',
    path,
    body: { spec: { replicas } },
    contentType: 'application/merge-patch+json',
  });
  return `${found.metadata.name}: ${said(answer)}`;
}

/** Ready pods of one ReplicaSet end without warning, as with their node. */
function killPods(server: ApiServer, which: number, count: number): string {
  const found = inOrder(server)[which];
  const pods = listOf(server.view, PODS, namespace)
    .filter((pod) => isReady(pod) && controllerUidOf(pod) === found?.metadata.uid)
    .slice(0, count);
  for (const { metadata } of pods) {
    server.write({
      kind: 'Delete',
      resource: PODS,
      namespace,
      name: metadata.name,
      uid: metadata.uid ?? '',
      graceSeconds: 0,
    });
  }
  return `${pods.length} pods of ${found?.metadata.name ?? 'none'}`;
}
