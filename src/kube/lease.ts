import type { Clock } from '../clock/clock.ts';
import { sleep } from '../clock/clock.ts';
import { sameJson } from '../units/canonical-json.ts';
import type { Milliseconds } from '../units/duration.ts';
import { milliseconds, seconds } from '../units/duration.ts';
import type { Instant } from '../units/instant.ts';
import { elapsed, formatMicroTime } from '../units/instant.ts';
import type { Random } from './backoff.ts';
import type { Answer, Failure, KubeClient } from './client.ts';
import { LEASES } from './kinds.ts';
import type { KubeObject } from './resource.ts';

/** spec of a Lease. Source: coordination.k8s.io/v1. */
export type LeaseSpec = Readonly<{
  holderIdentity?: string;
  leaseDurationSeconds?: number;
  acquireTime?: string;
  renewTime?: string;
  leaseTransitions?: number;
}>;

/** What an election is held with. */
export type ElectionOptions = Readonly<{
  /** A client without a fence of its own: the lease is what the fence depends on. */
  client: Pick<KubeClient, 'get' | 'create' | 'replace'>;
  clock: Clock;
  namespace: string;
  name: string;
  /** Unique to this process, such as the pod's name and a random part. */
  identity: string;
  /** How long others wait for a silent leader. Default 15 s. */
  leaseDuration?: Milliseconds;
  /** How long a leader that cannot renew may go on. Below leaseDuration; default 10 s. */
  renewDeadline?: Milliseconds;
  /** Between two attempts. Default 2 s. */
  retryPeriod?: Milliseconds;
  /** Called once when this process becomes the leader. */
  onStarted: () => void;
  /** Called once when it no longer is, unless by `stop`: the election is over then, and the process had better exit. */
  onLost: (why: string) => void;
  onError?: (failure: Failure) => void;
  /** Told once for each holder who keeps us waiting by renewing the lease. */
  onWaiting?: (holder: string) => void;
  /** Default Math.random. */
  random?: Random;
}>;

/** An election that this process takes part in. */
export interface Election {
  isLeader(): boolean;
  /**
   * The fence: true while this process leads and its last renewal is younger than the renew deadline by its own monotonic
   * clock, so even a process that was stopped for a minute does not write when it wakes up (invariant S8).
   */
  mayWrite(): boolean;
  /** Who leads, as last seen; empty when nobody does. */
  holder(): string;
  /** Gives the lease back at once if held; call it when the last write is done. */
  stop(): Promise<void>;
}

/** A Lease as it was seen, and when by our own clock: the times that others wrote into it are never compared. */
type Seen = Readonly<{ lease: Lease; at: Instant }>;
type Lease = KubeObject & Readonly<{ spec?: LeaseSpec }>;
type Attempt = 'Held' | 'NotHeld' | Readonly<{ lost: string }>;

/** Enters an election and goes on until it is lost or stopped. Throws when the renew deadline leaves no safety margin. */
export function startElection(options: ElectionOptions): Election {
  const election = new LeaseElection(options);
  election.start();
  return election;
}

class LeaseElection implements Election {
  readonly #options: ElectionOptions;
  readonly #leaseDuration: Milliseconds;
  readonly #renewDeadline: Milliseconds;
  readonly #retryPeriod: Milliseconds;
  readonly #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #phase: 'Candidate' | 'Leader' | 'Over' = 'Candidate';
  #seen: Seen | undefined;
  #waitingFor: string | undefined;
  /** What we sent and do not know the fate of: if we read it back it was ours. */
  #unconfirmed: LeaseSpec[] = [];
  /** When the last renewal that succeeded was sent: not when it was answered, which may be much later. */
  #renewedAt: Instant | undefined;

  constructor(options: ElectionOptions) {
    this.#options = options;
    this.#leaseDuration = options.leaseDuration ?? seconds(15);
    this.#renewDeadline = options.renewDeadline ?? seconds(10);
    this.#retryPeriod = options.retryPeriod ?? seconds(2);
    if (this.#renewDeadline >= this.#leaseDuration || this.#retryPeriod >= this.#renewDeadline) {
      throw new Error('an election needs retryPeriod < renewDeadline < leaseDuration');
    }
  }

