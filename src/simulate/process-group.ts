import type { Milliseconds } from '../units/duration.ts';
import { milliseconds, seconds } from '../units/duration.ts';
import type { SluiceProcess, Surroundings } from './sluice-process.ts';
import { startProcess } from './sluice-process.ts';
import type { Call } from '../emulator/call.ts';
import type { Happening } from './world-plan.ts';
import type { Fields } from '../telemetry/log.ts';

/** A process that ended is started again after this much. */
const RESTART = seconds(2);

/** What processes run in, and who is told of them by their number. */
export type GroupParts = Omit<Surroundings, 'onDone' | 'onLine' | 'onEnded' | 'onReach'> &
  Readonly<{
    onReach: (call: Call) => void;
    onDone: (process: number, call: Call, status: number) => void;
    onLine: (process: number, level: 'info' | 'warn' | 'error', fields: Fields, message: string) => void;
    onStarted: (process: number) => void;
    onEnded: (process: number, why: string) => void;
  }>;

/** What happens to processes. */
export type ProcessTrouble = Extract<Happening, { kind: (typeof TROUBLES)[number] }>;

const TROUBLES = ['Crash', 'Stall', 'Restart', 'StopAndKill', 'Standby'] as const;

/** True for what happens to processes. */
export function isProcessTrouble(happening: Happening): happening is ProcessTrouble {
  return TROUBLES.some((kind) => kind === happening.kind);
}

/**
 * True where a process may begin after the wall clock was set: what was recorded before is then of another time, and how
 * long it is ago nobody knows (S12 exempts it).
 */
export function startsByAnotherClock(
  happenings: readonly Happening[],
  callFaults: readonly Readonly<{ kind: string }>[],
): boolean {
  return (
    happenings.some(({ kind }) => kind === 'SetClock') &&
    (happenings.some((each) => isProcessTrouble(each) || each.kind === 'EditLease') || callFaults.length > 0)
  );
}

/** The processes of a world: one, and at times others beside it. What ends is started again, as a kubelet would. */
export class ProcessGroup {
  readonly #parts: GroupParts;
  readonly #running = new Map<number, SluiceProcess>();
  #started = 0;
  #over = false;

  constructor(parts: GroupParts) {
    this.#parts = parts;
  }

  start(): void {
    if (this.#over) return;
    this.#started += 1;
    const number = this.#started;
    const { onDone, onLine, onStarted, onEnded, ...around } = this.#parts;
    onStarted(number);
    const process = startProcess(
      {
        ...around,
        onDone: (call, status) => onDone(number, call, status),
        onLine: (level, fields, message) => onLine(number, level, fields, message),
        onEnded: (why) => {
          this.#running.delete(number);
          onEnded(number, why);
          this.#startAfter(RESTART);
        },
      },
      number,
    );
    this.#running.set(number, process);
  }

  /** True while one of them leads, as far as it knows. */
  get led(): boolean {
    return [...this.#running.values()].some(({ leads }) => leads);
  }

  /** Lets it happen. */
  suffer(trouble: ProcessTrouble): void {
    switch (trouble.kind) {
      case 'Crash':
        return this.#crash(milliseconds(trouble.downFor));
      case 'Stall':
        return this.#leader()?.stall(milliseconds(trouble.length));
      case 'Restart':
        return this.#restart(milliseconds(trouble.downFor));
      case 'StopAndKill':
        return this.#stopAndKill(milliseconds(trouble.after), milliseconds(trouble.downFor));
      case 'Standby':
        return this.#standBy(milliseconds(trouble.length));
    }
  }

  /** The leader is killed, and comes back after a while. */
  #crash(downFor: Milliseconds): void {
    this.#leader()?.kill();
    this.#startAfter(downFor);
  }

  /** The leader is asked to end, and comes back after a while. */
  #restart(downFor: Milliseconds): void {
    const leader = this.#leader();
    const stopped = leader?.alive === true ? leader.stop() : Promise.resolve();
    void stopped.then(() => this.#startAfter(downFor));
  }

  /** The leader is asked to end, is killed while it does, and comes back after a while. */
  #stopAndKill(after: Milliseconds, downFor: Milliseconds): void {
    const leader = this.#leader();
    if (leader?.alive === true) void leader.stop();
    this.#parts.clock.schedule(after, () => {
      leader?.kill();
      this.#startAfter(downFor);
    });
  }

  /** One more process, for so long. */
  #standBy(length: Milliseconds): void {
    const number = this.#started + 1;
    this.start();
    this.#parts.clock.schedule(length, () => {
      // The last one stays: somebody must lead.
      if (this.#running.size > 1) this.#running.get(number)?.kill();
      this.#forgetDead();
    });
  }

  killAll(): void {
    this.#over = true;
    for (const process of this.#running.values()) process.kill();
  }

  #startAfter(wait: Milliseconds): void {
    this.#parts.clock.schedule(wait, () => this.start());
  }

  /** Who leads; while nobody does, who was started last. */
  #leader(): SluiceProcess | undefined {
    this.#forgetDead();
    const all = [...this.#running.values()];
    return all.find(({ leads }) => leads) ?? all.at(-1);
  }

  #forgetDead(): void {
    for (const [number, { alive }] of this.#running) if (!alive) this.#running.delete(number);
  }
}
