import type { Metric } from '../api/metric.ts';
import type { Values } from '../api/arguments.ts';
import type { Reading } from '../api/reading.ts';

/** A request to a metrics store, as data. Nothing in it is kept beyond the measurement. */
export type MetricRequest = Readonly<{
  method: 'GET' | 'POST';
  url: string;
  headers: Readonly<Record<string, string>>;
  body?: string;
  /** Milliseconds for the whole exchange. */
  timeLimit: number;
}>;

/**
 * What came back: the status and the text, or in words why nothing did. `answeredAt` is the server's own time of its
 * answer, in milliseconds since the epoch, if it told it.
 */
export type MetricResponse =
  | Readonly<{ kind: 'Answer'; status: number; body: string; answeredAt?: number }>
  | Readonly<{ kind: 'Nothing'; message: string }>;

/** Defaults that the operator gives. */
export type ProviderSettings = Readonly<{ prometheusAddress: string | undefined }>;

/** A look that brought nothing, and why. */
export type NoEvidence = Extract<Reading, { kind: 'NoEvidence' }>;

/** Says why a look brought nothing. */
export const nothing = (message: string): NoEvidence => ({ kind: 'NoEvidence', message });

/** Request out, response in: both pure. */
export type Provider = Readonly<{
  request(metric: Metric, values: Values, settings: ProviderSettings): MetricRequest | NoEvidence;
  read(metric: Metric, response: MetricResponse): Reading;
}>;
