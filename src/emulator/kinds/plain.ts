import type { KubeObject } from '../../kube/resource.ts';
import type { FieldProblem } from '../refusal.ts';
import { duplicate, forbiddenField, invalidValue, required, unsupported } from '../refusal.ts';
import type { JsonMap } from '../schema.ts';
import { isMap, sameValue, withMember } from '../schema.ts';
import { specOf, withSpec } from './workloads.ts';

/** A namespace bears its name as a label. */
export function labelNamespace(object: KubeObject): KubeObject {
  const { name, labels } = object.metadata;
  const key = 'kubernetes.io/metadata.name';
  if (labels?.[key] === name || name === undefined) return object;
  return { ...object, metadata: { ...object.metadata, labels: { ...labels, [key]: name } } };
}

/** A new namespace is kept by a finalizer of its own until it is empty. */
export function holdNamespace(object: KubeObject, before: KubeObject | undefined): KubeObject {
  const spec = specOf(object);
  return before === undefined ? withSpec(object, { ...spec, finalizers: ['kubernetes'] }) : object;
}

/** stringData becomes data, in base64. */
export function completeSecret(object: KubeObject): KubeObject {
  const { stringData, data } = object as { stringData?: unknown; data?: unknown };
  if (!isMap(stringData)) return object;
  const encoded = Object.entries(stringData).map(([key, value]) => [
    key,
    Buffer.from(String(value)).toString('base64'),
  ]);
  const all = { ...(isMap(data) ? data : {}), ...(Object.fromEntries(encoded) as JsonMap) };
  return withMember(withMember(object, 'stringData', undefined), 'data', all);
}

/** Without metrics an autoscaler looks at 80 % of the requested CPU. Source: apis/autoscaling/v2/defaults.go. */
export function completeAutoscaler(object: KubeObject): KubeObject {
  const spec = specOf(object);
  const target = { type: 'Utilization', averageUtilization: 80 };
  const metrics = spec['metrics'] ?? [{ type: 'Resource', resource: { name: 'cpu', target } }];
  const { behavior } = spec;
  const whole = { ...spec, metrics, ...(isMap(behavior) ? { behavior: wholeBehaviour(behavior) } : {}) };
  return sameValue(whole, spec) ? object : withSpec(object, whole);
}

const PERCENT = { type: 'Percent', value: 100, periodSeconds: 15 };
const SCALE_UP = {
  stabilizationWindowSeconds: 0,
  selectPolicy: 'Max',
  policies: [{ type: 'Pods', value: 4, periodSeconds: 15 }, PERCENT],
};
const SCALE_DOWN = { selectPolicy: 'Max', policies: [PERCENT] };

/** A behaviour that is given in part gets the rest from the ordinary one. */
function wholeBehaviour(behavior: JsonMap): JsonMap {
  const of = (key: string): JsonMap => (isMap(behavior[key]) ? behavior[key] : {});
  return { scaleUp: { ...SCALE_UP, ...of('scaleUp') }, scaleDown: { ...SCALE_DOWN, ...of('scaleDown') } };
}

/** What is wrong with an autoscaler's bounds. */
export function autoscalerProblems(object: KubeObject): readonly FieldProblem[] {
  const { minReplicas, maxReplicas, scaleTargetRef } = specOf(object);
  const version = isMap(scaleTargetRef) ? (scaleTargetRef['apiVersion'] ?? '') : '';
  const least = Number(minReplicas);
  const most = Number(maxReplicas ?? 0);
  const target: JsonMap = isMap(scaleTargetRef) ? scaleTargetRef : {};
  const isUnnamed = (key: string): boolean => target[key] === undefined || target[key] === '';
  return [
    ...(least < 1 ? [invalidValue('spec.minReplicas', least, 'must be greater than or equal to 1')] : []),
    ...(most < 1 ? [required('spec.maxReplicas', 'must be set and greater than 0')] : []),
    ...(most < least ? [invalidValue('spec.maxReplicas', most, 'must be greater than or equal to `minReplicas`')] : []),
    ...(typeof version === 'string' && !version.includes('/')
      ? [invalidValue('spec.scaleTargetRef.apiVersion', version, 'apiVersion must specify API group')]
      : []),
    ...['kind', 'name'].filter(isUnnamed).map((key) => required(`spec.scaleTargetRef.${key}`)),
    ...metricProblems(specOf(object)['metrics'], least),
  ];
}

const SOURCES: Readonly<Record<string, string>> = {
  ContainerResource: 'containerResource',
  External: 'external',
  Object: 'object',
  Pods: 'pods',
  Resource: 'resource',
};

