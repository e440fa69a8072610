import type { Call } from '../emulator/call.ts';
import type { Instant } from '../units/instant.ts';
import type { Checker, WorldState } from './checkers/checker.ts';
import { openCheckers } from './checkers/checkers.ts';
import { isRivals } from './rival.ts';
import type { StreamReport } from '../emulator/proxies/outcomes.ts';
import type { Happening, WorldPlan } from './world-plan.ts';

/** What a rule book looks at a world with. */
export type RuleBookParts = Readonly<{
  plan: WorldPlan;
  now: () => Instant;
  state: () => WorldState;
  calm: () => boolean;
  /** True while one of our processes leads. */
  led: () => boolean;
  /** A rule was broken: which, and how. */
  broken: (what: string) => void;
}>;

/** Holds every rule of the checkers against the calls of our processes, as the server takes them. */
export class RuleBook {
  readonly #parts: RuleBookParts;
  readonly #checkers: readonly Checker[];
  #before: WorldState | undefined;

  constructor(parts: RuleBookParts) {
    this.#parts = parts;
    this.#checkers = openCheckers(parts.plan);
  }

  /** A call is about to be carried out. */
  reached(call: Call): void {
    this.#before = isJudged(call) ? this.#parts.state() : undefined;
  }

  /** It was carried out, and nothing else meanwhile. */
  done(process: number, call: Call, status: number): void {
    const at = this.#parts.now();
    if (call.resource.plural === 'leases' && call.writes && status < 300) {
      for (const { renewed } of this.#checkers) renewed?.(process, at);
    }
    const before = this.#before;
    if (before === undefined || !isJudged(call)) return;
    const write = { call, status, process, at, before, after: this.#parts.state(), calm: this.#parts.calm() };
    for (const { id, judge, judgeRefused } of this.#checkers) {
      this.#tell(id, status < 300 ? judge?.(write) : judgeRefused?.(write));
    }
  }

  /** Something is done to the world. */
  met(happening: Happening, done: () => void): void {
    done();
    for (const { met } of this.#checkers) met?.(happening, this.#parts.state(), this.#parts.now());
  }

  /** The world is looked at. */
  look(): void {
    const { state, now, calm, led } = this.#parts;
    const seen = state();
    for (const { id, looked } of this.#checkers) this.#tell(id, looked?.(seen, now(), calm() && led()));
  }

  /** The world has come to rest. */
  end(users: StreamReport, unheard: number): void {
    const { plan, state } = this.#parts;
    const end = { plan, state: state(), users, unheard };
    for (const { id, ended } of this.#checkers) this.#tell(id, ended?.(end));
  }

  /** It was at rest for a while, and we wrote so often. */
  rest(writes: number): void {
    for (const { id, rested } of this.#checkers) this.#tell(id, rested?.(writes));
  }

  #tell(id: string, problems: readonly string[] = []): void {
    for (const problem of problems) this.#parts.broken(`${id}: ${problem}`);
  }
}

/** Leases and events change nothing that a rule speaks of; what a rival of the Rollout has is its own affair. */
export function isJudged({ writes, resource, name = '' }: Call): boolean {
  return writes && !isRivals({ metadata: { name } }) && resource.plural !== 'leases' && resource.plural !== 'events';
}
