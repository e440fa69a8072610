import type { FieldProblem } from './refusal.ts';
import { duplicate, invalidValue, required, unsupported } from './refusal.ts';
import type { JsonMap } from './schema.ts';
import { isMap, withMember } from './schema.ts';
import { labelNameProblem, portNameProblems, subdomainProblem } from './names.ts';
import { placementProblems } from './placement-problems.ts';
import { probeProblems, resourceProblems, variableProblems, volumeProblems } from './container-problems.ts';

const mapsOf = (value: unknown): readonly JsonMap[] => (Array.isArray(value) ? (value as JsonMap[]) : []);
const CONTAINER_LISTS = ['initContainers', 'containers', 'ephemeralContainers'] as const;

/**
 * The defaults of a pod spec that depend on other fields: pull policy by tag, request by limit of a pod, host ports on
 * the host's network, the old name of the service account. Source: pkg/apis/core/v1/defaults.go.
 */
export function completePodSpec(spec: JsonMap, of: 'pod' | 'template'): JsonMap {
  let result = spec;
  for (const list of CONTAINER_LISTS) {
    const before = mapsOf(spec[list]);
    const after = before.map((container) => completeContainer(container, spec['hostNetwork'] === true, of));
    if (after.some((container, index) => container !== before[index])) result = withMember(result, list, after);
  }
  const account = spec['serviceAccountName'] ?? spec['serviceAccount'];
  if (account !== undefined) {
    result = withMember(withMember(result, 'serviceAccountName', account), 'serviceAccount', account);
  }
  if (isMap(spec['securityContext']) && of === 'pod' && spec['enableServiceLinks'] === undefined) {
    result = withMember(result, 'enableServiceLinks', true);
  }
  const volumes = mapsOf(spec['volumes']);
  // A volume without a source is an empty directory.
  if (volumes.some((volume) => Object.keys(volume).length === 1)) {
    result = withMember(
      result,
      'volumes',
      volumes.map((volume) => (Object.keys(volume).length === 1 ? { ...volume, emptyDir: {} } : volume)),
    );
  }
  return result;
}

function completeContainer(container: JsonMap, hostNetwork: boolean, of: 'pod' | 'template'): JsonMap {
  let result = container;
  if (container['imagePullPolicy'] === undefined) {
    result = withMember(result, 'imagePullPolicy', pullPolicyOf(container['image']));
  }
  const ports = mapsOf(container['ports']);
  if (hostNetwork && of === 'pod' && ports.some((port) => port['hostPort'] === undefined)) {
    result = withMember(
      result,
      'ports',
      ports.map((port) => ({ hostPort: port['containerPort'], ...port })),
    );
  }
  const resources = container['resources'];
  if (of === 'pod' && isMap(resources) && isMap(resources['limits'])) {
    const limits = resources['limits'];
    const requests = isMap(resources['requests']) ? resources['requests'] : {};
    if (Object.keys(limits).some((key) => requests[key] === undefined)) {
      result = withMember(result, 'resources', { ...resources, requests: { ...limits, ...requests } });
    }
  }
  return result;
}

/** Always for `latest` or no tag, IfNotPresent for another tag or a digest. Source: pkg/util/parsers. */
function pullPolicyOf(image: unknown): string {
  const text = typeof image === 'string' ? image : '';
  const last = text.slice(text.lastIndexOf('/') + 1);
  if (last.includes('@')) return 'IfNotPresent';
  const [, tag = 'latest'] = last.split(':');
  return tag === 'latest' ? 'Always' : 'IfNotPresent';
}

