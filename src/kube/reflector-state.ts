import type { Instant } from '../units/instant.ts';
import type { Failure } from './client.ts';

/**
 * Where a reflector stands:
 *
 *   Listing ──complete list──► Watching ──410, or every 10 min──► Listing
 *      │                          │
 *      └── any failure ──► Waiting ◄── any other failure; goes back to what it was at
 */
export type ReflectorState =
  | Readonly<{ kind: 'Listing'; since: Instant }>
  | Readonly<{ kind: 'Watching'; since: Instant; resourceVersion: string }>
  | Readonly<{ kind: 'Waiting'; until: Instant; failures: number; failure: Failure }>
  | Readonly<{ kind: 'Stopped' }>;
