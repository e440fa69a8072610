/** What becomes of an object when Sluice takes its group over. */
export type Verdict =
  /** It goes on as it is: nothing moves. */
  | Readonly<{ kind: 'Adopted' }>
  /** It is served, and this would be done to it at once. */
  | Readonly<{ kind: 'Changes'; what: readonly string[] }>
  /** It is touched in no way; its status tells why. */
  | Readonly<{ kind: 'Refused'; why: readonly string[] }>
  /** Another instance id: it is not looked at. */
  | Readonly<{ kind: 'NotServed'; why: readonly string[] }>
  /** It could not be found out, for want of a right. */
  | Readonly<{ kind: 'Unknown'; why: readonly string[] }>;

/** An object with its verdict. */
export type Judged = Readonly<{ kind: string; namespace: string; name: string; verdict: Verdict }>;

/** The lines that say more about a verdict. */
export function linesOf(verdict: Verdict): readonly string[] {
  switch (verdict.kind) {
    case 'Adopted':
      return [];
    case 'Changes':
      return verdict.what;
    case 'Refused':
    case 'NotServed':
    case 'Unknown':
      return verdict.why;
  }
}
