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
  /** F73: an autoscaler sizes the Rollout by its scale subresource. */
  autoscaler?: AutoscalerDraw;
  /** F77: how many pods a PodDisruptionBudget lets go at once; absent: there is none. */
  budget?: number;
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
  /** Fields that few Rollouts have. */
  extras?: RolloutExtras;
}>;

/** What the weights of a route sum to, pods at least, enough pods for a step, and so on; canaries with a route only. */
export type RolloutExtras = Readonly<{
  maxTrafficWeight?: number;
  minPods?: number;
  threshold?: Readonly<{ type: 'Percent' | 'Pods'; value: number }>;
  rollbackWindow?: number;
  /** The two Services swap their roles at each promotion. */
  pingPong?: boolean;
  /** Labels for the pods of each side. */
  podMetadata?: boolean;
}>;

/** A step: a weight in percent, a pause in seconds (0: until somebody promotes), an analysis, or a size. */
export type StepDraw =
  | Readonly<{ kind: 'Weight'; weight: number }>
  | Readonly<{ kind: 'Pause'; seconds: number }>
  /** A size of the canary apart from its weight: pods, or as the weight asks for. */
  | Readonly<{ kind: 'Size'; pods: number | 'Matching' }>
  | Readonly<{ kind: 'Analysis' }>
  /** An experiment with a pod of each version; in a routed update that of the canary has a share, in percent. */
  | Readonly<{ kind: 'Experiment'; seconds: number; weight: number }>;

/** Sizes between which it keeps the Rollout, requests a second that one pod is made for, seconds before it scales down. */
export type AutoscalerDraw = Readonly<{ least: number; most: number; perPod: number; window: number }>;

/** How a version behaves; versions are numbered from 1. */
export type VersionDraw = Readonly<{
  version: number;
  errorRate: number;
  crashes: boolean;
  neverReady: boolean;
  /** F71: ready and not in turns of ten seconds. */
  flaps?: boolean;
  /** F72: its image cannot be pulled. */
  imageMissing?: boolean;
}>;

/** Something that people, the cluster or our process do at an instant. */
export type Happening = Readonly<{ at: number }> &
  (
    | Readonly<{ kind: 'Apply'; version: VersionDraw }>
    | Readonly<{ kind: 'Scale'; replicas: number }>
    | Readonly<{ kind: 'EditSteps'; steps: readonly StepDraw[] }>
    /** F74: another strategy, on the same Rollout. */
    | Readonly<{ kind: 'SwitchStrategy'; to: RolloutDraw['strategy'] }>
    /** Every pod is to be replaced by one that is made later. */
    | Readonly<{ kind: 'RestartPods' }>
    | Readonly<{ kind: 'Pause'; paused: boolean }>
    | Readonly<{ kind: 'Promote' }>
    | Readonly<{ kind: 'PromoteFull' }>
    | Readonly<{ kind: 'Abort' }>
    | Readonly<{ kind: 'Retry' }>
    | Readonly<{ kind: 'EditWeight'; canary: number }>
    | Readonly<{ kind: 'ScaleReplicaSet'; which: number; replicas: number }>
    | Readonly<{ kind: 'KillPods'; which: number; count: number }>
    /** F75: the ReplicaSets are counted from the oldest. */
    | Readonly<{ kind: 'DeleteReplicaSet'; which: number }>
    /** F74: a Service of the Rollout selects pods of every version, or of one of them. */
    | Readonly<{ kind: 'EditSelector'; service: number; to: 'Every' | number }>
    /** F41: the status says what no controller of ours writes. */
    | Readonly<{ kind: 'EditStatus' }>
    /** The users send so many requests a second from now on. */
    | Readonly<{ kind: 'Load'; rate: number }>
    | Readonly<{ kind: 'Crash'; downFor: number }>
    | Readonly<{ kind: 'Stall'; length: number }>
    | Readonly<{ kind: 'Restart'; downFor: number }>
    /** F31: asked to end, and killed so soon after. */
    | Readonly<{ kind: 'StopAndKill'; after: number; downFor: number }>
    /** F36: the wall clock is set; processes that start later begin from it. Milliseconds, negative: back. */
    | Readonly<{ kind: 'SetClock'; by: number }>
    /** One more process of ours runs for so long (F34). */
    | Readonly<{ kind: 'Standby'; length: number }>
    | Readonly<{ kind: 'Prometheus'; lie: PrometheusLie; length: number }>
    | Disaster
  );

/** What strikes the cluster, or the objects around a Rollout; `length` says after how long it is mended. */
export type Disaster =
  /** F70, F77: pods are asked to go, as far as their budget allows. */
  | Readonly<{ kind: 'Evict'; which: number; count: number }>
  /** F70, F77: a node is emptied: its pods are evicted, again and again until they may go. */
  | Readonly<{ kind: 'DrainNode'; length: number }>
  /** F70: a node falls silent. */
  | Readonly<{ kind: 'LoseNode'; length: number }>
  /** F80: one proxy takes nothing in. */
  | Readonly<{ kind: 'StickProxy'; length: number }>
  /** F74, F19: deleted, and made anew. */
  | Readonly<{ kind: 'DeleteRollout'; length: number }>
  | Readonly<{ kind: 'DeleteService'; which: number; length: number }>
  | Readonly<{ kind: 'DeleteRoute'; length: number }>
  /** F83: the weights are put back so often, each three minutes, or each so many milliseconds. */
  | Readonly<{ kind: 'GitOps'; times: number; every?: number }>
  /** F78. */
  | Readonly<{ kind: 'Quota'; pods: number; length: number }>
  /** F15, F16: what we write of a kind is refused, for lack of rights or by a webhook. */
  | Readonly<{ kind: 'Forbid'; resource: ForbiddenResource; by: 'Rights' | 'Webhook'; length: number }>
  /** F20: somebody's finalizer holds a ReplicaSet, if it is deleted, for so long. */
  | Readonly<{ kind: 'HoldReplicaSet'; which: number; length: number }>
  /** F76: another Rollout names the same Services and route. */
  | Readonly<{ kind: 'Rival'; length: number }>
  /** F21: the server forgets its history. */
  | Readonly<{ kind: 'Compact' }>
  /** F35. */
  | Readonly<{ kind: 'EditLease'; how: 'Delete' | 'Steal' }>;

/** What we write, and may for a while not be let write. */
export type ForbiddenResource = 'rollouts' | 'replicasets' | 'services' | 'httproutes' | 'analysisruns';

/** What Prometheus does wrong for a while (faults F50 to F63). */
export type PrometheusLie =
  | 'Down'
  | 'Unavailable'
  | 'Slow'
  | 'Hangs'
  | 'Empty'
  | 'NaN'
  | 'Infinite'
  | 'Text'
  | 'Several'
  | 'Resets'
  | 'Stale'
  | 'InTurn'
  | 'Partial'
  | 'ClockOff';

/** The fault of one call of the API by our process; `call` counts its calls from 0, watches apart. */
export type CallFault = Readonly<{ call: number }> &
  /** F09 to F11, F15: the server refuses it. */
  (
    | Readonly<{ kind: 'Refuse'; why: 'Conflict' | 'TooMany' | 'Unavailable' | 'TimedOut' | 'Failed' }>
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
  /**
   * Told twice, kept back for three seconds, or left out where the next of its object comes by then (F05); or the watch
   * ends: with 410 (F02), cut (F03), silently (F01), or to all but bookmarks (F04).
   */
  kind: 'Repeat' | 'Delay' | 'Merge' | 'Gone' | 'Cut' | 'Silent' | 'Bookmarks';
}>;
