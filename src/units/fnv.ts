/**
 * FNV-1a, 32 bit, of the UTF-8 bytes of `text`, as an unsigned integer.
 * Source: http://www.isthe.com/chongo/tech/comp/fnv/ (offset basis 2166136261, prime 16777619).
 */
export function fnv1a32(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

/**
 * A hash as Kubernetes writes it into names: the decimal digits of `hash`, each mapped to a letter or digit that cannot
 * form words. At most 10 characters. Source: SafeEncodeString of k8s.io/apimachinery/pkg/util/rand.
 */
export function safeEncode(hash: number): string {
  return [...String(hash)].map((digit) => ALPHABET[digit.charCodeAt(0) % ALPHABET.length]).join('');
}
