import type { AnalysisRun } from '../api/analysis.ts';
import type { Values } from '../api/arguments.ts';
import { substitute } from '../api/arguments.ts';
import type { Metric } from '../api/metric.ts';
import { POLICY_WARNING } from '../api/names.ts';
import type { Reading } from '../api/reading.ts';
import type { Clock } from '../clock/clock.ts';
import type { KubeClient } from '../kube/client.ts';
import { providerOf } from '../providers/provider-table.ts';
import type { NoEvidence, ProviderSettings, SecretContent } from '../providers/provider.ts';
import { nothing } from '../providers/provider.ts';
import type { Fetcher } from './fetcher.ts';
import type { JobParts } from './job-measurement.ts';
import { measureByJob } from './job-measurement.ts';
import { masked, readSecret } from './secrets.ts';
import { takeLook } from './take-look.ts';
import { withToken } from './token.ts';

/** What one measurement is taken with. */
export type MeasureParts = Readonly<{
  fetcher: Fetcher;
  clock: Clock;
  /** Asked for at each measurement: they may have changed. */
  settings: () => ProviderSettings;
  client: KubeClient;
  /** Where the Secrets of providers are that belong to the operator. */
  controllerNamespace: string;
  jobs: JobParts;
  /** Told of each call that a policy would refuse if it were enforced. */
  onPolicyWarning?: (policy: 'address') => void;
}>;

/** Takes the measurement of that number of a metric. Never throws; nothing of what was secret is in what it answers. */
export async function measure(
  parts: MeasureParts,
  run: AnalysisRun,
  name: string,
  ordinal: number,
  signal: AbortSignal,
): Promise<Reading> {
  const metric = run.spec.metrics.find((candidate) => candidate.name === name);
  if (metric === undefined) return nothing('the run has no metric of this name');
  const gathered = await gatherSecrets(parts, run, metric, signal);
  if ('kind' in gathered) return gathered;
  const { values, contents, secret } = gathered;
  const reading = await read(parts, run, metric, ordinal, { values, contents }, signal);
  return withoutSecrets(reading, secret);
}

async function read(
  parts: MeasureParts,
  run: AnalysisRun,
  metric: Metric,
  ordinal: number,
  { values, contents }: Readonly<{ values: Values; contents: readonly SecretContent[] }>,
  signal: AbortSignal,
): Promise<Reading> {
  const settings = parts.settings();
  const now = parts.clock.now();
  if (metric.canary !== undefined) {
    return takeLook({ fetcher: parts.fetcher, settings, now }, run, metric, values, signal);
  }
  if (metric.provider?.job !== undefined) {
    try {
      return await measureByJob(parts.jobs, run, substitute(metric, values), ordinal, signal);
    } catch (error) {
      return nothing(error instanceof Error ? error.message : 'an argument was not resolved');
    }
  }
  const provider = providerOf(metric);
  if (provider === undefined) return nothing('its provider is not served');
  const asked = provider.request({ metric, values, settings, secrets: contents, now });
  if ('kind' in asked) return asked;
  const request = asked.oauth2 === undefined ? asked : await withToken(parts.fetcher, asked, asked.oauth2, signal);
  if ('kind' in request) return request;
  const response = await parts.fetcher.fetch(request, signal);
  try {
    const reading = provider.read(metric, response, parts.clock.now());
    if (response.kind !== 'Answer' || response.warning === undefined) return reading;
    parts.onPolicyWarning?.('address');
    return { ...reading, metadata: { ...reading.metadata, [POLICY_WARNING]: response.warning } };
  } catch {
    // Only hostile answers come here. They must end neither the process nor the run's turn, and their text stays out.
    return nothing('the answer has not the form that its provider promises');
  }
}

type Gathered = Readonly<{ values: Values; contents: readonly SecretContent[]; secret: readonly string[] }>;

/** The values of the arguments, those of Secrets among them, and the Secrets that the provider itself needs. */
async function gatherSecrets(
  parts: MeasureParts,
  run: AnalysisRun,
  metric: Metric,
  signal: AbortSignal,
): Promise<Gathered | NoEvidence> {
  const { namespace = '' } = run.metadata;
  const values = new Map<string, string | undefined>();
  const secret: string[] = [];
  for (const { name, value, valueFrom } of run.spec.args ?? []) {
    const from = valueFrom?.secretKeyRef;
    if (from === undefined) {
      values.set(name, value);
      continue;
    }
    const answer = await readSecret(parts.client, namespace, from.name, signal);
    if (!answer.ok) return nothing(`args.${name}: ${answer.why}`);
    const content = answer.content[from.key];
    if (content === undefined) return nothing(`args.${name}: Secret ${namespace}/${from.name} has no key ${from.key}`);
    values.set(name, content);
    secret.push(content);
  }
  const contents: SecretContent[] = [];
  for (const needed of providerOf(metric)?.secrets?.(metric) ?? []) {
    const place = needed.in === 'Run' ? namespace : parts.controllerNamespace;
    const answer = await readSecret(parts.client, place, needed.name, signal);
    if (!answer.ok) return nothing(answer.why);
    contents.push(answer.content);
    secret.push(...Object.values(answer.content));
  }
  return { values, contents, secret };
}

function withoutSecrets(reading: Reading, secret: readonly string[]): Reading {
  if (secret.length === 0) return reading;
  if (reading.kind === 'NoEvidence') return { ...reading, message: masked(reading.message, secret) };
  return { ...reading, shown: masked(reading.shown, secret) };
}
