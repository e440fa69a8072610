import { HASH_LABEL } from '../api/names.ts';
import type { ApiServer } from '../emulator/api-server.ts';
import type { EmulatorResponse } from '../emulator/request.ts';
import { PODS, REPLICA_SETS, SERVICES, listOf } from '../emulator/steps/kinds.ts';
import type { ReplicaSet } from '../emulator/steps/shapes.ts';
import { isReady } from '../emulator/steps/pod-facts.ts';
import { controllerUidOf } from '../kube/resource.ts';
import type { KubeObject } from '../kube/resource.ts';
import { PLACE, podTemplate, stepsOf } from './manifests.ts';
import { isRivals } from './rival.ts';
import { switchStrategy } from './switch-strategy.ts';
import type { Instant } from '../units/instant.ts';
import { formatInstant } from '../units/instant.ts';
import type { Disaster, Happening, RolloutDraw } from './world-plan.ts';

const { namespace, name } = PLACE;
const ROLLOUT = `/apis/sluice.dev/v1alpha1/namespaces/${namespace}/rollouts/${name}`;
const REPLICA_SET_PATH = `/apis/apps/v1/namespaces/${namespace}/replicasets`;
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
export type Deed = Exclude<Happening, { kind: Disaster['kind'] | (typeof OUTSIDE)[number] }>;

/** What becomes of our processes, of the metrics, and of the load. */
const OUTSIDE = ['Crash', 'Stall', 'Restart', 'StopAndKill', 'SetClock', 'Standby', 'Prometheus', 'Load'] as const;

/** True for what people and the cluster do; disasters apart. */
export function isDeed(happening: Exclude<Happening, Disaster>): happening is Deed {
  return !OUTSIDE.some((kind) => kind === happening.kind);
}

/** Carries out what a person, or chance, does to the cluster; answers in words what came of it. */
export function act(server: ApiServer, draw: RolloutDraw, deed: Deed, now: Instant): string {
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
      return spec({ strategy: { canary: { steps: stepsOf(deed.steps, draw.extras?.maxTrafficWeight) } } });
    case 'SwitchStrategy':
      return said(switchStrategy(server, draw, deed.to, (object) => create(server, object)));
    case 'RestartPods':
      return spec({ restartAt: formatInstant(now) });
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
      return editWeight(server, deed.canary, draw.extras?.maxTrafficWeight);
    case 'ScaleReplicaSet':
      return scaleReplicaSet(server, deed.which, deed.replicas);
    case 'KillPods':
      return killPods(server, deed.which, deed.count);
    case 'DeleteReplicaSet':
      return deleteReplicaSet(server, deed.which);
    case 'EditSelector':
      return editSelector(server, deed.service, deed.to);
    case 'EditStatus':
      return status({ phase: 'Rebuilding', message: 'by hand', conditions: [ODD_CONDITION] });
  }
}

/** A condition of a type that only others know; with it in a merge patch all of ours are gone. */
const ODD_CONDITION = { type: 'Approved', status: 'True', reason: 'ByHand', message: 'looks good' };

function said({ status, body }: EmulatorResponse): string {
  const { message = '' } = body as Readonly<{ message?: string }>;
  return status < 300 ? 'done' : `refused: ${message}`;
}

/** Changes the weights of the route by hand, to a share of the second backend in percent; answers what came of it. */
export function editWeight(server: ApiServer, share: number, total = 100): string {
  const canary = Math.round((share * total) / 100);
  const { body, status } = server.handle({ method: 'GET', path: ROUTE });
  const { spec } = body as Readonly<{
    spec?: Readonly<{ rules: readonly Readonly<{ name?: string; backendRefs: readonly unknown[] }>[] }>;
  }>;
  const authored = spec?.rules.findIndex((rule) => rule.name === undefined) ?? -1;
  if (status !== 200 || (spec?.rules[authored]?.backendRefs.length ?? 0) < 2) return 'there are no weights';
  const operations = [total - canary, canary].map((value, index) => ({
    op: 'replace',
    path: `/spec/rules/${authored}/backendRefs/${index}/weight`,
    value,
  }));
  return said(
    server.handle({ method: 'PATCH', path: ROUTE, body: operations, contentType: 'application/json-patch+json' }),
  );
}

/** The ReplicaSets of the world, oldest first. */
export function inOrder(server: ApiServer): readonly ReplicaSet[] {
  const made = ({ metadata }: ReplicaSet): string => `${metadata.creationTimestamp ?? ''}/${metadata.name}`;
  const own = listOf(server.view, REPLICA_SETS, namespace).filter((one) => !isRivals(one));
  return own.toSorted((a, b) => (made(a) < made(b) ? -1 : 1));
}

function scaleReplicaSet(server: ApiServer, which: number, replicas: number): string {
  const found = inOrder(server)[which];
  if (found === undefined) return 'there is none';
  const path = `${REPLICA_SET_PATH}/${found.metadata.name}`;
  const answer = server.handle({
    method: 'PATCH',
    path,
    body: { spec: { replicas } },
    contentType: 'application/merge-patch+json',
  });
  return `${found.metadata.name}: ${said(answer)}`;
}

function deleteReplicaSet(server: ApiServer, which: number): string {
  const found = inOrder(server)[which];
  if (found === undefined) return 'there is none';
  const path = `${REPLICA_SET_PATH}/${found.metadata.name}`;
  const body = { propagationPolicy: 'Background' };
  return `${found.metadata.name}: ${said(server.handle({ method: 'DELETE', path, body }))}`;
}

/** Lets a Service select pods of every version, or of one. */
function editSelector(server: ApiServer, which: number, to: 'Every' | number): string {
  const services = listOf(server.view, SERVICES, namespace);
  const service = services[which % Math.max(1, services.length)];
  const hash = to === 'Every' ? null : inOrder(server)[to]?.metadata.labels?.[HASH_LABEL];
  if (service === undefined || hash === undefined) return 'there is none';
  const path = `/api/v1/namespaces/${namespace}/services/${service.metadata.name}`;
  const body = { spec: { selector: { [HASH_LABEL]: hash } } };
  const contentType = 'application/merge-patch+json';
  return `${service.metadata.name} to ${hash}: ${said(server.handle({ method: 'PATCH', path, body, contentType }))}`;
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
