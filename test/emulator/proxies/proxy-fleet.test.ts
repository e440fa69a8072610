import { describe, expect, test } from 'vitest';
import { ProxyFleet } from '../../../src/emulator/proxy-fleet.ts';
import type { ProxyFleetOptions } from '../../../src/emulator/proxy-fleet.ts';
import type { StreamReport } from '../../../src/emulator/proxies/outcomes.ts';
import { milliseconds, seconds } from '../../../src/units/duration.ts';
import type { SmallCluster } from './small-cluster.ts';
import { BEGIN, after, smallCluster } from './small-cluster.ts';

const SHOP = { name: 'shop', rate: 100, to: { kind: 'Host', host: 'shop' } } as const;

type Rig = Readonly<{ cluster: SmallCluster; fleet: ProxyFleet; report: StreamReport }>;

/** A warm data plane with 100 requests/s, one second after the beginning. */
function rig(options: Partial<ProxyFleetOptions> = {}): Rig {
  const cluster = smallCluster();
  const fleet = new ProxyFleet({ applicationOf: cluster.applicationOf, seed: 7, ...options });
  fleet.advance(cluster, BEGIN);
  fleet.advance(cluster, after(1));
  return { cluster, fleet, report: fleet.send(SHOP) };
}

function ok(report: StreamReport, version: string): number {
  return report.byVersion.get(version)?.Ok ?? 0;
}

describe('what a proxy does with a request', () => {
  test('the number of requests is exact, whatever the ticks', () => {
    for (const tick of [0.1, 0.37, 1, 15]) {
      const { cluster, fleet, report } = rig();
      for (let at = 1 + tick; at <= 61; at += tick) fleet.advance(cluster, after(at));
      fleet.advance(cluster, after(61));
      expect(report.ended).toBe(6000);
      expect(ok(report, 'v1')).toBe(6000);
    }
  });

  test('weights split the requests as chance does', () => {
    const { cluster, fleet, report } = rig();
    cluster.route({ stable: 80, canary: 20 });
    fleet.advance(cluster, after(1));
    fleet.advance(cluster, after(2));
    const before = ok(report, 'v2');
    fleet.advance(cluster, after(1002));
    const share = (ok(report, 'v2') - before) / 100_000;
    // Four standard deviations of 100,000 draws at 0.2.
    expect(Math.abs(share - 0.2)).toBeLessThan(0.0051);
    expect(share).not.toBe(0.2);
    expect(report.lost).toBe(0);
  });

  test('a header leads to the canary whatever the weight', () => {
    const { cluster, fleet } = rig();
    const matches = [{ headers: [{ name: 'X-Canary', value: 'yes' }] }];
    cluster.route({ stable: 100, canary: 0 }, [{ matches, backendRefs: [{ name: 'canary', port: 80 }] }]);
    const to = { kind: 'Host', host: 'shop', headers: { 'x-canary': 'yes' } } as const;
    const report = fleet.send({ name: 'testers', rate: 10, to });
    fleet.advance(cluster, after(2));
    fleet.advance(cluster, after(12));
    fleet.send({ name: 'testers', rate: 0, to });
    expect(ok(report, 'v2')).toBeGreaterThan(95);
    expect(report.ended).toBe(110);
  });

  test('mirrored requests reach the canary and nobody waits for them', () => {
    const { cluster, fleet, report } = rig();
    cluster.pod('b-1', { application: { errorRate: 1 } });
    cluster.pod('b-2', { application: { errorRate: 1 } });
    const filters = [{ type: 'RequestMirror', requestMirror: { backendRef: { name: 'canary', port: 80 } } }];
    const rule = { matches: [{ path: { type: 'PathPrefix', value: '/' } }], filters };
    cluster.route({ stable: 100 }, [{ ...rule, backendRefs: [{ name: 'stable', port: 80 }] }]);
    fleet.advance(cluster, after(2));
    fleet.advance(cluster, after(3));
    fleet.advance(cluster, after(13));
    expect(report.total('ApplicationError')).toBe(0);
    expect(ok(report, 'v1')).toBe(1200);
    const failed = [...(fleet.metricsOf('b-1') ?? [])].find(({ labels }) => labels.key.includes('500'));
    expect(failed?.value).toBeGreaterThan(490);
  });

  test('a route that no Gateway takes leads nowhere', () => {
    const { cluster, fleet, report } = rig();
    cluster.accepted = false;
    cluster.route({ stable: 100 });
    fleet.advance(cluster, after(1));
    fleet.advance(cluster, after(11));
    expect(report.total('NoRoute')).toBeGreaterThan(950);
  });

  test('requests within the cluster go past the proxies’ counters', () => {
    const { cluster, fleet } = rig();
    fleet.send({ ...SHOP, rate: 0 });
    const report = fleet.send({
      name: 'inner',
      rate: 10,
      to: { kind: 'Service', service: 'default/stable', port: 80 },
    });
    fleet.advance(cluster, after(11));
    expect(ok(report, 'v1')).toBe(100);
    const counted = fleet.proxies.flatMap((proxy) => [...proxy.expose()]).filter(({ value }) => value > 0);
    expect(counted).toEqual([]);
  });

  test.each([
    ['a host that no route names', { kind: 'Host', host: 'elsewhere' }, 'NoRoute'],
    ['a Service that nobody serves', { kind: 'Service', service: 'default/none', port: 80 }, 'NoEndpoints'],
  ] as const)('%s is answered by the proxy itself', (_what, to, outcome) => {
    const { cluster, fleet } = rig();
    const report = fleet.send({ name: 'other', rate: 10, to });
    fleet.advance(cluster, after(11));
    expect(report.total(outcome)).toBe(100);
    expect(report.lost).toBe(100);
  });

  test('errors and latencies are the application’s, and are not counted as lost', () => {
    const { cluster, fleet, report } = rig();
    for (const pod of ['a-1', 'a-2']) cluster.pod(pod, { application: { errorRate: 0.3, latency: milliseconds(80) } });
    fleet.advance(cluster, after(1));
    fleet.advance(cluster, after(101));
    const { Ok = 0, ApplicationError = 0 } = report.byVersion.get('v1') ?? {};
    expect(Math.abs(ApplicationError / (Ok + ApplicationError) - 0.3)).toBeLessThan(0.02);
    expect(report.lost).toBe(0);
    const slow = fleet.send({ ...SHOP, name: 'slow' });
    for (const pod of ['a-1', 'a-2']) cluster.pod(pod, { application: { errorRate: 0, latency: seconds(20) } });
    fleet.advance(cluster, after(101));
    for (let at = 102; at < 160; at += 1) fleet.advance(cluster, after(at));
    expect(slow.total('Timeout')).toBeGreaterThan(3000);
    expect(slow.lost).toBe(0);
  });
});

