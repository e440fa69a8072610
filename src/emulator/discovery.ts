import type { Core } from './core.ts';
import type { Kind } from './kind.ts';
import { versionOf } from './kind.ts';
import type { JsonMap } from './schema.ts';

const OBJECT_VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];
const CUSTOM_VERBS = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'];
const PART_VERBS = ['get', 'patch', 'update'];
const SCALE = { group: 'autoscaling', version: 'v1', kind: 'Scale' };

/** Resources that can only be created: questions to the server. */
const REVIEWS: readonly (readonly [string, string, string])[] = [
  ['authorization.k8s.io', 'selfsubjectaccessreviews', 'SelfSubjectAccessReview'],
  ['authorization.k8s.io', 'selfsubjectrulesreviews', 'SelfSubjectRulesReview'],
  ['authentication.k8s.io', 'selfsubjectreviews', 'SelfSubjectReview'],
];

/** The order in which the real server lists its groups; those of CRDs follow by name. */
const ORDER = [
  '',
  'apps',
  'events.k8s.io',
  'authentication.k8s.io',
  'authorization.k8s.io',
  'autoscaling',
  'batch',
  'networking.k8s.io',
  'policy',
  'rbac.authorization.k8s.io',
  'apiextensions.k8s.io',
  'coordination.k8s.io',
  'discovery.k8s.io',
];

type Part = Readonly<{ name: string; verbs: readonly string[]; kind: JsonMap }>;

/** The order is the server's own; a whole collection of namespaces cannot be deleted. */
function verbsOf(kind: Kind): readonly string[] {
  if (!kind.builtIn) return CUSTOM_VERBS;
  return kind.table === '/namespaces' ? OBJECT_VERBS.filter((verb) => verb !== 'deletecollection') : OBJECT_VERBS;
}

function partsOf(kind: Kind): readonly Part[] {
  const own = { group: '', version: '', kind: kind.resource.kind };
  const scale = kind.scale === undefined ? [] : [{ name: 'scale', verbs: PART_VERBS, kind: SCALE }];
  const status = kind.hasStatus ? [{ name: 'status', verbs: PART_VERBS, kind: own }] : [];
  return [
    ...(kind.table === '/pods'
      ? [{ name: 'eviction', verbs: ['create'], kind: { group: 'policy', version: 'v1', kind: 'Eviction' } }]
      : []),
    ...(kind.builtIn ? [...scale, ...status] : [...status, ...scale]),
  ];
}

/** The groups and versions that are served, each with its kinds, in alphabetical order. */
function groupsOf(core: Core): ReadonlyMap<string, ReadonlyMap<string, readonly Kind[]>> {
  const groups = new Map<string, Map<string, Kind[]>>();
  for (const [group] of REVIEWS) groups.set(group, new Map([['v1', []]]));
  for (const kind of core.kinds.all()) {
    const { group, version } = kind.resource;
    const versions = groups.get(group) ?? new Map<string, Kind[]>();
    versions.set(version, [...(versions.get(version) ?? []), kind]);
    groups.set(group, versions);
  }
  const place = (group: string): number => (ORDER.includes(group) ? ORDER.indexOf(group) : ORDER.length);
  return new Map([...groups].sort(([a], [b]) => place(a) - place(b) || (a < b ? -1 : 1)));
}

function reviewsOf(group: string): readonly Readonly<{ plural: string; kind: string }>[] {
  return REVIEWS.filter(([of]) => of === group).map(([, plural, kind]) => ({ plural, kind }));
}

/** Discovery documents; undefined when the path is none of theirs. */
export function discover(core: Core, segments: readonly string[], accept = ''): unknown {
  const [root, ...rest] = segments;
  const aggregated = accept.includes('as=APIGroupDiscoveryList');
  if (root === 'api') {
    if (rest.length === 0) return aggregated ? aggregate(core, (group) => group === '') : coreVersions();
    return rest.length === 1 && rest[0] === 'v1' ? resourceList(core, '', 'v1') : undefined;
  }
  if (root !== 'apis') return undefined;
  const [group, version] = rest;
  if (group === undefined) return aggregated ? aggregate(core, (one) => one !== '') : groupList(core);
  if (rest.length === 1)
    return groupsOf(core).has(group) ? { kind: 'APIGroup', apiVersion: 'v1', ...groupEntry(core, group) } : undefined;
  return rest.length === 2 && version !== undefined ? resourceList(core, group, version) : undefined;
}

function coreVersions(): JsonMap {
  return {
    kind: 'APIVersions',
    versions: ['v1'],
    serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: '127.0.0.1' }],
  };
}