  isLeader(): boolean {
    return this.#phase === 'Leader';
  }

  mayWrite(): boolean {
    if (this.#phase !== 'Leader' || this.#renewedAt === undefined) return false;
    return elapsed(this.#renewedAt, this.#options.clock.now()) < this.#renewDeadline;
  }

  holder(): string {
    return this.#seen?.lease.spec?.holderIdentity ?? '';
  }

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    const led = this.#phase === 'Leader';
    this.#phase = 'Over';
    this.#stopping.abort(new Error('the election is stopped'));
    await this.#running;
    if (led) await this.#release();
  }

  async #run(): Promise<void> {
    const { clock, random = Math.random } = this.#options;
    while (this.#phase !== 'Over') {
      // After a stall of the process the deadline may be long gone: then not even a renewal is sent.
      if (this.#phase === 'Leader' && !this.mayWrite()) return this.#lose('the lease was not renewed in time');
      const attempt = await this.#attempt();
      // `stop` may have come while we waited for the server.
      if (this.#over()) return;
      if (typeof attempt !== 'string') return this.#lose(attempt.lost);
      if (attempt === 'Held' && this.#phase === 'Candidate') {
        this.#phase = 'Leader';
        this.#options.onStarted();
      }
      const pause = milliseconds(this.#retryPeriod * (0.75 + random() / 4));
      await sleep(clock, this.#boundedByDeadline(pause), this.#stopping.signal).catch(() => {});
    }
  }

  #over(): boolean {
    return this.#phase === 'Over';
  }

  #lose(why: string): void {
    const led = this.#phase === 'Leader';
    this.#phase = 'Over';
    if (led) this.#options.onLost(why);
  }

  /** A leader's wait ends no later than its deadline, so that losing the lease is told on time. */
  #boundedByDeadline(wait: Milliseconds): Milliseconds {
    if (this.#phase !== 'Leader' || this.#renewedAt === undefined) return wait;
    const left = this.#renewDeadline - elapsed(this.#renewedAt, this.#options.clock.now());
    return milliseconds(Math.max(0, Math.min(wait, left)));
  }

  async #attempt(): Promise<Attempt> {
    return this.#phase === 'Leader' && this.#unconfirmed.length === 0 && this.#seen !== undefined
      ? this.#write(this.#seen.lease)
      : this.#readThenWrite();
  }

  async #readThenWrite(): Promise<Attempt> {
    const { client, clock, namespace, name } = this.#options;
    const answer = await this.#inTime(client.get({ resource: LEASES, namespace, name }));
    if (answer === undefined) return 'NotHeld';
    if (!answer.ok) {
      if (answer.why !== 'NotFound') return this.#failed(answer);
      if (this.#phase === 'Leader') return { lost: 'the Lease was deleted' };
      return this.#write(undefined);
    }
    const lease = answer.value as Lease;
    const confirmed = this.#seen?.lease.spec;
    if (lease.metadata.resourceVersion !== this.#seen?.lease.metadata.resourceVersion) {
      this.#seen = { lease, at: clock.now() };
    }
    const spec = lease.spec ?? {};
    if (this.#unconfirmed.some((sent) => sameJson(sent, spec))) return this.#write(lease);
    // Only its metadata was touched, or what we sent last was not taken.
    if (this.#phase === 'Leader' && sameJson(confirmed, spec)) return this.#write(lease);
    if (this.#phase === 'Leader')
      return { lost: `the Lease was changed by another: its holder is "${spec.holderIdentity ?? ''}"` };
    if (this.#isFree(spec)) return this.#write(lease);
    this.#tellWaiting(spec.holderIdentity ?? '');
    return 'NotHeld';
  }

  #tellWaiting(holder: string): void {
    if (holder !== this.#waitingFor) this.#options.onWaiting?.(holder);
    this.#waitingFor = holder;
  }

  /** Free when nobody holds it, or its holder was silent for the whole duration by our own clock. */
  #isFree(spec: LeaseSpec): boolean {
    if ((spec.holderIdentity ?? '') === '' || this.#seen === undefined) return true;
    const duration = seconds(spec.leaseDurationSeconds ?? this.#leaseDuration / 1000);
    return elapsed(this.#seen.at, this.#options.clock.now()) >= duration;
  }

  /** Takes or renews the lease, on the condition that it is still the one we saw. */
  async #write(before: Lease | undefined): Promise<Attempt> {
    const { client, clock, namespace, name } = this.#options;
    const sentAt = clock.now();
    const spec = this.#nextSpec(before?.spec, sentAt);
    const target = { resource: LEASES, namespace, name };
    const wanted = leaseOf(before?.metadata ?? { namespace, name }, spec);
    const answer = await this.#inTime(
      before === undefined ? client.create(LEASES, wanted) : client.replace(target, wanted),
    );
    if (answer?.ok === true) {
      this.#unconfirmed = [];
      this.#renewedAt = sentAt;
      this.#seen = { lease: answer.value, at: clock.now() };
      return 'Held';
    }
    if (answer === undefined || answer.why === 'Unknown') this.#unconfirmed = [...this.#unconfirmed.slice(-9), spec];
    if (answer === undefined) return 'NotHeld';
    if (answer.why === 'NotFound' && this.#phase === 'Leader') return { lost: 'the Lease was deleted' };
    if (answer.why === 'Conflict' && this.#phase === 'Leader' && this.#unconfirmed.length === 0)
      return this.#readThenWrite();
    if (answer.why === 'Conflict' || answer.why === 'AlreadyExists') return 'NotHeld';
    return this.#failed(answer);
  }

  #nextSpec(before: LeaseSpec | undefined, now: Instant): LeaseSpec {
    const { identity } = this.#options;
    const time = formatMicroTime(now);
    const kept = before?.holderIdentity === identity;
    return {
      holderIdentity: identity,
      leaseDurationSeconds: Math.ceil(this.#leaseDuration / 1000),
      acquireTime: kept ? (before.acquireTime ?? time) : time,
      renewTime: time,
      leaseTransitions: before === undefined ? 0 : (before.leaseTransitions ?? 0) + (kept ? 0 : 1),
    };
  }

  async #release(): Promise<void> {
    const { client, clock, namespace, name } = this.#options;
    if (this.#seen === undefined || this.#unconfirmed.length > 0) return;
    const { lease } = this.#seen;
    const now = formatMicroTime(clock.now());
    // One second, so that a successor which has not seen the empty holder yet does not wait the whole duration.
    const spec = { ...lease.spec, holderIdentity: '', leaseDurationSeconds: 1, acquireTime: now, renewTime: now };
    const target = { resource: LEASES, namespace, name };
    const answer = await this.#inTime(client.replace(target, leaseOf(lease.metadata, spec)));
    if (answer?.ok === false) this.#options.onError?.(answer);
  }

  #failed(failure: Failure): Attempt {
    this.#options.onError?.(failure);
    return 'NotHeld';
  }

  /** An answer that takes longer than half of the renew deadline is not waited for: undefined. */
  async #inTime(answer: Promise<Answer<KubeObject>>): Promise<Answer<KubeObject> | undefined> {
    const { clock } = this.#options;
    const patience = this.#boundedByDeadline(milliseconds(this.#renewDeadline / 2));
    const calledOff = new AbortController();
    const late = sleep(clock, patience, calledOff.signal).then(
      () => undefined,
      () => undefined,
    );
    const first = await Promise.race([answer, late]);
    calledOff.abort(new Error('answered'));
    return first;
  }
}

function leaseOf(metadata: KubeObject['metadata'], spec: LeaseSpec): Lease {
  return { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec };
}
