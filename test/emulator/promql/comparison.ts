import { milliseconds } from '../../../src/units/duration.ts';
import { instant } from '../../../src/units/instant.ts';
import { answerRequest } from '../../../src/emulator/prometheus-api.ts';
import { labelsOf } from '../../../src/emulator/promql/labels.ts';
import { SeriesStore } from '../../../src/emulator/series-store.ts';
import type { Question } from './queries.ts';
import { parametersOf, pathOf } from './queries.ts';
import type { Recorded } from './real-prometheus.ts';
import { WORLD } from './world.ts';

/** The world in a store of our own. */
export function filledStore(): SeriesStore {
  const store = new SeriesStore(milliseconds(86_400_000));
  for (const { labels, samples } of WORLD) {
    const own = labelsOf(labels);
    for (const [time, value] of samples) {
      if (value === 'stale') store.markStale(own, instant(time));
      else store.append(own, instant(time), value);
    }
  }
  return store;
}

/** Our answer to a question. */
export function ourAnswer(question: Question, store: SeriesStore): Recorded {
  const request = { method: 'GET', path: pathOf(question), parameters: parametersOf(question) };
  const { status, body } = answerRequest(request, store, instant(0));
  return { status, body: JSON.parse(body) };
}

type Answer = Readonly<{
  status?: string;
  errorType?: string;
  error?: string;
  data?: Readonly<{ resultType?: string; result?: unknown }>;
  warnings?: readonly string[];
  infos?: readonly string[];
}>;

/**
 * What must be equal: status, kind of error, type, labels, times, warnings, and values to 14 digits. The order of an
 * instant vector is Prometheus's own affair, except after sort and topk; the words of a refusal are ours.
 */
export function comparable({ status, body }: Recorded, { query }: Question): unknown {
  const { errorType, error, data, warnings, infos } = body as Answer;
  // What a parameter lacks is told in fixed words; the words for a bad query are our own.
  const fixed = error !== undefined && /^invalid parameter "(?:time|start|end|step)"/.test(error);
  if (errorType !== undefined) return { status, errorType, ...(fixed ? { error } : {}) };
  if (Array.isArray(data)) return { status, data: data.toSorted((a, b) => (stable(a) < stable(b) ? -1 : 1)) };
  // How a falling histogram was mended, we do not tell.
  const told = (infos ?? []).filter((info) => !info.includes('monotonicity'));
  const result = data?.result;
  const ordered = /^(?:sort|topk|bottomk)/.test(query);
  const listed = Array.isArray(result) && data?.resultType === 'vector' && !ordered;
  const rounded = JSON.parse(JSON.stringify(result), roundValues) as unknown;
  const key = (each: unknown): string => JSON.stringify((each as { metric: unknown }).metric);
  const inOrder = listed ? (rounded as unknown[]).toSorted((a, b) => (key(a) < key(b) ? -1 : 1)) : rounded;
  return { status, type: data?.resultType, result: inOrder, warnings: warnings?.toSorted(), infos: told.toSorted() };
}

function stable(each: unknown): string {
  return typeof each === 'string' ? each : JSON.stringify(Object.entries(each as object).toSorted());
}

/** [time, "value"] pairs: the last digits of a sum depend on the order in which a store lists its series. */
function roundValues(_key: string, value: unknown): unknown {
  if (!Array.isArray(value) || value.length !== 2 || typeof value[0] !== 'number') return value;
  const number = Number(value[1]);
  return Number.isFinite(number) ? [value[0], Number(number.toPrecision(14))] : value;
}
