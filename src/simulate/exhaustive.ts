import type { Scenario } from './scenarios.ts';
import type { CallFault, WatchFault, WorldPlan } from './world-plan.ts';
import type { WorldReport, WriteCall } from './world-report.ts';

/** One world of an exhaustive run: a scenario with exactly one fault, named by what it is and where. */
export type Variation = Readonly<{ name: string; plan: WorldPlan }>;

/** The kinds of faults that a scenario is put through, each at every point. */
export const FAMILIES = ['crash', 'error', 'stale', 'stall', 'watch'] as const;
export type Family = (typeof FAMILIES)[number];

/** A fault without the number of its call. */
type Unplaced = CallFault extends infer Fault ? (Fault extends unknown ? Omit<Fault, 'call'> : never) : never;

const ERRORS: readonly (readonly [name: string, fault: Unplaced])[] = [
  ['409', { kind: 'Refuse', why: 'Conflict' }],
  ['429', { kind: 'Refuse', why: 'TooMany' }],
  ['500', { kind: 'Refuse', why: 'Failed' }],
  ['503', { kind: 'Refuse', why: 'Unavailable' }],
  ['lost request', { kind: 'LoseRequest' }],
  ['lost answer', { kind: 'LoseAnswer' }],
];

/** Silence apart, which is noticed after 90 s only: people act by the clock here. */
const WATCH_FAULTS: readonly WatchFault['kind'][] = ['Repeat', 'Delay', 'Gone', 'Cut'];

/** Longer than a lease: another process leads by the time it wakes up. */
const PAST_THE_LEASE = 25_000;
/** How long a server lags behind at a stale start: longer than a first decision takes. */
const BEHIND = 4_000;

/**
 * Every variation of a scenario by one family of faults; `calm` is the report of the scenario itself. `crash`: before and
 * after each write. `error`: each answer that is none, at each write. `stale`: killed after each write that changes a
 * status, and started from the state after each earlier write. `stall`: asleep past the lease at each write, with a
 * standby that takes over. `watch`: each event told twice or overtaken, or the last one of its watch.
 */
export function variationsOf({ name, plan }: Scenario, calm: WorldReport, family: Family): readonly Variation[] {
  const { writeCalls } = calm;
  const at = ({ call, what }: WriteCall): string => `${name}, call ${call} (${what})`;
  const withFault = (write: WriteCall, label: string, fault: Unplaced): Variation => ({
    name: `${at(write)}: ${label}`,
    plan: { ...plan, callFaults: [{ ...fault, call: write.call }] },
  });
  switch (family) {
    case 'crash':
      return writeCalls.flatMap((write) =>
        (['Before', 'After'] as const).map((when) =>
          withFault(write, `crash ${when.toLowerCase()}`, { kind: 'Crash', when }),
        ),
      );
    case 'error':
      return writeCalls.flatMap((write) => ERRORS.map(([label, fault]) => withFault(write, label, fault)));
    case 'stale':
      return writeCalls.flatMap((write, index) =>
        isStatus(write) ? earlier(writeCalls, index).map((version) => staleStart(withFault, write, version)) : [],
      );
    case 'watch':
      return Array.from({ length: calm.events }, (_, event) => event).flatMap((event) =>
        WATCH_FAULTS.map((kind) => ({
          name: `${name}, event ${event}: ${kind}`,
          plan: { ...plan, watchFaults: [{ event, kind }] },
        })),
      );
    case 'stall':
      return writeCalls.map((write) => stalled(plan, at(write), write));
  }
}

type WithFault = (write: WriteCall, label: string, fault: Unplaced) => Variation;

function staleStart(withFault: WithFault, write: WriteCall, version: number): Variation {
  const crash: Unplaced = { kind: 'Crash', when: 'After' };
  const { name, plan } = withFault(write, `crash after, start from version ${version}`, crash);
  return { name, plan: { ...plan, staleStarts: [{ process: 2, version, behind: BEHIND }] } };
}

/** What the server stood at after each write before that one: the prefixes of its history, as far as we made it. */
function earlier(writes: readonly WriteCall[], index: number): readonly number[] {
  return [...new Set(writes.slice(0, index).map(({ version }) => version))];
}

function isStatus({ what }: WriteCall): boolean {
  return what.startsWith('patch rollouts/status');
}

function stalled(plan: WorldPlan, where: string, { at }: WriteCall): Variation {
  const happenings = [
    ...plan.happenings,
    { at: 1_000, kind: 'Standby', length: 20 * 60_000 } as const,
    // A moment before it reaches the server: decided, and not yet sent.
    { at: Math.max(0, at - 1), kind: 'Stall', length: PAST_THE_LEASE } as const,
  ];
  return { name: `${where}: stall`, plan: { ...plan, happenings: happenings.toSorted((a, b) => a.at - b.at) } };
}

/** What is wrong with a variation: broken rules, or an end that differs from that of the scenario itself. */
export function judgeVariation(calm: WorldReport, report: WorldReport): readonly string[] {
  if (report.wrong.length > 0) return report.wrong;
  return report.end === calm.end ? [] : [`another end: ${report.end} instead of ${calm.end}`];
}
