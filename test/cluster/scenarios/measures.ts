import { readFile } from 'node:fs/promises';
import { auditLog } from '../master.ts';
import { RELEASE } from '../product.ts';
import { target } from '../target.ts';

/** The user of the installed product, as audit logs name it. */
export const PRODUCT_USER = `system:serviceaccount:${RELEASE.namespace}:${RELEASE.name}`;

/** The audit log of our own cluster; undefined for a foreign one. Throws when our own has none. */
export async function readAudit(): Promise<string | undefined> {
  return target().own ? readFile(auditLog(), 'utf8') : undefined;
}

/** The writes of the product in a namespace so far, events apart; needs our own cluster. */
export async function writesIn(namespace: string): Promise<number> {
  const audit = await readAudit();
  if (audit === undefined) throw new Error('a foreign cluster has no audit log for us');
  return countWrites(audit, PRODUCT_USER, namespace);
}

type Line = Readonly<Record<string, unknown>>;

/** From the lines of the controller's log: when a run first ended badly, and when weight 0 was written after it (ms since the epoch). */
export function findVerdict(
  log: readonly Line[],
  namespace: string,
): Readonly<{ at: number; zeroAt: number | undefined }> | undefined {
  const ours = log.filter((line) => line['namespace'] === namespace);
  const at = (line: Line): number => Date.parse(typeof line['time'] === 'string' ? line['time'] : '');
  const verdict = ours.find(
    ({ msg, to }) => msg === 'run phase changed' && typeof to === 'string' && /^(Failed|Error)$/.test(to),
  );
  if (verdict === undefined) return undefined;
  const zero = ours.find(
    (line) => line['action'] === 'SetSplit' && line['because'] === 'Aborted' && at(line) >= at(verdict),
  );
  return { at: at(verdict), zeroAt: zero === undefined ? undefined : at(zero) };
}

/** Counts the writes of the controller in a namespace from audit lines; events and leases apart. */
export function countWrites(audit: string, user: string, namespace: string): number {
  let writes = 0;
  for (const line of audit.split('\n')) {
    if (!line.includes(user) || !line.includes(`"${namespace}"`)) continue;
    const event = JSON.parse(line) as Readonly<{
      verb: string;
      user: Readonly<{ username: string }>;
      objectRef?: Readonly<{ namespace?: string; resource?: string }>;
    }>;
    const write = /^(create|update|patch|delete)$/.test(event.verb) && event.objectRef?.resource !== 'events';
    if (write && event.user.username === user && event.objectRef?.namespace === namespace) writes += 1;
  }
  return writes;
}
