/**
 * Orders two resourceVersions: negative when `a` is older, positive when it is newer, 0 when equal; undefined when
 * either is no plain decimal number, and then nothing may be concluded.
 * Rule: KEP-5504 (Kubernetes 1.35) declares them comparable decimal numbers for one resource; compared as text of
 * digits, so that 64 bits lose nothing.
 */
export function compareVersions(a: string | undefined, b: string | undefined): number | undefined {
  if (a === undefined || b === undefined || !/^\d+$/.test(a) || !/^\d+$/.test(b)) return undefined;
  const left = a.replace(/^0+/, '');
  const right = b.replace(/^0+/, '');
  if (left.length !== right.length) return left.length - right.length;
  return left < right ? -1 : left > right ? 1 : 0;
}

/** True when `a` is known to be older than `b`; false when it is not, or when they cannot be compared. */
export function isOlder(a: string | undefined, b: string | undefined): boolean {
  const order = compareVersions(a, b);
  return order !== undefined && order < 0;
}

/** The newer of two versions; `b` when they cannot be compared, because it came later. */
export function newerVersion(a: string | undefined, b: string): string {
  const order = compareVersions(a, b);
  return a !== undefined && order !== undefined && order > 0 ? a : b;
}