test('an incident behind all applications makes all of them answer with errors', () => {
  const { cluster, fleet, report } = rig();
  cluster.route({ stable: 50, canary: 50 });
  for (const pod of ['b-1', 'b-2']) cluster.pod(pod, { application: { errorRate: 0.1 } });
  fleet.advance(cluster, after(2));
  fleet.traffic.incident = 0.2;
  fleet.advance(cluster, after(402));
  const shares = ['v1', 'v2'].map((version) => {
    const { Ok = 0, ApplicationError = 0 } = report.byVersion.get(version) ?? {};
    return ApplicationError / (Ok + ApplicationError);
  });
  expect(shares[0]).toBeCloseTo(0.2, 1);
  expect(shares[1]).toBeCloseTo(0.28, 1);
});

describe('what a change leaves behind', () => {
  test('a pod that refuses before the proxies know costs requests, one that drains does not', () => {
    const delay = { least: seconds(2), most: seconds(4) };
    for (const drain of [0, 5]) {
      const { cluster, fleet, report } = rig({ delay });
      fleet.send({ ...SHOP, rate: 0 });
      fleet.advance(cluster, after(10));
      fleet.send(SHOP);
      cluster.pod('a-1', { application: { refusesFrom: after(10 + drain), goneFrom: after(20) } });
      cluster.slice('stable', ['a-2'], ['a-1']);
      for (let at = 10; at <= 30; at += 1) fleet.advance(cluster, after(at));
      // Half of the requests of two to four seconds went to the pod that had ended.
      if (drain === 0) expect(report.total('PodGone')).toBeGreaterThan(100);
      if (drain === 0) expect(report.total('PodGone')).toBeLessThan(200);
      if (drain === 5) expect(report.lost).toBe(0);
    }
  });

  test('requests are cut off when their pod ends without notice', () => {
    const { cluster, fleet, report } = rig();
    for (const pod of ['a-1', 'a-2']) cluster.pod(pod, { application: { latency: seconds(2) } });
    for (let at = 1; at <= 10; at += 1) fleet.advance(cluster, after(at));
    cluster.removePod('a-1');
    cluster.slice('stable', ['a-2']);
    fleet.advance(cluster, after(10));
    // Two seconds of half of the requests were on their way.
    expect(report.total('CutOff')).toBeGreaterThanOrEqual(95);
    expect(report.total('CutOff')).toBeLessThanOrEqual(105);
  });

  test('weight that comes before endpoints meets nobody', () => {
    const { cluster, fleet, report } = rig();
    cluster.slice('canary', []);
    fleet.advance(cluster, after(1));
    fleet.advance(cluster, after(2));
    cluster.route({ stable: 0, canary: 100 });
    fleet.advance(cluster, after(2));
    fleet.advance(cluster, after(12));
    expect(report.total('NoEndpoints')).toBeGreaterThan(950);
  });

  test('a stuck proxy keeps the old weight for its share, and learns all when released', () => {
    const { cluster, fleet, report } = rig({ proxies: 5 });
    const [stuck] = fleet.proxies;
    if (stuck !== undefined) stuck.stuck = true;
    cluster.route({ stable: 0, canary: 100 });
    fleet.advance(cluster, after(1));
    fleet.advance(cluster, after(2));
    const before = ok(report, 'v1');
    fleet.advance(cluster, after(102));
    expect(ok(report, 'v1') - before).toBe(2000);
    if (stuck !== undefined) stuck.stuck = false;
    fleet.advance(cluster, after(103));
    const then = ok(report, 'v1');
    fleet.advance(cluster, after(113));
    expect(ok(report, 'v1') - then).toBe(0);
  });

  test('a proxy that restarts loses its counters and takes requests only when it has learnt everything', () => {
    const { cluster, fleet, report } = rig({ delay: { least: seconds(1), most: seconds(9) } });
    fleet.advance(cluster, after(10));
    const losses = report.lost;
    const [proxy] = fleet.proxies;
    if (proxy === undefined) throw new Error('no proxy');
    fleet.restart(proxy, after(10));
    const counted = (): number => [...proxy.expose()].find(({ labels }) => labels.key.includes('rq_total'))?.value ?? 0;
    for (let at = 11; at <= 19; at += 1) fleet.advance(cluster, after(at));
    fleet.advance(cluster, after(60));
    expect(report.lost).toBe(losses);
    expect(counted()).toBeLessThan(3000);
    expect(counted()).toBeGreaterThan(1500);
  });

  test('a lost update leaves the proxy where it was until the next change', () => {
    const { cluster, fleet, report } = rig({ loss: 1 });
    cluster.route({ stable: 0, canary: 100 });
    fleet.advance(cluster, after(1));
    fleet.advance(cluster, after(60));
    expect(ok(report, 'v2')).toBe(0);
  });

  test('updates that overtake each other are passed over, unless the data plane is disorderly', () => {
    for (const disorder of [0, 1]) {
      let old = 0;
      for (let seed = 0; seed < 40; seed += 1) {
        const { cluster, fleet } = rig({ disorder, seed, delay: { least: seconds(1), most: seconds(20) } });
        cluster.route({ stable: 50, canary: 50 });
        fleet.advance(cluster, after(30));
        cluster.route({ stable: 0, canary: 100 });
        fleet.advance(cluster, after(31));
        fleet.advance(cluster, after(100));
        const weights = fleet.proxies.map(({ rules }) => rules[0]?.backends[0]?.weight);
        old += weights.filter((weight) => weight === 50).length;
      }
      if (disorder === 0) expect(old).toBe(0);
      else expect(old).toBeGreaterThan(10);
    }
  });

  test('a route that is taken away answers 404', () => {
    const { cluster, fleet, report } = rig();
    cluster.removeRoute();
    fleet.advance(cluster, after(1));
    fleet.advance(cluster, after(11));
    expect(report.total('NoRoute')).toBeGreaterThan(950);
  });
});

test('the same seed gives the same requests, another seed others', () => {
  const play = (seed: number): string => {
    const { cluster, fleet, report } = rig({ seed });
    cluster.route({ stable: 70, canary: 30 });
    cluster.pod('b-1', { application: { errorRate: 0.1 } });
    for (let at = 1; at <= 60; at += 1) fleet.advance(cluster, after(at));
    return JSON.stringify([...report.byVersion]);
  };
  expect(play(1)).toBe(play(1));
  expect(play(1)).not.toBe(play(2));
});
