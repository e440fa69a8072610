type Backend = Readonly<{ group?: string; kind?: string; namespace?: string; name: string; weight?: number }>;

/** A route of the Gateway API, as far as its backends are read. */
type BackendRoute = Readonly<{
  metadata: Readonly<{ namespace?: string }>;
  spec?: Readonly<{ rules?: readonly Readonly<{ backendRefs?: readonly Backend[] }>[] }>;
}>;

/** Names a Service as routes are looked up by it. */
export function backendKey(namespace: string, service: string): string {
  return `${namespace}/${service}`;
}

/** The Services that a route sends requests to, by any of its rules: those with weight 0 are left out. */
export function backendsOf(route: BackendRoute): readonly string[] {
  const own = route.metadata.namespace ?? '';
  const refs = (route.spec?.rules ?? []).flatMap(({ backendRefs }) => backendRefs ?? []);
  const served = refs.filter(
    ({ group = '', kind = 'Service', weight }) => group === '' && kind === 'Service' && weight !== 0,
  );
  return [...new Set(served.map(({ namespace, name }) => backendKey(namespace ?? own, name)))];
}
