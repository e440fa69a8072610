import { targetsOf } from '../../../src/emulator/pod-targets.ts';
import { EmulatedPrometheus } from '../../../src/emulator/prometheus.ts';
import { ProxyFleet } from '../../../src/emulator/proxy-fleet.ts';
import { BEGIN, after, smallCluster } from './small-cluster.ts';

/** Prints what traffic, scrapes and queries cost: `node test/emulator/proxies/speed.ts`. */
const ROLLOUT_SECONDS = 1800;
const RUNS = 40;

type Played = Readonly<{ requests: number; prometheus: EmulatedPrometheus }>;

/** A canary of half an hour in ten steps under 200 requests/s, with three proxies and four pods. */
function play(seed: number, scraped: boolean): Played {
  const cluster = smallCluster();
  const fleet = new ProxyFleet({ applicationOf: cluster.applicationOf, seed, proxies: 3 });
  const prometheus = new EmulatedPrometheus({ seed });
  fleet.advance(cluster, BEGIN);
  fleet.advance(cluster, after(1));
  const report = fleet.send({ name: 'shop', rate: 200, to: { kind: 'Host', host: 'shop' } });
  let weight = 0;
  for (let now = 1; now < ROLLOUT_SECONDS;) {
    const { nextScrape } = prometheus;
    now = Math.min(now + 15, nextScrape === undefined ? Number.POSITIVE_INFINITY : (nextScrape - BEGIN) / 1000);
    if (now * 10 > (weight / 10 + 1) * ROLLOUT_SECONDS) {
      weight += 10;
      cluster.route({ stable: 100 - weight, canary: weight });
    }
    fleet.advance(cluster, after(now));
    if (scraped) prometheus.scrape(targetsOf(cluster, fleet), after(now));
  }
  return { requests: report.ended, prometheus };
}

/** Seconds of CPU that something takes. */
function cost(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

for (const scraped of [false, true]) {
  for (let seed = 0; seed < 10; seed += 1) play(seed, scraped);
  let requests = 0;
  const taken = cost(() => {
    for (let seed = 0; seed < RUNS; seed += 1) requests += play(seed, scraped).requests;
  });
  const each = ((taken / RUNS) * 1000).toFixed(1);
  const rate = Math.round(requests / taken / 1e6);
  console.log(
    `${scraped ? 'with Prometheus' : 'traffic alone'}: ${each} ms of CPU for 30 min, ${rate} million requests/CPU s`,
  );
}

const { prometheus } = play(1, true);
const QUERIES = {
  'share of errors':
    '(sum(rate(http_requests_total{pod=~"b-.*",code=~"5.."}[1m])) or vector(0)) / sum(rate(http_requests_total{pod=~"b-.*"}[1m]))',
  '95th percentile': 'histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket[5m])))',
  'raw samples': 'http_requests_total[1m]',
};
for (const [name, query] of Object.entries(QUERIES)) {
  const count = 3000;
  const taken = cost(() => {
    for (let asked = 0; asked < count; asked += 1) {
      const parameters = new URLSearchParams({ query });
      prometheus.answer({ method: 'GET', path: '/api/v1/query', parameters }, after(ROLLOUT_SECONDS));
    }
  });
  console.log(`${name}: ${Math.round(count / taken)} queries/CPU s`);
}
