import type { KubeObject } from '../kube/resource.ts';
import { ageOf, count, humanDuration, nameAndAge, text } from './columns/cells.ts';
import { POD_COLUMNS } from './columns/pods.ts';
import { at, mapsAt, numberAt, orNone, templateColumns, textAt } from './columns/read-cells.ts';
import type { Column } from './kind.ts';
import type { JsonMap } from './schema.ts';
import { isMap } from './schema.ts';
import { elapsed, parseInstant } from '../units/instant.ts';

const sizeOf = (object: KubeObject, ...members: readonly string[]): number =>
  members.reduce((sum, member) => sum + Object.keys((at(object, member) as object | undefined) ?? {}).length, 0);

const SERVICES: readonly Column[] = [
  text('Type', (service) => textAt(service, 'spec', 'type')),
  text('Cluster-IP', (service) => orNone(textAt(service, 'spec', 'clusterIP'))),
  text('External-IP', externalAddress),
  text('Port(s)', (service) => orNone(mapsAt(service, 'spec', 'ports').map(portText).join(','))),
  text('Selector', (service) => orNone(pairs(at(service, 'spec', 'selector'))), 1),
];

function externalAddress(service: KubeObject): string {
  const type = textAt(service, 'spec', 'type');
  if (type === 'ExternalName') return textAt(service, 'spec', 'externalName');
  const given = (at(service, 'spec', 'externalIPs') as readonly string[] | undefined) ?? [];
  const balanced = mapsAt(service, 'status', 'loadBalancer', 'ingress').map(
    (one) => textAt(one, 'ip') || textAt(one, 'hostname'),
  );
  const all = [...balanced, ...given].join(',');
  return all === '' && type === 'LoadBalancer' ? '<pending>' : orNone(all);
}

function portText(port: JsonMap): string {
  const open = port['nodePort'] === undefined ? '' : `:${numberAt(port, 'nodePort')}`;
  return `${numberAt(port, 'port')}${open}/${textAt(port, 'protocol')}`;
}

function pairs(map: unknown): string {
  const entries = Object.entries(isMap(map) ? map : {});
  return entries
    .map(([key, value]) => `${key}=${value as string}`)
    .sort()
    .join(',');
}

const JOBS: readonly Column[] = [
  text('Status', (job) => {
    const done = mapsAt(job, 'status', 'conditions').filter(({ status }) => status === 'True');
    const named = done.find(({ type }) => type === 'Complete' || type === 'Failed' || type === 'Suspended');
    return named === undefined ? 'Running' : textAt(named, 'type');
  }),
  text(
    'Completions',
    (job) =>
      `${numberAt(job, 'status', 'succeeded')}/${at(job, 'spec', 'completions') === undefined ? 1 : numberAt(job, 'spec', 'completions')}`,
  ),
  {
    name: 'Duration',
    type: 'string',
    cell: (job, now) => {
      const began = parseInstant(textAt(job, 'status', 'startTime'));
      if (began === undefined) return '';
      return humanDuration(elapsed(began, parseInstant(textAt(job, 'status', 'completionTime')) ?? now));
    },
  },
  ...templateColumns(true),
];

const NODES: readonly Column[] = [
  text('Status', (node) => {
    const ready = mapsAt(node, 'status', 'conditions').find(({ type }) => type === 'Ready');
    const word = ready === undefined ? 'Unknown' : ready['status'] === 'True' ? 'Ready' : 'NotReady';
    return at(node, 'spec', 'unschedulable') === true ? `${word},SchedulingDisabled` : word;
  }),
  text('Roles', (node) => {
    const prefix = 'node-role.kubernetes.io/';
    const roles = Object.keys(node.metadata.labels ?? {}).filter((key) => key.startsWith(prefix));
    return orNone(
      roles
        .map((key) => key.slice(prefix.length))
        .sort()
        .join(','),
    );
  }),
  text('Version', (node) => textAt(node, 'status', 'nodeInfo', 'kubeletVersion')),
  text(
    'Internal-IP',
    (node) =>
      orNone(
        textAt(
          mapsAt(node, 'status', 'addresses').find(({ type }) => type === 'InternalIP'),
          'address',
        ),
      ),
    1,
  ),
];

const EVENTS: readonly Column[] = [
  { name: 'Last Seen', type: 'string', cell: (event, now) => ageOf(lastSeen(event), now) },
  text('Type', (event) => textAt(event, 'type')),
  text('Reason', (event) => textAt(event, 'reason')),
  text('Object', (event) => `${textAt(regarding(event), 'kind').toLowerCase()}/${textAt(regarding(event), 'name')}`),
  text('Subobject', (event) => textAt(regarding(event), 'fieldPath'), 1),
  text(
    'Source',
    (event) => [reporter(event), textAt(event, 'reportingInstance')].filter((one) => one !== '').join(', '),
    1,
  ),
  text('Message', (event) => (textAt(event, 'message') || textAt(event, 'note')).trim()),
  {
    name: 'First Seen',
    type: 'string',
    priority: 1,
    cell: (event, now) => ageOf(textAt(event, 'firstTimestamp') || textAt(event, 'eventTime'), now),
  },
  text('Count', (event) => numberAt(event, 'series', 'count') || numberAt(event, 'count') || 1, 1),
  { name: 'Name', type: 'string', format: 'name', priority: 1, cell: ({ metadata }) => metadata.name },
];

function regarding(event: KubeObject): unknown {
  return at(event, 'involvedObject') ?? at(event, 'regarding');
}

function reporter(event: KubeObject): string {
  return (
    textAt(event, 'reportingComponent') || textAt(event, 'reportingController') || textAt(event, 'source', 'component')
  );
}

