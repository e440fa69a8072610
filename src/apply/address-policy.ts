import { isIP } from 'node:net';

/** Which addresses may be called. Source: reliability 9, rule 1. */
export type AddressPolicy = Readonly<{
  /** Origins such as http://prometheus.monitoring:9090 that the operator allows, wherever they resolve to. */
  origins: readonly string[];
  /** Names of Services of this cluster may be called. */
  clusterServices: boolean;
  /** Names and IP addresses of the API server: no other name may lead there, unless its origin is configured. */
  apiServerHosts: readonly string[];
  /** Ports that this process listens on: no name may lead there by an address of this machine, unless configured. */
  ownPorts: readonly number[];
  /**
   * An origin that is not allowed is called all the same, and told: how clusters that Argo served go on. What leads to
   * this machine, link-local or the API server is refused in any case.
   */
  warnOnly?: boolean;
}>;

/** What IP addresses are held against: those of the API server, and those of this machine. */
export type KnownIps = Readonly<{ apiServer: readonly string[]; own: readonly string[] }>;

/** Why an address may not be called, in words; undefined when it may. */
export function refuseAddress(address: string, policy: AddressPolicy): string | undefined {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined) return 'it is no address such as http://host:port';
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'only http and https may be called';
  if (url.username !== '' || url.password !== '') return 'user and password may not stand in an address';
  if (isConfigured(url, policy)) return undefined;
  if (isIP(url.hostname.replace(/^\[|\]$/g, '')) !== 0) return 'an IP address must be among the allowed origins';
  if (policy.clusterServices && isServiceName(url.hostname)) return undefined;
  return 'it is not among the allowed origins; add it to allowedOrigins';
}

/** True when nothing but the list of allowed origins stands against an address, and the policy only warns about that. */
export function isOnlyWarned(address: string, policy: AddressPolicy): boolean {
  if (policy.warnOnly !== true || !URL.canParse(address)) return false;
  return refuseAddress(address, { ...policy, origins: [new URL(address).origin] }) === undefined;
}

/** True for an origin that the operator named: it may resolve to any address. */
export function isConfigured(url: URL, policy: AddressPolicy): boolean {
  return policy.origins.some((origin) => URL.canParse(origin) && new URL(origin).origin === url.origin);
}

function isServiceName(host: string): boolean {
  const name = host.replace(/\.$/, '');
  // `service.namespace`, `service.namespace.svc` or the full form; a name of one word would leave the cluster's search path.
  if (/^kubernetes\.default(\.|$)/.test(name)) return false;
  return /^[a-z0-9-]+\.[a-z0-9-]+(\.svc(\.cluster\.local)?)?$/.test(name) && !name.endsWith('.local.svc');
}

/**
 * The name to resolve for an address: `service.namespace` looks like a domain of the internet (evil.com), so that form
 * is asked for with `.svc`, which only the search path of a cluster completes.
 */
export function nameToResolve(url: URL, policy: AddressPolicy): string {
  const name = url.hostname.replace(/^\[|\]$/g, '');
  return isConfigured(url, policy) || !/^[a-z0-9-]+\.[a-z0-9-]+\.?$/.test(name)
    ? name
    : `${name.replace(/\.$/, '')}.svc`;
}

/** Why a name may not lead to an address that it resolves to, in words; undefined when it may. */
export function refuseIp(ip: string, port: number, policy: AddressPolicy, known: KnownIps): string | undefined {
  const plain = plainIp(ip);
  if (isLocal(plain)) return 'it resolves to this machine or a link-local address';
  if (known.apiServer.some((one) => plainIp(one) === plain)) return 'it resolves to the API server';
  const own = known.own.some((one) => plainIp(one) === plain);
  return own && policy.ownPorts.includes(port) ? 'it resolves to a port of this process' : undefined;
}

/** One spelling for each address: an IPv4 address within IPv6 is that IPv4 address. */
function plainIp(ip: string): string {
  const plain = ip.toLowerCase().replace(/^::ffff:(?=\d+\.)/, '');
  return isIP(plain) === 6 ? new URL(`http://[${plain}]`).hostname.slice(1, -1) : plain;
}

/** True for an address that no tenant may reach through us: this machine, and link-local with cloud metadata. */
function isLocal(plain: string): boolean {
  // 100.100.100.200 and fd00:ec2::254 serve the metadata of two clouds outside the link-local range.
  if (isIP(plain) === 4) return /^(127\.|0\.|169\.254\.|22[4-9]\.|2[345]\d\.|100\.100\.100\.200$)/.test(plain);
  return /^(::1?$|fe[89ab]|ff|::ffff:|64:ff9b:|fd00:ec2::254$)/.test(plain);
}

/** The port that an address names, or that of its scheme. */
export function portOf(url: URL): number {
  return url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
}
