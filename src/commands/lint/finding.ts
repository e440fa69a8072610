/** Something that lint tells about a file. */
export type Finding = Readonly<{
  file: string;
  /** From 1. */
  line: number;
  /** A warning is legal, but hardly meant. */
  severity: 'error' | 'warning';
  /** `Rollout web`, or '' where the text is no object. */
  object: string;
  /** Path of the field; '' for the whole object. */
  path: string;
  /** What is wrong, and what to do. */
  message: string;
}>;

/** A finding as compilers write it: `file:line: error: Rollout web: path: message`. */
export function render({ file, line, severity, object, path, message }: Finding): string {
  const place = [object, path].filter((part) => part !== '').map((part) => `${part}: `);
  return `${file}:${line}: ${severity}: ${place.join('')}${message}`;
}
