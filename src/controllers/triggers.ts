import type { AnalysisRun, AnalysisTemplate } from '../api/analysis.ts';
import type { Experiment } from '../api/experiment.ts';
import type { RouteResource } from '../api/gateway-api-routes.ts';
import { routeKindOf } from '../api/gateway-api-routes.ts';
import type { ApiGroup } from '../api/names.ts';
import { EXPERIMENT_NAME, MANAGED_BY, SCALED_DOWN_BY } from '../api/names.ts';
import type { Rollout } from '../api/rollout.ts';
import type { KubeObject } from '../kube/resource.ts';
import { keyOf } from '../kube/resource.ts';
import type { StoreChange, StoreReader } from '../kube/store.ts';
import { experimentServices, experimentTemplates } from '../observe/observe-experiment.ts';
import { routingOf, servicesOf, templatesOf } from '../observe/observe-rollout.ts';
import { needsPods } from '../observe/pods.ts';
import type { EndpointSlice, PodIdentity, Stores } from '../observe/stores.ts';
import { backendsOf } from '../routers/backends.ts';
import { BY_REFERENCE } from '../observe/stores.ts';
import { readSplitOwners } from '../routers/split-owners.ts';
import { sameJson } from '../units/canonical-json.ts';

/** Label of EndpointSlices: the Service that they belong to. Source: discovery.k8s.io/v1. */
export const SERVICE_NAME_LABEL = 'kubernetes.io/service-name';
/** Name of the index of EndpointSlices by `namespace/pod`. */
export const BY_POD = 'pod';

/** Stands for the name of a route that is selected by its labels. */
const ANY = '*';

/** Everything that a Rollout's spec names, as `Kind/namespace/name`: a change there is a reason to look at it again. */
export function referencesOf(rollout: Rollout): readonly string[] {
  const namespace = rollout.metadata.namespace ?? '';
  const routing = routingOf(rollout);
  return [
    ...servicesOf(rollout).map((name) => `Service/${namespace}/${name}`),
    ...workloadReference(rollout),
    ...(routing?.routes ?? []).map((route) => `${routeKindOf(route.resource)}/${route.namespace}/${route.name}`),
    ...(routing?.selectors ?? []).map((one) => `${routeKindOf(one.resource)}/${one.namespace}/${ANY}`),
    ...templatesOf(rollout).map(({ name, clusterScope }) =>
      templateReference(clusterScope ? undefined : namespace, name),
    ),
  ];
}

function workloadReference({ metadata, spec }: Rollout): readonly string[] {
  const { kind, name } = spec.workloadRef ?? {};
  return kind === undefined || name === undefined ? [] : [`${kind}/${metadata.namespace ?? ''}/${name}`];
}

/** The Rollouts that take their pod template from this object, or made it smaller. */
export function rolloutsOfWorkload(
  rollouts: StoreReader<Rollout>,
  kind: string,
  { object }: StoreChange,
): readonly string[] {
  const { namespace = '', name } = object.metadata;
  return [...new Set([...keysNaming(rollouts, `${kind}/${namespace}/${name}`), ...takingRollout(object)])];
}

/** The Rollout that a Deployment says it was made smaller by, as a key. */
export function takingRollout({ metadata }: KubeObject): readonly string[] {
  const name = metadata.annotations?.[SCALED_DOWN_BY];
  return name === undefined || name === '' ? [] : [`${metadata.namespace ?? ''}/${name}`];
}

/** Everything that an Experiment's spec names, as `referencesOf` has it. */
export function experimentReferences(experiment: Experiment): readonly string[] {
  const namespace = experiment.metadata.namespace ?? '';
  return [
    ...experimentServices(experiment).map((name) => `Service/${namespace}/${name}`),
    ...experimentTemplates(experiment).map(({ name, clusterScope }) =>
      templateReference(clusterScope ? undefined : namespace, name),
    ),
  ];
}

function templateReference(namespace: string | undefined, name: string): string {
  return namespace === undefined ? `ClusterAnalysisTemplate/${name}` : `AnalysisTemplate/${namespace}/${name}`;
}

/** The pods that an EndpointSlice names, as `namespace/pod`. */
export function podsOf(slice: EndpointSlice): readonly string[] {
  const { namespace = '' } = slice.metadata;
  const names = (slice.endpoints ?? []).map(({ targetRef }) => targetRef?.name);
  return [...new Set(names.flatMap((name) => (name === undefined ? [] : [`${namespace}/${name}`])))];
}

