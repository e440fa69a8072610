import type { Json } from '../units/canonical-json.ts';
import type { KubeObject } from '../kube/resource.ts';

type Schema = Readonly<Record<string, Json>>;

const text: Schema = { type: 'string' };
const open: Schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
const port: Schema = { type: 'integer', format: 'int32', minimum: 1, maximum: 65_535 };

function object(properties: Readonly<Record<string, Schema>>, required: readonly string[] = []): Schema {
  return { type: 'object', properties, ...(required.length === 0 ? {} : { required }) };
}

function list(items: Schema, more: Schema = {}): Schema {
  return { type: 'array', items, ...more };
}

const path = { type: 'PathPrefix', value: '/' };
const named = { name: text, type: { ...text, default: 'Exact' }, value: text };

const match = object({
  path: {
    ...object({ type: { ...text, default: path.type }, value: { ...text, default: path.value } }),
    default: path,
  },
  headers: list(object(named, ['name', 'value'])),
  queryParams: list(object(named, ['name', 'value'])),
  method: text,
});

const parent = {
  group: { ...text, default: 'gateway.networking.k8s.io' },
  kind: { ...text, default: 'Gateway' },
  namespace: text,
  name: text,
  sectionName: text,
  port,
};

const backend = {
  group: { ...text, default: '' },
  kind: { ...text, default: 'Service' },
  namespace: text,
  name: text,
  port,
};

const mirror = object(
  {
    backendRef: object(backend, ['name']),
    percent: { type: 'integer', format: 'int32', minimum: 0, maximum: 100 },
    fraction: object({ numerator: { type: 'integer' }, denominator: { type: 'integer', default: 100 } }, ['numerator']),
  },
  ['backendRef'],
);

const filter = {
  ...object({ type: text, requestMirror: mirror }, ['type']),
  'x-kubernetes-preserve-unknown-fields': true,
};

const weight: Schema = { type: 'integer', format: 'int32', minimum: 0, maximum: 1_000_000, default: 1 };

const rule = object({
  name: text,
  matches: list(match, { maxItems: 64, default: [{ path }] }),
  filters: list(filter, { maxItems: 16 }),
  backendRefs: list(object({ ...backend, weight, filters: list(filter) }, ['name']), { maxItems: 16 }),
  timeouts: open,
});

const conditions = list(open, {
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': ['type'],
});

const routeSpec = object({
  parentRefs: list(object(parent, ['name']), { maxItems: 32 }),
  hostnames: list(text, { maxItems: 16 }),
  rules: list(rule, { maxItems: 16, default: [{ matches: [{ path }] }] }),
});

/** Routes of the other protocols: backends and parents as of HTTP; what they match on is kept as it is written. */
const otherRouteSpec = object({
  parentRefs: list(object(parent, ['name']), { maxItems: 32 }),
  hostnames: list(text, { maxItems: 16 }),
  rules: list(
    {
      ...object({ name: text, backendRefs: list(object({ ...backend, weight }, ['name']), { maxItems: 16 }) }),
      'x-kubernetes-preserve-unknown-fields': true,
    },
    { maxItems: 16 },
  ),
});

const routeStatus = object(
  {
    parents: list(
      object({ parentRef: object(parent, ['name']), controllerName: text, conditions }, [
        'parentRef',
        'controllerName',
      ]),
      { maxItems: 32 },
    ),
  },
  ['parents'],
);

const listener = { ...object({ name: text, port, protocol: text, hostname: text }, ['name', 'port', 'protocol']) };

const gatewaySpec = object(
  {
    gatewayClassName: text,
    listeners: list({ ...listener, 'x-kubernetes-preserve-unknown-fields': true }, { minItems: 1, maxItems: 64 }),
    addresses: list(open),
  },
  ['gatewayClassName', 'listeners'],
);

const waiting = (type: string): Json => ({
  type,
  status: 'Unknown',
  reason: 'Pending',
  message: 'Waiting for controller',
  lastTransitionTime: '1970-01-01T00:00:00Z',
});

const gatewayStatus = {
  ...object({ addresses: list(open), conditions, listeners: list(open) }),
  default: { conditions: [waiting('Accepted'), waiting('Programmed')] },
};

function crd(kind: string, plural: string, spec: Schema, status: Schema): KubeObject {
  const group = 'gateway.networking.k8s.io';
  const openAPIV3Schema = object({ apiVersion: text, kind: text, metadata: { type: 'object' }, spec, status }, [
    'spec',
  ]);
  const version = {
    name: 'v1',
    served: true,
    storage: true,
    schema: { openAPIV3Schema },
    subresources: { status: {} },
  };
  const names = { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List`, categories: ['gateway-api'] };
  const definition = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: { group, scope: 'Namespaced', names, versions: [version] },
  };
  return definition;
}

/**
 * Gateways and routes for an emulated cluster that has no Gateway API of its own: the fields that traffic and status
 * hang on, with the defaults and bounds of the standard channel (v1); filters, listeners and rules of other
 * protocols keep what is not named here.
 */
export const GATEWAY_CRDS: readonly KubeObject[] = [
  crd('Gateway', 'gateways', gatewaySpec, gatewayStatus),
  crd('HTTPRoute', 'httproutes', routeSpec, routeStatus),
  crd('GRPCRoute', 'grpcroutes', otherRouteSpec, routeStatus),
  crd('TCPRoute', 'tcproutes', otherRouteSpec, routeStatus),
  crd('TLSRoute', 'tlsroutes', otherRouteSpec, routeStatus),
];
