import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ProxyFleet } from '../../../src/emulator/proxy-fleet.ts';
import { METRIC_NAME, labelOf } from '../../../src/emulator/promql/labels.ts';
import type { Sample } from '../../../src/emulator/promql/samples.ts';
import { milliseconds, seconds } from '../../../src/units/duration.ts';
import { BEGIN, after, smallCluster } from './small-cluster.ts';

const PODS = ['a-1', 'a-2', 'b-1', 'b-2'] as const;

/** Something that happens to the cluster, and how long after the thing before it, in milliseconds. */
const edits = fc.record({
  wait: fc.integer({ min: 1, max: 20_000 }),
  edit: fc.oneof(
    fc.record({ kind: fc.constant('Weight' as const), canary: fc.integer({ min: 0, max: 100 }) }),
    fc.record({ kind: fc.constant('Slice' as const), ready: fc.subarray([...PODS]) }),
    fc.record({ kind: fc.constant('Latency' as const), pod: fc.constantFrom(...PODS), latency: fc.nat(20_000) }),
    fc.record({
      kind: fc.constant('Errors' as const),
      pod: fc.constantFrom(...PODS),
      rate: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
    fc.record({
      kind: fc.constant('End' as const),
      pod: fc.constantFrom(...PODS),
      drain: fc.nat(5000),
      kill: fc.nat(9000),
    }),
    fc.record({ kind: fc.constant('Vanish' as const), pod: fc.constantFrom(...PODS) }),
    fc.record({ kind: fc.constant('Restart' as const), proxy: fc.nat(2) }),
    fc.record({ kind: fc.constant('Stick' as const), proxy: fc.nat(2), stuck: fc.boolean() }),
  ),
});

function sum(samples: Iterable<Sample>, name: string): number {
  let total = 0;
  for (const { labels, value } of samples) if (labelOf(labels, METRIC_NAME) === name) total += value;
  return total;
}

test('whatever happens, every request that was due ends once, or waits, or is owed by less than one', () => {
  fc.assert(
    fc.property(
      fc.array(edits, { maxLength: 25 }),
      fc.nat(1000),
      fc.integer({ min: 1, max: 400 }),
      (history, seed, rate) => {
        const cluster = smallCluster();
        const fleet = new ProxyFleet({
          applicationOf: cluster.applicationOf,
          seed,
          proxies: 3,
          loss: 0.2,
          disorder: 0.2,
        });
        fleet.advance(cluster, BEGIN);
        const report = fleet.send({ name: 'shop', rate, to: { kind: 'Host', host: 'shop' } });
        let now = 0;
        for (const { wait, edit } of history) {
          now += wait;
          fleet.advance(cluster, after(now / 1000));
          const [proxy] = fleet.proxies.slice('proxy' in edit ? edit.proxy : 0);
          if (edit.kind === 'Weight') cluster.route({ stable: 100 - edit.canary, canary: edit.canary });
          if (edit.kind === 'Slice') cluster.slice('stable', edit.ready);
          if (edit.kind === 'Latency') cluster.pod(edit.pod, { application: { latency: milliseconds(edit.latency) } });
          if (edit.kind === 'Errors') cluster.pod(edit.pod, { application: { errorRate: edit.rate } });
          if (edit.kind === 'Vanish') cluster.removePod(edit.pod);
          if (edit.kind === 'End') {
            const refusesFrom = after((now + edit.drain) / 1000);
            const goneFrom = after((now + edit.drain + edit.kill) / 1000);
            cluster.pod(edit.pod, { application: { refusesFrom, goneFrom } });
          }
          if (edit.kind === 'Restart' && proxy !== undefined) fleet.restart(proxy, after(now / 1000));
          if (edit.kind === 'Stick' && proxy !== undefined) proxy.stuck = edit.stuck;
          fleet.advance(cluster, after(now / 1000));
          for (const counts of report.byVersion.values()) {
            for (const count of Object.values(counts)) expect(Number.isInteger(count) && count >= 0).toBe(true);
          }
        }
        // Longer than any latency: what was under way has ended.
        fleet.send({ name: 'shop', rate: 0, to: { kind: 'Host', host: 'shop' } });
        for (let late = 1; late <= 60; late += 1) fleet.advance(cluster, after(now / 1000 + late));
        const due = (rate * now) / 1000;
        expect(report.ended).toBeLessThanOrEqual(due + 1e-6);
        expect(report.ended).toBeGreaterThan(due - 1 - 1e-6);
        const active = fleet.proxies.map((proxy) => sum(proxy.expose(), 'envoy_cluster_upstream_rq_active'));
        expect(active).toEqual([0, 0, 0]);
      },
    ),
    { numRuns: 300 },
  );
});

test('what proxies say they sent to a Service is what its pods say they answered', () => {
  fc.assert(
    fc.property(fc.nat(1000), fc.integer({ min: 0, max: 100 }), (seed, canary) => {
      const cluster = smallCluster();
      for (const pod of ['b-1', 'b-2']) cluster.pod(pod, { application: { errorRate: 0.2 } });
      const fleet = new ProxyFleet({ applicationOf: cluster.applicationOf, seed });
      cluster.route({ stable: 100 - canary, canary });
      fleet.advance(cluster, BEGIN);
      fleet.advance(cluster, after(2));
      const report = fleet.send({ name: 'shop', rate: 137, to: { kind: 'Host', host: 'shop' } });
      for (let at = 3; at < 40; at += 1) fleet.advance(cluster, after(at));
      const sent = fleet.proxies.reduce(
        (all, proxy) => all + sum(proxy.expose(), 'envoy_cluster_upstream_rq_total'),
        0,
      );
      const answered = PODS.reduce((all, pod) => all + sum(fleet.metricsOf(pod) ?? [], 'http_requests_total'), 0);
      expect(sent).toBe(report.ended);
      expect(answered).toBe(report.ended);
    }),
    { numRuns: 100 },
  );
});

test('nothing is lost in any rollout that waits longer than the slowest proxy', () => {
  fc.assert(
    fc.property(fc.nat(100_000), fc.array(fc.integer({ min: 1, max: 99 }), { maxLength: 6 }), (seed, weights) => {
      const cluster = smallCluster();
      cluster.slice('canary', []);
      const delay = { least: seconds(0), most: seconds(9) };
      const fleet = new ProxyFleet({ applicationOf: cluster.applicationOf, seed, proxies: 4, delay });
      fleet.advance(cluster, BEGIN);
      let now = 10;
      const pass = (): void => {
        now += 10;
        fleet.advance(cluster, after(now));
      };
      pass();
      const report = fleet.send({ name: 'shop', rate: 50, to: { kind: 'Host', host: 'shop' } });
      cluster.slice('canary', ['b-1', 'b-2']);
      fleet.advance(cluster, after(now));
      pass();
      for (const canary of [...weights, 100]) {
        cluster.route({ stable: 100 - canary, canary });
        fleet.advance(cluster, after(now));
        pass();
      }
      for (const pod of ['a-1', 'a-2'])
        cluster.pod(pod, { application: { refusesFrom: after(now), goneFrom: after(now) } });
      cluster.slice('stable', []);
      fleet.advance(cluster, after(now));
      pass();
      expect(report.lost).toBe(0);
    }),
    { numRuns: 200 },
  );
});
