import type { ProxyFleet } from './proxy-fleet.ts';
import { labelsOf } from './promql/labels.ts';
import type { Sample } from './promql/samples.ts';
import type { Target } from './scrape-targets.ts';
import type { ClusterView } from './step.ts';
import { PODS, listOf } from './steps/kinds.ts';
import type { Pod } from './steps/pod-shape.ts';

const ANNOTATION = 'prometheus.io/';

type Known = Readonly<{ fleet: ProxyFleet; target: Target | undefined }>;
/** Targets of pods as they are stored: an object in a store is never changed, so it stands for its target. */
const known = new WeakMap<Pod, Known>();

/**
 * What Prometheus scrapes, as the test cluster's configuration has it (test/cluster/monitoring.ts): running pods with the
 * annotation prometheus.io/scrape "true", under job `pods` with namespace, pod, app and rollouts_pod_template_hash, and
 * every proxy under job `envoy`.
 */
export function targetsOf(view: ClusterView, fleet: ProxyFleet): readonly Target[] {
  const targets: Target[] = [];
  for (const pod of listOf(view, PODS)) {
    let found = known.get(pod);
    if (found?.fleet !== fleet) {
      found = { fleet, target: podTarget(pod, fleet) };
      known.set(pod, found);
    }
    if (found.target !== undefined) targets.push(found.target);
  }
  for (const proxy of fleet.proxies) {
    const read = (): Iterable<Sample> | undefined => (proxy.coldUntil === undefined ? proxy.expose() : undefined);
    targets.push({ labels: proxy.labels, read });
  }
  return targets;
}

function podTarget(pod: Pod, fleet: ProxyFleet): Target | undefined {
  const { name, namespace = '', uid = '', labels = {}, annotations = {} } = pod.metadata;
  const address = pod.status?.podIP;
  if (annotations[`${ANNOTATION}scrape`] !== 'true' || pod.status?.phase !== 'Running' || address === undefined) {
    return undefined;
  }
  const declared = pod.spec.containers.flatMap(({ ports = [] }) => ports)[0]?.containerPort ?? 80;
  const port = annotations[`${ANNOTATION}port`] ?? String(declared);
  const own = labelsOf({
    job: 'pods',
    instance: `${address}:${port}`,
    namespace,
    pod: name,
    app: labels['app'] ?? '',
    rollouts_pod_template_hash: labels['rollouts-pod-template-hash'] ?? '',
  });
  return { labels: own, read: () => fleet.metricsOf(uid) };
}
