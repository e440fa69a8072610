import { DOTTED_NAME } from '../api/arguments.ts';
import { milliseconds, parseGoDuration } from '../units/duration.ts';
import { formatInstant, instant } from '../units/instant.ts';
import { at, jsonOf, listOf, valueReading } from './answer.ts';
import type { Provider } from './provider.ts';
import { nothing } from './provider.ts';
import { writtenQuery, writtenUrl } from './written.ts';

const TIME_LIMIT = 30_000;
const DEFAULT_INTERVAL = milliseconds(300_000);

/**
 * Apache SkyWalking's GraphQL: the answer object is the result. The query is given `$duration`, which ends now.
 * Source: https://skywalking.apache.org/docs/main/latest/en/api/query-protocol/.
 */
export const skywalking: Provider = {
  request({ metric, values, now }) {
    const block = metric.provider?.skywalking;
    const address = writtenUrl('provider.skywalking.address', block?.address ?? '', values);
    if (address.kind === 'NoEvidence') return address;
    const put = writtenQuery('provider.skywalking.query', block?.query, values, DOTTED_NAME);
    if (put.kind === 'NoEvidence') return put;
    const length = parseGoDuration(block?.interval ?? '') ?? DEFAULT_INTERVAL;
    const duration = { start: minuteOf(now - length), end: minuteOf(now), step: 'MINUTE' };
    return {
      method: 'POST',
      url: `${address.url.replace(/\/+$/, '')}/graphql`,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: put.query, variables: { duration } }),
      timeLimit: TIME_LIMIT,
    };
  },

  read(_metric, response) {
    const answer = jsonOf(response, 'SkyWalking');
    if (answer.kind === 'NoEvidence') return answer;
    if (listOf(at(answer.json, 'errors')).length > 0) return nothing('SkyWalking refuses the query: check it');
    const found = at(answer.json, 'data');
    if (typeof found !== 'object' || found === null) return nothing('no data: SkyWalking has no answer to the query');
    return valueReading(found);
  },
};

/** A minute as SkyWalking writes it, in UTC: 2026-01-31 1259. */
function minuteOf(time: number): string {
  const text = formatInstant(instant(time));
  return `${text.slice(0, 10)} ${text.slice(11, 13)}${text.slice(14, 16)}`;
}
