/** How a request ended, as the one who sent it sees it, with the cause. */
export type Outcome =
  /** 200. */
  | 'Ok'
  /** 500 by the application itself. */
  | 'ApplicationError'
  /** The application took longer than the proxy waits. */
  | 'Timeout'
  /** No connection: every proxy is starting anew. */
  | 'NoProxy'
  /** 404: no proxy rule for the request. */
  | 'NoRoute'
  /** 500: the rule has no backend with a weight. */
  | 'NoBackend'
  /** 503: the proxy knows no usable address of the Service. */
  | 'NoEndpoints'
  /** 503: the proxy sent it to an address where nothing listens any more. */
  | 'PodGone'
  /** 503: the application ended before it had answered. */
  | 'CutOff';

/** Causes in which neither application nor proxies have a part: whoever moves traffic and pods is to blame; must be 0. */
export const LOST: readonly Outcome[] = ['NoRoute', 'NoBackend', 'NoEndpoints', 'PodGone', 'CutOff'];

/** Counts by outcome. */
export type Counts = Record<Outcome, number>;

function noCounts(): Counts {
  return {
    Ok: 0,
    ApplicationError: 0,
    Timeout: 0,
    NoProxy: 0,
    NoRoute: 0,
    NoBackend: 0,
    NoEndpoints: 0,
    PodGone: 0,
    CutOff: 0,
  };
}

/** What became of the requests of one stream. */
export class StreamReport {
  /** By version of the application; '' where no pod answered. */
  readonly byVersion = new Map<string, Counts>();

  add(version: string, outcome: Outcome, count: number): void {
    if (count === 0) return;
    let counts = this.byVersion.get(version);
    if (counts === undefined) {
      counts = noCounts();
      this.byVersion.set(version, counts);
    }
    counts[outcome] += count;
  }

  /** Requests that have ended. */
  get ended(): number {
    let sum = 0;
    for (const counts of this.byVersion.values()) for (const count of Object.values(counts)) sum += count;
    return sum;
  }

  /** Requests with this outcome, of all versions. */
  total(outcome: Outcome): number {
    let sum = 0;
    for (const counts of this.byVersion.values()) sum += counts[outcome];
    return sum;
  }

  /** Requests that failed although no application failed them: this count is what users feel of a rollout. */
  get lost(): number {
    return LOST.reduce((sum, outcome) => sum + this.total(outcome), 0);
  }
}
