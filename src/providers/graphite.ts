import { DOTTED_NAME } from '../api/arguments.ts';
import { at, jsonOf, listOf, valueReading } from './answer.ts';
import type { Provider } from './provider.ts';
import { nothing } from './provider.ts';
import { writtenQuery, writtenUrl } from './written.ts';

const TIME_LIMIT = 10_000;

/**
 * Graphite's render API: the values of the first series, without the gaps. The query may be a target expression, or
 * the parameters of the call with `target=` in front, as they are written for Argo Rollouts.
 * Source: https://graphite.readthedocs.io/en/latest/render_api.html.
 */
export const graphite: Provider = {
  request({ metric, values }) {
    const block = metric.provider?.graphite;
    const address = writtenUrl('provider.graphite.address', block?.address ?? '', values);
    if (address.kind === 'NoEvidence') return address;
    const put = writtenQuery('provider.graphite.query', block?.query, values, DOTTED_NAME);
    if (put.kind === 'NoEvidence') return put;
    const text = withoutSpace(put.query);
    const parameters = new URLSearchParams(/^(target|from|until)=/.test(text) ? encodedParts(text) : { target: text });
    parameters.set('format', 'json');
    const url = `${address.url.replace(/\/+$/, '')}/render?${parameters.toString()}`;
    return { method: 'GET', url, headers: {}, timeLimit: TIME_LIMIT };
  },

  read(_metric, response) {
    const answer = jsonOf(response, 'Graphite');
    if (answer.kind === 'NoEvidence') return answer;
    const [series] = listOf(answer.json);
    const values = listOf(at(series, 'datapoints'))
      .map((point) => at(point, 0))
      .filter((value) => typeof value === 'number');
    return values.length === 0 ? nothing('no data: the target has no point') : valueReading(values);
  },
};

/** Line breaks and blanks make a long target readable; they mean nothing outside of quotes. */
function withoutSpace(text: string): string {
  return text.replaceAll(/"[^"]*"|'[^']*'|\s+/g, (part) => (part.startsWith('"') || part.startsWith("'") ? part : ''));
}

/** `target=a(b)&from=-5min`, whose values are not escaped, as pairs. */
function encodedParts(text: string): [string, string][] {
  return text.split(/&(?=(?:target|from|until|format)=)/).map((part) => {
    const [name = '', ...value] = part.split('=');
    return [name, value.join('=')];
  });
}