function metricProblems(metrics: unknown, least: number): readonly FieldProblem[] {
  const list = Array.isArray(metrics) ? (metrics as readonly JsonMap[]) : [];
  const foreign = list.some(({ type }) => type === 'Object' || type === 'External');
  const toZero = 'must specify at least one Object or External metric to support scaling to zero replicas';
  return [
    ...list.flatMap((metric, index) => {
      const source = typeof metric['type'] === 'string' ? SOURCES[metric['type']] : undefined;
      const path = `spec.metrics[${index}]`;
      if (source === undefined) {
        // Told twice, as the server finds no source of that type either.
        const wrong = unsupported(`${path}.type`, metric['type'] ?? '', Object.keys(SOURCES));
        return [wrong, wrong];
      }
      if (metric[source] !== undefined) return [];
      return [required(`${path}.${source}`, 'must populate information for the given metric source')];
    }),
    ...(least === 0 && !foreign ? [forbiddenField('spec.metrics', toZero)] : []),
  ];
}

/** The ports of an EndpointSlice have a name, if an empty one, and a protocol. */
export function completeEndpointSlice(object: KubeObject): KubeObject {
  const { ports } = object as { ports?: unknown };
  if (!Array.isArray(ports)) return object;
  const list = ports as readonly JsonMap[];
  if (list.every((port) => port['name'] !== undefined && port['protocol'] !== undefined)) return object;
  return withMember(
    object,
    'ports',
    list.map((port) => ({ name: '', protocol: 'TCP', ...port })),
  );
}

const ADDRESS_TYPES = ['FQDN', 'IPv4', 'IPv6'];

/** What is wrong with an EndpointSlice. */
export function endpointSliceProblems(object: KubeObject): readonly FieldProblem[] {
  const { addressType, endpoints, ports } = object as { addressType?: unknown; endpoints?: unknown; ports?: unknown };
  const list = Array.isArray(endpoints) ? (endpoints as readonly JsonMap[]) : [];
  const names = Array.isArray(ports) ? (ports as readonly JsonMap[]).map(({ name }) => name) : [];
  const isNone = addressType === undefined || addressType === '';
  return [
    ...(isNone ? [required('addressType')] : []),
    ...(isNone || ADDRESS_TYPES.some((one) => one === addressType)
      ? []
      : [unsupported('addressType', addressType, ADDRESS_TYPES)]),
    ...list.flatMap(({ addresses }, index) =>
      endpointProblems(addresses, `endpoints[${index}].addresses`, addressType),
    ),
    ...names.flatMap((name, index) => (names.indexOf(name) === index ? [] : [duplicate(`ports[${index}].name`, name)])),
  ];
}

function endpointProblems(addresses: unknown, path: string, type: unknown): readonly FieldProblem[] {
  const list: readonly unknown[] = Array.isArray(addresses) ? addresses : [];
  if (list.length === 0) return [required(path, 'must contain at least 1 address')];
  if (type !== 'IPv4') return [];
  return list.flatMap((one, index) =>
    typeof one === 'string' && /^\d{1,3}(\.\d{1,3}){3}$/.test(one)
      ? []
      : [invalidValue(`${path}[${index}]`, one, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)')],
  );
}

/** What is wrong with a Lease. */
export function leaseProblems(object: KubeObject): readonly FieldProblem[] {
  const { leaseDurationSeconds: length, leaseTransitions: turns } = specOf(object);
  return [
    ...(typeof length === 'number' && length <= 0
      ? [invalidValue('spec.leaseDurationSeconds', length, 'must be greater than 0')]
      : []),
    ...(typeof turns === 'number' && turns < 0
      ? [invalidValue('spec.leaseTransitions', turns, 'must be greater than or equal to 0')]
      : []),
  ];
}

const RBAC_GROUP = 'rbac.authorization.k8s.io';

/** The role and the subjects of a binding belong to a group each. Source: apis/rbac/v1/defaults.go. */
export function completeBinding(object: KubeObject): KubeObject {
  const { roleRef, subjects } = object as { roleRef?: unknown; subjects?: unknown };
  const role = isMap(roleRef) && (roleRef['apiGroup'] ?? '') === '' ? { ...roleRef, apiGroup: RBAC_GROUP } : roleRef;
  const list = Array.isArray(subjects) ? (subjects as readonly JsonMap[]) : undefined;
  const named = list?.map((one) =>
    one['kind'] === 'User' || one['kind'] === 'Group' ? { apiGroup: RBAC_GROUP, ...one } : one,
  );
  const whole = { ...object, roleRef: role, ...(named === undefined ? {} : { subjects: named }) };
  return sameValue(whole, object) ? object : whole;
}
