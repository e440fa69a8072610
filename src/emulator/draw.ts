import { fnv1a32, safeEncode } from '../units/fnv.ts';

/**
 * A number of [0, 1) that depends on nothing but its arguments: variation without a stream of random numbers, so that a
 * step draws the same for the same pod however often it looks. FNV-1a, then the 32-bit finalizer of MurmurHash3, as FNV
 * alone hardly moves the high bits of texts that differ in the last letter.
 */
export function draw(seed: number, ...parts: readonly (string | number)[]): number {
  let hash = fnv1a32(`${seed}/${parts.join('/')}`);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

/** An ending of a generated name, five letters or digits as Kubernetes makes them, that `taken` does not refuse. */
export function nameSuffix(taken: (suffix: string) => boolean, ...parts: readonly (string | number)[]): string {
  for (let attempt = 0; ; attempt += 1) {
    const suffix = safeEncode(10_000 + Math.floor(draw(attempt, ...parts) * 90_000));
    if (!taken(suffix)) return suffix;
  }
}
