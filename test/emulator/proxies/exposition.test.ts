import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { RunningApplication } from '../../../src/emulator/proxies/application.ts';
import { ProxyCounters } from '../../../src/emulator/proxies/proxy-counters.ts';
import type { Sample } from '../../../src/emulator/promql/samples.ts';
import { METRIC_NAME, labelOf, printLabels } from '../../../src/emulator/promql/labels.ts';
import { milliseconds } from '../../../src/units/duration.ts';

const DEMO = readFileSync(join(import.meta.dirname, '..', '..', 'cluster', 'demo-app', 'main.go'), 'utf8');

function lines(samples: Iterable<Sample>): readonly string[] {
  return [...samples].map(({ labels, value }) => `${printLabels(labels)} ${value}`);
}

function application(latency: number): RunningApplication {
  return new RunningApplication({
    id: 'a/0',
    address: '10.244.0.1',
    version: 'v7',
    errorRate: 0,
    latency: milliseconds(latency),
    refusesFrom: undefined,
    goneFrom: undefined,
  });
}

test('an application exposes the names and buckets of the demo application’s source', () => {
  const names = [...DEMO.matchAll(/Name:\s+"(\w+)"/g)].map(([, name]) => name);
  const bounds = /Buckets: \[\]float64\{(.*)\}/.exec(DEMO)?.[1]?.split(', ').map(Number);
  const running = application(0);
  running.answered(1, 0);
  const samples = [...running.expose()];
  const exposed = new Set(
    samples.map(({ labels }) => labelOf(labels, METRIC_NAME).replace(/_(?:bucket|sum|count)$/, '')),
  );
  expect([...exposed].toSorted()).toEqual(names.toSorted());
  const les = samples.map(({ labels }) => labelOf(labels, 'le')).filter((le) => le !== '');
  expect(les.map((le) => (le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le)))).toEqual([
    ...(bounds ?? []),
    Number.POSITIVE_INFINITY,
  ]);
});

test('both codes are there from the start, the histogram from the first request', () => {
  const running = application(30);
  expect(lines(running.expose())).toEqual([
    'http_requests_total{code="200", version="v7"} 0',
    'http_requests_total{code="500", version="v7"} 0',
  ]);
  running.answered(8, 2);
  const after = lines(running.expose());
  expect(after).toContain('http_requests_total{code="500", version="v7"} 2');
  expect(after).toContain('http_request_duration_seconds_bucket{le="0.025", version="v7"} 0');
  expect(after).toContain('http_request_duration_seconds_bucket{le="0.05", version="v7"} 10');
  expect(after).toContain('http_request_duration_seconds_count{version="v7"} 10');
});

test('a proxy counts as Envoy does: connections that failed are answers, not requests to an upstream', () => {
  const counters = new ProxyCounters('default_web_80');
  counters.total += 4;
  counters.answered(200, 3);
  counters.answered(504, 1);
  counters.timeouts += 1;
  counters.connectFailures += 2;
  counters.answered(503, 2);
  const of = 'envoy_cluster_name="default_web_80"';
  expect(lines(counters.expose()).toSorted()).toEqual(
    [
      `envoy_cluster_external_upstream_rq_completed{${of}} 6`,
      `envoy_cluster_external_upstream_rq_xx{${of}, envoy_response_code_class="2"} 3`,
      `envoy_cluster_external_upstream_rq_xx{${of}, envoy_response_code_class="5"} 3`,
      `envoy_cluster_external_upstream_rq{${of}, envoy_response_code="200"} 3`,
      `envoy_cluster_external_upstream_rq{${of}, envoy_response_code="503"} 2`,
      `envoy_cluster_external_upstream_rq{${of}, envoy_response_code="504"} 1`,
      `envoy_cluster_upstream_rq_active{${of}} 0`,
      `envoy_cluster_upstream_rq_completed{${of}} 6`,
      `envoy_cluster_upstream_rq_pending_failure_eject{${of}} 2`,
      `envoy_cluster_upstream_rq_rx_reset{${of}} 0`,
      `envoy_cluster_upstream_rq_timeout{${of}} 1`,
      `envoy_cluster_upstream_rq_total{${of}} 4`,
      `envoy_cluster_upstream_rq_xx{${of}, envoy_response_code_class="2"} 3`,
      `envoy_cluster_upstream_rq_xx{${of}, envoy_response_code_class="5"} 3`,
      `envoy_cluster_upstream_rq{${of}, envoy_response_code="200"} 3`,
      `envoy_cluster_upstream_rq{${of}, envoy_response_code="503"} 2`,
      `envoy_cluster_upstream_rq{${of}, envoy_response_code="504"} 1`,
    ].toSorted(),
  );
});
