import { DOTTED_NAME } from '../api/arguments.ts';
import type { Json } from '../units/canonical-json.ts';
import { at, jsonOf, listOf, valueReading } from './answer.ts';
import type { Provider } from './provider.ts';
import { nothing } from './provider.ts';
import { writtenQuery } from './written.ts';

const TIME_LIMIT = 30_000;
/** How far back the query looks, in milliseconds. */
const LOOK_BACK = 120_000;

/**
 * Wavefront's chart API: of each series the value nearest to now; one series gives a number, several a list. The token
 * is the member of Secret `wavefront-api-tokens` that is named like the address.
 * Source: https://docs.wavefront.com/wavefront_api.html.
 */
export const wavefront: Provider = {
  secrets: () => [{ in: 'Controller', name: 'wavefront-api-tokens' }],

  request({ metric, values, secrets, now }) {
    const block = metric.provider?.wavefront;
    const address = block?.address ?? '';
    const token = secrets[0]?.[address] ?? '';
    if (address === '' || token === '') {
      return nothing('provider.wavefront.address: Secret wavefront-api-tokens has no token of this name');
    }
    const put = writtenQuery('provider.wavefront.query', block?.query, values, DOTTED_NAME);
    if (put.kind === 'NoEvidence') return put;
    const parameters = new URLSearchParams({ q: put.query, s: String(now - LOOK_BACK), g: 's', strict: 'true' });
    return {
      method: 'GET',
      url: `https://${address.replace(/^https?:\/\//, '').replace(/\/+$/, '')}/api/v2/chart/api?${parameters.toString()}`,
      headers: { authorization: `Bearer ${token}` },
      timeLimit: TIME_LIMIT,
    };
  },

  read(_metric, response, now) {
    const answer = jsonOf(response, 'Wavefront');
    if (answer.kind === 'NoEvidence') return answer;
    if (listOf(at(answer.json, 'warnings')).length > 0 && typeof at(answer.json, 'errorMessage') === 'string') {
      return nothing('Wavefront refuses the query: check it');
    }
    const values = listOf(at(answer.json, 'timeseries')).flatMap((series): Json[] => {
      const points = listOf(at(series, 'data')).filter((point) => typeof at(point, 1) === 'number');
      const distance = (point: Json): number => Math.abs(Number(at(point, 0)) * 1000 - now);
      const [nearest] = points.toSorted((a, b) => distance(a) - distance(b));
      return nearest === undefined ? [] : [at(nearest, 1) ?? null];
    });
    const [first] = values;
    if (first === undefined) return nothing('no data: the query has no series');
    return valueReading(values.length === 1 ? first : values);
  },
};
