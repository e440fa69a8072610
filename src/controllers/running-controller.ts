import type { Instant } from '../units/instant.ts';
import type { WritableStores } from './world.ts';

/** One thing that must be so before we are ready. */
export type ReadinessCheck = Readonly<{ name: string; ok: boolean; message: string }>;

/** Controllers that run. */
export interface RunningController {
  /**
   * Resolves with the reason when a lease was lost, or the storage of the API server was set back: nothing is written any
   * more, and the process had better end and be started anew.
   */
  readonly lost: Promise<string>;
  /** Resolves when every store has its first complete list; rejects when stopped before. */
  readonly synced: Promise<void>;
  readonly stores: WritableStores;
  isLeader(): boolean;
  /** One check a watched kind; who does not lead is ready too. */
  readiness(): readonly ReadinessCheck[];
  /** When the API server last said anything at all. */
  lastHeardAt(): Instant | undefined;
  /** Takes in no more, finishes the writes under way, gives the leases back. Safe to call twice. */
  stop(): Promise<void>;
}
