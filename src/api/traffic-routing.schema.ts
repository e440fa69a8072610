import { flag, int, long, list, object, objectName, optional, rawObject, stringMap, text } from './field.schema.ts';
import { labelSelector } from './meta.schema.ts';

const named = (what: string) => list(`${what}s by name.`, objectName(`Name of the ${what}.`), { maxItems: 32 });

const albSchema = object('AWS Application Load Balancer, through annotations of its Ingress.', {
  ingress: optional(objectName('The Ingress; or use `ingresses`.')),
  ingresses: optional(named('Ingress')),
  servicePort: int('Port of the Services.', { minimum: 1, maximum: 65_535 }),
  rootService: optional(objectName('Service that the Ingress names.', { defaultText: 'stableService' })),
  annotationPrefix: optional(text('Prefix of the annotations.', { defaultText: 'alb.ingress.kubernetes.io' })),
  stickinessConfig: optional(
    object('Stickiness of target groups.', {
      enabled: flag('Whether requests of one client stay with one version.'),
      durationSeconds: long('For how long.', { minimum: 1, maximum: 604_800 }),
    }),
  ),
});

const virtualServiceFields = {
  name: objectName('Name, or name.namespace, of the VirtualService.'),
  routes: optional(list('HTTP routes; needed if it has several.', text('Name of a route.'), { maxItems: 64 })),
  tlsRoutes: optional(
    list(
      'TLS routes.',
      object('A TLS route.', {
        port: optional(long('Its port.')),
        sniHosts: optional(list('Its SNI hosts.', text('A host.'), { maxItems: 64 })),
      }),
      { maxItems: 64 },
    ),
  ),
  tcpRoutes: optional(
    list('TCP routes.', object('A TCP route.', { port: optional(long('Its port.')) }), { maxItems: 64 }),
  ),
};

const istioSchema = object('Istio: weights of destinations of a VirtualService.', {
  virtualService: optional(object('The VirtualService; or use `virtualServices`.', virtualServiceFields)),
  virtualServices: optional(
    list('Several VirtualServices.', object('A VirtualService.', virtualServiceFields), { maxItems: 32 }),
  ),
  destinationRule: optional(
    object('Split between subsets instead of between Services.', {
      name: objectName('Name of the DestinationRule.'),
      canarySubsetName: text('Subset of the canary.'),
      stableSubsetName: text('Subset of the stable version.'),
      additionalSubsetNames: optional(
        list('Further subsets, whose weights are kept.', text('Name of a subset.'), { maxItems: 32 }),
      ),
    }),
  ),
});

const nginxSchema = object('ingress-nginx: a canary Ingress that we own.', {
  stableIngress: optional(objectName('The stable Ingress; or use `stableIngresses`.')),
  stableIngresses: optional(named('Ingress')),
  annotationPrefix: optional(text('Prefix of annotations.', { defaultText: 'nginx.ingress.kubernetes.io' })),
  additionalIngressAnnotations: optional(
    stringMap('Annotations of the canary Ingress, without the prefix.', { maxProperties: 64 }),
  ),
  canaryIngressAnnotations: optional(
    stringMap('Annotations of the canary Ingress, written as they are; they win.', { maxProperties: 64 }),
  ),
});

const smiSchema = object('Service Mesh Interface: a TrafficSplit that we own.', {
  rootService: optional(objectName('Service that clients use.', { defaultText: 'stableService' })),
  trafficSplitName: optional(objectName('Name of the TrafficSplit.', { defaultText: 'name of the Rollout' })),
});

const appMeshSchema = object('AWS App Mesh.', {
  virtualService: optional(
    object('The VirtualService.', {
      name: objectName('Its name.'),
      routes: optional(list('Routes of its router.', text('Name of a route.'), { maxItems: 64 })),
    }),
  ),
  virtualNodeGroup: optional(
    object('The VirtualNodes.', {
      canaryVirtualNodeRef: object('Node of the canary.', { name: objectName('Its name.') }),
      stableVirtualNodeRef: object('Node of the stable version.', { name: objectName('Its name.') }),
    }),
  ),
});

