import type { Milliseconds } from '../units/duration.ts';
import type { Instant } from '../units/instant.ts';
import type { KindTable } from './kind-table.ts';
import type { Surroundings } from './kind.ts';
import type { State } from './state.ts';

/** What the verbs of the server work on. */
export type Core = Readonly<{
  state: State;
  kinds: KindTable;
  now: () => Instant;
  /** Calls `then` so much later, by the clock of the server. */
  later: (after: Milliseconds, then: () => void) => void;
  /** From 0 inclusive to 1 exclusive. */
  random: () => number;
  /** True when metadata.managedFields is kept: not needed by a simulation that applies nothing, and not free. */
  tracksFields: boolean;
}>;

/** Who writes, and how. */
export type WriteOptions = Readonly<{
  dryRun: boolean;
  fieldManager: string;
  /** What happens to fields that the type does not know. */
  fieldValidation: 'Ignore' | 'Warn' | 'Strict';
  warn: (message: string) => void;
}>;

/** What hooks of kinds may look at, at this moment. */
export function surroundingsOf(core: Core): Surroundings {
  return { state: core.state, now: core.now(), random: core.random };
}
