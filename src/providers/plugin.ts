import type { Json } from '../units/canonical-json.ts';
import { at, jsonOf, valueReading } from './answer.ts';
import type { Provider } from './provider.ts';
import { nothing } from './provider.ts';
import { written } from './written.ts';

const TIME_LIMIT = 10_000;

/**
 * A metric plugin: an HTTP service of the operator's configuration. It is sent `{metric, config}` as JSON and answers
 * `{value}`, any JSON, or `{error}`, whose text stays with the service. Source: docs/analysis.md, "Your own provider".
 */
export const plugin: Provider = {
  request({ metric, values, settings }) {
    const [[name, config] = [], ...more] = Object.entries(metric.provider?.plugin ?? {});
    if (name === undefined || more.length > 0) return nothing('provider.plugin: must name exactly one plugin');
    const url = settings.plugins?.[name];
    if (url === undefined) {
      return nothing(`provider.plugin.${name}: the controller knows no plugin of this name; add it to metricPlugins`);
    }
    const put = written(config, values);
    if (put.kind === 'NoEvidence') return put;
    return {
      method: 'POST',
      url,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ metric: metric.name, config: put.value }),
      timeLimit: TIME_LIMIT,
    };
  },

  read(_metric, response) {
    const answer = jsonOf(response, 'the plugin');
    if (answer.kind === 'NoEvidence') return answer;
    if (at(answer.json, 'error') !== undefined) return nothing('the plugin could not measure');
    const value: Json | undefined = at(answer.json, 'value');
    return value === undefined ? nothing('the plugin answered without a value') : valueReading(value);
  },
};
