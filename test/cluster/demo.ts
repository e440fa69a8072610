import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { findBinary } from './binaries.ts';
import { tell } from './command.ts';
import { failedRequests } from './load.ts';
import type { LoadReport } from './load.ts';
import { prepareCluster } from './prepare.ts';
import { begin, change, untilOnly } from './scenarios/canary.ts';
import { analysisOf, analysisTemplate, routedCanary } from './scenarios/manifests.ts';
import type { Stage } from './scenarios/stage.ts';
import { connectCluster, openStage } from './scenarios/stage.ts';
import { target } from './target.ts';

const VERSIONS = ['v1', 'v2', 'v3'] as const;
const NAMESPACE = 'sluice-demo';

const STRATEGY = routedCanary([
  { setWeight: 20 },
  { pause: { duration: '3s' } },
  { setWeight: 50 },
  { analysis: analysisOf('errors') },
  { setWeight: 80 },
  { pause: { duration: '3s' } },
]);

/** One line of bars: the share of the answers of the last second that each version gave. */
function drawShares(stage: Stage): string {
  return VERSIONS.map((version) => {
    const share = stage.load.share(version);
    const bar = '█'.repeat(Math.round(share * 20)).padEnd(20, '·');
    return `${version} ${bar} ${String(Math.round(share * 100)).padStart(3)} %`;
  }).join('   ');
}

/** Shows what `kubectl get rollouts -w` shows, beside the traffic, until stopped. */
function watch(kubectl: string, stage: Stage): () => void {
  const args = ['--kubeconfig', target().kubeconfig, '-n', NAMESPACE, 'get', 'rollouts.sluice.dev', '-w'];
  const child: ChildProcess = spawn(kubectl, args, { stdio: ['ignore', 'inherit', 'ignore'] });
  const timer = setInterval(() => tell(`    ${drawShares(stage)}`), 1000);
  return () => {
    clearInterval(timer);
    child.kill();
  };
}

function drawTable(report: LoadReport): string {
  const rows = [...report.byVersion]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([version, count]) => {
      const cells = [count.ok, count.serverError, count.timeout, count.reset].map((cell) => String(cell).padStart(9));
      return `${(version === '' ? 'no pod' : version).padEnd(8)}${cells.join('')}`;
    });
  return ['version        ok    errors  time-out     reset', ...rows].join('\n');
}

async function play(): Promise<void> {
  tell('Bringing up a Kubernetes of our own, and Sluice in it by its Helm chart …');
  await prepareCluster();
  const client = connectCluster(target().kubeconfig);
  const stage = await openStage(NAMESPACE, client);
  try {
    await stage.apply(analysisTemplate(NAMESPACE, 'errors'));
    tell('\n1. v1 runs behind a Gateway; 200 requests a second go to it from now on.');
    await begin(stage, STRATEGY);
    const stop = watch(await findBinary('kubectl'), stage);
    try {
      tell('\n2. kubectl apply: v2. It is good: 20 %, 50 %, judged by Prometheus, 80 %, promoted.');
      await change(stage, { version: 'v2' }, STRATEGY);
      await stage.untilStatus('v2 is Healthy', ({ phase }) => phase === 'Healthy', 120);
      await untilOnly(stage, 'v2');
      tell('\n3. kubectl apply: v3. It answers 30 % of the requests with an error: watch it go.');
      await change(stage, { version: 'v3', errorRate: 0.3 }, STRATEGY);
      const { message } = await stage.untilStatus('v3 is rolled back', ({ abort }) => abort === true, 120);
      await untilOnly(stage, 'v2');
      tell(`\n   ${message ?? ''}`);
    } finally {
      stop();
    }
    const report = await stage.stopLoad();
    tell(
      `\nRequests by version and outcome (${report.seconds.toFixed(0)} s, ${report.sent} in all):\n${drawTable(report)}`,
    );
    const failed = failedRequests(report, ['v3']);
    tell(`\n${failed} requests failed that the bad v3 did not fail by itself.`);
    process.exitCode = failed === 0 ? 0 : 1;
  } finally {
    await stage.clear();
    await client.close();
  }
  tell(
    '\nThe cluster stays up: eval "$(npm run -s cluster -- env)" and look around; npm run cluster -- down removes it.',
  );
}

await play();
