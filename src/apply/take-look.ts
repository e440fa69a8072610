import type { Values } from '../api/arguments.ts';
import type { AnalysisRun } from '../api/analysis.ts';
import type { CanaryLook } from '../api/canary-look.ts';
import type { Metric } from '../api/metric.ts';
import type { Reading } from '../api/reading.ts';
import type { Instant } from '../units/instant.ts';
import { nextLook } from '../plan/analysis/canary-course.ts';
import { readLook, requestLook } from '../providers/canary-look.ts';
import type { ProviderSettings } from '../providers/provider.ts';
import { nothing } from '../providers/provider.ts';
import type { Fetcher } from './fetcher.ts';

/**
 * One look of a `canary` metric at the counters of both versions, all questions side by side. Nothing is kept between
 * two looks: the span begins where the status says that the last one ended.
 */
export async function takeLook(
  parts: Readonly<{ fetcher: Fetcher; settings: ProviderSettings; now: Instant }>,
  run: AnalysisRun,
  metric: Metric,
  values: Values,
  signal: AbortSignal,
): Promise<Reading> {
  const { canary } = metric;
  const span = nextLook(run, metric, parts.now);
  if (canary === undefined || span === undefined) return nothing('the metric has no canary block that can be read');
  if (span.to <= span.from) return nothing('no new samples can be there yet');
  const requests = requestLook(canary, span, values, parts.settings);
  if ('kind' in requests) return requests;
  const responses = await Promise.all(requests.map((request) => parts.fetcher.fetch(request, signal)));
  const look = readLook(canary, span, responses);
  return 'kind' in look ? look : { kind: 'Look', look, shown: shownOf(look) };
}

/** What a look counted, as it stands in the measurement: failed of all for each version, or the requests alone. */
function shownOf({ errors, buckets }: CanaryLook): string {
  const arms = (['canary', 'stable'] as const).map((arm) => {
    if (errors !== undefined) {
      const sum = (field: 'requests' | 'errors'): number =>
        errors[arm].targets.reduce((all, target) => all + target[field], 0);
      return `${arm} ${sum('errors')}/${sum('requests')}`;
    }
    const counts = buckets?.[arm].counts ?? [];
    return `${arm} ${counts.reduce((all, count) => all + count, 0)}`;
  });
  return arms.join(', ');
}