function groupList(core: Core): JsonMap {
  const names = [...groupsOf(core).keys()].filter((name) => name !== '');
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: names.map((name) => groupEntry(core, name)) };
}

function groupEntry(core: Core, name: string): JsonMap {
  const versions = [...(groupsOf(core).get(name)?.keys() ?? [])].map((version) => ({
    groupVersion: `${name}/${version}`,
    version,
  }));
  return { name, versions, preferredVersion: versions[0] };
}

function resourceList(core: Core, group: string, version: string): JsonMap | undefined {
  const kinds = groupsOf(core).get(group)?.get(version);
  if (kinds === undefined) return undefined;
  const resources = kinds.flatMap((kind) => {
    const { plural, kind: name, namespaced } = kind.resource;
    const { singular: singularName, shortNames, categories } = kind;
    const own = {
      name: plural,
      singularName,
      namespaced,
      kind: name,
      verbs: verbsOf(kind),
      ...(shortNames.length > 0 ? { shortNames } : {}),
      ...(categories.length > 0 ? { categories } : {}),
    };
    const parts = partsOf(kind).map(({ name: part, verbs, kind: { kind: partKind, ...of } }) => ({
      name: `${plural}/${part}`,
      singularName: '',
      namespaced,
      ...(of['group'] === '' ? {} : of),
      kind: partKind,
      verbs,
    }));
    return [own, ...parts];
  });
  const reviews = reviewsOf(group).map(({ plural, kind }) => ({
    name: plural,
    singularName: kind.toLowerCase(),
    namespaced: false,
    kind,
    verbs: ['create'],
  }));
  const groupVersion = group === '' ? version : `${group}/${version}`;
  return {
    kind: 'APIResourceList',
    ...(group === '' ? {} : { apiVersion: 'v1' }),
    groupVersion,
    resources: [...resources, ...reviews],
  };
}

function aggregate(core: Core, wanted: (group: string) => boolean): JsonMap {
  const items = [...groupsOf(core)]
    .filter(([group]) => wanted(group))
    .map(([group, versions]) => ({
      metadata: group === '' ? {} : { name: group },
      versions: [...versions].map(([version, kinds]) => ({
        version,
        resources: [...kinds.map(aggregatedKind), ...reviewsOf(group).map(aggregatedReview)],
        freshness: 'Current',
      })),
    }));
  return { kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {}, items };
}

function aggregatedKind(kind: Kind): JsonMap {
  const { resource, singular, shortNames, categories, builtIn } = kind;
  const { group, version, kind: name } = resource;
  const responseKind = builtIn ? { group: '', version: '', kind: name } : { group, version, kind: name };
  const subresources = partsOf(kind).map(({ name: subresource, verbs, kind: of }) => ({
    subresource,
    responseKind: of['group'] === '' ? responseKind : of,
    verbs,
  }));
  return {
    resource: resource.plural,
    responseKind,
    scope: resource.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: singular,
    verbs: verbsOf(kind),
    ...(shortNames.length > 0 ? { shortNames } : {}),
    ...(categories.length > 0 ? { categories } : {}),
    ...(subresources.length > 0 ? { subresources } : {}),
  };
}

function aggregatedReview({ plural, kind }: Readonly<{ plural: string; kind: string }>): JsonMap {
  const responseKind = { group: '', version: '', kind };
  return { resource: plural, responseKind, scope: 'Cluster', singularResource: kind.toLowerCase(), verbs: ['create'] };
}

/** The answer to a question about rights: everybody may do everything; undefined when it is another path. */
export function review(segments: readonly string[], body: unknown): unknown {
  const [root, group = '', version, plural, extra] = segments;
  const found = REVIEWS.find(([of, name]) => of === group && name === plural);
  if (root !== 'apis' || version !== 'v1' || found === undefined || extra !== undefined) return undefined;
  const [, , kind] = found;
  const status = {
    SelfSubjectAccessReview: { allowed: true },
    SelfSubjectRulesReview: {
      resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }],
      nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
      incomplete: false,
    },
    SelfSubjectReview: { userInfo: { username: 'sluice', groups: ['system:masters', 'system:authenticated'] } },
  }[kind];
  return { kind, apiVersion: `${group}/v1`, metadata: {}, ...(body as object), status };
}

/** `group/version` of all kinds, as OpenAPI v3 lists them. */
export function groupVersions(core: Core): readonly string[] {
  return [...new Set(core.kinds.all().map(versionOf))].sort();
}
