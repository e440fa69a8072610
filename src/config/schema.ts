import { isAbsolute } from 'node:path';

/** The configuration, validated. Every key can be given by file, environment and flag alike. */
export type Config = Readonly<{
  /** Path of a kubeconfig; undefined: KUBECONFIG, then in the cluster, then ~/.kube/config. */
  kubeconfig: string | undefined;
  apiGroup: 'sluice.dev' | 'argoproj.io';
  /** Undefined: all namespaces. */
  namespace: string | undefined;
  instanceId: string;
  /** The kinds of Gateway API routes that are served, by their plural. */
  routeKinds: readonly ('httproutes' | 'grpcroutes' | 'tcproutes' | 'tlsroutes')[];
  leaderElection: boolean;
  leaseName: string;
  leaseNamespace: string;
  /** host:port of /metrics, /healthz and /readyz. */
  metricsAddress: string;
  logLevel: 'debug' | 'info' | 'warn' | 'error';
  prometheusAddress: string | undefined;
  /** Origins that metric providers may call beside the Services of the cluster. */
  allowedOrigins: readonly string[];
  /** Addresses of metric plugins, by name. */
  metricPlugins: Readonly<Record<string, string>>;
  /** Whether metrics may run Jobs; undefined: only in the takeover group, where they always could. */
  jobProvider: boolean | undefined;
  /** Refuse what the policies forbid; undefined: in our own group only, in the takeover group it is warned about. */
  enforcePolicies: boolean | undefined;
  /** Calls a second to the API server, and how many may come at once. */
  requestsPerSecond: number;
  burst: number;
  workers: number;
}>;

/** How one key is read: its default, what it is for, and how text becomes a value. `why` says what is wrong and what to do. */
export type Key<Value> = Readonly<{
  initial: Value;
  about: string;
  read(text: string): Readonly<{ ok: true; value: Value }> | Readonly<{ ok: false; why: string }>;
}>;

const ok = <Value>(value: Value) => ({ ok: true, value }) as const;
const bad = (why: string) => ({ ok: false, why }) as const;

const word = <const Words extends readonly string[]>(
  initial: Words[number],
  words: Words,
  about: string,
): Key<Words[number]> => ({
  initial,
  about,
  read: (text) => {
    const found = words.find((candidate) => candidate === text);
    return found === undefined ? bad(`must be one of ${words.join(', ')}`) : ok<Words[number]>(found);
  },
});

const name = <Initial extends string | undefined>(initial: Initial, about: string): Key<string | Initial> => ({
  initial,
  about,
  read: (text) =>
    /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/.test(text)
      ? ok(text)
      : bad('must be a name of lower-case letters, digits and -'),
});

const count = (initial: number, most: number, about: string): Key<number> => ({
  initial,
  about,
  read: (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    return value >= 1 && value <= most ? ok(value) : bad(`must be a whole number from 1 to ${most}`);
  },
});

const flag = <Initial extends boolean | undefined>(initial: Initial, about: string): Key<boolean | Initial> => ({
  initial,
  about,
  read: (text) => (text === 'true' || text === 'false' ? ok(text === 'true') : bad('must be true or false')),
});

function isOrigin(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url !== undefined && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
}

const address = (initial: string, about: string): Key<string> => ({
  initial,
  about,
  read: (text) => (/^[\w.[\]:-]*:\d{1,5}$/.test(text) ? ok(text) : bad('must be host:port, such as 0.0.0.0:8090')),
});

const ROUTE_KINDS = ['httproutes', 'grpcroutes', 'tcproutes', 'tlsroutes'] as const;