function keysNaming(rollouts: StoreReader, reference: string): readonly string[] {
  return rollouts.byIndex(BY_REFERENCE, reference).map(({ metadata }) => keyOf(metadata));
}

/**
 * The key of the Rollout, or of the Experiment, that controls the object now, and of the one that did before: an object may
 * be orphaned.
 */
export function ownersOf(
  group: ApiGroup,
  { object, previous }: StoreChange,
  kind: 'Rollout' | 'Experiment' = 'Rollout',
): readonly string[] {
  const keys = [object, previous].flatMap((side) => {
    const owner = side?.metadata.ownerReferences?.find(({ controller }) => controller === true);
    if (owner?.kind !== kind || owner.apiVersion.split('/')[0] !== group) return [];
    return [keyOf({ namespace: side?.metadata.namespace ?? '', name: owner.name })];
  });
  return [...new Set(keys)];
}

/** The Rollouts that name a Service that this one names too, now or before its last change. */
export function rivalsOf(
  rollouts: StoreReader<Rollout>,
  { object, previous }: StoreChange<Rollout>,
): readonly string[] {
  const named = (rollout: Rollout | undefined): readonly string[] =>
    rollout === undefined
      ? []
      : servicesOf(rollout).map((name) => `Service/${rollout.metadata.namespace ?? ''}/${name}`);
  const references = new Set([...named(object), ...named(previous)]);
  const own = keyOf(object.metadata);
  return [...references].flatMap((reference) => keysNaming(rollouts, reference)).filter((key) => key !== own);
}

/** The Rollouts that name a Service. */
export function rolloutsOfService(rollouts: StoreReader<Rollout>, { metadata }: KubeObject): readonly string[] {
  return keysNaming(rollouts, `Service/${metadata.namespace ?? ''}/${metadata.name}`);
}

/** The Rollout that a Service says it is managed by, as a key; none when it is managed by nobody. */
export function managingRollout({ metadata }: KubeObject): readonly string[] {
  const name = metadata.annotations?.[MANAGED_BY];
  return name === undefined || name === '' ? [] : [`${metadata.namespace ?? ''}/${name}`];
}

/** The Rollouts whose weights stand in a route, by what we left on it, as keys. */
export function splittingRollouts(route: KubeObject): readonly string[] {
  return [...new Set(readSplitOwners(route).map(({ rollout }) => rollout))];
}

/**
 * The Rollouts that name the Service of an EndpointSlice, the one that manages it still after it was named, and the one whose
 * experiment it is of.
 */
export function rolloutsOfSlice(
  { rollouts, services, experiments }: Pick<Stores, 'rollouts' | 'services' | 'experiments'>,
  { metadata }: EndpointSlice,
): readonly string[] {
  const name = metadata.labels?.[SERVICE_NAME_LABEL];
  if (name === undefined) return [];
  const { namespace = '' } = metadata;
  const service = services.get(namespace, name);
  const naming = keysNaming(rollouts, `Service/${namespace}/${name}`);
  if (service === undefined) return naming;
  return [...new Set([...naming, ...managingRollout(service), ...rolloutOfTrial(experiments, service)])];
}

/** The Rollout whose experiment a Service is of. */
function rolloutOfTrial(experiments: StoreReader<Experiment>, { metadata }: KubeObject): readonly string[] {
  const { namespace = '', annotations } = metadata;
  const experiment = experiments.get(namespace, annotations?.[EXPERIMENT_NAME] ?? '');
  const owner = experiment?.metadata.ownerReferences?.find(({ controller }) => controller === true);
  return owner?.kind === 'Rollout' ? [keyOf({ namespace, name: owner.name })] : [];
}

/**
 * The Rollouts that a pod's change concerns. Mostly none: where only numbers of pods count, their ReplicaSet tells them. A
 * pod counts by itself where something is put on live pods or a restart is under way; and when an EndpointSlice named it
 * before we knew it, because the two come by different watches: only then does its revision change what is counted.
 */
export function rolloutsOfPod(
  group: ApiGroup,
  stores: Pick<Stores, 'rollouts' | 'replicaSets' | 'services' | 'endpointSlices' | 'experiments'>,
  change: StoreChange<PodIdentity>,
): readonly string[] {
  const { type, object, previous } = change;
  const owners = type === 'Modified' && isSame(object, previous) ? [] : rolloutsAwaitingPod(group, stores, object);
  if (type !== 'Added') return owners;
  const slices = stores.endpointSlices.byIndex(BY_POD, keyOf(object.metadata));
  return [...owners, ...slices.flatMap((slice) => rolloutsOfSlice(stores, slice))];
}

