import { writeFile } from 'node:fs/promises';
import { findBinary } from './binaries.ts';
import { killDaemon, startDaemon, stopDaemon } from './daemon.ts';
import { ENVOY_METRICS } from './data-plane.ts';
import { hostService, mayRead } from './host-service.ts';
import { applyObjects } from './kubectl.ts';
import { ADDRESS, PORT, clusterFolder, kubeconfigOf } from './paths.ts';
import { statusOf } from './ready.ts';

/** Prometheus as this machine reaches it. */
export const PROMETHEUS_URL = `http://${ADDRESS.host}:${PORT.prometheus}`;

/**
 * Starts Prometheus: every second it scrapes Envoy and all pods with annotation prometheus.io/scrape "true" (at
 * prometheus.io/port, or at each declared port, and prometheus.io/path), giving labels `namespace` and `pod`.
 */
export async function startPrometheus(): Promise<void> {
  await applyObjects([
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'monitoring' } },
    ...mayRead('prometheus', ['pods']),
    ...hostService({ name: 'prometheus', namespace: 'monitoring' }, [
      { name: 'http', port: 9090, targetPort: PORT.prometheus, protocol: 'TCP' },
    ]),
  ]);
  await writeFile(clusterFolder('prometheus.yaml'), JSON.stringify(configuration()));
  await startDaemon({
    name: 'prometheus',
    path: await findBinary('prometheus'),
    args: [
      `--config.file=${clusterFolder('prometheus.yaml')}`,
      `--storage.tsdb.path=${clusterFolder('prometheus')}`,
      `--web.listen-address=${ADDRESS.host}:${PORT.prometheus}`,
      '--log.level=warn',
    ],
    isReady: async () => (await statusOf(`${PROMETHEUS_URL}/-/ready`)) === 200,
  });
}

/** Takes Prometheus away: queries are refused until startPrometheus. What it had stored stays. */
export async function stopPrometheus(how: 'politely' | 'at once' = 'politely'): Promise<void> {
  await (how === 'politely' ? stopDaemon('prometheus') : killDaemon('prometheus'));
}

function configuration(): object {
  return {
    global: { scrape_interval: '1s', scrape_timeout: '1s' },
    scrape_configs: [
      {
        job_name: 'pods',
        kubernetes_sd_configs: [{ role: 'pod', kubeconfig_file: kubeconfigOf('prometheus') }],
        relabel_configs: [
          { source_labels: [annotation('scrape')], regex: 'true', action: 'keep' },
          // Pods that have ended keep their address for a while, and another pod may have it by now.
          { source_labels: ['__meta_kubernetes_pod_phase'], regex: 'Running', action: 'keep' },
          { source_labels: [annotation('path')], regex: '(.+)', target_label: '__metrics_path__' },
          {
            source_labels: ['__meta_kubernetes_pod_ip', annotation('port')],
            regex: '(.+);(\\d+)',
            replacement: '$1:$2',
            target_label: '__address__',
          },
          { source_labels: ['__meta_kubernetes_namespace'], target_label: 'namespace' },
          { source_labels: ['__meta_kubernetes_pod_name'], target_label: 'pod' },
          { source_labels: ['__meta_kubernetes_pod_label_app'], target_label: 'app' },
          {
            source_labels: ['__meta_kubernetes_pod_label_rollouts_pod_template_hash'],
            target_label: 'rollouts_pod_template_hash',
          },
        ],
      },
      {
        job_name: 'envoy',
        metrics_path: '/stats/prometheus',
        static_configs: [{ targets: [ENVOY_METRICS] }],
        metric_relabel_configs: [
          // Everything else that Envoy counts is thousands of series that no test reads.
          { source_labels: ['__name__'], regex: 'envoy_cluster_(external_)?upstream_rq.*', action: 'keep' },
        ],
      },
    ],
  };
}

function annotation(name: string): string {
  return `__meta_kubernetes_pod_annotation_prometheus_io_${name}`;
}
