/** One series to feed to Prometheus and to us: milliseconds since the epoch and values; 'stale' is the marker of its end. */
export type FedSeries = Readonly<{
  labels: Readonly<Record<string, string>>;
  samples: readonly (readonly [time: number, value: number | 'stale'])[];
}>;

/** The first scrape, a whole minute; scrapes come every 15 s for half an hour. */
export const START = 1_700_000_040_000;
const SCRAPE = 15_000;
const COUNT = 121;

type Shape = (index: number, time: number) => number | 'stale' | undefined;

function series(labels: Record<string, string>, shape: Shape, lag = 0): FedSeries {
  const samples: (readonly [number, number | 'stale'])[] = [];
  for (let index = 0; index < COUNT; index += 1) {
    const time = START + index * SCRAPE + lag;
    const value = shape(index, time);
    if (value !== undefined) samples.push([time, value]);
  }
  return { labels, samples };
}

/** A wobble that is the same on every machine, between 0 and 1. */
function wobble(index: number, salt: number): number {
  return ((index * 7919 + salt * 104_729) % 1000) / 1000;
}

function requests(pod: string, version: string, salt: number): readonly FedSeries[] {
  const own = { job: 'pods', namespace: 'shop', pod, version };
  const total = (share: number, from = 0): Shape => {
    let count = 0;
    return (index) => {
      if (index < from) return undefined;
      count += Math.floor((40 + 20 * wobble(index, salt)) * share);
      return count;
    };
  };
  const counter = (labels: Record<string, string>, shape: Shape): FedSeries =>
    series({ __name__: 'http_requests_total', ...own, ...labels }, shape, salt * 137);
  return [
    counter({ code: '200' }, total(1)),
    counter({ code: '404' }, total(0.07)),
    counter({ code: '500' }, total(version === 'v2' ? 0.2 : 0.03, salt * 5)),
  ];
}

const BOUNDS = ['0.001', '0.005', '0.01', '0.025', '0.05', '0.1', '0.25', '0.5', '1', '2.5', '+Inf'];

function histogram(pod: string, version: string, salt: number): readonly FedSeries[] {
  const own = { job: 'pods', namespace: 'shop', pod, version };
  const name = 'http_request_duration_seconds';
  const shares = BOUNDS.map((_, index) => 1 - 0.6 ** (index + (version === 'v2' ? 0 : 1)));
  const counts = (index: number): number => (index + 1) * (50 + salt);
  return [
    ...BOUNDS.map((le, index) =>
      series({ __name__: `${name}_bucket`, ...own, le }, (at) =>
        Math.floor(counts(at) * (le === '+Inf' ? 1 : (shares[index] ?? 1))),
      ),
    ),
    series({ __name__: `${name}_sum`, ...own }, (at) => counts(at) * 0.037),
    series({ __name__: `${name}_count`, ...own }, counts),
  ];
}

/**
 * Half an hour of a canary: counters by pod and code, some of which start late; a restart; a pod that goes with a marker and
 * one that goes without; gauges with NaN and infinity; classic histograms; series that match one to many.
 */
export const WORLD: readonly FedSeries[] = [
  ...requests('web-a-1', 'v1', 1),
  ...requests('web-a-2', 'v1', 2),
  ...requests('web-b-1', 'v2', 3),
  ...histogram('web-a-1', 'v1', 1),
  ...histogram('web-a-2', 'v1', 2),
  ...histogram('web-b-1', 'v2', 3),
  series({ __name__: 'restarts_total', pod: 'web-a-1' }, (index) => (index % 40) * 3, 61),
  series({ __name__: 'gone_total', pod: 'marked' }, (index) =>
    index < 90 ? index * 2 : index === 90 ? 'stale' : undefined,
  ),
  series({ __name__: 'gone_total', pod: 'silent' }, (index) => (index < 105 ? index * 2 : undefined), 7),
  series({ __name__: 'sparse_total', pod: 'web-a-1' }, (index) => (index % 12 === 0 ? index : undefined)),
  series({ __name__: 'errors_total', pod: 'web-a-1' }, () => 0),
  series({ __name__: 'memory_bytes', pod: 'web-a-1', node: 'n1' }, (index) => 1e8 + 1e6 * wobble(index, 4)),
  series({ __name__: 'memory_bytes', pod: 'web-a-2', node: 'n1' }, (index) => 1.2e8 + 1e6 * wobble(index, 5)),
  series({ __name__: 'memory_bytes', pod: 'web-b-1', node: 'n2' }, (index) => -9e7 - 1e6 * wobble(index, 6)),
  series({ __name__: 'odd', kind: 'nan' }, () => Number.NaN),
  series({ __name__: 'odd', kind: 'inf' }, () => Number.POSITIVE_INFINITY),
  series({ __name__: 'odd', kind: 'tiny' }, (index) => index * 1e-9),
  series({ __name__: 'odd', kind: 'huge' }, (index) => index * 1e22),
  series({ __name__: 'odd', kind: 'minus' }, (index) => -index / 3),
  series({ __name__: 'node_labels', node: 'n1', zone: 'east' }, () => 1),
  series({ __name__: 'node_labels', node: 'n2', zone: 'west' }, () => 1),
  series({ __name__: 'up', job: 'pods', pod: 'web-a-1' }, () => 1),
  series({ __name__: 'up', job: 'pods', pod: 'web-b-1' }, (index) => (index % 10 === 9 ? 0 : 1)),
  series({ __name__: 'up', job: 'envoy' }, () => 1),
  series({ __name__: 'broken_bucket', le: '1' }, () => 5),
  series({ __name__: 'broken_bucket', le: 'wide' }, () => 7),
  series({ __name__: 'falling_bucket', le: '1' }, () => 10),
  series({ __name__: 'falling_bucket', le: '2' }, () => 8),
  series({ __name__: 'falling_bucket', le: '+Inf' }, () => 12),
];