function rolloutsAwaitingPod(
  group: ApiGroup,
  { rollouts, replicaSets }: Pick<Stores, 'rollouts' | 'replicaSets'>,
  { metadata }: PodIdentity,
): readonly string[] {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
  const replicaSet = owner?.kind === 'ReplicaSet' ? replicaSets.get(metadata.namespace, owner.name) : undefined;
  if (replicaSet === undefined) return [];
  return ownersOf(group, { type: 'Modified', object: replicaSet, previous: undefined }).filter((key) => {
    const [namespace = '', name = ''] = key.split('/');
    const rollout = rollouts.get(namespace, name);
    return rollout !== undefined && needsPods(rollout, replicaSet);
  });
}

/** True when nothing that is kept of the pod has changed but its version. */
function isSame(pod: PodIdentity, previous: PodIdentity | undefined): boolean {
  if (previous === undefined || pod.ready !== previous.ready) return false;
  const { resourceVersion, ...now } = pod.metadata;
  const { resourceVersion: before, ...then } = previous.metadata;
  void [resourceVersion, before];
  return sameJson(now, then);
}

/** The Rollouts that name a route, or select routes of its kind and namespace by label. */
export function rolloutsOfRoute(
  rollouts: StoreReader<Rollout>,
  resource: RouteResource,
  { metadata }: KubeObject,
): readonly string[] {
  const place = `${routeKindOf(resource)}/${metadata.namespace ?? ''}`;
  return [...keysNaming(rollouts, `${place}/${metadata.name}`), ...keysNaming(rollouts, `${place}/${ANY}`)];
}

/** The Experiments whose Service this is, or that want one of its name. */
export function experimentsOfService(
  group: ApiGroup,
  experiments: StoreReader<Experiment>,
  change: StoreChange,
): readonly string[] {
  const { name, namespace = '' } = change.object.metadata;
  const named = experiments
    .byIndex(BY_REFERENCE, `Service/${namespace}/${name}`)
    .map(({ metadata }) => keyOf(metadata));
  return [...new Set([...ownersOf(group, change, 'Experiment'), ...named])];
}

/** The Experiments to whose Services a route sends requests now, or did before. */
export function experimentsOfRoute(
  group: ApiGroup,
  services: StoreReader,
  { object, previous }: StoreChange,
): readonly string[] {
  const backends = [object, previous].flatMap((route) => (route === undefined ? [] : backendsOf(route)));
  const found = [...new Set(backends)].flatMap((backend) => {
    const [namespace = '', name = ''] = backend.split('/');
    return services.get(namespace, name) ?? [];
  });
  return found.flatMap((service) =>
    ownersOf(group, { type: 'Modified', object: service, previous: undefined }, 'Experiment'),
  );
}

/** The Rollouts, or the Experiments, that name an analysis template, directly or through templates that nest it. */
export function usersOfTemplate(
  stores: Pick<Stores, 'analysisTemplates' | 'clusterAnalysisTemplates'>,
  users: StoreReader,
  { metadata }: AnalysisTemplate,
): readonly string[] {
  const found = new Set<string>();
  const visit = (namespace: string | undefined, name: string): void => {
    const reference = templateReference(namespace, name);
    if (found.has(reference)) return;
    found.add(reference);
    for (const outer of stores.analysisTemplates.all()) {
      if (nests(outer, namespace, name)) visit(outer.metadata.namespace ?? '', outer.metadata.name);
    }
    for (const outer of stores.clusterAnalysisTemplates.all()) {
      if (nests(outer, namespace, name)) visit(undefined, outer.metadata.name);
    }
  };
  visit(metadata.namespace, metadata.name);
  return [...new Set([...found].flatMap((reference) => keysNaming(users, reference)))];
}

/** A namespaced template is nested by templates of its namespace, or by cluster templates, which run in any. */
function nests(outer: AnalysisTemplate, namespace: string | undefined, name: string): boolean {
  const reachable =
    outer.metadata.namespace === undefined || namespace === undefined || outer.metadata.namespace === namespace;
  return (
    reachable &&
    (outer.spec.templates ?? []).some(
      (nested) => nested.templateName === name && (nested.clusterScope === true) === (namespace === undefined),
    )
  );
}

/** The AnalysisRun itself, as a key of its own queue. */
export function runKey({ metadata }: AnalysisRun): string {
  return keyOf(metadata);
}
