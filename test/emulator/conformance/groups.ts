import { CREATE } from './exchanges/create.ts';
import { CUSTOM } from './exchanges/custom.ts';
import { DISCOVERY, EXPIRED, READING, TABLES } from './exchanges/reading.ts';
import { REFUSALS } from './exchanges/refusals.ts';
import { STRICTNESS } from './exchanges/strictness.ts';
import { APPLYING, WRITING } from './exchanges/writing.ts';
import type { Group } from './exchange.ts';

/** Everything that is played, by subject. */
export const GROUPS: readonly Group[] = [
  CREATE,
  CUSTOM,
  ...REFUSALS,
  READING,
  EXPIRED,
  TABLES,
  DISCOVERY,
  WRITING,
  APPLYING,
  STRICTNESS,
];