function lastSeen(event: KubeObject): string {
  const series = textAt(event, 'series', 'lastObservedTime');
  return (
    series || textAt(event, 'lastTimestamp') || textAt(event, 'deprecatedLastTimestamp') || textAt(event, 'eventTime')
  );
}

const WORKLOAD_READY = text(
  'Ready',
  (object) => `${numberAt(object, 'status', 'readyReplicas')}/${numberAt(object, 'spec', 'replicas')}`,
);
const CREATED: readonly Column[] = [
  { name: 'Name', type: 'string', format: 'name', cell: ({ metadata }) => metadata.name },
  { name: 'Created At', type: 'date', cell: ({ metadata }) => metadata.creationTimestamp ?? null },
];
const ROLE = text('Role', (binding) => `${textAt(binding, 'roleRef', 'kind')}/${textAt(binding, 'roleRef', 'name')}`);

const COLUMNS: Readonly<Record<string, readonly Column[]>> = {
  pods: nameAndAge(POD_COLUMNS),
  configmaps: nameAndAge([text('Data', (object) => sizeOf(object, 'data', 'binaryData'))]),
  secrets: nameAndAge([
    text('Type', (object) => textAt(object, 'type')),
    text('Data', (object) => sizeOf(object, 'data')),
  ]),
  endpoints: nameAndAge([
    text('Endpoints', (object) =>
      orNone(
        mapsAt(object, 'subsets')
          .flatMap((one) => mapsAt(one, 'addresses').map((address) => textAt(address, 'ip')))
          .join(','),
      ),
    ),
  ]),
  events: EVENTS,
  namespaces: nameAndAge([text('Status', (object) => textAt(object, 'status', 'phase'))]),
  nodes: nameAndAge(NODES),
  services: nameAndAge(SERVICES),
  deployments: nameAndAge([
    WORKLOAD_READY,
    text('Up-to-date', (object) => numberAt(object, 'status', 'updatedReplicas')),
    text('Available', (object) => numberAt(object, 'status', 'availableReplicas')),
    ...templateColumns(true),
  ]),
  replicasets: nameAndAge([
    count('Desired', (object) => numberAt(object, 'spec', 'replicas')),
    count('Current', (object) => numberAt(object, 'status', 'replicas')),
    count('Ready', (object) => numberAt(object, 'status', 'readyReplicas')),
    ...templateColumns(true),
  ]),
  statefulsets: nameAndAge([WORKLOAD_READY, ...templateColumns(false)]),
  horizontalpodautoscalers: nameAndAge([
    text(
      'Reference',
      (object) =>
        `${textAt(object, 'spec', 'scaleTargetRef', 'kind')}/${textAt(object, 'spec', 'scaleTargetRef', 'name')}`,
    ),
    text('Targets', autoscalerTargets),
    text('MinPods', (object) => String(numberAt(object, 'spec', 'minReplicas'))),
    text('MaxPods', (object) => numberAt(object, 'spec', 'maxReplicas')),
    text('Replicas', (object) => numberAt(object, 'status', 'currentReplicas')),
  ]),
  jobs: nameAndAge(JOBS),
  leases: nameAndAge([text('Holder', (object) => textAt(object, 'spec', 'holderIdentity'))]),
  endpointslices: nameAndAge([
    text('AddressType', (object) => textAt(object, 'addressType')),
    text(
      'Ports',
      (object) =>
        mapsAt(object, 'ports')
          .map((port) => textAt(port, 'port'))
          .join(',') || '<unset>',
    ),
    text(
      'Endpoints',
      (object) =>
        mapsAt(object, 'endpoints')
          .map((one) => ((one['addresses'] as readonly string[] | undefined) ?? []).join(','))
          .join(',') || '<unset>',
    ),
  ]),
  ingresses: nameAndAge([
    text('Class', (object) => orNone(textAt(object, 'spec', 'ingressClassName'))),
    text(
      'Hosts',
      (object) =>
        mapsAt(object, 'spec', 'rules')
          .map((rule) => textAt(rule, 'host'))
          .filter((host) => host !== '')
          .join(',') || '*',
    ),
    text('Address', () => ''),
    text('Ports', (object) => (mapsAt(object, 'spec', 'tls').length > 0 ? '80, 443' : '80')),
  ]),
  poddisruptionbudgets: nameAndAge([
    text('Min Available', (object) => textAt(object, 'spec', 'minAvailable') || 'N/A'),
    text('Max Unavailable', (object) => textAt(object, 'spec', 'maxUnavailable') || 'N/A'),
    count('Allowed Disruptions', (object) => numberAt(object, 'status', 'disruptionsAllowed')),
  ]),
  clusterroles: CREATED,
  roles: CREATED,
  customresourcedefinitions: CREATED,
  clusterrolebindings: nameAndAge([ROLE]),
  rolebindings: nameAndAge([ROLE]),
};

function autoscalerTargets(object: KubeObject): string {
  const current = mapsAt(object, 'status', 'currentMetrics');
  const targets = mapsAt(object, 'spec', 'metrics').map((metric, index) => {
    const wanted = numberAt(metric, 'resource', 'target', 'averageUtilization');
    const now = at(current[index], 'resource', 'current', 'averageUtilization');
    return `${textAt(metric, 'resource', 'name')}: ${typeof now === 'number' ? `${now}%` : '<unknown>'}/${wanted}%`;
  });
  return orNone(targets.join(', '));
}

/** The columns of a built-in kind. Source: pkg/printers/internalversion. */
export function columnsOf(plural: string): readonly Column[] {
  return COLUMNS[plural] ?? nameAndAge([]);
}
