import type { KubeObject } from '../kube/resource.ts';
import { formatInstant } from '../units/instant.ts';
import type { Core, WriteOptions } from './core.ts';
import { createObject } from './create.ts';
import { readCustom } from './custom-object.ts';
import { decode } from './decode.ts';
import type { FieldSet } from './field-set.ts';
import { describeFields, difference, intersection, isEmptySet, union } from './field-set.ts';
import { claimedFields, ownable, wholeSchema } from './field-tracking.ts';
import { compareFields } from './field-walk.ts';
import type { Kind, Part } from './kind.ts';
import { shown, versionOf } from './kind.ts';
import type { FieldOwner } from './managed-fields.ts';
import { isSameOwner, ownersOf, withOwners } from './managed-fields.ts';
import type { Refusal } from './refusal.ts';
import { badRequest, invalid, isRefusal, notFound, refuse, required } from './refusal.ts';
import type { EmulatorRequest, EmulatorResponse, Query } from './request.ts';
import type { JsonMap } from './schema.ts';
import { isMap, sameValue } from './schema.ts';
import type { Target } from './update.ts';
import { updateObject } from './update.ts';
import { mergeTyped, withoutFields } from './typed-merge.ts';

const OPTIONS = { group: 'meta.k8s.io', version: 'v1', plural: '', kind: 'PatchOptions', namespaced: false };

type Applied = Readonly<{
  configuration: JsonMap;
  claimed: FieldSet;
  own: Omit<FieldOwner, 'fields' | 'time'>;
  force: boolean;
}>;

