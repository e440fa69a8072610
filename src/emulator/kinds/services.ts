import type { KubeObject } from '../../kube/resource.ts';
import type { Part, Surroundings } from '../kind.ts';
import type { FieldProblem } from '../refusal.ts';
import { duplicate, forbiddenField, invalidValue, required, unsupported } from '../refusal.ts';
import type { JsonMap } from '../schema.ts';
import { labelProblems } from '../metadata.ts';
import { portNameProblems } from '../names.ts';
import { isMap, sameValue } from '../schema.ts';
import { specOf, withSpec } from './workloads.ts';

const THREE_HOURS = 10_800;
const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];

/** Fills in a Service. Source: apis/core/v1/defaults.go. */
export function completeService(object: KubeObject): KubeObject {
  const given = specOf(object);
  const type = given['type'] ?? 'ClusterIP';
  const ports = portsOf(given);
  const whole: Record<string, unknown> = {
    ...given,
    ...(ports.length > 0 ? { ports } : {}),
    type,
    sessionAffinity: given['sessionAffinity'] ?? 'None',
  };
  if (whole['sessionAffinity'] === 'ClientIP')
    whole['sessionAffinityConfig'] ??= { clientIP: { timeoutSeconds: THREE_HOURS } };
  if (type !== 'ExternalName') whole['internalTrafficPolicy'] ??= 'Cluster';
  if (type === 'NodePort' || type === 'LoadBalancer') whole['externalTrafficPolicy'] ??= 'Cluster';
  if (type === 'LoadBalancer') whole['allocateLoadBalancerNodePorts'] ??= true;
  return sameValue(whole, given) ? object : withSpec(object, whole);
}

/** Gives a Service an address of 10.96.0.0/16 that no other has, and ports of the node where its type has them. */
export function placeService(object: KubeObject, before: KubeObject | undefined, around: Surroundings): KubeObject {
  const given = specOf(object);
  const old = before === undefined ? {} : specOf(before);
  if (given['type'] === 'ExternalName') return object;
  const clusterIP = given['clusterIP'] ?? old['clusterIP'] ?? freeAddress(around);
  const whole: Record<string, unknown> = {
    ...given,
    clusterIP,
    clusterIPs: given['clusterIPs'] ?? [clusterIP],
    ipFamilies: given['ipFamilies'] ?? ['IPv4'],
    ipFamilyPolicy: given['ipFamilyPolicy'] ?? 'SingleStack',
  };
  if (given['type'] !== 'ClusterIP') {
    const before = listOf(old['ports']);
    whole['ports'] = listOf(given['ports']).map((port, index) => ({
      ...port,
      nodePort: port['nodePort'] ?? before[index]?.['nodePort'] ?? 30_000 + Math.floor(around.random() * 2768),
    }));
  }
  return sameValue(whole, given) ? object : withSpec(object, whole);
}

function listOf(value: unknown): readonly JsonMap[] {
  return Array.isArray(value) ? (value as JsonMap[]) : [];
}

function portsOf(given: JsonMap): readonly JsonMap[] {
  return listOf(given['ports']).map((port) => ({
    ...port,
    protocol: port['protocol'] ?? 'TCP',
    targetPort: port['targetPort'] === undefined || port['targetPort'] === 0 ? port['port'] : port['targetPort'],
  }));
}

function freeAddress({ state, random }: Surroundings): string {
  const taken = new Set(state.list('/services').map((service) => specOf(service)['clusterIP']));
  for (;;) {
    const number = 1 + Math.floor(random() * 65_534);
    const address = `10.96.${number >>> 8}.${number & 255}`;
    if (!taken.has(address) && address !== API_ADDRESS) return address;
  }
}

