import { milliseconds, parseGoDuration } from '../units/duration.ts';
import { at, jsonOf, listOf, valueReading } from './answer.ts';
import { signed } from './aws-signature.ts';
import type { Provider } from './provider.ts';
import { nothing } from './provider.ts';
import { written } from './written.ts';

const DEFAULT_INTERVAL = milliseconds(300_000);
const TIME_LIMIT = 10_000;

/**
 * GetMetricData of Amazon CloudWatch: the result is its MetricDataResults, so that `result[0].Values[0]` is a value.
 * Results that are not complete, and results without a single value, are no evidence.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html.
 */
export const cloudWatch: Provider = {
  request({ metric, values, settings, now }) {
    const put = written(metric.provider?.cloudWatch, values);
    if (put.kind === 'NoEvidence') return put;
    const { interval, metricDataQueries = [] } = put.value ?? {};
    const region = settings.aws?.region ?? '';
    if (region === '') return nothing('provider.cloudWatch: no region; set AWS_REGION of the controller');
    const length = parseGoDuration(interval ?? '') ?? DEFAULT_INTERVAL;
    const body = {
      StartTime: (now - length) / 1000,
      EndTime: now / 1000,
      MetricDataQueries: metricDataQueries.map((query) => ({
        Id: query.id,
        Expression: query.expression,
        Label: query.label,
        Period: wholeNumber(query.period),
        ReturnData: query.returnData,
        MetricStat: query.metricStat === undefined ? undefined : statOf(query.metricStat),
      })),
    };
    const request = {
      method: 'POST',
      url: `https://monitoring.${region}.amazonaws.com/`,
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': 'GraniteServiceVersion20100801.GetMetricData',
      },
      body: JSON.stringify(body),
      timeLimit: TIME_LIMIT,
    } as const;
    return signed(request, { service: 'monitoring', region, now }, settings, 'provider.cloudWatch');
  },

  read(_metric, response) {
    const answer = jsonOf(response, 'CloudWatch');
    if (answer.kind === 'NoEvidence') return answer;
    const results = listOf(at(answer.json, 'MetricDataResults'));
    const incomplete = results.find((result) => at(result, 'StatusCode') !== 'Complete');
    if (incomplete !== undefined) return nothing('CloudWatch has not all of the data yet');
    const valued = results.some((result) => listOf(at(result, 'Values')).length > 0);
    return valued ? valueReading(results) : nothing('no data: no query of CloudWatch has a value');
  },
};

type Stat = NonNullable<NonNullable<NonNullable<CloudWatchQueries>[number]>['metricStat']>;
type CloudWatchQueries = NonNullable<
  NonNullable<Parameters<Provider['request']>[0]['metric']['provider']>['cloudWatch']
>['metricDataQueries'];

function statOf(stat: Stat): object {
  return {
    Metric: {
      Namespace: stat.metric?.namespace,
      MetricName: stat.metric?.metricName,
      Dimensions: stat.metric?.dimensions?.map(({ name, value }) => ({ Name: name, Value: value })),
    },
    Period: wholeNumber(stat.period),
    Stat: stat.stat,
    Unit: stat.unit,
  };
}

function wholeNumber(value: number | string | undefined): number | undefined {
  return value === undefined || value === '' ? undefined : Number(value);
}
