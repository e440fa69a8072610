import type { Milliseconds } from '../units/duration.ts';
import { seconds } from '../units/duration.ts';
import type { Instant } from '../units/instant.ts';
import { add } from '../units/instant.ts';
import type { PrometheusAnswer, PrometheusRequest, Twist } from './prometheus-api.ts';
import { answerRequest } from './prometheus-api.ts';
import { cutAfter, resetting, stampedLater } from './bent-sources.ts';
import { withLabel } from './promql/labels.ts';
import type { QueryOutcome } from './promql/query.ts';
import type { SeriesSource, Value } from './promql/samples.ts';

/** What a caller sees: an answer after a while, no connection, or headers and then nothing. */
export type PrometheusReply =
  | (Readonly<{ kind: 'Answer'; after: Milliseconds }> & PrometheusAnswer)
  | Readonly<{ kind: 'Refused' }>
  | Readonly<{ kind: 'Hangs' }>;

/** A way in which metrics go wrong; the numbers are those of the project's list of faults. */
export type Lie =
  /** F50: refuses connections, or answers 503. */
  | Readonly<{ kind: 'Down'; how: 'Refused' | 'Unavailable' }>
  /** F51: answers late (by default after 30 s), or sends headers and then nothing. */
  | Readonly<{ kind: 'Slow'; after?: Milliseconds }>
  | Readonly<{ kind: 'Hangs' }>
  /** F52: no series. */
  | Readonly<{ kind: 'Empty' }>
  /** F53: every value is this one: NaN, infinite, negative. */
  | Readonly<{ kind: 'Values'; value: number }>
  /** F54: a type that nobody asked for. */
  | Readonly<{ kind: 'Type'; type: Value['type'] }>
  /** F55: each series comes `count` times, with another label and other values. */
  | Readonly<{ kind: 'SeveralSeries'; count: number }>
  /** F56: every counter begins anew at each multiple of this time. */
  | Readonly<{ kind: 'Resets'; every: Milliseconds }>
  /** F57: no sample came since `age` ago; by default ten minutes. */
  | Readonly<{ kind: 'Old'; age?: Milliseconds }>
  /** F58: who asks for the one gets the other: texts that are exchanged in the query, such as two pod template hashes. */
  | Readonly<{ kind: 'WrongSeries'; asked: string; given: string }>
  /** F59: the truth and another lie in turn, changing with each scrape interval. */
  | Readonly<{ kind: 'InTurn'; other: Lie }>
  /** F60: two Prometheus that scrape at other moments answer in turn; needs the option `pair`. */
  | Readonly<{ kind: 'Pair' }>
  /** F61: a warning, and every second series is missing. */
  | Readonly<{ kind: 'Partial' }>
  /** F62: that many series. */
  | Readonly<{ kind: 'Huge'; series: number }>
  /** F63: its clock is off by that much; positive is ahead. By default five minutes. */
  | Readonly<{ kind: 'ClockOff'; by?: Milliseconds }>;

/** The situation in which a lie is told. */
export type LieScene = Readonly<{
  first: SeriesSource;
  /** The other one of a pair. */
  second: SeriesSource;
  now: Instant;
  /** Changes with each scrape interval. */
  turn: 'even' | 'odd';
  /** How many requests came so far, this one included. */
  requests: number;
}>;

/** The answer to a request under a fault. */
export function lyingReply(lie: Lie, request: PrometheusRequest, scene: LieScene): PrometheusReply {
  const { first, second, now, turn, requests } = scene;
  const told = (twist?: Twist, source = first, asked = request, at = now): PrometheusReply => ({
    kind: 'Answer',
    after: seconds(0),
    ...answerRequest(asked, source, at, twist),
  });
  switch (lie.kind) {
    case 'Down':
      return lie.how === 'Refused'
        ? { kind: 'Refused' }
        : { kind: 'Answer', after: seconds(0), status: 503, body: 'Service Unavailable' };
    case 'Slow':
      return { kind: 'Answer', after: lie.after ?? seconds(30), ...answerRequest(request, first, now) };
    case 'Hangs':
      return { kind: 'Hangs' };
    case 'Old':
      return told(undefined, cutAfter(first, now - (lie.age ?? seconds(600))));
    case 'Resets':
      return told(undefined, resetting(first, lie.every));
    case 'WrongSeries':
      return told(undefined, first, exchanged(request, lie.asked, lie.given));
    case 'InTurn':
      return turn === 'even' ? told() : lyingReply(lie.other, request, scene);
    case 'Pair':
      return told(undefined, requests % 2 === 0 ? second : first);
    case 'ClockOff': {
      const by = lie.by ?? seconds(300);
      return told(undefined, stampedLater(first, by), request, add(now, by));
    }
    case 'Empty':
    case 'Values':
    case 'Type':
    case 'SeveralSeries':
    case 'Partial':
    case 'Huge':
      return told((outcome) => changed(outcome, (value) => bent(value, lie), lie));
  }
}

