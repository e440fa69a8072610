import type { KubeObject } from '../../kube/resource.ts';
import type { FieldProblem } from '../refusal.ts';
import { invalidValue, required } from '../refusal.ts';
import type { JsonMap } from '../schema.ts';
import { isMap, withMember } from '../schema.ts';
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
  if (spec['metrics'] !== undefined) return object;
  const target = { type: 'Utilization', averageUtilization: 80 };
  return withSpec(object, { ...spec, metrics: [{ type: 'Resource', resource: { name: 'cpu', target } }] });
}

/** What is wrong with an autoscaler's bounds. */
export function autoscalerProblems(object: KubeObject): readonly FieldProblem[] {
  const { minReplicas, maxReplicas } = specOf(object);
  const least = Number(minReplicas);
  const most = Number(maxReplicas ?? 0);
  return [
    ...(least < 1 ? [invalidValue('spec.minReplicas', least, 'must be greater than or equal to 1')] : []),
    ...(most < 1 ? [invalidValue('spec.maxReplicas', most, 'must be greater than 0')] : []),
    ...(most >= 1 && most < least
      ? [invalidValue('spec.maxReplicas', most, 'must be greater than or equal to `minReplicas`')]
      : []),
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

/** What is wrong with an EndpointSlice. */
export function endpointSliceProblems(object: KubeObject): readonly FieldProblem[] {
  const { addressType, endpoints } = object as { addressType?: unknown; endpoints?: unknown };
  const list = Array.isArray(endpoints) ? (endpoints as readonly JsonMap[]) : [];
  const type = addressType === undefined || addressType === '' ? [required('addressType')] : [];
  const empty = list.flatMap(({ addresses }, index) =>
    Array.isArray(addresses) && addresses.length > 0
      ? []
      : [required(`endpoints[${index}].addresses`, 'must contain at least 1 item')],
  );
  return [...type, ...empty];
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
