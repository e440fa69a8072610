import { readFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import type { RequestOptions } from 'node:https';
import { KubeConfig } from '@kubernetes/client-node';
import type { Clock } from '../clock/clock.ts';
import type { Milliseconds } from '../units/duration.ts';
import { seconds } from '../units/duration.ts';
import type { Instant } from '../units/instant.ts';
import { elapsed } from '../units/instant.ts';

/** What a TLS connection to the API server is made with. */
export type TlsMaterial = Readonly<{
  ca?: string | Buffer;
  cert?: string | Buffer;
  key?: string | Buffer;
  servername?: string;
  rejectUnauthorized?: boolean;
}>;

/** What a request is sent with: TLS material, headers that authenticate it, and a digest that changes with the material. */
export type Credentials = Readonly<{
  tls: TlsMaterial;
  headers: Readonly<Record<string, string>>;
  /** Changes when connections must be made anew. */
  fingerprint: string;
}>;

/** Where the API server is and how to be let in. */
export interface Connection {
  /** `https://host:port`, with the path of a proxy if there is one; no slash at the end. */
  readonly server: string;
  /** The namespace of the kubeconfig's context or of the pod's service account. */
  readonly namespace: string | undefined;
  /** Present credentials, read again when older than 30 s. Rejects when a file or a credential plugin fails. */
  credentials(): Promise<Credentials>;
  /** Forgets cached authentication, after a 401: files and plugins are asked again at the next request. */
  forget(): void;
}

/** What client-node falls back to when it finds neither a kubeconfig nor a service account. */
const NOTHING_FOUND = 'http://localhost:8080';
/** How often token, CA and certificate files are looked at again. */
const REREAD_AFTER: Milliseconds = seconds(30);

/**
 * Finds the API server: from the given kubeconfig file, else KUBECONFIG or ~/.kube/config, else the pod's service
 * account. Exec plugins, OIDC, client certificates and token files work as in client-node. Throws when the kubeconfig
 * cannot be read, names no cluster, or asks for an HTTP proxy, which is not supported.
 */
export function loadConnection(
  options: Readonly<{
    clock: Clock;
    kubeconfig?: string | undefined;
    /** Context of the kubeconfig; its current one, unless given. */
    context?: string | undefined;
  }>,
): Connection {
  const { clock, kubeconfig, context } = options;
  let config = readConfig(kubeconfig, context);
  let source = sourceOf(kubeconfig);
  let cached: Promise<Credentials> | undefined;
  let cachedAt: Instant | undefined;
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw new Error('the kubeconfig has no current cluster: set current-context');
  if (cluster.server === NOTHING_FOUND) {
    throw new Error('no API server found: pass --kubeconfig, set KUBECONFIG, or run in a pod with a service account');
  }
  if (cluster.proxyUrl !== undefined) throw new Error(`cluster ${cluster.name}: proxy-url is not supported`);

  const reload = (): void => {
    config = readConfig(kubeconfig, context);
    source = sourceOf(kubeconfig);
    cached = undefined;
  };
  const credentials = (): Promise<Credentials> => {
    if (cached !== undefined && cachedAt !== undefined && elapsed(cachedAt, clock.now()) < REREAD_AFTER) return cached;
    try {
      // A kubeconfig with embedded certificates is rotated by writing the file anew.
      if (cachedAt !== undefined && sourceOf(kubeconfig) !== source) reload();
    } catch (cause) {
      return Promise.reject(new Error('the kubeconfig cannot be read again', { cause }));
    }
    cachedAt = clock.now();
    const reading = readCredentials(config);
    cached = reading;
    reading.catch(() => {
      if (cached === reading) cached = undefined;
    });
    return reading;
  };
  return {
    server: cluster.server.replace(/\/+$/, ''),
    namespace: config.getContextObject(config.getCurrentContext())?.namespace,
    credentials,
    forget: () => {
      cached = undefined;
      try {
        reload();
      } catch {
        // Half-written at this moment: the old one stays, and the next 401 tries again.
      }
    },
  };
}

/** A connection to a plain HTTP server on loopback, without authentication: for tests and for the embedded server. */
export function plainConnection(server: string): Connection {
  const none: Credentials = { tls: {}, headers: {}, fingerprint: '' };
  return { server: server.replace(/\/+$/, ''), namespace: undefined, credentials: async () => none, forget: () => {} };
}

function readConfig(kubeconfig: string | undefined, context: string | undefined): KubeConfig {
  const config = new KubeConfig();
  if (kubeconfig === undefined) config.loadFromDefault();
  else loadFile(config, kubeconfig);
  if (context !== undefined) {
    const known = config.getContexts().map(({ name }) => name);
    if (!known.includes(context)) {
      throw new Error(`the kubeconfig has no context ${context}: choose one of ${known.join(', ') || 'none'}`);
    }
    config.setCurrentContext(context);
  }
  // client-node refuses plain HTTP unless TLS is not to be verified; there is none to verify.
  config.clusters = config.clusters.map((one) =>
    one.server.startsWith('http:') ? { ...one, skipTLSVerify: true } : one,
  );
  return config;
}

function loadFile(config: KubeConfig, path: string): void {
  try {
    config.loadFromFile(path);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`the kubeconfig ${path} cannot be read (${why}); check --kubeconfig or SLUICE_KUBECONFIG`, {
      cause,
    });
  }
}

/** The bytes of the kubeconfig files; empty in a cluster, where there are none. */
function sourceOf(kubeconfig: string | undefined): string {
  const files = kubeconfig === undefined ? (process.env['KUBECONFIG'] ?? '').split(':') : [kubeconfig];
  return files
    .filter((file) => file !== '')
    .map((file) => readFileSync(file, 'utf8'))
    .join('\0');
}

async function readCredentials(config: KubeConfig): Promise<Credentials> {
  const options: RequestOptions = { headers: {} };
  try {
    await config.applyToHTTPSOptions(options);
  } catch (cause) {
    // The plugin's own words stay in the cause: they may hold what it was given.
    throw new Error('the credentials for the API server cannot be read', { cause });
  }
  const tls: Record<string, unknown> = {};
  for (const name of ['ca', 'cert', 'key', 'servername', 'rejectUnauthorized'] as const) {
    if (options[name] !== undefined) tls[name] = options[name];
  }
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(options.headers ?? {})) {
    if (typeof value === 'string') headers[name.toLowerCase()] = value.trim();
  }
  if (typeof options.auth === 'string') {
    headers['authorization'] = `Basic ${Buffer.from(options.auth).toString('base64')}`;
  }
  const digest = createHash('sha256');
  for (const [name, value] of Object.entries(tls)) digest.update(`${name}=${String(value)}\0`);
  return { tls, headers, fingerprint: digest.digest('hex') };
}