/** What is wrong with a pod spec at a path: the rules that users meet; not every one of the real server. */
export function podSpecProblems(
  spec: JsonMap,
  path: string,
  restartPolicies: readonly string[] = ['Always', 'OnFailure', 'Never'],
): readonly FieldProblem[] {
  const containers = mapsOf(spec['containers']);
  const names = new Set<string>();
  const volumes = mapsOf(spec['volumes']).map((volume) => String(volume['name']));
  const problems: FieldProblem[] = [];
  // A pod without a service account gets one by an admission plugin that looks before this; a template does not.
  const account = spec['serviceAccountName'];
  const isPod = path === 'spec';
  problems.push(...volumeProblems(mapsOf(spec['volumes']), `${path}.volumes`, isPod ? account : 'any'));
  if (containers.length === 0) problems.push(required(`${path}.containers`));
  containers.forEach((container, index) => {
    problems.push(...containerProblems(container, `${path}.containers[${index}]`, names, volumes));
  });
  mapsOf(spec['initContainers']).forEach((container, index) => {
    problems.push(...containerProblems(container, `${path}.initContainers[${index}]`, names, volumes));
  });
  problems.push(...placementProblems(spec, path));
  const restart = spec['restartPolicy'];
  if (typeof restart === 'string' && !restartPolicies.includes(restart)) {
    problems.push(unsupported(`${path}.restartPolicy`, restart, restartPolicies));
  }
  const dns = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];
  if (!dns.includes(String(spec['dnsPolicy']))) problems.push(unsupported(`${path}.dnsPolicy`, spec['dnsPolicy'], dns));
  const wrong = typeof account === 'string' ? subdomainProblem(account) : undefined;
  if (wrong !== undefined) problems.push(invalidValue(`${path}.serviceAccountName`, account, wrong));
  return problems;
}

function containerProblems(
  container: JsonMap,
  path: string,
  names: Set<string>,
  volumes: readonly string[],
): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  const name = typeof container['name'] === 'string' ? container['name'] : '';
  const wrong = name === '' ? undefined : labelNameProblem(name);
  if (name === '') problems.push(required(`${path}.name`));
  else if (wrong !== undefined) problems.push(invalidValue(`${path}.name`, name, wrong));
  else if (names.has(name)) problems.push(duplicate(`${path}.name`, name));
  names.add(name);
  const image = container['image'];
  if (image === undefined || image === '') problems.push(required(`${path}.image`));
  else if (typeof image === 'string' && image.trim() !== image)
    problems.push(invalidValue(`${path}.image`, image, 'must not have leading or trailing whitespace'));
  problems.push(...portProblems(mapsOf(container['ports']), `${path}.ports`));
  mapsOf(container['env']).forEach((variable, index) => {
    problems.push(...variableProblems(variable, `${path}.env[${index}]`));
    if (variable['value'] !== undefined && variable['value'] !== '' && variable['valueFrom'] !== undefined) {
      problems.push(
        invalidValue(`${path}.env[${index}].valueFrom`, '', 'may not be specified when `value` is not empty'),
      );
    }
  });
  mapsOf(container['volumeMounts']).forEach((mount, index) => {
    const mountPath = `${path}.volumeMounts[${index}]`;
    if (!volumes.includes(String(mount['name']))) {
      problems.push({
        field: `${mountPath}.name`,
        reason: 'FieldValueNotFound',
        message: `Not found: ${JSON.stringify(mount['name'])}`,
      });
    }
    if (mount['mountPath'] === '') problems.push(required(`${mountPath}.mountPath`));
    const twice = mapsOf(container['volumeMounts']).findIndex((one) => one['mountPath'] === mount['mountPath']) < index;
    if (twice) problems.push(invalidValue(`${mountPath}.mountPath`, mount['mountPath'], 'must be unique'));
  });
  problems.push(...probeProblems(container, path), ...resourceProblems(container, path));
  const policy = container['imagePullPolicy'];
  const policies = ['Always', 'IfNotPresent', 'Never'];
  if (!policies.includes(String(policy))) problems.push(unsupported(`${path}.imagePullPolicy`, policy, policies));
  return problems;
}

function portProblems(ports: readonly JsonMap[], path: string): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  const names = new Set<unknown>();
  ports.forEach((port, index) => {
    const at = `${path}[${index}]`;
    const { name, containerPort, protocol } = port;
    const wrong = typeof name === 'string' && name !== '' ? portNameProblems(name) : [];
    problems.push(...wrong.map((one) => invalidValue(`${at}.name`, name, one)));
    if (name !== undefined && names.has(name)) problems.push(duplicate(`${at}.name`, name));
    names.add(name);
    if (containerPort === 0) problems.push(required(`${at}.containerPort`));
    else if (typeof containerPort === 'number' && (containerPort < 1 || containerPort > 65_535)) {
      problems.push(invalidValue(`${at}.containerPort`, containerPort, 'must be between 1 and 65535, inclusive'));
    }
    const protocols = ['SCTP', 'TCP', 'UDP'];
    if (!protocols.includes(String(protocol))) problems.push(unsupported(`${at}.protocol`, protocol, protocols));
  });
  return problems;
}
