import { join } from 'node:path';
import { findBinary } from '../binaries.ts';
import { run, tryRun } from '../command.ts';
import { applyFiles, applyObjects, kubectl } from '../kubectl.ts';
import { RELEASE } from '../product.ts';
import { target } from '../target.ts';
import type { Check } from './check.ts';

const CHART = 'charts/sluice';
const OPERATOR = 'github.com/prometheus-operator/prometheus-operator';

/** Ways to install the chart that differ in what is rendered; each must be accepted by the API server. */
const WAYS: Readonly<Record<string, readonly string[]>> = {
  default: [],
  'NetworkPolicy and ServiceMonitor': [
    'networkPolicy.enabled=true',
    'metrics.serviceMonitor.enabled=true',
    'metrics.serviceMonitor.labels.release=prometheus',
  ],
  'one namespace': ['watchNamespace=default'],
  'takeover group': ['apiGroup=argoproj.io'],
  'without RBAC, ServiceAccount and CRDs': [
    'rbac.create=false',
    'serviceAccount.create=false',
    'crds.install=false',
    'replicas=1',
    'leaderElection=false',
  ],
  'all that pods can be given': [
    `image.digest=sha256:${'a'.repeat(64)}`,
    'imagePullSecrets[0].name=pull',
    'priorityClassName=system-cluster-critical',
    'podLabels.team=delivery',
    'podAnnotations.note=yes',
    'nodeSelector.disk=fast',
    'tolerations[0].key=dedicated',
    'tolerations[0].operator=Exists',
    'extraEnv[0].name=TZ',
    'extraEnv[0].value=UTC',
    'allowedOrigins[0]=https://metrics.example.com',
    'instanceId=blue',
    'serviceAccount.annotations.owner=delivery',
  ],
};

/** Values that the chart must refuse, each with the place that the refusal names. */
const REFUSED: readonly (readonly [set: string, place: string])[] = [
  ['replicas=-1', 'replicas'],
  ['replicas=two', 'replicas'],
  ['replicas=17', 'replicas'],
  ['leaderElection=false', 'replicas'],
  ['apiGroup=flagger.app', 'apiGroup'],
  ['logLevel=loud', 'logLevel'],
  ['prometheusAddress=prometheus:9090', 'prometheusAddress'],
  ['allowedOrigins[0]=ftp://metrics', 'allowedOrigins'],
  ['image.digest=latest', 'digest'],
  ['image.pullPolicy=Sometimes', 'pullPolicy'],
  ['metrics.port=80', 'port'],
  ['requestsPerSecond=0', 'requestsPerSecond'],
  ['crds.instal=true', 'instal'],
  ['replicaCount=2', 'replicaCount'],
];

const sets = (values: readonly string[]): readonly string[] => values.flatMap((value) => ['--set', value]);

const lint: Check = {
  name: 'helm lint finds nothing',
  async run() {
    const helm = await findBinary('helm');
    let count = 0;
    for (const values of Object.values(WAYS)) {
      const { ok, stdout, stderr } = await tryRun(helm, ['lint', '--strict', CHART, ...sets(values)]);
      if (!ok || /\[(WARNING|ERROR)\]/.test(stdout)) throw new Error(`${values.join()}: ${stdout}${stderr}`);
      count += 1;
    }
    return `${count} sets of values, no warning`;
  },
};

const accepted: Check = {
  name: 'the API server accepts what the chart renders',
  async run() {
    const helm = await findBinary('helm');
    await installServiceMonitorKind();
    const namespace = 'sluice-options';
    await applyObjects([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }]);
    const counts: string[] = [];
    for (const [way, values] of Object.entries(WAYS)) {
      const text = await run(helm, ['template', 'options', CHART, '--namespace', namespace, ...sets(values)]);
      // Helm owns the fields of the CRDs that are installed: a dry run takes nothing from it.
      const dryRun = ['apply', '--server-side', '--force-conflicts', '--dry-run=server', '-o', 'name', '-f', '-'];
      const names = (await kubectl(dryRun, text)).trim().split('\n');
      if (way.includes('ServiceMonitor')) {
        for (const kind of ['servicemonitor', 'networkpolicy']) {
          if (!names.some((name) => name.startsWith(kind))) throw new Error(`${way}: no ${kind} was rendered`);
        }
      }
      counts.push(`${way}: ${names.length}`);
    }
    await kubectl(['delete', 'namespace', namespace, '--wait=false']);
    return `objects by way to install: ${counts.join(', ')}`;
  },
};

/** The kind that the Prometheus operator brings, from its own module. */
async function installServiceMonitorKind(): Promise<void> {
  const cwd = join(import.meta.dirname, '..', 'binaries', 'monitoring');
  const env = { ...process.env, GOWORK: 'off' };
  await run('go', ['mod', 'download', OPERATOR], { cwd, env });
  const folder = (await run('go', ['list', '-m', '-f', '{{.Dir}}', OPERATOR], { cwd, env })).trim();
  await applyFiles([join(folder, 'example', 'prometheus-operator-crd', 'monitoring.coreos.com_servicemonitors.yaml')]);
  const crd = 'crd/servicemonitors.monitoring.coreos.com';
  await kubectl(['wait', '--for=condition=Established', '--timeout=60s', crd]);
}

const refused: Check = {
  name: 'values that cannot be are refused by the chart, with their place',
  async run() {
    const helm = await findBinary('helm');
    for (const [set, place] of REFUSED) {
      const { ok, stderr } = await tryRun(helm, ['template', 'options', CHART, ...sets([set])]);
      if (ok) throw new Error(`${set} was taken`);
      if (!stderr.includes("don't meet the specifications of the schema") || !stderr.includes(place)) {
        throw new Error(`${set}: the refusal does not name ${place}: ${stderr}`);
      }
    }
    return `${REFUSED.length} of ${REFUSED.length}`;
  },
};

const tested: Check = {
  name: 'helm test asks the installed controller whether it is ready',
  async run() {
    const helm = await findBinary('helm');
    const where = ['--kubeconfig', target().kubeconfig, '--namespace', RELEASE.namespace];
    const said = await run(helm, ['test', RELEASE.name, ...where, '--timeout', '60s']);
    if (!/Phase:\s+Succeeded/.test(said)) throw new Error(said);
    return 'Succeeded';
  },
};

/** What is checked of the Helm chart. */
export const chartChecks: readonly Check[] = [lint, accepted, refused, tested];
