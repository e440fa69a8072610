import { nanosOf } from './quantity.ts';
import type { FieldProblem } from './refusal.ts';
import { duplicate, forbiddenField, invalidValue, required } from './refusal.ts';
import type { JsonMap } from './schema.ts';
import { isMap } from './schema.ts';

const WAYS = ['exec', 'httpGet', 'tcpSocket', 'grpc'] as const;
const NUMBERS = ['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold'];

/** What is wrong with the probes of a container at a path. Source: apis/core/validation, validateProbe. */
export function probeProblems(container: JsonMap, path: string): readonly FieldProblem[] {
  return ['livenessProbe', 'readinessProbe', 'startupProbe'].flatMap((key) => {
    const probe = container[key];
    return isMap(probe) ? oneProbe(probe, `${path}.${key}`, key !== 'readinessProbe') : [];
  });
}

function oneProbe(probe: JsonMap, path: string, succeedsOnce: boolean): readonly FieldProblem[] {
  const [first, ...more] = WAYS.filter((way) => probe[way] !== undefined);
  const port = isMap(probe['httpGet']) ? probe['httpGet']['port'] : undefined;
  return [
    ...(first === undefined ? [required(path, 'must specify a handler type')] : []),
    ...more.map((way) => forbiddenField(`${path}.${way}`, 'may not specify more than 1 handler type')),
    ...(typeof port === 'number' && (port < 1 || port > 65_535)
      ? [invalidValue(`${path}.httpGet.port`, port, 'must be between 1 and 65535, inclusive')]
      : []),
    ...NUMBERS.flatMap((key) => {
      const value = probe[key];
      return typeof value === 'number' && value < 0
        ? [invalidValue(`${path}.${key}`, value, 'must be greater than or equal to 0')]
        : [];
    }),
    ...(succeedsOnce && probe['successThreshold'] !== undefined && probe['successThreshold'] !== 1
      ? [invalidValue(`${path}.successThreshold`, probe['successThreshold'], 'must be 1')]
      : []),
  ];
}

/** What is wrong with the resources of a container: what it asks for must lie within what it may have. */
export function resourceProblems(container: JsonMap, path: string): readonly FieldProblem[] {
  const resources = isMap(container['resources']) ? container['resources'] : {};
  const limits = isMap(resources['limits']) ? resources['limits'] : {};
  const requests = isMap(resources['requests']) ? resources['requests'] : {};
  return [
    ...negativeProblems(limits, `${path}.resources.limits`),
    ...negativeProblems(requests, `${path}.resources.requests`),
    ...Object.entries(requests).flatMap(([key, value]) => {
      const asked = nanosOf(String(value));
      const limit = limits[key];
      const most = typeof limit === 'string' ? nanosOf(limit) : undefined;
      if (asked === undefined || most === undefined || asked <= most) return [];
      const detail = `must be less than or equal to ${key} limit of ${String(limit)}`;
      return [invalidValue(`${path}.resources.requests`, value, detail)];
    }),
  ];
}

function negativeProblems(amounts: JsonMap, path: string): readonly FieldProblem[] {
  return Object.entries(amounts).flatMap(([key, value]) =>
    (nanosOf(String(value)) ?? 0n) < 0n
      ? [invalidValue(`${path}[${key}]`, value, 'must be greater than or equal to 0')]
      : [],
  );
}

/** What is wrong with the volumes of a pod: one name each, one source each. */
export function volumeProblems(volumes: readonly JsonMap[], path: string, account: unknown): readonly FieldProblem[] {
  const names = new Set<unknown>();
  return volumes.flatMap((volume, index) => {
    const at = `${path}[${index}]`;
    const { name, ...sources } = volume;
    const [, ...more] = Object.keys(sources).sort((a, b) => SOURCES.indexOf(a) - SOURCES.indexOf(b));
    const twice = names.has(name);
    names.add(name);
    return [
      ...(twice ? [duplicate(`${at}.name`, name)] : []),
      ...(name === undefined || name === '' ? [required(`${at}.name`)] : []),
      ...more.map((one) => forbiddenField(`${at}.${one}`, 'may not specify more than 1 volume type')),
      ...tokenProblems(volume['projected'], `${at}.projected.sources`, account),
    ];
  });
}

/** In the order in which the server looks at them: all but the first are too many. */
const SOURCES = [
  'emptyDir',
  'hostPath',
  'secret',
  'nfs',
  'persistentVolumeClaim',
  'configMap',
  'downwardAPI',
  'projected',
  'csi',
  'ephemeral',
];

function tokenProblems(projected: unknown, path: string, account: unknown): readonly FieldProblem[] {
  const sources = isMap(projected) && Array.isArray(projected['sources']) ? (projected['sources'] as JsonMap[]) : [];
  if (typeof account === 'string' && account !== '') return [];
  return sources.flatMap((source, index) =>
    source['serviceAccountToken'] === undefined
      ? []
      : [
          forbiddenField(
            `${path}[${index}].serviceAccountToken`,
            'must not be specified when serviceAccountName is not set',
          ),
        ],
  );
}

const FIELDS = [
  ...['metadata.name', 'metadata.namespace', 'metadata.uid', 'spec.nodeName', 'spec.serviceAccountName'],
  ...['status.hostIP', 'status.hostIPs', 'status.podIP', 'status.podIPs'],
];

/** What is wrong with an environment variable at a path. */
export function variableProblems({ name, valueFrom }: JsonMap, path: string): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  const text = "a valid environment variable name must consist only of printable ASCII characters other than '='";
  if (typeof name !== 'string' || name === '') problems.push(required(`${path}.name`));
  else if (!/^[ -<>-~]+$/.test(name)) problems.push(invalidValue(`${path}.name`, name, text));
  if (!isMap(valueFrom)) return problems;
  for (const source of ['configMapKeyRef', 'secretKeyRef']) {
    const reference = valueFrom[source];
    const isKeyless = isMap(reference) && (reference['key'] === undefined || reference['key'] === '');
    if (isKeyless) problems.push(required(`${path}.valueFrom.${source}.key`));
  }
  const { fieldRef } = valueFrom;
  const field = isMap(fieldRef) ? fieldRef['fieldPath'] : undefined;
  if (typeof field === 'string' && !FIELDS.includes(field) && !/^metadata\.(labels|annotations)\['.+'\]$/.test(field)) {
    const detail = `error converting fieldPath: field label not supported: ${field}`;
    problems.push(invalidValue(`${path}.valueFrom.fieldRef.fieldPath`, field, detail));
  }
  return problems;
}
