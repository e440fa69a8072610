import type { KubeObject } from '../../kube/resource.ts';
import { compileRule } from '../cel.ts';
import { crdSpec } from '../custom-kind.ts';
import type { FieldProblem } from '../refusal.ts';
import { invalidValue, required, unsupported } from '../refusal.ts';
import type { JsonMap, Schema } from '../schema.ts';
import { isMap, withMember } from '../schema.ts';
import { specOf, withSpec } from './workloads.ts';

/** Fills in the names that a CRD leaves to convention. Source: apis/apiextensions/v1/defaults.go. */
export function completeCrd(object: KubeObject): KubeObject {
  const spec = specOf(object);
  const names: JsonMap = isMap(spec['names']) ? spec['names'] : {};
  const { kind } = names;
  const named =
    typeof kind === 'string' && kind !== ''
      ? { singular: kind.toLowerCase(), listKind: `${kind}List`, ...names }
      : names;
  return withSpec(object, { conversion: { strategy: 'None' }, ...spec, names: named });
}

/** A new CRD says which version it stores. */
export function prepareCrd(object: KubeObject, before: KubeObject | undefined): KubeObject {
  if (before !== undefined) return object;
  const status = { ...(object as { status?: object }).status, storedVersions: storedVersions(object) };
  return withMember(object, 'status', status);
}

function storedVersions(object: KubeObject): readonly string[] {
  const { versions } = specOf(object);
  const list = Array.isArray(versions) ? versions.filter(isMap) : [];
  return list.filter(({ storage }) => storage === true).map(({ name }) => name as string);
}

/** What is wrong with a CRD: its name, its versions, and rules that cannot be evaluated here. */
export function crdProblems(object: KubeObject, before: KubeObject | undefined): readonly FieldProblem[] {
  const spec = specOf(object);
  const names: JsonMap = isMap(spec['names']) ? spec['names'] : {};
  const problems: FieldProblem[] = [];
  const expected = `${names['plural'] as string}.${spec['group'] as string}`;
  const { name } = object.metadata;
  if (name !== expected) problems.push(invalidValue('metadata.name', name, 'must be spec.names.plural+"."+spec.group'));
  for (const key of ['plural', 'kind'])
    if (typeof names[key] !== 'string' || names[key] === '') problems.push(required(`spec.names.${key}`));
  if (typeof spec['group'] !== 'string' || spec['group'] === '') problems.push(required('spec.group'));
  if (spec['scope'] !== 'Namespaced' && spec['scope'] !== 'Cluster') {
    problems.push(
      spec['scope'] === undefined
        ? required('spec.scope')
        : unsupported('spec.scope', spec['scope'], ['Cluster', 'Namespaced']),
    );
  }
  const versions = Array.isArray(spec['versions']) ? spec['versions'].filter(isMap) : [];
  if (versions.filter(({ storage }) => storage === true).length !== 1) {
    problems.push(invalidValue('spec.versions', versions, 'must have exactly one version marked as storage version'));
  }
  versions.forEach((version, index) => {
    // A single version is told of as the old form of a CRD had it.
    const path =
      versions.length === 1 ? 'spec.validation.openAPIV3Schema' : `spec.versions[${index}].schema.openAPIV3Schema`;
    const schema = isMap(version['schema']) ? version['schema']['openAPIV3Schema'] : undefined;
    if (!isMap(schema)) problems.push(required(path, 'schemas are required'));
    else problems.push(...schemaProblems(schema, path));
  });
  if (before !== undefined && problems.length === 0) problems.push(...crdChangeProblems(object, before));
  return problems;
}

function crdChangeProblems(object: KubeObject, before: KubeObject): readonly FieldProblem[] {
  const now = crdSpec(object);
  const old = crdSpec(before);
  const problems: FieldProblem[] = [];
  if (now.scope !== old.scope) problems.push(invalidValue('spec.scope', now.scope, 'field is immutable'));
  if (now.names.kind !== old.names.kind)
    problems.push(invalidValue('spec.names.kind', now.names.kind, 'field is immutable'));
  return problems;
}

/** A rule that cannot be evaluated is refused here, and not taken for true later. */
function schemaProblems(schema: Schema, path: string): readonly FieldProblem[] {
  const own = (schema['x-kubernetes-validations'] ?? []).flatMap(({ rule }, index) => {
    const program = compileRule(rule);
    if (!('fault' in program)) return [];
    const field = `${path}.x-kubernetes-validations[${index}].rule`;
    return [invalidValue(field, { rule }, `compilation failed: ${program.fault}`)];
  });
  const { properties = {}, items, additionalProperties } = schema;
  return [
    ...own,
    ...Object.entries(properties).flatMap(([key, member]) => schemaProblems(member, `${path}.properties[${key}]`)),
    ...(items === undefined ? [] : schemaProblems(items, `${path}.items`)),
    ...(typeof additionalProperties === 'object'
      ? schemaProblems(additionalProperties, `${path}.additionalProperties`)
      : []),
  ];
}
