import type { KubeObject } from '../../kube/resource.ts';

/** One address of a Service, as a proxy keeps it. */
export type Endpoint = Readonly<{ address: string; ready: boolean; serving: boolean }>;

type EndpointSlice = KubeObject &
  Readonly<{
    endpoints?:
      | readonly Readonly<{
          addresses: readonly string[];
          conditions?: Readonly<{ ready?: boolean; serving?: boolean }>;
        }>[]
      | null;
  }>;

/** `namespace/name` of the Service that a slice belongs to; undefined when it says none. */
export function serviceOf({ metadata }: KubeObject): string | undefined {
  const name = metadata.labels?.['kubernetes.io/service-name'];
  return name === undefined ? undefined : `${metadata.namespace ?? ''}/${name}`;
}

/** The addresses of one slice; a condition that is not told counts as true (discovery.k8s.io/v1, EndpointConditions). */
export function endpointsOf(slice: KubeObject): readonly Endpoint[] {
  return ((slice as EndpointSlice).endpoints ?? []).flatMap(({ addresses, conditions = {} }) => {
    const [address] = addresses;
    if (address === undefined) return [];
    const ready = conditions.ready ?? true;
    return [{ address, ready, serving: conditions.serving ?? ready }];
  });
}

/**
 * The addresses that get traffic: the ready ones. Without any, kube-proxy takes those that serve on while they end
 * (KEP-1669); Contour does not.
 */
export function usable(endpoints: readonly Endpoint[], whenNoneIsReady: 'None' | 'Serving'): readonly string[] {
  const ready = endpoints.filter((each) => each.ready);
  const chosen = ready.length > 0 || whenNoneIsReady === 'None' ? ready : endpoints.filter(({ serving }) => serving);
  return chosen.map(({ address }) => address);
}
