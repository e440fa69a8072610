import { writeManifests } from '../../config/manifest-file.ts';
import { readCrds } from '../demo/read-crds.ts';
import type { Terminal } from '../people/terminal.ts';

/**
 * Prints the CustomResourceDefinitions of the takeover group as YAML: a superset of Argo's with the same names, columns,
 * scale paths and short names, in which nothing that a Rollout must remember is pruned. The exit code.
 */
export function printCrds({ out }: Terminal): number {
  out(writeManifests(readCrds('argoproj.io')).trimEnd());
  return 0;
}
