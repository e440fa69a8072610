import type { Instant } from '../units/instant.ts';
import { formatInstant } from '../units/instant.ts';
import type { Decision } from './decision.ts';
import { write } from './decision.ts';

/** Replaces every pod that is older than an instant, a few at a time; no new revision. */
export function restart(at: Instant): Decision {
  const value = formatInstant(at);
  return write(`restart asked for: pods made before ${value} are replaced`, {
    to: 'Rollout',
    operations: [{ op: 'add', path: '/spec/restartAt', value }],
  });
}
