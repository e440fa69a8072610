import { isIP } from 'node:net';

/** Which addresses may be called. Source: reliability 9, rule 1. */
export type AddressPolicy = Readonly<{
  /** Origins such as http://prometheus.monitoring:9090 that the operator allows, wherever they resolve to. */
  origins: readonly string[];
  /** Names of Services of this cluster may be called. */
  clusterServices: boolean;
}>;

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

/** True for an origin that the operator named: it may resolve to any address. */
export function isConfigured(url: URL, policy: AddressPolicy): boolean {
  return policy.origins.some((origin) => URL.canParse(origin) && new URL(origin).origin === url.origin);
}

function isServiceName(host: string): boolean {
  const name = host.replace(/\.$/, '');
  // `service.namespace`, `service.namespace.svc` or the full form; a name of one word would leave the cluster's search path.
  return /^[a-z0-9-]+\.[a-z0-9-]+(\.svc(\.cluster\.local)?)?$/.test(name) && !name.endsWith('.local.svc');
}

/** True for a resolved address that no tenant may reach through us: this machine, and link-local with cloud metadata. */
export function isForbiddenIp(ip: string): boolean {
  const plain = ip.toLowerCase().replace(/^::ffff:(?=\d+\.)/, '');
  if (isIP(plain) === 4) return /^(127\.|0\.|169\.254\.)/.test(plain);
  return plain === '::1' || plain === '::' || /^fe[89ab]/.test(plain) || plain.startsWith('::ffff:');
}
