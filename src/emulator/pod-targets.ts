import type { ProxyFleet } from './proxy-fleet.ts';
import { labelsOf } from './promql/labels.ts';
import type { Target } from './scrape-targets.ts';
import type { ClusterView } from './step.ts';
import { PODS, listOf } from './steps/kinds.ts';

const ANNOTATION = 'prometheus.io/';

/**
 * What Prometheus scrapes, as the test cluster's configuration has it (test/cluster/monitoring.ts): running pods with the
 * annotation prometheus.io/scrape "true", under job `pods` with namespace, pod, app and rollouts_pod_template_hash, and
 * every proxy under job `envoy`.
 */
export function targetsOf(view: ClusterView, fleet: ProxyFleet): readonly Target[] {
  const pods = listOf(view, PODS).flatMap((pod): readonly Target[] => {
    const { name, namespace = '', uid = '', labels = {}, annotations = {} } = pod.metadata;
    const address = pod.status?.podIP;
    if (annotations[`${ANNOTATION}scrape`] !== 'true' || pod.status?.phase !== 'Running' || address === undefined) {
      return [];
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
    return [{ labels: own, read: () => fleet.metricsOf(uid) }];
  });
  const proxies = fleet.proxies.map((proxy): Target => {
    const own = labelsOf({ job: 'envoy', instance: `${proxy.name}:8002` });
    return { labels: own, read: () => (proxy.coldUntil === undefined ? proxy.expose() : undefined) };
  });
  return [...pods, ...proxies];
}
