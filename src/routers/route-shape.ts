/** A parent that a route hangs on, most often a Gateway. */
export type ParentRef = Readonly<{
  group?: string;
  kind?: string;
  namespace?: string;
  name: string;
  sectionName?: string;
  port?: number;
}>;

/** Where a rule sends requests; members that are not read here are kept. */
export type BackendRef = Readonly<{
  group?: string;
  kind?: string;
  namespace?: string;
  name: string;
  port?: number;
  weight?: number;
}>;

/** A header that a match asks for. */
export type HeaderEntry = Readonly<{ type?: string; name: string; value: string }>;

/** One alternative of a rule, of an HTTPRoute or a GRPCRoute. */
export type RuleMatch = Readonly<{
  /** Of an HTTPRoute. */
  path?: Readonly<{ type?: string; value?: string }>;
  headers?: readonly HeaderEntry[];
  queryParams?: readonly unknown[];
  /** The name of an HTTP method, or what a GRPCRoute asks of service and method. */
  method?: unknown;
}>;

/** What a rule does with a request beside sending it on. */
export type RuleFilter = Readonly<{
  type: string;
  requestMirror?: Readonly<{ backendRef: BackendRef; percent?: number }>;
}>;

/** A rule of a route. */
export type RouteRule = Readonly<{
  name?: string;
  matches?: readonly RuleMatch[];
  filters?: readonly RuleFilter[];
  backendRefs?: readonly BackendRef[];
}>;

/** A condition that a parent sets on a route. */
export type RouteCondition = Readonly<{ type: string; status: string; observedGeneration?: number; message?: string }>;

/** What a controller says of a route under one parent. */
export type ParentStatus = Readonly<{ parentRef: ParentRef; conditions?: readonly RouteCondition[] }>;

/** A route of gateway.networking.k8s.io, of any kind, as far as it is read here. */
export type GatewayRoute = Readonly<{
  kind?: string;
  metadata: Readonly<{
    name: string;
    namespace?: string;
    generation?: number;
    resourceVersion?: string;
    labels?: Readonly<Record<string, string>>;
    annotations?: Readonly<Record<string, string>>;
  }>;
  spec?: Readonly<{ parentRefs?: readonly ParentRef[]; rules?: readonly RouteRule[] }>;
  status?: Readonly<{ parents?: readonly ParentStatus[] }>;
}>;
