import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';

/** One right: a verb on a resource (`plural` or `plural/subresource`) of a group. */
export type Right = Readonly<{ group: string; resource: string; verb: string }>;

/** What a comparison found: rights that no call used, calls that no right covers, and rights that are too wide. */
export type RightsReport = Readonly<{
  unused: readonly string[];
  uncovered: readonly string[];
  tooWide: readonly string[];
}>;

type Rule = Readonly<{ apiGroups?: readonly string[]; resources?: readonly string[]; verbs?: readonly string[] }>;
type RenderedRole = Readonly<{
  kind?: string;
  metadata?: Readonly<{ labels?: Readonly<Record<string, string>> }>;
  rules?: readonly Rule[];
}>;

const describe = ({ group, resource, verb }: Right): string => `${verb} ${resource}${group === '' ? '' : `.${group}`}`;

/** The rights that rendered manifests give to the controller; roles that are aggregated for people are left out. */
export function rightsOf(manifests: string): readonly Right[] {
  const roles = parseAllDocuments(manifests)
    .map((document) => document.toJS() as RenderedRole | null)
    .filter((object) => object?.kind === 'ClusterRole' || object?.kind === 'Role')
    .filter((role) => !Object.keys(role?.metadata?.labels ?? {}).some((label) => label.includes('aggregate-to-')));
  return roles.flatMap((role) =>
    (role?.rules ?? []).flatMap(({ apiGroups = [], resources = [], verbs = [] }) =>
      apiGroups.flatMap((group) => resources.flatMap((resource) => verbs.map((verb) => ({ group, resource, verb })))),
    ),
  );
}

/** The rights that the calls of one user needed, from lines of an audit log. */
export function callsOf(audit: string, user: string): readonly Right[] {
  const found = new Map<string, Right>();
  for (const line of audit.split('\n')) {
    if (!line.includes(user)) continue;
    const event = JSON.parse(line) as Readonly<{
      verb: string;
      user: Readonly<{ username: string }>;
      objectRef?: Readonly<{ apiGroup?: string; resource?: string; subresource?: string }>;
    }>;
    const { resource, subresource, apiGroup = '' } = event.objectRef ?? {};
    if (event.user.username !== user || resource === undefined) continue;
    const full = subresource === undefined ? resource : `${resource}/${subresource}`;
    const right = { group: apiGroup, resource: full, verb: event.verb };
    found.set(describe(right), right);
  }
  return [...found.values()];
}

/** Compares rights with calls in both directions; a wildcard, or any right to see many Secrets, is too wide. */
export function compareRights(rights: readonly Right[], calls: readonly Right[]): RightsReport {
  const given = new Set(rights.map(describe));
  const used = new Set(calls.map(describe));
  const wide = rights.filter(
    ({ group, resource, verb }) => [group, resource, verb].includes('*') || (resource === 'secrets' && verb !== 'get'),
  );
  return {
    unused: [...given].filter((right) => !used.has(right)).toSorted(),
    uncovered: [...used].filter((right) => !given.has(right)).toSorted(),
    tooWide: [...new Set(wide.map(describe))].toSorted(),
  };
}

/** The report in words; empty when rights and calls are the same. */
export function describeRights({ unused, uncovered, tooWide }: RightsReport): string {
  return [
    ...unused.map((right) => `granted and never used: ${right}`),
    ...uncovered.map((right) => `used and not granted: ${right}`),
    ...tooWide.map((right) => `too wide: ${right}`),
  ].join('\n');
}

if (import.meta.main) {
  const [audit = '', rendered = '', user = ''] = process.argv.slice(2);
  if (user === '') {
    process.stderr.write('usage: node scripts/rbac-check.ts AUDIT_LOG RENDERED_MANIFESTS USER\n');
    process.exitCode = 2;
  } else {
    const rights = rightsOf(readFileSync(rendered, 'utf8'));
    const report = describeRights(compareRights(rights, callsOf(readFileSync(audit, 'utf8'), user)));
    process.stdout.write(report === '' ? `${rights.length} rights, all of them used\n` : `${report}\n`);
    process.exitCode = report === '' ? 0 : 1;
  }
}
