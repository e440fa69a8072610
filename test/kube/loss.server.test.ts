import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

/** What test/kube/lossy-network.ts saw; times in milliseconds, `lost` and `blackout` in packets. */
type Seen = Readonly<{
  objects: number;
  equal: boolean;
  written: number;
  lost: number;
  blackout: number;
  healedIn: number;
  lists: number;
  failures: readonly string[];
}>;

test('with one packet of five lost, and all of them for 8 s, every write is made once and the store follows', async () => {
  const script = join(import.meta.dirname, 'lossy-network.ts');
  // A network of its own: what is lost there is lost for nobody else.
  const inOwnNetwork = ['-rn', 'sh', '-c', 'ip link set lo up; exec "$0" "$1"', process.execPath, script];
  const { stdout } = await promisify(execFile)('unshare', inOwnNetwork, { timeout: 170_000 });
  const seen = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Seen;
  console.log(`${seen.lost} packets lost in ${seen.written} ms of writes, ${seen.blackout} in the blackout`);
  expect(seen).toMatchObject({ objects: 41, equal: true });
  expect(seen.lost).toBeGreaterThan(50);
  expect(seen.blackout).toBeGreaterThan(0);
  // It is the network that repeats itself, not we: at most what breaks is taken up again.
  expect(seen.lists).toBeLessThanOrEqual(3);
}, 180_000);
