import type { Json } from '../units/canonical-json.ts';
import { statusMessage, valueReading } from './answer.ts';
import type { Provider } from './provider.ts';
import { nothing } from './provider.ts';
import { writtenQuery } from './written.ts';

const TIME_LIMIT = 30_000;

/**
 * Flux queries of InfluxDB 2: the values of the first row, numbers and booleans as such. The Secret holds `address`,
 * `authToken` and `org`. Source: https://docs.influxdata.com/influxdb/v2/api/ and its annotated CSV.
 */
export const influxdb: Provider = {
  secrets: (metric) => [{ in: 'Controller', name: metric.provider?.influxdb?.profile ?? 'influxdb' }],

  request({ metric, values, secrets }) {
    const [{ address = '', authToken = '', org = '' } = {}] = secrets;
    if (address === '' || authToken === '' || org === '') {
      return nothing('provider.influxdb.profile: the Secret needs address, authToken and org');
    }
    const put = writtenQuery('provider.influxdb.query', metric.provider?.influxdb?.query, values);
    if (put.kind === 'NoEvidence') return put;
    return {
      method: 'POST',
      url: `${address.replace(/\/+$/, '')}/api/v2/query?${new URLSearchParams({ org }).toString()}`,
      headers: { authorization: `Token ${authToken}`, 'content-type': 'application/json', accept: 'application/csv' },
      body: JSON.stringify({ query: put.query, type: 'flux', dialect: { header: true, annotations: ['datatype'] } }),
      timeLimit: TIME_LIMIT,
    };
  },

  read(_metric, response) {
    if (response.kind === 'Nothing') return nothing(response.message);
    if (response.status !== 200) return nothing(statusMessage(response.status, 'InfluxDB'));
    const lines = response.body.split(/\r?\n/).map(cellsOf);
    const types = lines.find(([first]) => first === '#datatype')?.slice(1) ?? [];
    const table = lines.filter(([first]) => first !== undefined && !first.startsWith('#'));
    const [names = [], row] = table.filter((cells) => cells.length > 1);
    if (row === undefined) return nothing('no data: the query has no row');
    // The first cells name the result and its table; they belong to the form of the answer.
    const values = row.slice(1).flatMap((cell, index): Json[] => {
      const name = names[index + 1];
      return name === 'result' || name === 'table' ? [] : [typed(cell, types[index])];
    });
    return valueReading(values);
  },
};

function typed(cell: string, type = 'string'): Json {
  if (cell === '') return null;
  if (type === 'double' || type === 'long' || type === 'unsignedLong') return Number(cell);
  return type === 'boolean' ? cell === 'true' : cell;
}

/** The cells of a line of CSV; quotes may hold commas, and doubled quotes are one. */
function cellsOf(line: string): readonly string[] {
  const cells: string[] = [];
  for (const [, quoted, plain = ''] of line.matchAll(/(?:"((?:[^"]|"")*)"|([^,]*))(?:,|$)/g)) {
    cells.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
  }
  // The pattern finds one empty cell more at the end of the line.
  return cells.slice(0, -1);
}
