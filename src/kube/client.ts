import type { KubeObject, Resource } from './resource.ts';

/** Why a call was not carried out, or may not have been. */
export type Failure = Readonly<{
  ok: false;
  /**
   * Conflict: 409 of a lost race, or a failed `test` of a JSON Patch. AlreadyExists: 409 of a create. NotFound: 404.
   * Gone: 410 or 504, the version asked for is no longer
   * kept, or not reached yet. Invalid: 400 or 422, the server refuses the content.
   * Forbidden: 401, or 403 because a right of ours is missing. Denied: 403 by admission (a webhook, a policy), which objects
   * to this content. Exhausted: 403 by a ResourceQuota that is used up, or by a namespace that is ending. TooMany: 429. Unavailable: 5xx that says so before acting. Unreachable: no answer came.
   * Unknown: the call was sent and no answer came, so it may have been carried out. Fenced: refused by ourselves,
   * because this process may no longer be the leader.
   */
  why:
    | 'Conflict'
    | 'AlreadyExists'
    | 'NotFound'
    | 'Gone'
    | 'Invalid'
    | 'Forbidden'
    | 'Denied'
    | 'Exhausted'
    | 'TooMany'
    | 'Unavailable'
    | 'Unreachable'
    | 'Unknown'
    | 'Fenced';
  /** The HTTP status, 0 when there was none. */
  status: number;
  /** A sentence for people, without secrets. */
  message: string;
  /** Milliseconds that the server asked us to wait (Retry-After). */
  retryAfter?: number;
  /** The paths that the server found at fault, from Status.details.causes. */
  causes?: readonly Readonly<{ field: string; message: string }>[];
}>;

/** The answer to a call: expected failures are values. */
export type Answer<T> = Readonly<{ ok: true; value: T }> | Failure;

/** One page of a list. */
export type ListPage = Readonly<{
  items: readonly KubeObject[];
  resourceVersion: string;
  /** The token for the next page; undefined on the last one. */
  continue?: string;
}>;

/** What a list or watch is narrowed to. */
export type Selection = Readonly<{ namespace?: string; labelSelector?: string; fieldSelector?: string }>;

/** One line of a watch. */
export type WatchEvent = Readonly<{
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  object: KubeObject;
}>;

/** The body of a patch and how the server reads it. */
export type Patch =
  | Readonly<{ kind: 'Json'; operations: readonly JsonPatchOperation[] }>
  | Readonly<{ kind: 'Merge'; body: unknown }>
  | Readonly<{ kind: 'Apply'; body: unknown; fieldManager: string; force?: boolean }>;

/** One operation of RFC 6902, as far as we use it. */
export type JsonPatchOperation =
  Readonly<{ op: 'add' | 'replace' | 'test'; path: string; value: unknown }> | Readonly<{ op: 'remove'; path: string }>;

/** Names one object. */
export type Target = Readonly<{
  resource: Resource;
  namespace?: string;
  name: string;
  subresource?: 'status' | 'scale' | 'eviction';
}>;

/**
 * The calls that this project makes to a Kubernetes API server. Implemented over HTTP (kube/http-client.ts) and by the
 * in-process server of tests and simulation. No call throws for an expected failure.
 */
export interface KubeClient {
  /** Reads one object; without `resourceVersion` it is a quorum read. */
  get(target: Target, signal?: AbortSignal): Promise<Answer<KubeObject>>;
  /**
   * Reads one page of a list. With `resourceVersion` the state may come from the server's cache but is not older than that
   * version ('0': any state will do); without it, it is the newest. The version goes with the first page only.
   */
  list(
    resource: Resource,
    selection: Selection,
    page: Readonly<{ limit?: number; continue?: string; resourceVersion?: string }>,
    signal?: AbortSignal,
  ): Promise<Answer<ListPage>>;
  /**
   * Watches from a version on; calls `onEvent` for each line, in order, and resolves when the stream has ended: ok
   * when the server closed it in good order, else why it broke.
   */
  watch(
    resource: Resource,
    selection: Selection,
    from: Readonly<{ resourceVersion: string; timeoutSeconds: number }>,
    onEvent: (event: WatchEvent) => void,
    signal: AbortSignal,
  ): Promise<Answer<void>>;
  /** Creates an object; with `dryRun` the server validates and defaults it and keeps nothing. */
  create(resource: Resource, object: KubeObject, options?: Readonly<{ dryRun?: boolean }>): Promise<Answer<KubeObject>>;
  /** Patches an object or one of its subresources. */
  patch(target: Target, patch: Patch, options?: Readonly<{ dryRun?: boolean }>): Promise<Answer<KubeObject>>;
  /** Replaces an object whole; its metadata.resourceVersion is the precondition. */
  replace(target: Target, object: KubeObject): Promise<Answer<KubeObject>>;
  /** Deletes an object if it still has that UID (and version, if given). Dependents go in the background. */
  delete(target: Target, precondition: Readonly<{ uid: string; resourceVersion?: string }>): Promise<Answer<void>>;
  /**
   * Evicts a pod if it still has that UID: it is deleted with its grace, unless a PodDisruptionBudget forbids it now, which
   * is TooMany and never tried again here. Source: Kubernetes, API-initiated eviction.
   */
  evict(pod: Omit<Target, 'subresource'>, precondition: Readonly<{ uid: string }>): Promise<Answer<void>>;
}
