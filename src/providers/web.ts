import { query as jsonPath } from 'jsonpath-rfc9535';
import type { Json } from '../units/canonical-json.ts';
import { statusMessage, valueReading } from './answer.ts';
import { authenticated } from './prometheus-request.ts';
import type { Provider } from './provider.ts';
import { nothing } from './provider.ts';
import { headerRecord, written, writtenQuery, writtenUrl } from './written.ts';

const DEFAULT_TIMEOUT_SECONDS = 10;

/**
 * A JSON document over HTTP: the first hit of the JSONPath is the result, or the text of a body that is not JSON. A
 * path without a hit, and a status that is not 2xx, are no evidence. Source: rollout-semantics 1.9; RFC 9535.
 */
export const web: Provider = {
  request({ metric, values }) {
    const block = metric.provider?.web;
    if (block === undefined) return nothing('the metric has no web block');
    const { url, body, jsonBody, method = 'GET', timeoutSeconds = DEFAULT_TIMEOUT_SECONDS } = block;
    if (method === 'GET' && (body !== undefined || jsonBody !== undefined)) {
      return nothing('provider.web.method: GET has no body; use POST or PUT');
    }
    const address = writtenUrl('provider.web.url', url, values);
    if (address.kind === 'NoEvidence') return address;
    const rest = written({ headers: block.headers, authentication: block.authentication, jsonBody }, values);
    if (rest.kind === 'NoEvidence') return rest;
    const text = body === undefined ? undefined : writtenQuery('provider.web.body', body, values);
    if (text?.kind === 'NoEvidence') return text;
    const json = rest.value.jsonBody === undefined ? undefined : JSON.stringify(rest.value.jsonBody);
    const sent = text?.query ?? json;
    return authenticated(
      {
        method,
        url: address.url,
        headers: {
          ...(json === undefined ? {} : { 'content-type': 'application/json' }),
          ...headerRecord(rest.value.headers),
        },
        ...(sent === undefined ? {} : { body: sent }),
        timeLimit: timeoutSeconds * 1000,
        ...(block.insecure === true ? { insecure: true } : {}),
      },
      rest.value.authentication,
      'provider.web.authentication',
    );
  },

  read(metric, response) {
    if (response.kind === 'Nothing') return nothing(`provider.web.url: ${response.message}`);
    if (response.status < 200 || response.status > 299)
      return nothing(statusMessage(response.status, 'the web server'));
    let document: Json;
    try {
      document = JSON.parse(response.body) as Json;
    } catch {
      return valueReading(response.body);
    }
    const path = pathOf(metric.provider?.web?.jsonPath);
    try {
      const [first] = jsonPath(document as Parameters<typeof jsonPath>[0], path);
      return first === undefined ? nothing(`provider.web.jsonPath: ${path} finds nothing`) : valueReading(first);
    } catch {
      return nothing(`provider.web.jsonPath: ${path} cannot be read; write a path such as {$.data.ok}`);
    }
  },
};

/** Kubernetes writes JSONPath in braces, and may leave out the `$`. */
function pathOf(written = '{$}'): string {
  const bare = written.trim().replace(/^\{/, '').replace(/\}$/, '').trim();
  return bare === ''
    ? '$'
    : bare.startsWith('$')
      ? bare
      : `$${bare.startsWith('.') || bare.startsWith('[') ? '' : '.'}${bare}`;
}
