/**
 * Everything that happens in one simulated world, drawn before it begins: plain JSON, so that a world can be saved,
 * played again and made smaller. Times are milliseconds of virtual time since the world's beginning.
 */
export type WorldPlan = Readonly<{
  /** Determines what is left to chance while the world goes on: delays of pods, proxies, jitter. */
  seed: number;
  rollout: RolloutDraw;
  /** How late the parts of the cluster are, in milliseconds at most. */
  lags: Readonly<{ api: number; watch: number; pods: number; controllers: number; proxies: number }>;
  proxies: number;
  /** Requests a second through the gateway. */
  requestsPerSecond: number;
  happenings: readonly Happening[];
  callFaults: readonly CallFault[];
  watchFaults: readonly WatchFault[];
  /** Processes that begin from what a server that lags behind has (F07). */
  staleStarts?: readonly StaleStart[];
  /** True: faults of calls and events are met whenever they come, also after the last happening. */
  lasting?: boolean;
}>;

/** The Rollout that a world is about. */
export type RolloutDraw = Readonly<{
  strategy: 'Basic' | 'Routed' | 'BlueGreen';
  replicas: number;
  steps: readonly StepDraw[];
  /** Seconds. */
  scaleDownDelay: number;
  abortScaleDownDelay: number;
  progressDeadline: number;
  progressDeadlineAbort: boolean;
  background: boolean;
  /** Blue-green only. */
  autoPromotion: boolean;
  analyses: Readonly<{ pre: boolean; post: boolean }>;
}>;

/** A step: a weight in percent, a pause in seconds (0: until somebody promotes), or an analysis. */
export type StepDraw =
  | Readonly<{ kind: 'Weight'; weight: number }>
  | Readonly<{ kind: 'Pause'; seconds: number }>
  | Readonly<{ kind: 'Analysis' }>;

/** How a version behaves; versions are numbered from 1. */
export type VersionDraw = Readonly<{ version: number; errorRate: number; crashes: boolean; neverReady: boolean }>;

/** Something that people, the cluster or our process do at an instant. */
export type Happening = Readonly<{ at: number }> &
  (
    | Readonly<{ kind: 'Apply'; version: VersionDraw }>
    | Readonly<{ kind: 'Scale'; replicas: number }>
    | Readonly<{ kind: 'EditSteps'; steps: readonly StepDraw[] }>
    | Readonly<{ kind: 'Pause'; paused: boolean }>
    | Readonly<{ kind: 'Promote' }>
    | Readonly<{ kind: 'PromoteFull' }>
    | Readonly<{ kind: 'Abort' }>
    | Readonly<{ kind: 'Retry' }>
    | Readonly<{ kind: 'EditWeight'; canary: number }>
    | Readonly<{ kind: 'ScaleReplicaSet'; which: number; replicas: number }>
    | Readonly<{ kind: 'KillPods'; which: number; count: number }>
    | Readonly<{ kind: 'Crash'; downFor: number }>
    | Readonly<{ kind: 'Stall'; length: number }>
    | Readonly<{ kind: 'Restart'; downFor: number }>
    /** One more process of ours runs for so long (F34). */
    | Readonly<{ kind: 'Standby'; length: number }>
    | Readonly<{ kind: 'Prometheus'; lie: PrometheusLie; length: number }>
    | Disaster
  );

/** What strikes the cluster, or the objects around a Rollout; `length` says after how long it is mended. */
export type Disaster =
  /** F70, F77: pods are asked to go, as far as their budget allows. */
  | Readonly<{ kind: 'Evict'; which: number; count: number }>
  /** F70: a node falls silent. */
  | Readonly<{ kind: 'LoseNode'; length: number }>
  /** F80: one proxy takes nothing in. */
  | Readonly<{ kind: 'StickProxy'; length: number }>
  /** F74, F19: deleted, and made anew. */
  | Readonly<{ kind: 'DeleteRollout'; length: number }>
  | Readonly<{ kind: 'DeleteService'; which: number; length: number }>
  | Readonly<{ kind: 'DeleteRoute'; length: number }>
  /** F83: the weights are put back so often, each three minutes. */
  | Readonly<{ kind: 'GitOps'; times: number }>
  /** F78. */
  | Readonly<{ kind: 'Quota'; pods: number; length: number }>
  /** F21: the server forgets its history. */
  | Readonly<{ kind: 'Compact' }>
  /** F35. */
  | Readonly<{ kind: 'EditLease'; how: 'Delete' | 'Steal' }>;

/** What Prometheus does wrong for a while (faults F50 to F63). */
export type PrometheusLie = 'Down' | 'Unavailable' | 'Slow' | 'Empty' | 'NaN' | 'Several' | 'Stale' | 'Partial';

/** The fault of one call of the API by our process; `call` counts its calls from 0, watches apart. */
export type CallFault = Readonly<{ call: number }> &
  /** F09 to F11, F15: the server refuses it. */
  (
    | Readonly<{ kind: 'Refuse'; why: 'Conflict' | 'TooMany' | 'Unavailable' | 'Forbidden' | 'Failed' }>
    /** The server never saw it (F13). */
    | Readonly<{ kind: 'LoseRequest' }>
    /** The server carried it out, and nobody heard (F12). */
    | Readonly<{ kind: 'LoseAnswer' }>
    /** Our process ends before or after it (F30). */
    | Readonly<{ kind: 'Crash'; when: 'Before' | 'After' }>
    /** Takes so many milliseconds longer (F18). */
    | Readonly<{ kind: 'Slow'; by: number }>
  );

/**
 * A process, by its number, whose first list of each kind is what the server had at a version, and whose watches hear of
 * everything so many milliseconds later for as long.
 */
export type StaleStart = Readonly<{ process: number; version: number; behind: number }>;

/** The fault of one event of a watch; `event` counts the events that our process gets from 0, of all watches. */
export type WatchFault = Readonly<{
  event: number;
  /** Told twice, or kept back for three seconds (F05); or the watch ends: with 410 (F02), cut (F03), or silently (F01). */
  kind: 'Repeat' | 'Delay' | 'Gone' | 'Cut' | 'Silent';
}>;
