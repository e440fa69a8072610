import { DOTTED_NAME } from '../api/arguments.ts';
import { jsonOf, at, listOf, valueReading } from './answer.ts';
import type { Provider } from './provider.ts';
import { nothing } from './provider.ts';
import { writtenQuery } from './written.ts';

const DEFAULT_TIMEOUT_SECONDS = 5;
const ADDRESSES: Readonly<Record<string, string>> = {
  us: 'https://api.newrelic.com/graphql',
  eu: 'https://api.eu.newrelic.com/graphql',
};
const GRAPHQL =
  'query($accountId: Int!, $query: Nrql!, $timeout: Seconds) { actor { account(id: $accountId) { nrql(query: $query, timeout: $timeout) { results } } } }';

/**
 * New Relic's NerdGraph: one row of the NRQL gives an object, several a list of objects, none no evidence. The Secret
 * holds `personal-api-key`, `account-id`, and `region` or `base-url-nerdgraph`.
 * Source: https://docs.newrelic.com/docs/apis/nerdgraph/.
 */
export const newRelic: Provider = {
  secrets: (metric) => [{ in: 'Controller', name: metric.provider?.newRelic?.profile ?? 'newrelic' }],

  request({ metric, values, secrets }) {
    const block = metric.provider?.newRelic;
    const [secret = {}] = secrets;
    const { 'personal-api-key': key = '', 'account-id': account = '', region = 'us' } = secret;
    if (key === '' || !/^\d+$/.test(account)) {
      return nothing('provider.newRelic.profile: the Secret needs personal-api-key and account-id (a number)');
    }
    const url = secret['base-url-nerdgraph'] ?? ADDRESSES[region.toLowerCase()];
    if (url === undefined) return nothing('provider.newRelic.profile: region of the Secret must be us or eu');
    const put = writtenQuery('provider.newRelic.query', block?.query, values, DOTTED_NAME);
    if (put.kind === 'NoEvidence') return put;
    const timeout = block?.timeout ?? DEFAULT_TIMEOUT_SECONDS;
    const variables = { accountId: Number(account), query: put.query, timeout };
    return {
      method: 'POST',
      url,
      headers: { 'api-key': key, 'content-type': 'application/json' },
      body: JSON.stringify({ query: GRAPHQL, variables }),
      // The server gives up after the time-out; its saying so needs a moment more.
      timeLimit: (timeout + 5) * 1000,
    };
  },

  read(_metric, response) {
    const answer = jsonOf(response, 'New Relic');
    if (answer.kind === 'NoEvidence') return answer;
    if (listOf(at(answer.json, 'errors')).length > 0) return nothing('New Relic refuses the query: check it');
    const rows = listOf(at(answer.json, 'data', 'actor', 'account', 'nrql', 'results'));
    const [first] = rows;
    if (first === undefined) return nothing('no data: the query has no row');
    return valueReading(rows.length === 1 ? first : rows);
  },
};