/** What is wrong with a Service. */
export function serviceProblems(
  object: KubeObject,
  before: KubeObject | undefined,
  _part: Part,
  around: Surroundings,
): readonly FieldProblem[] {
  const spec = specOf(object);
  const problems: FieldProblem[] = [];
  const ports = Array.isArray(spec['ports']) ? (spec['ports'] as JsonMap[]) : [];
  const headless = spec['clusterIP'] === 'None';
  if (ports.length === 0 && !headless && spec['type'] !== 'ExternalName') problems.push(required('spec.ports'));
  const names = new Set<unknown>();
  ports.forEach((port, index) => {
    const at = `spec.ports[${index}]`;
    const { name, port: number } = port;
    if ((name === undefined || name === '') && ports.length > 1) problems.push(required(`${at}.name`));
    else if (names.has(name)) problems.push(duplicate(`${at}.name`, name));
    names.add(name);
    if (isNoPort(number)) problems.push(invalidValue(`${at}.port`, number ?? 0, PORT_TEXT));
    problems.push(...targetProblems(port['targetPort'], `${at}.targetPort`));
  });
  problems.push(...samePortProblems(ports), ...labelProblems(selectorOf(spec), 'spec.selector'));
  if (!AFFINITIES.includes(String(spec['sessionAffinity']))) {
    problems.push(unsupported('spec.sessionAffinity', spec['sessionAffinity'], AFFINITIES));
  }
  if (!TYPES.includes(String(spec['type']))) problems.push(unsupported('spec.type', spec['type'], TYPES));
  const old = before === undefined ? {} : specOf(before);
  if (
    isMap(old) &&
    old['clusterIP'] !== undefined &&
    old['clusterIP'] !== spec['clusterIP'] &&
    spec['type'] !== 'ExternalName' &&
    old['type'] !== 'ExternalName'
  ) {
    problems.push(invalidValue('spec.clusterIPs[0]', [spec['clusterIP']], 'may not change once set'));
  }
  problems.push(...nodePortProblems(ports, spec['type']), ...addressProblems(spec));
  if (spec['type'] === 'ExternalName' && (spec['externalName'] ?? '') === '') {
    problems.push(required('spec.externalName'));
  }
  // Addresses are given out when everything else is right.
  return problems.length > 0 || before !== undefined ? problems : allocationProblems(object, around);
}

const PORT_TEXT = 'must be between 1 and 65535, inclusive';
const AFFINITIES = ['ClientIP', 'None'];

function isNoPort(port: unknown): boolean {
  return typeof port !== 'number' || port < 1 || port > 65_535;
}

function selectorOf(spec: JsonMap): Readonly<Record<string, string>> {
  return isMap(spec['selector']) ? (spec['selector'] as Record<string, string>) : {};
}

function targetProblems(target: unknown, path: string): readonly FieldProblem[] {
  if (typeof target === 'string') return portNameProblems(target).map((one) => invalidValue(path, target, one));
  return target !== undefined && isNoPort(target) ? [invalidValue(path, target, PORT_TEXT)] : [];
}

/** Two ports of one number and protocol; told in the words of the server's own type. */
function samePortProblems(ports: readonly JsonMap[]): readonly FieldProblem[] {
  const keys = ports.map(({ port, protocol }) => `${String(port)}/${String(protocol)}`);
  return keys.flatMap((key, index) => {
    if (keys.indexOf(key) === index) return [];
    const { protocol: Protocol, port: Port } = ports[index] ?? {};
    const value = { Name: '', Protocol, AppProtocol: null, Port, TargetPort: 0, NodePort: 0 };
    return [duplicate(`spec.ports[${index}]`, value)];
  });
}

/** An address is none, or four numbers: no other family is served. */
function addressProblems(spec: JsonMap): readonly FieldProblem[] {
  const { clusterIP } = spec;
  if (typeof clusterIP !== 'string' || clusterIP === 'None' || clusterIP === '') return [];
  const parts = clusterIP.split('.');
  if (parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)) return [];
  const detail = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';
  return [invalidValue('spec.clusterIPs[0]', clusterIP, detail)];
}

function nodePortProblems(ports: readonly JsonMap[], type: unknown): readonly FieldProblem[] {
  return ports.flatMap(({ nodePort }, index) => {
    if (typeof nodePort !== 'number' || nodePort === 0) return [];
    const path = `spec.ports[${index}].nodePort`;
    if (type === 'ClusterIP') return [forbiddenField(path, "may not be used when `type` is 'ClusterIP'")];
    const detail = 'provided port is not in the valid range. The range of valid ports is 30000-32767';
    return nodePort < 30_000 || nodePort > 32_767 ? [invalidValue(path, nodePort, detail)] : [];
  });
}

/** The first address of the range belongs to the API server itself. */
const API_ADDRESS = '10.96.0.1';

function allocationProblems(object: KubeObject, { state }: Surroundings): readonly FieldProblem[] {
  const { clusterIP } = specOf(object);
  if (typeof clusterIP !== 'string' || clusterIP === 'None' || clusterIP === '') return [];
  const { name, namespace } = object.metadata;
  const owner = state.list('/services').find((one) => specOf(one)['clusterIP'] === clusterIP);
  const isTaken = owner !== undefined && (owner.metadata.name !== name || owner.metadata.namespace !== namespace);
  const why = !clusterIP.startsWith('10.96.')
    ? 'the provided network does not match the current range'
    : clusterIP === API_ADDRESS || isTaken
      ? 'provided IP is already allocated'
      : undefined;
  if (why === undefined) return [];
  return [invalidValue('spec.clusterIPs', [clusterIP], `failed to allocate IP ${clusterIP}: ${why}`)];
}
