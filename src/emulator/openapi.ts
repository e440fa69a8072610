import type { Core } from './core.ts';
import { groupVersions } from './discovery.ts';
import type { Kind } from './kind.ts';
import { versionOf } from './kind.ts';
import { OBJECT_META } from './built-in-types.ts';
import type { JsonMap, Schema } from './schema.ts';

/** OpenAPI documents: the index of v3, and one of a group and version; undefined when there is none. */
export function openApi(core: Core, segments: readonly string[]): unknown {
  const [root, version, ...rest] = segments;
  if (root !== 'openapi' || version !== 'v3') return undefined;
  if (rest.length === 0) return index(core);
  const groupVersion = rest.slice(1).join('/');
  const kinds = core.kinds.all().filter((kind) => versionOf(kind) === groupVersion);
  return kinds.length === 0 ? undefined : documentOf(groupVersion, kinds);
}

function index(core: Core): JsonMap {
  const paths = groupVersions(core).map((groupVersion) => {
    const key = groupVersion.includes('/') ? `apis/${groupVersion}` : `api/${groupVersion}`;
    return [key, { serverRelativeURL: `/openapi/v3/${key}?hash=${core.kinds.revision}` }];
  });
  return { paths: Object.fromEntries(paths) as unknown };
}

function documentOf(groupVersion: string, kinds: readonly Kind[]): JsonMap {
  const schemas: Record<string, unknown> = {};
  const paths: Record<string, unknown> = {};
  const root = groupVersion.includes('/') ? `/apis/${groupVersion}` : `/api/${groupVersion}`;
  for (const kind of kinds) {
    const { group, version, plural, kind: name, namespaced } = kind.resource;
    const gvk = { group, version, kind: name };
    const named = schemaName(kind);
    schemas[named] = { ...(described(kind.schema, schemas, true) as object), 'x-kubernetes-group-version-kind': [gvk] };
    if (!kind.builtIn) addTypeMeta(schemas[named] as Record<string, unknown>, schemas);
    const base = namespaced ? `${root}/namespaces/{namespace}/${plural}` : `${root}/${plural}`;
    const ref = { $ref: `#/components/schemas/${named}` };
    const responses = { 200: { description: 'OK', content: { 'application/json': { schema: ref } } } };
    const of = (action: string, parameters: readonly string[]): JsonMap => ({
      parameters: parameters.map((one) => ({ name: one, in: 'query', schema: { type: 'string', uniqueItems: true } })),
      responses,
      'x-kubernetes-action': action,
      'x-kubernetes-group-version-kind': gvk,
    });
    const writing = ['dryRun', 'fieldManager', 'fieldValidation'];
    paths[base] = { get: of('list', []), post: of('post', writing) };
    paths[`${base}/{name}`] = {
      get: of('get', []),
      put: of('put', writing),
      patch: of('patch', [...writing, 'force']),
      delete: of('delete', ['dryRun']),
    };
  }
  return { openapi: '3.0.0', info: { title: 'Kubernetes', version: 'v1.36.3' }, paths, components: { schemas } };
}

function addTypeMeta(schema: Record<string, unknown>, schemas: Record<string, unknown>): void {
  const properties = (schema['properties'] ?? {}) as JsonMap;
  schema['properties'] = {
    ...properties,
    apiVersion: { type: 'string' },
    kind: { type: 'string' },
    metadata: described(OBJECT_META, schemas, false),
  };
}

/** `dev.sluice.v1alpha1.Rollout`: the group backwards, as custom kinds are named; built-in ones by their type. */
function schemaName({ resource, schema, builtIn }: Kind): string {
  if (builtIn) return typeName(schema.typeName ?? resource.kind);
  return [...resource.group.split('.').toReversed(), resource.version, resource.kind].join('.');
}

function typeName(name: string): string {
  return `io.k8s.api.${name}`;
}

/** A schema in OpenAPI's words; a named type becomes a reference and is put among the schemas. */
function described(schema: Schema, schemas: Record<string, unknown>, isRoot: boolean): unknown {
  const name = schema.typeName;
  if (name !== undefined && !isRoot) {
    const key = typeName(name);
    if (schemas[key] === undefined) {
      schemas[key] = {};
      schemas[key] = described(schema, schemas, true);
    }
    const ref = { $ref: `#/components/schemas/${key}` };
    return schema.default === undefined ? ref : { allOf: [ref], default: schema.default };
  }
  const { properties, additionalProperties, items, patchMergeKey, ...rest } = schema;
  const { droppedAtZero: _zero, filledIn: _filled, typeName: _name, ...plain } = rest as Record<string, unknown>;
  const members = Object.entries(properties ?? {}).map(([key, member]) => [key, described(member, schemas, false)]);
  return {
    ...plain,
    ...(properties === undefined ? {} : { properties: Object.fromEntries(members) as unknown }),
    ...(typeof additionalProperties === 'object'
      ? { additionalProperties: described(additionalProperties, schemas, false) }
      : additionalProperties === undefined
        ? {}
        : { additionalProperties }),
    ...(items === undefined ? {} : { items: described(items, schemas, false) }),
    ...(patchMergeKey === undefined
      ? {}
      : {
          'x-kubernetes-patch-strategy': 'merge',
          ...(patchMergeKey === '' ? {} : { 'x-kubernetes-patch-merge-key': patchMergeKey }),
        }),
  };
}
