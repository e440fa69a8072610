import type { Call } from '../emulator/call.ts';
import type { Fault, InProcessOptions } from '../emulator/in-process-client.ts';
import type { Milliseconds } from '../units/duration.ts';
import { milliseconds } from '../units/duration.ts';
import type { Instant } from '../units/instant.ts';
import type { CallFault, WatchFault, WorldPlan } from './world-plan.ts';

/** Counts of the calls and events of a world's processes, over all of their lives, and of the faults that they met. */
export type CallBook = {
  calls: number;
  writes: number;
  events: number;
  /** Watches that were dead for 100 s, and nobody noticed. */
  unheard: number;
  /** False once the faults have stopped. */
  faulty: boolean;
  /** Watches may tell nothing until then, without anybody knowing: what we see may be old. */
  deafUntil: Instant | undefined;
  /** What our processes may not write for a while, by the plural of the kind. */
  readonly forbidden: Map<string, Readonly<{ until: Instant; by: 'Rights' | 'Webhook' }>>;
  /** How often each kind of fault was met. */
  readonly hits: Map<string, number>;
};

/** A book without calls. */
export function openCallBook(): CallBook {
  return {
    calls: 0,
    writes: 0,
    events: 0,
    unheard: 0,
    faulty: true,
    deafUntil: undefined,
    forbidden: new Map(),
    hits: new Map(),
  };
}

/** False while a watch may be silent without anybody knowing. */
export function hears({ deafUntil }: CallBook, now: Instant): boolean {
  return deafUntil === undefined || now > deafUntil;
}

/** Notes that a watch tells nothing for at most so long. */
export function deafen(book: CallBook, until: Instant): void {
  if (book.deafUntil === undefined || book.deafUntil < until) book.deafUntil = until;
}

/** Notes that a fault was met. */
export function meet(book: CallBook, fault: CallFault | WatchFault): void {
  const name = 'event' in fault ? `watch ${fault.kind}` : fault.kind === 'Refuse' ? fault.why : fault.kind;
  book.hits.set(name, (book.hits.get(name) ?? 0) + 1);
}

const STATUS = { Conflict: 409, TooMany: 429, Unavailable: 503, TimedOut: 504, Failed: 500 } as const;

const REASON = {
  Conflict: 'Conflict',
  TooMany: 'TooManyRequests',
  Unavailable: 'ServiceUnavailable',
  TimedOut: 'Timeout',
  Failed: 'InternalError',
} as const;

/** What the calls of one process meet. */
export type CallTrouble = Readonly<{
  plan: Pick<WorldPlan, 'callFaults'>;
  book: CallBook;
  /** True once the process has ended: nothing that it still waits for ever comes. */
  dead: () => boolean;
  /** Ends the process. */
  crash: (why: string) => void;
  /** Called for each call that reaches the server, before and after it is carried out; watches apart. */
  onReach: (call: Call) => void;
  onDone: (call: Call, status: number) => void;
  latency: (call: Call) => Milliseconds;
  now: () => Instant;
}>;

type Hooks = Required<Pick<InProcessOptions, 'latency' | 'beforeCommit' | 'afterCommit'>>;

/**
 * The faults of a plan as hooks of a client. The number of a call is drawn when it reaches the server, so that a plan
 * means the same call in every run of its world.
 */
export function callHooks(trouble: CallTrouble): Hooks {
  const { plan, book, dead, crash, onReach, onDone } = trouble;
  const faults = new Map(plan.callFaults.map((fault) => [fault.call, fault]));
  const numbers = new WeakMap<Call, number>();
  const faultOf = (call: Call): CallFault | undefined => {
    const number = numbers.get(call);
    return number === undefined || !book.faulty ? undefined : faults.get(number);
  };
  return {
    latency: (call) => {
      const fault = faultOf(call);
      const more = fault?.kind === 'Slow' ? fault.by : 0;
      return milliseconds(trouble.latency(call) + more);
    },
    beforeCommit(call) {
      if (dead()) return { kind: 'Crash' };
      if (call.verb === 'watch') return undefined;
      numbers.set(call, book.calls);
      book.calls += 1;
      if (call.writes) book.writes += 1;
      const fault = faultOf(call);
      const forbidden = forbiddenBy(book, call, trouble.now());
      if (forbidden !== undefined) return forbidden;
      const now = fault === undefined ? undefined : early(fault, call, crash);
      if (fault !== undefined && (now !== undefined || fault.kind === 'Slow')) meet(book, fault);
      if (now === undefined) onReach(call);
      return now;
    },
    afterCommit(call, { status }) {
      onDone(call, status);
      const fault = faultOf(call);
      if (fault?.kind === 'LoseAnswer') {
        meet(book, fault);
        return { kind: 'Silent' };
      }
      if (fault?.kind !== 'Crash' || fault.when !== 'After') return undefined;
      meet(book, fault);
      crash(`after ${call.verb} ${call.resource.plural}`);
      return { kind: 'Crash' };
    },
  };
}

/** The refusal of a write that our processes may not make at present. */
function forbiddenBy(book: CallBook, { writes, resource, verb }: Call, now: Instant): Fault | undefined {
  const forbidden = writes ? book.forbidden.get(resource.plural) : undefined;
  if (forbidden === undefined || forbidden.until <= now) return undefined;
  const name = `Forbidden by ${forbidden.by}`;
  book.hits.set(name, (book.hits.get(name) ?? 0) + 1);
  const { group, plural } = resource;
  const message =
    forbidden.by === 'Rights'
      ? `${plural} is forbidden: User "system:serviceaccount:sluice-system:sluice" cannot ${verb} resource "${plural}" in API group "${group}" in the namespace "shop"`
      : 'admission webhook "policy.example.com" denied the request: not today';
  const [status, reason] = forbidden.by === 'Rights' ? [403, 'Forbidden'] : [400, 'BadRequest'];
  return { kind: 'Answer', status, body: { kind: 'Status', status: 'Failure', code: status, reason, message } };
}

function early(fault: CallFault, call: Call, crash: (why: string) => void): Fault | undefined {
  switch (fault.kind) {
    case 'Refuse': {
      // A read loses no race.
      if (fault.why === 'Conflict' && !call.writes) return undefined;
      const status = STATUS[fault.why];
      const body = { kind: 'Status', status: 'Failure', code: status, reason: REASON[fault.why], message: 'injected' };
      // F10: with the time after which to ask again, and without it.
      const later = fault.why === 'TooMany' && fault.call % 2 === 0 ? { retryAfterSeconds: 2 } : {};
      return { kind: 'Answer', status, body, ...later };
    }
    case 'LoseRequest':
      return { kind: 'Silent' };
    case 'Crash':
      if (fault.when === 'After') return undefined;
      crash(`before ${call.verb} ${call.resource.plural}`);
      return { kind: 'Crash' };
    case 'LoseAnswer':
    case 'Slow':
      return undefined;
  }
}
