import type { Values } from '../api/arguments.ts';
import type { Metric } from '../api/metric.ts';
import type { Reading } from '../api/reading.ts';

/** A request to a metrics store, as data. Nothing in it is kept beyond the measurement. */
export type MetricRequest = Readonly<{
  method: 'GET' | 'POST' | 'PUT';
  url: string;
  headers: Readonly<Record<string, string>>;
  body?: string;
  /** Milliseconds for the whole exchange. */
  timeLimit: number;
  /** Accept any certificate of the server. */
  insecure?: true;
  /** A token is to be fetched first, and sent as a bearer. */
  oauth2?: TokenRequest;
}>;

/** Client credentials of OAuth 2 (RFC 6749, 4.4) and where they are turned into a token. */
export type TokenRequest = Readonly<{
  tokenUrl: string;
  clientId: string;
  clientSecret: string;
  scopes: readonly string[];
}>;

/**
 * What came back: the status and the text, or in words why nothing did. `answeredAt` is the server's own time of its
 * answer, in milliseconds since the epoch, if it told it. `warning` tells of a policy that would refuse the address.
 */
export type MetricResponse =
  | Readonly<{ kind: 'Answer'; status: number; body: string; answeredAt?: number; warning?: string }>
  | Readonly<{ kind: 'Nothing'; message: string }>;

/** Credentials of AWS, from the environment of the controller. */
export type AwsCredentials = Readonly<{ accessKeyId: string; secretAccessKey: string; sessionToken?: string }>;

/** Defaults that the operator gives. */
export type ProviderSettings = Readonly<{
  prometheusAddress: string | undefined;
  /** Addresses of metric plugins, by name. */
  plugins?: Readonly<Record<string, string>>;
  aws?: Readonly<{ region: string | undefined; credentials: AwsCredentials | undefined }>;
}>;

/** A Secret that a provider needs: in the namespace of the run, or in that of the controller. */
export type SecretName = Readonly<{ in: 'Run' | 'Controller'; name: string }>;

/** The decoded content of a Secret. */
export type SecretContent = Readonly<Record<string, string>>;

/** All that a request is made from. */
export type Asked = Readonly<{
  metric: Metric;
  values: Values;
  settings: ProviderSettings;
  /** Content of the Secrets that `secrets` named, in its order. */
  secrets: readonly SecretContent[];
  /** Milliseconds since the epoch. */
  now: number;
}>;

/** A look that brought nothing, and why. */
export type NoEvidence = Extract<Reading, { kind: 'NoEvidence' }>;

/** Says why a look brought nothing. */
export const nothing = (message: string): NoEvidence => ({ kind: 'NoEvidence', message });

/** Request out, response in: both pure. */
export type Provider = Readonly<{
  /** Secrets to be read when the measurement starts; none without it. */
  secrets?(metric: Metric): readonly SecretName[];
  request(asked: Asked): MetricRequest | NoEvidence;
  read(metric: Metric, response: MetricResponse, now: number): Reading;
}>;