/** Server-side apply: creates what is not there, else merges, and refuses what another manager holds unless forced. */
export function applyObject(
  core: Core,
  target: Target,
  part: Part,
  request: EmulatorRequest,
  query: Query,
  options: WriteOptions,
): EmulatorResponse | Refusal {
  const applied = readApply(target, part, request, query);
  if (isRefusal(applied)) return applied;
  const { kind, namespace, name } = target;
  if (core.state.get(kind.table, namespace, name) === undefined) {
    if (part === 'status') return notFound(kind.resource, name);
    const { metadata } = applied.configuration as { metadata?: JsonMap };
    if (metadata?.['name'] === undefined) {
      return badRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`);
    }
    return applyNew(core, target, applied, options);
  }
  const { own } = applied;
  const changed = updateObject(
    core,
    target,
    {
      part,
      subresource: own.subresource,
      replaces: false,
      make: (current) => merged(kind, current, applied),
      track: (object, before) => settle(core, kind, object, before, applied),
    },
    options,
  );
  return isRefusal(changed) ? changed : { status: 200, body: changed };
}

function readApply({ kind, namespace }: Target, part: Part, request: EmulatorRequest, query: Query): Applied | Refusal {
  const { fieldManager, force } = query;
  if (fieldManager === undefined || fieldManager === '') {
    return invalid(OPTIONS, '', [required('fieldManager', 'is required for apply patch')]);
  }
  if (!isMap(request.body)) return badRequest('error decoding YAML: the body is no object');
  const { body } = request;
  const { apiVersion = '', kind: named = '' } = body;
  if (apiVersion !== versionOf(kind) || named !== kind.resource.kind) {
    const version = String(apiVersion).includes('/') ? String(apiVersion) : `/${String(apiVersion)}`;
    return badRequest(`invalid object type: ${version}, Kind=${String(named)}`);
  }
  const untyped = untypedRefusal(kind, body);
  if (untyped !== undefined) return untyped;
  const metadata: JsonMap = isMap(body['metadata']) ? body['metadata'] : {};
  if (metadata['managedFields'] !== undefined) return badRequest('metadata.managedFields must be nil');
  const place = namespace === undefined ? {} : { namespace };
  const configuration = {
    ...body,
    apiVersion: versionOf(kind),
    kind: kind.resource.kind,
    metadata: { ...place, ...metadata },
  };
  const subresource = part === 'status' ? 'status' : '';
  const own = { manager: fieldManager, operation: 'Apply' as const, apiVersion: versionOf(kind), subresource };
  return { configuration, claimed: claimedFields(kind, configuration, subresource), own, force: force === 'true' };
}

/** What is applied must be declared, member by member: there is no pruning first. Source: managedfields, structuredmerge.go. */
function untypedRefusal(kind: Kind, body: JsonMap): Refusal | undefined {
  const { unknown } = kind.builtIn ? decode(kind.schema, body) : readCustom(kind.schema, body);
  if (unknown.length === 0) return undefined;
  const texts = unknown.map((path) => `.${path}: field not declared in schema`);
  const list = texts.length === 1 ? (texts[0] ?? '') : `errors:\n${texts.map((text) => `  ${text}`).join('\n')}`;
  const metadata: JsonMap = isMap(body['metadata']) ? body['metadata'] : {};
  const name = [metadata['namespace'] ?? '', metadata['name'] ?? ''].map(String).join('/');
  const { group, version, kind: named } = kind.resource;
  const type = `${group}/${version}, Kind=${named}`;
  return refuse(500, undefined, `failed to create typed patch object (${name}; ${type}): ${list}`);
}

function applyNew(
  core: Core,
  target: Target,
  { configuration, claimed, own }: Applied,
  options: WriteOptions,
): EmulatorResponse | Refusal {
  const track = (object: KubeObject): KubeObject =>
    withOwners(object, [{ ...own, fields: claimed, time: formatInstant(core.now()) }]);
  const made = createObject(
    core,
    target.kind,
    target.namespace,
    configuration,
    options,
    core.tracksFields ? track : undefined,
  );
  return isRefusal(made) ? made : { status: 201, body: made };
}

/** The live object with the configuration merged in, without what its manager applied before and no longer does. */
function merged(kind: Kind, current: KubeObject, { configuration, claimed, own }: Applied): unknown {
  const schema = wholeSchema(kind);
  const together = mergeTyped(schema, current, configuration);
  const managers = ownersOf(current);
  const earlier = managers.find((one) => isSameOwner(one, own));
  if (earlier === undefined) return together;
  const dropped = difference(earlier.fields, claimed);
  const others = managers.filter((one) => one !== earlier).reduce((set, { fields }) => union(set, fields), claimed);
  const unowned = exclusive(dropped, others);
  return isEmptySet(unowned) ? together : withoutFields(schema, together, unowned);
}

/** The paths of a set that nobody else has, nor anything below them. */
function exclusive(set: FieldSet, others: FieldSet): FieldSet {
  const children = [...set.children].flatMap(([key, child]) => {
    const other = others.children.get(key);
    const rest = other === undefined ? child : exclusive(child, other);
    return isEmptySet(rest) ? [] : [[key, rest] as const];
  });
  const own = set.own && !others.own && others.children.size === 0;
  return { own, children: new Map(children) };
}

/** What nobody is known to own belongs, when the first apply comes, to whoever wrote it before. */
function ownersBeforeApply(kind: Kind, before: KubeObject, subresource: string): readonly FieldOwner[] {
  const known = ownersOf(before);
  if (known.length > 0) return known;
  const fields = claimedFields(kind, before, subresource);
  const operation = 'Update' as const;
  return [
    { manager: 'before-first-apply', operation, apiVersion: versionOf(kind), subresource: '', time: undefined, fields },
  ];
}

/** Who owns what after the apply; 409 when it would change what another manager holds. */
function settle(
  core: Core,
  kind: Kind,
  object: KubeObject,
  before: KubeObject,
  applied: Applied,
): KubeObject | Refusal {
  const { own, claimed, force } = applied;
  const managers = ownersBeforeApply(kind, before, own.subresource);
  const { changed, removed } = compareFields(wholeSchema(kind), shown(kind, before), shown(kind, object));
  const touched = intersection(ownable(changed, kind, own.subresource), claimed);
  const earlier = managers.find((one) => isSameOwner(one, own));
  const others = managers.filter((one) => one !== earlier);
  const conflicts = others.flatMap((one) => {
    const fields = intersection(one.fields, touched);
    return isEmptySet(fields) ? [] : [{ manager: one, fields }];
  });
  if (conflicts.length > 0 && !force) return conflictOf(conflicts);
  if (!core.tracksFields) return object;
  const rest = others.map((one) => ({ ...one, fields: difference(difference(one.fields, touched), removed) }));
  // Who changes nothing keeps the time of his last change; who never changed anything has none.
  const time = sameValue(object, before) ? earlier?.time : formatInstant(core.now());
  return withOwners(object, [...rest, { ...own, fields: claimed, time }]);
}

/** Source: managedfields/internal/conflict.go. */
function conflictOf(conflicts: readonly Readonly<{ manager: FieldOwner; fields: FieldSet }>[]): Refusal {
  const sorted = conflicts.toSorted((a, b) => (a.manager.manager < b.manager.manager ? -1 : 1));
  const causes = sorted.flatMap(({ manager, fields }) => {
    const message = `conflict with ${describeManager(manager)}`;
    return describeFields(fields).map((field) => ({ reason: 'FieldManagerConflict', message, field }));
  });
  const groups = sorted.map(({ manager, fields }) => {
    const paths = describeFields(fields);
    if (causes.length === 1) return `conflict with ${describeManager(manager)}: ${paths[0]}`;
    return `conflicts with ${describeManager(manager)}:\n${paths.map((path) => `- ${path}`).join('\n')}`;
  });
  const count = causes.length;
  const list = groups.length === 1 ? (groups[0] ?? '') : groups.join('\n');
  const message = `Apply failed with ${count} conflict${count === 1 ? '' : 's'}: ${list}`;
  return refuse(409, 'Conflict', message, { causes });
}

function describeManager({ manager, operation, subresource, apiVersion }: FieldOwner): string {
  const named =
    subresource === ''
      ? JSON.stringify(manager)
      : `${JSON.stringify(manager)} with subresource ${JSON.stringify(subresource)}`;
  return operation === 'Update' ? `${named} using ${apiVersion}` : named;
}