/** Every key of the configuration. */
export const KEYS: { readonly [Name in keyof Config]: Key<Config[Name]> } = {
  kubeconfig: {
    initial: undefined,
    about: 'path of a kubeconfig (default: KUBECONFIG, then the cluster we run in)',
    read: (text) => (isAbsolute(text) || text.length > 0 ? ok(text) : bad('must be the path of a file')),
  },
  apiGroup: word('sluice.dev', ['sluice.dev', 'argoproj.io'], 'API group to serve'),
  namespace: name(undefined, 'serve only this namespace (default: all)'),
  instanceId: {
    initial: '',
    about: 'serve only objects with this instance label (default: those without one)',
    read: (text) => (/^[\w.-]{0,63}$/.test(text) ? ok(text) : bad('must be a label value')),
  },
  routeKinds: {
    initial: ['httproutes'],
    about: 'kinds of Gateway API routes to serve, separated by commas: httproutes, grpcroutes, tcproutes, tlsroutes',
    read: (text) => {
      const words = text.split(',').map((word) => word.trim());
      const kinds = ROUTE_KINDS.filter((kind) => words.includes(kind));
      const odd = words.find((word) => word !== '' && !kinds.some((kind) => kind === word));
      return odd === undefined ? ok(kinds) : bad(`${JSON.stringify(odd)} is none of ${ROUTE_KINDS.join(', ')}`);
    },
  },
  leaderElection: flag(true, 'hold a lease before writing anything'),
  leaseName: name('sluice', 'name of the lease'),
  leaseNamespace: name('sluice-system', 'namespace of the lease (in a pod: its own)'),
  metricsAddress: address('127.0.0.1:8090', 'host:port of /metrics, /healthz and /readyz'),
  logLevel: word('info', ['debug', 'info', 'warn', 'error'], 'least level that is logged'),
  prometheusAddress: {
    initial: undefined,
    about: 'Prometheus of metrics that name none',
    read: (text) =>
      isOrigin(text)
        ? ok(text.replace(/\/+$/, ''))
        : bad('must be an address such as http://prometheus.monitoring:9090'),
  },
  allowedOrigins: {
    initial: [],
    about: 'origins that metric providers may call beside Services of the cluster, separated by commas',
    read: (text) => {
      const origins = text
        .split(',')
        .map((origin) => origin.trim())
        .filter((origin) => origin !== '');
      const odd = origins.find((origin) => !isOrigin(origin));
      return odd === undefined
        ? ok(origins)
        : bad(`${JSON.stringify(odd)} is no origin such as https://metrics.example.com`);
    },
  },
  metricPlugins: {
    initial: {},
    about: 'metric plugins as name=address, separated by commas',
    read: (text) => {
      const pairs = text
        .split(',')
        .map((pair) => pair.trim())
        .filter((pair) => pair !== '')
        .map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)] as const);
      const odd = pairs.find(([key, url]) => !/^[\w./-]{1,128}$/.test(key) || !isOrigin(url));
      return odd === undefined
        ? ok(Object.fromEntries(pairs))
        : bad(`${JSON.stringify(odd.join('='))} is no pair such as my-plugin=http://my-plugin.metrics:8080/measure`);
    },
  },
  jobProvider: {
    initial: undefined,
    about: 'let metrics run Jobs, which have rights of their own (default: in group argoproj.io only)',
    read: flag(false, '').read,
  },
  enforcePolicies: flag(
    undefined,
    'refuse what the policies forbid (default: true in sluice.dev; in argoproj.io it is warned about)',
  ),
  requestsPerSecond: count(100, 10_000, 'calls a second to the API server'),
  burst: count(200, 20_000, 'calls to the API server that may come at once'),
  workers: count(8, 256, 'objects worked on at once'),
};

/** Keys that take effect while we run; any other wants a restart. */
export const LIVE_KEYS: readonly (keyof Config)[] = [
  'logLevel',
  'prometheusAddress',
  'allowedOrigins',
  'enforcePolicies',
  'metricPlugins',
  'jobProvider',
  'requestsPerSecond',
  'burst',
];

/** The environment variable of a key: prometheusAddress is SLUICE_PROMETHEUS_ADDRESS. */
export function variableOf(key: string): string {
  return `SLUICE_${key.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

/** The flag of a key: prometheusAddress is --prometheus-address. */
export function flagOf(key: string): string {
  return `--${key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
