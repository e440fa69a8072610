import type { Clock } from '../clock/clock.ts';
import type { KubeClient } from '../kube/client.ts';
import type { Random } from '../kube/backoff.ts';
import type { Election } from '../kube/lease.ts';
import { startElection } from '../kube/lease.ts';
import type { Logger } from '../telemetry/log.ts';

/** A Lease by namespace and name. */
export type LeaseName = Readonly<{ namespace: string; name: string }>;

/** What leadership is sought with. */
export type LeadershipOptions = Readonly<{
  /** A client without a fence. */
  client: Pick<KubeClient, 'get' | 'create' | 'replace'>;
  clock: Clock;
  log: Logger;
  /** All of them must be held, and are taken in this order. Empty: this process leads at once. */
  leases: readonly LeaseName[];
  /** Unique to this process. */
  identity: string;
  onStarted: () => void;
  onLost: (why: string) => void;
  random?: Random;
}>;

/** Who leads, by all leases together. */
export interface Leadership {
  isLeader(): boolean;
  /** The fence of every write. */
  mayWrite(): boolean;
  /** Gives back what is held, last taken first. */
  stop(): Promise<void>;
}

/** The lease of Argo's controller: whoever holds it serves the takeover group. */
export const ARGO_LEASE = 'argo-rollouts-controller-lock';

/** What to say while somebody else renews a lease. */
function waitingWords(name: string): string {
  return name === ARGO_LEASE
    ? "waiting: Argo's controller, or another of ours, serves this group; scale it to zero to take over"
    : 'standing by: another replica leads';
}

/**
 * Seeks all leases one after another: the next is tried for only by whoever holds those before it, so that two
 * candidates never hold one each and wait for the other for ever. Losing any of them ends the leadership.
 */
export function seekLeadership(options: LeadershipOptions): Leadership {
  const { leases, log } = options;
  const elections: Election[] = [];
  let stopped = false;
  const enter = (index: number): void => {
    const lease = leases[index];
    if (stopped) return;
    if (lease === undefined) return options.onStarted();
    elections.push(
      startElection({
        client: options.client,
        clock: options.clock,
        identity: options.identity,
        ...lease,
        onStarted: () => {
          log.info({ lease: `${lease.namespace}/${lease.name}`, identity: options.identity }, 'lease taken');
          enter(index + 1);
        },
        onLost: (why) => {
          log.error({ lease: `${lease.namespace}/${lease.name}`, why }, 'lease lost');
          options.onLost(why);
        },
        onWaiting: (holder) =>
          log.info({ lease: `${lease.namespace}/${lease.name}`, holder }, waitingWords(lease.name)),
        onError: ({ why, message }) => log.warn({ lease: lease.name, why, error: message }, 'lease not renewed'),
        ...(options.random === undefined ? {} : { random: options.random }),
      }),
    );
  };
  enter(0);
  const all = (holds: (election: Election) => boolean): boolean =>
    elections.length === leases.length && elections.every(holds);
  return {
    isLeader: () => all((election) => election.isLeader()),
    mayWrite: () => all((election) => election.mayWrite()),
    async stop() {
      stopped = true;
      for (const election of elections.toReversed()) await election.stop();
    },
  };
}
