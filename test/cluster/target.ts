import { adminKubeconfig } from './paths.ts';
import { ADDRESS, PORT } from './paths.ts';

/** A Gateway that routes name as their parent, and where its traffic is answered (by Host header). */
export type TargetGateway = Readonly<{ name: string; namespace: string; url: string }>;

/** The cluster under test and what it offers. */
export type Target = Readonly<{
  /** True for the one that `npm run cluster -- up` starts: its processes may be stopped, and its audit log read. */
  own: boolean;
  kubeconfig: string;
  /** Image of the product that the cluster can pull; undefined: the one that is built and loaded here. */
  productImage: string | undefined;
  /** Image of the demo application. */
  demoImage: string;
  gateway: TargetGateway;
  /** Prometheus as pods reach it. */
  prometheus: string;
}>;

/** The demo application of demo-app/main.go, on every node of our own. */
export const DEMO_IMAGE = 'docker.io/sluice/demo:1';

/** The Gateway of our own cluster. */
export const GATEWAY: TargetGateway = {
  name: 'contour',
  namespace: 'projectcontour',
  url: `http://${ADDRESS.host}:${PORT.envoyHttp}`,
};

/** Prometheus of our own cluster, as pods reach it. */
export const PROMETHEUS_IN_CLUSTER = 'http://prometheus.monitoring.svc:9090';

/** What must be told about a cluster that was not started here, by variable. */
const NEEDED = {
  SLUICE_IMAGE: 'an image of Sluice that the cluster can pull: push what `npm run image` or `docker build .` makes',
  SLUICE_DEMO_IMAGE: 'an image of test/cluster/demo-app that the cluster can pull',
  SLUICE_GATEWAY: 'NAMESPACE/NAME of a Gateway that takes HTTPRoutes of all namespaces',
  SLUICE_GATEWAY_URL:
    'where that Gateway answers on this machine, such as http://127.0.0.1:8080 by kubectl port-forward: load goes nowhere else',
  SLUICE_PROMETHEUS: 'the address of a Prometheus in the cluster that scrapes pods every few seconds',
} as const;

/**
 * Reads which cluster is meant: our own, unless KUBECONFIG names another one. Images cannot be loaded into a foreign one,
 * so all that it must offer is named by variables; throws which of them are missing, and what each is.
 */
export function readTarget(environment: NodeJS.ProcessEnv, ownKubeconfig: string): Target {
  const kubeconfig = environment['KUBECONFIG'] ?? '';
  const given = (name: keyof typeof NEEDED): string => environment[name] ?? '';
  if (kubeconfig === '' || kubeconfig === ownKubeconfig) {
    const ours = {
      productImage: undefined,
      demoImage: DEMO_IMAGE,
      gateway: GATEWAY,
      prometheus: PROMETHEUS_IN_CLUSTER,
    };
    return { own: true, kubeconfig: ownKubeconfig, ...ours };
  }
  const missing = Object.entries(NEEDED).filter(([name]) => (environment[name] ?? '') === '');
  if (missing.length > 0) {
    const lines = missing.map(([name, what]) => `  ${name}: ${what}`);
    throw new Error(`images cannot be loaded into the cluster of KUBECONFIG=${kubeconfig}; give\n${lines.join('\n')}`);
  }
  const [namespace = '', name = '', ...rest] = given('SLUICE_GATEWAY').split('/');
  if (namespace === '' || name === '' || rest.length > 0) {
    throw new Error(`SLUICE_GATEWAY is "${given('SLUICE_GATEWAY')}"; write it as NAMESPACE/NAME`);
  }
  return {
    own: false,
    kubeconfig,
    productImage: given('SLUICE_IMAGE'),
    demoImage: given('SLUICE_DEMO_IMAGE'),
    gateway: { namespace, name, url: given('SLUICE_GATEWAY_URL') },
    prometheus: given('SLUICE_PROMETHEUS'),
  };
}

/** The cluster that this process tests; throws as readTarget does. */
export function target(): Target {
  return readTarget(process.env, adminKubeconfig());
}

/** The values of the chart for an image such as host/name:tag or host/name@sha256:…. */
export function imageValues(image: string): readonly string[] {
  const [, repository = image, , digest] = /^(.*?)(@(sha256:[0-9a-f]{64}))?$/.exec(image) ?? [];
  if (digest !== undefined) return [`image.repository=${repository}`, `image.digest=${digest}`];
  const [, name = repository, tag = ''] = /^(.*):([^:/]+)$/.exec(repository) ?? [];
  return tag === '' ? [`image.repository=${name}`] : [`image.repository=${name}`, `image.tag=${tag}`];
}