type Bend = Extract<Lie, { kind: 'Empty' | 'Values' | 'Type' | 'SeveralSeries' | 'Partial' | 'Huge' }>;

function changed(outcome: QueryOutcome, change: (value: Value) => Value, lie?: Lie): QueryOutcome {
  if (!outcome.ok) return outcome;
  const partial = 'some blocks could not be read; the result may be partial';
  const warnings = lie?.kind === 'Partial' ? [...outcome.warnings, partial] : outcome.warnings;
  return { ...outcome, value: change(outcome.value), warnings };
}

function bent(value: Value, lie: Bend): Value {
  switch (lie.kind) {
    case 'Empty':
      return value.type === 'matrix' ? { type: 'matrix', series: [] } : { type: 'vector', samples: [] };
    case 'Values':
      return mapped(value, () => lie.value);
    case 'Type':
      return ofType(lie.type, value);
    case 'SeveralSeries':
      return multiplied(value, lie.count);
    case 'Partial':
      return value.type === 'vector'
        ? { type: 'vector', samples: value.samples.filter((_, index) => index % 2 === 1) }
        : value.type === 'matrix'
          ? { type: 'matrix', series: value.series.filter((_, index) => index % 2 === 1) }
          : value;
    case 'Huge':
      return multiplied(value, lie.series);
  }
}

function mapped(value: Value, change: (value: number) => number): Value {
  switch (value.type) {
    case 'scalar':
      return { type: 'scalar', value: change(value.value) };
    case 'string':
      return value;
    case 'vector':
      return { type: 'vector', samples: value.samples.map((each) => ({ ...each, value: change(each.value) })) };
    case 'matrix':
      return { type: 'matrix', series: value.series.map((each) => ({ ...each, values: each.values.map(change) })) };
  }
}

function ofType(type: Value['type'], value: Value): Value {
  const number =
    value.type === 'vector' ? (value.samples[0]?.value ?? 0) : value.type === 'scalar' ? value.value : Number.NaN;
  const labels = value.type === 'vector' ? value.samples[0]?.labels : undefined;
  const own = labels ?? { pairs: [], key: '' };
  switch (type) {
    case 'scalar':
      return { type: 'scalar', value: number };
    case 'string':
      return { type: 'string', value: String(number) };
    case 'vector':
      return { type: 'vector', samples: [{ labels: own, value: number }] };
    case 'matrix':
      return { type: 'matrix', series: [{ labels: own, times: [0], values: [number] }] };
  }
}

/** The first copy is the truth; the next ones are twice, three times … as large. */
function multiplied(value: Value, count: number): Value {
  const copies = Array.from({ length: count }, (_, index) => index);
  if (value.type === 'vector') {
    const samples = copies.flatMap((copy) =>
      value.samples.map((each) => ({
        labels: withLabel(each.labels, 'replica', String(copy)),
        value: each.value * (copy + 1),
      })),
    );
    return { type: 'vector', samples };
  }
  if (value.type !== 'matrix') return value;
  const series = copies.flatMap((copy) =>
    value.series.map((each) => ({
      ...each,
      labels: withLabel(each.labels, 'replica', String(copy)),
      values: each.values.map((own) => own * (copy + 1)),
    })),
  );
  return { type: 'matrix', series };
}

function exchanged({ method, path, parameters }: PrometheusRequest, asked: string, given: string): PrometheusRequest {
  const swapped = new URLSearchParams(parameters);
  swapped.set('query', (parameters.get('query') ?? '').replaceAll(asked, given));
  return { method, path, parameters: swapped };
}