const routeRefs = (kind: string) =>
  list(
    `Several ${kind}s.`,
    object(`A ${kind}.`, {
      name: objectName(`Name of the ${kind}.`),
      useHeaderRoutes: optional(flag('Header and mirror routes of steps are made in it.', { defaultText: 'false' })),
    }),
    { maxItems: 32 },
  );

/** Gateway API routing: our own field, and the block of the plugin argoproj-labs/gatewayAPI. */
export const gatewayApiSchema = object(
  'Gateway API: weights of the backendRefs of rules that name both the stable and the canary Service.',
  {
    httpRoute: optional(objectName('Name of one HTTPRoute.')),
    httpRoutes: optional(routeRefs('HTTPRoute')),
    httpRouteSelector: optional(labelSelector('HTTPRoutes by label.')),
    grpcRoute: optional(objectName('Name of one GRPCRoute.')),
    grpcRoutes: optional(routeRefs('GRPCRoute')),
    grpcRouteSelector: optional(labelSelector('GRPCRoutes by label.')),
    tcpRoute: optional(objectName('Name of one TCPRoute.')),
    tcpRoutes: optional(routeRefs('TCPRoute')),
    tcpRouteSelector: optional(labelSelector('TCPRoutes by label.')),
    tlsRoute: optional(objectName('Name of one TLSRoute.')),
    tlsRoutes: optional(routeRefs('TLSRoute')),
    tlsRouteSelector: optional(labelSelector('TLSRoutes by label.')),
    namespace: optional(objectName('Namespace of the routes.', { defaultText: 'namespace of the Rollout' })),
    configMap: optional(objectName("ConfigMap in which Argo's plugin remembers its routes; Sluice needs none.")),
    disableInProgressLabel: optional(
      flag('Do not label routes while an update moves their weights.', { defaultText: 'false' }),
    ),
    inProgressLabelKey: optional(
      text('Key of that label.', { defaultText: 'rollouts.argoproj.io/gatewayapi-canary', maxLength: 317 }),
    ),
    inProgressLabelValue: optional(text('Value of that label.', { defaultText: 'in-progress', maxLength: 63 })),
  },
);

/** How requests are split between the stable version and the canary. */
export const trafficRoutingSchema = object(
  'How requests are split. Without it the number of pods is the only weight. `{}` sizes ReplicaSets as with a router, but nothing is split.',
  {
    gatewayAPI: optional(gatewayApiSchema),
    plugins: optional(
      rawObject('Routers by plugin name; only `argoproj-labs/gatewayAPI` is served, with the fields of gatewayAPI.', {
        maxProperties: 8,
      }),
    ),
    alb: optional(albSchema),
    istio: optional(istioSchema),
    nginx: optional(nginxSchema),
    smi: optional(smiSchema),
    ambassador: optional(
      object('Ambassador: a clone of each Mapping, with a weight.', {
        mappings: list('Mappings by name.', objectName('Name of a Mapping.'), { maxItems: 32 }),
      }),
    ),
    traefik: optional(
      object('Traefik: weights of a TraefikService.', {
        weightedTraefikServiceName: objectName('Name of the TraefikService.'),
      }),
    ),
    apisix: optional(
      object('Apache APISIX: weights of the backends of an ApisixRoute.', {
        route: optional(
          object('The ApisixRoute.', {
            name: objectName('Its name.'),
            rules: optional(list('Rules; needed if it has several.', text('Name of a rule.'), { maxItems: 64 })),
          }),
        ),
      }),
    ),
    appMesh: optional(appMeshSchema),
    managedRoutes: optional(
      list(
        'Names of header and mirror routes that steps may make; their order is their precedence.',
        object('A route.', { name: text('Its name.', { maxLength: 253 }) }),
        { maxItems: 64 },
      ),
    ),
    maxTrafficWeight: optional(
      int('The weight that means all requests; only with nginx and plugins.', { defaultText: '100', minimum: 1 }),
    ),
  },
  { preserve: true },
);
