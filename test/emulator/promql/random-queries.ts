import type { Random } from '../../../src/emulator/random.ts';
import { seededRandom } from '../../../src/emulator/random.ts';
import type { Question } from './queries.ts';
import { START } from './world.ts';

const METRICS = ['http_requests_total', 'memory_bytes', 'up', 'restarts_total', 'gone_total', 'sparse_total', 'odd'];
const LABELS = ['pod', 'code', 'job', 'version', 'node', 'kind', 'nothing'];
const MATCHERS = [
  'code="200"',
  'code=~"4..|5.."',
  'pod!~".*-1"',
  'pod=~"web-.*"',
  'version!="v1"',
  'job=""',
  'kind!="nan"',
];
const RANGES = ['15s', '30s', '1m', '2m', '5m', '17m'];
const OVER_TIME = ['avg', 'min', 'max', 'sum', 'count', 'last', 'stddev', 'stdvar', 'present'].map(
  (n) => `${n}_over_time`,
);
const REDUCERS = ['rate', 'irate', 'increase', 'delta', 'idelta', 'changes', 'resets', 'deriv', ...OVER_TIME];
const AGGREGATIONS = ['sum', 'avg', 'min', 'max', 'count', 'stddev', 'stdvar', 'group'];
const ARITHMETIC = ['+', '-', '*', '/', '%', '^'];
const COMPARISONS = ['==', '!=', '<', '>', '<=', '>='];
const NUMERIC = ['abs', 'ceil', 'floor', 'sqrt', 'ln', 'sgn', 'exp'];

/** Writes queries from the parts of PromQL that we carry; most have an answer, some are refused. */
class Writer {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  #pick<T>(from: readonly T[]): T {
    const chosen = from[Math.floor(this.#random.next() * from.length)];
    if (chosen === undefined) throw new Error('nothing to choose from');
    return chosen;
  }

  #chance(share: number): boolean {
    return this.#random.next() < share;
  }

  #selector(): string {
    const matchers = [this.#pick(MATCHERS), this.#pick(MATCHERS)].slice(0, Math.floor(this.#random.next() * 3));
    return matchers.length === 0 ? this.#pick(METRICS) : `${this.#pick(METRICS)}{${matchers.join(',')}}`;
  }

  #shift(): string {
    const offset = this.#chance(0.15) ? ` offset ${this.#pick(['1m', '-30s', '6m'])}` : '';
    const at = this.#chance(0.1) ? ` @ ${this.#pick([`${START / 1000 + 700}`, 'start()', 'end()'])}` : '';
    return at + offset;
  }

  #range(depth: number): string {
    const range = this.#pick(RANGES);
    if (depth > 0 && this.#chance(0.1)) {
      return `(${this.vector(depth - 1)})[${range}:${this.#pick(['10s', '1m', ''])}]${this.#shift()}`;
    }
    return `${this.#selector()}[${range}]${this.#shift()}`;
  }

  #grouping(): string {
    const labels = [this.#pick(LABELS), this.#pick(LABELS)].slice(0, Math.floor(this.#random.next() * 3));
    return `${this.#pick(['by', 'without'])} (${labels.join(', ')})`;
  }

  scalar(depth: number): string {
    if (depth > 0 && this.#chance(0.3)) return `scalar(${this.vector(depth - 1)})`;
    return this.#pick(['0', '1', '2.5', '-3', '1e6', 'Inf', 'NaN', 'time()']);
  }

  #binary(depth: number): string {
    const left = this.vector(depth - 1);
    const right = this.#chance(0.4) ? this.scalar(depth - 1) : this.vector(depth - 1);
    const matching = this.#chance(0.5)
      ? `${this.#pick(['on', 'ignoring'])} (${this.#pick(LABELS)}, ${this.#pick(LABELS)})`
      : '';
    const group =
      matching !== '' && this.#chance(0.5)
        ? this.#pick(['group_left', 'group_right()', `group_left(${this.#pick(LABELS)})`])
        : '';
    if (this.#chance(0.2))
      return `(${left}) ${this.#pick(['and', 'or', 'unless'])} ${matching} (${this.vector(depth - 1)})`;
    if (this.#chance(0.4)) {
      const bool = this.#chance(0.4) ? 'bool' : '';
      return `(${left}) ${this.#pick(COMPARISONS)} ${bool} ${matching} ${group} (${right})`;
    }
    return `(${left}) ${this.#pick(ARITHMETIC)} ${matching} ${group} (${right})`;
  }

  vector(depth: number): string {
    if (depth <= 0) return this.#chance(0.9) ? `${this.#selector()}${this.#shift()}` : 'vector(1)';
    const kind = this.#random.next();
    if (kind < 0.3) return `${this.#pick(REDUCERS)}(${this.#range(depth)})`;
    if (kind < 0.5) return `${this.#pick(AGGREGATIONS)} ${this.#grouping()} (${this.vector(depth - 1)})`;
    if (kind < 0.55) return `count_values ${this.#grouping()} ("value", ${this.#pick(['up', 'odd', 'sparse_total'])})`;
    if (kind < 0.58)
      return `quantile ${this.#grouping()} (0.${this.#pick(['1', '5', '9'])}, ${this.vector(depth - 1)})`;
    if (kind < 0.62) return `quantile_over_time(0.7, ${this.#range(depth)})`;
    if (kind < 0.68) {
      const of = `rate(http_request_duration_seconds_bucket[${this.#pick(RANGES)}])`;
      return `histogram_quantile(0.${this.#pick(['5', '9', '99'])}, sum by (le, version) (${of}))`;
    }
    if (kind < 0.72)
      return `${this.#pick(['clamp_min', 'clamp_max', 'round'])}(${this.vector(depth - 1)}, ${this.scalar(0)})`;
    if (kind < 0.78) return `${this.#pick(NUMERIC)}(${this.vector(depth - 1)})`;
    if (kind < 0.8) return `absent(${this.vector(depth - 1)})`;
    if (kind < 0.83) return `label_replace(${this.vector(depth - 1)}, "pod", "$1", "pod", "web-(.*)-.*")`;
    if (kind < 0.86) return `-(${this.vector(depth - 1)})`;
    return this.#binary(depth);
  }
}

/**
 * That many random questions; the same for the same seed. Without topk and sort: which of two equal values comes first is
 * up to Prometheus's heap, and the table asks for them.
 */
export function randomQuestions(count: number, seed: number): readonly Question[] {
  const random = seededRandom(seed);
  const writer = new Writer(random);
  return Array.from({ length: count }, (_, index) => {
    const query = writer.vector(1 + (index % 4));
    const at = START / 1000 + Math.floor(random.next() * 8000) / 4;
    return index % 5 === 0 ? { query, at, range: { start: at - 600, step: 45 } } : { query, at };
  });
}
