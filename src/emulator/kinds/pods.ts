import type { KubeObject } from '../../kube/resource.ts';
import { completePodSpec, podSpecProblems } from '../pod-spec.ts';
import type { FieldProblem } from '../refusal.ts';
import { forbiddenField } from '../refusal.ts';
import type { JsonMap } from '../schema.ts';
import { isMap, sameValue, withMember } from '../schema.ts';
import type { Part } from '../kind.ts';
import { specOf, withSpec } from './workloads.ts';

const TOLERATED_SECONDS = 300;

/** Fills in a pod: its spec, and its addresses, which are told twice. */
export function completePod(object: KubeObject): KubeObject {
  const done = withSpec(object, completePodSpec(specOf(object), 'pod'));
  const { status } = done as { status?: unknown };
  if (!isMap(status)) return done;
  const { podIP, podIPs, hostIP, hostIPs } = status;
  let told: JsonMap = status;
  if (podIP !== undefined && podIPs === undefined) told = withMember(told, 'podIPs', [{ ip: podIP }]);
  if (hostIP !== undefined && hostIPs === undefined) told = withMember(told, 'hostIPs', [{ ip: hostIP }]);
  return withMember(done, 'status', told);
}

/** What the server and its standard admission plugins add to a pod: tolerations, priority, quality of service. */
export function preparePod(object: KubeObject, before: KubeObject | undefined): KubeObject {
  const given = specOf(object);
  if (before !== undefined && given === specOf(before)) return object;
  const priority = {
    priority: given['priority'] ?? 0,
    preemptionPolicy: given['preemptionPolicy'] ?? 'PreemptLowerPriority',
  };
  const spec = withMember({ ...given, ...priority }, 'tolerations', tolerationsOf(given));
  if (before !== undefined) return withSpec(object, spec);
  const status = { ...(object as { status?: object }).status, qosClass: qualityOf(spec) };
  return withMember(withSpec(object, spec), 'status', status);
}

/** A pod outlives its node's silence by five minutes unless it says otherwise. Source: plugin DefaultTolerationSeconds. */
function tolerationsOf(spec: JsonMap): unknown {
  const own = Array.isArray(spec['tolerations']) ? (spec['tolerations'] as JsonMap[]) : [];
  const missing = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'].filter(
    (key) =>
      !own.some(
        (one) => (one['key'] === key || one['key'] === undefined) && (one['effect'] ?? 'NoExecute') === 'NoExecute',
      ),
  );
  return [
    ...own,
    ...missing.map((key) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: TOLERATED_SECONDS })),
  ];
}

function qualityOf(spec: JsonMap): string {
  const lists = [spec['containers'], spec['initContainers']];
  const containers = lists.flatMap((list) => (Array.isArray(list) ? (list as JsonMap[]) : []));
  const resources = containers.map(({ resources: given }) => (isMap(given) ? given : {}));
  const of = (one: JsonMap, key: string): JsonMap => (isMap(one[key]) ? one[key] : {});
  if (resources.every((one) => Object.keys(of(one, 'limits')).length + Object.keys(of(one, 'requests')).length === 0))
    return 'BestEffort';
  const guaranteed = resources.every((one) => {
    const limits = of(one, 'limits');
    return ['cpu', 'memory'].every((key) => limits[key] !== undefined && of(one, 'requests')[key] === limits[key]);
  });
  return guaranteed ? 'Guaranteed' : 'Burstable';
}

const MAY_CHANGE = [
  'activeDeadlineSeconds',
  'terminationGracePeriodSeconds',
  'tolerations',
  'schedulingGates',
  'nodeName',
];
const FORBIDDEN =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';

/** What is wrong with a pod, or with a change of its spec: little but images may change. */
export function podProblems(object: KubeObject, before: KubeObject | undefined, part: Part): readonly FieldProblem[] {
  if (part === 'status') return [];
  const spec = specOf(object);
  if (before !== undefined) {
    const old = specOf(before);
    return spec === old || sameValue(comparable(spec), comparable(old)) ? [] : [forbiddenField('spec', FORBIDDEN)];
  }
  return podSpecProblems(spec, 'spec');
}

function comparable(spec: JsonMap): JsonMap {
  const kept = Object.entries(spec).filter(([key]) => !MAY_CHANGE.includes(key));
  return Object.fromEntries(
    kept.map(([key, value]) => {
      const isList = key === 'containers' || key === 'initContainers';
      return [
        key,
        isList && Array.isArray(value) ? (value as JsonMap[]).map((one) => withMember(one, 'image', '')) : value,
      ];
    }),
  );
}
