import type { Instant } from '../../units/instant.ts';
import { canonicalJson, sameJson } from '../../units/canonical-json.ts';
import { nameSuffix } from '../draw.ts';
import type { ClusterStep, ClusterView, ClusterWrite } from '../step.ts';
import { controllerReference } from './claims.ts';
import { ENDPOINT_SLICES, listOf, PODS, SERVICES } from './kinds.ts';
import { hasLabels } from './labels.ts';
import { isFinished, isReady } from './pod-facts.ts';
import type { Pod } from './pod-shape.ts';
import type { Endpoint, EndpointSlice, Service } from './shapes.ts';
import { removal } from './writes.ts';

type Ports = NonNullable<EndpointSlice['ports']>;
/** What one slice should hold. */
type Content = Readonly<{ ports: Ports | null; endpoints: readonly Endpoint[] | null }>;

const SERVICE_NAME = 'kubernetes.io/service-name';
const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by';
const CONTROLLER = 'endpointslice-controller.k8s.io';
/** How many endpoints the real controller puts into one slice. */
const LARGEST_SLICE = 100;

/**
 * Lists the pods of every Service with a selector in EndpointSlices. A pod stands there from when it has an address until
 * it is gone or finished: `serving` says that it is ready, `terminating` that it is on its way out, `ready` both, or
 * always with publishNotReadyAddresses. Source: podToEndpoint of k8s.io/endpointslice.
 */
export const endpointSlices: ClusterStep = {
  name: 'endpoint-slices',
  watches: [SERVICES, PODS, ENDPOINT_SLICES],
  step(view, now) {
    const slices = Map.groupBy(
      listOf(view, ENDPOINT_SLICES).filter(({ metadata }) => metadata.labels?.[MANAGED_BY] === CONTROLLER),
      ({ metadata }) => `${metadata.namespace}/${metadata.labels?.[SERVICE_NAME]}`,
    );
    return {
      writes: listOf(view, SERVICES)
        .filter(isServed)
        .flatMap((service) => {
          const { namespace, name } = service.metadata;
          return slicesOf(view, service, slices.get(`${namespace}/${name}`) ?? [], now);
        }),
    };
  },
};

function isServed({ metadata, spec }: Service): boolean {
  return (
    metadata.deletionTimestamp === undefined &&
    spec?.type !== 'ExternalName' &&
    Object.keys(spec?.selector ?? {}).length > 0
  );
}

function slicesOf(
  view: ClusterView,
  service: Service,
  existing: readonly EndpointSlice[],
  now: Instant,
): readonly ClusterWrite[] {
  const wanted = contentsOf(view, service);
  const kept = existing.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const taken = new Set(existing.map(({ metadata }) => metadata.name));
  const writes = wanted.flatMap((content, index): readonly ClusterWrite[] => {
    const slice = kept[index];
    if (slice === undefined) return [creation(service, content, index, taken, now)];
    if (sameJson(slice.endpoints ?? [], content.endpoints ?? []) && sameJson(slice.ports ?? [], content.ports ?? []))
      return [];
    const object: EndpointSlice = { ...slice, ...content };
    return [{ kind: 'Replace', resource: ENDPOINT_SLICES, object }];
  });
  return [...writes, ...kept.slice(wanted.length).map((slice) => removal(ENDPOINT_SLICES, slice))];
}

/** One slice for each set of ports that pods give to the Service, and at least one: an empty one says "nobody". */
function contentsOf(view: ClusterView, service: Service): readonly Content[] {
  const pods = listOf(view, PODS, service.metadata.namespace).filter(
    (pod) => hasLabels(service.spec?.selector ?? {}, pod.metadata.labels) && !isFinished(pod) && hasAddress(pod),
  );
  const groups = Map.groupBy(pods, (pod) => canonicalJson(portsOf(service, pod)));
  const contents = [...groups.values()].flatMap((group) => chunksOf(service, group));
  return contents.length === 0 ? [{ ports: null, endpoints: null }] : contents;
}

function chunksOf(service: Service, pods: readonly Pod[]): readonly Content[] {
  const [first] = pods;
  const ports = first === undefined ? [] : portsOf(service, first);
  return Array.from({ length: Math.ceil(pods.length / LARGEST_SLICE) }, (_none, index) => ({
    ports,
    endpoints: pods.slice(index * LARGEST_SLICE, (index + 1) * LARGEST_SLICE).map((pod) => endpointOf(service, pod)),
  }));
}

function hasAddress({ status }: Pod): boolean {
  return (status?.podIP ?? '') !== '';
}

function endpointOf(service: Service, pod: Pod): Endpoint {
  const { namespace = '', name, uid = '', deletionTimestamp } = pod.metadata;
  const serving = isReady(pod);
  const terminating = deletionTimestamp !== undefined;
  const ready = service.spec?.publishNotReadyAddresses === true || (serving && !terminating);
  return {
    addresses: [pod.status?.podIP ?? ''],
    conditions: { ready, serving, terminating },
    ...(pod.spec.nodeName === undefined ? {} : { nodeName: pod.spec.nodeName }),
    targetRef: { kind: 'Pod', namespace, name, uid },
  };
}

/** The Service's ports as this pod opens them; a port by a name that the pod does not know is left out. */
function portsOf(service: Service, pod: Pod): Ports {
  return (service.spec?.ports ?? []).flatMap(
    ({ name = '', protocol = 'TCP', appProtocol, port, targetPort = port }) => {
      const named = pod.spec.containers
        .flatMap(({ ports = [] }) => ports)
        .find((open) => open.name === targetPort && (open.protocol ?? 'TCP') === protocol);
      const number = typeof targetPort === 'number' ? targetPort : named?.containerPort;
      if (number === undefined) return [];
      return [{ name, protocol, port: number, ...(appProtocol === undefined ? {} : { appProtocol }) }];
    },
  );
}

function creation(service: Service, content: Content, index: number, taken: Set<string>, now: Instant): ClusterWrite {
  const { namespace = '', uid = '', labels = {} } = service.metadata;
  const generateName = `${service.metadata.name}-`;
  const name = `${generateName}${nameSuffix((suffix) => taken.has(generateName + suffix), uid, now, index)}`;
  taken.add(name);
  const metadata = {
    name,
    generateName,
    namespace,
    labels: { ...labels, [SERVICE_NAME]: service.metadata.name, [MANAGED_BY]: CONTROLLER },
    ownerReferences: [controllerReference(SERVICES, service)],
  };
  const object: EndpointSlice = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata,
    addressType: 'IPv4',
    ...content,
  };
  return { kind: 'Create', resource: ENDPOINT_SLICES, object };
}
