import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findBinaries } from './binaries.ts';
import { run } from './command.ts';
import { startDaemon } from './daemon.ts';
import { applyFiles, applyObjects, kubectl } from './kubectl.ts';
import type { Manifest } from './kubectl.ts';
import { ADDRESS, PORT, clusterFolder, kubeconfigOf } from './paths.ts';
import { statusOf, until } from './ready.ts';
import { GATEWAY } from './target.ts';

/** Envoy's own counters (`envoy_cluster_upstream_rq_*`), for Prometheus. */
export const ENVOY_METRICS = `${ADDRESS.host}:${PORT.envoyMetrics}`;

const CONTOUR = 'github.com/projectcontour/contour';
const GATEWAY_API = 'sigs.k8s.io/gateway-api';

/**
 * Installs the Gateway API (the version that this Contour was built against) and starts Contour and Envoy as processes of
 * this machine; the Gateway is Programmed and Envoy serves when this returns.
 */
export async function startDataPlane(): Promise<void> {
  const program = await findBinaries('contour', 'envoy');
  await installObjects();
  await writeFile(clusterFolder('contour.yaml'), JSON.stringify({ gateway: { gatewayRef: gatewayReference() } }));
  await startDaemon({
    name: 'contour',
    path: program('contour'),
    args: contourArguments(),
    isReady: async () => (await statusOf(`http://127.0.0.1:${PORT.contourHealth}/healthz`)) === 200,
  });
  await run(program('contour'), [
    'bootstrap',
    clusterFolder('envoy.json'),
    '--xds-address=127.0.0.1',
    `--xds-port=${PORT.contourXds}`,
    `--admin-address=${clusterFolder('envoy-admin.sock')}`,
  ]);
  const node = ['--service-cluster', GATEWAY.name, '--service-node', 'envoy'];
  const envoy = ['--config-path', clusterFolder('envoy.json'), '--use-dynamic-base-id', '--concurrency', '1', ...node];
  await startDaemon({
    name: 'envoy',
    // This build of Envoy asks the kernel to end it with its parent, and we are about to end: the shell stays.
    path: '/bin/sh',
    args: ['-c', '"$@" & trap "kill $!" TERM; wait; wait', 'sh', program('envoy'), ...envoy, '--log-level', 'warning'],
    isReady: async () => (await statusOf(`http://${ENVOY_METRICS}/ready`)) === 200,
  });
  const condition = [
    'wait',
    'gateway',
    GATEWAY.name,
    '-n',
    GATEWAY.namespace,
    '--for=condition=Programmed',
    '--timeout=60s',
  ];
  await kubectl(condition);
}

async function installObjects(): Promise<void> {
  const cwd = join(import.meta.dirname, 'binaries', 'contour');
  await run('go', ['mod', 'download', CONTOUR, GATEWAY_API], { cwd });
  const folders = await run('go', ['list', '-m', '-f', '{{.Dir}}', CONTOUR, GATEWAY_API], { cwd });
  const [contour = '', gatewayApi = ''] = folders.trim().split('\n');
  const kinds = ['gatewayclasses', 'gateways', 'grpcroutes', 'httproutes', 'referencegrants'];
  const crds = join(gatewayApi, 'config', 'crd', 'standard');
  await applyObjects([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: GATEWAY.namespace } }]);
  await applyFiles([
    ...kinds.map((kind) => join(crds, `gateway.networking.k8s.io_${kind}.yaml`)),
    join(contour, 'examples', 'contour', '01-crds.yaml'),
    join(contour, 'examples', 'contour', '02-role-contour.yaml'),
  ]);
  await kubectl(['wait', '--for=condition=Established', '--timeout=60s', 'crd', '--all']);
  // Discovery lags behind Established, and kubectl would say "no matches for kind".
  const apply = (): Promise<boolean> =>
    applyObjects(gatewayObjects()).then(
      () => true,
      () => false,
    );
  await until('the Gateway is accepted', apply, { withinMs: 30_000 });
}

function gatewayReference(): Readonly<{ name: string; namespace: string }> {
  return { name: GATEWAY.name, namespace: GATEWAY.namespace };
}

function gatewayObjects(): readonly Manifest[] {
  const group = 'rbac.authorization.k8s.io';
  return [
    {
      apiVersion: `${group}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name: 'contour' },
      roleRef: { apiGroup: group, kind: 'ClusterRole', name: 'contour' },
      subjects: [{ apiGroup: group, kind: 'User', name: 'contour' }],
    },
    {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'GatewayClass',
      metadata: { name: 'contour' },
      spec: { controllerName: 'projectcontour.io/gateway-controller' },
    },
    {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'Gateway',
      metadata: gatewayReference(),
      spec: {
        gatewayClassName: 'contour',
        listeners: [
          { name: 'http', protocol: 'HTTP', port: PORT.gateway, allowedRoutes: { namespaces: { from: 'All' } } },
        ],
      },
    },
  ];
}

function contourArguments(): readonly string[] {
  return [
    'serve',
    `--kubeconfig=${kubeconfigOf('contour')}`,
    `--config-path=${clusterFolder('contour.yaml')}`,
    '--insecure',
    '--disable-leader-election',
    '--xds-address=127.0.0.1',
    `--xds-port=${PORT.contourXds}`,
    '--http-address=127.0.0.1',
    `--http-port=${PORT.contourMetrics}`,
    '--health-address=127.0.0.1',
    `--health-port=${PORT.contourHealth}`,
    '--debug-http-address=127.0.0.1',
    `--debug-http-port=${PORT.contourDebug}`,
    `--stats-address=${ADDRESS.host}`,
    `--stats-port=${PORT.envoyMetrics}`,
    `--envoy-service-http-address=${ADDRESS.host}`,
    `--envoy-service-https-address=${ADDRESS.host}`,
    '--envoy-http-access-log=/dev/null',
    `--ingress-status-address=${ADDRESS.host}`,
    // Experimental kinds, which are not installed.
    '--disable-feature=tlsroutes',
    '--disable-feature=tcproutes',
    '--disable-feature=backendtlspolicies',
  ];
}
