import type { KubeObject, ObjectMeta } from '../kube/resource.ts';
import { labelValueProblem, qualifiedNameProblems } from './names.ts';
import type { FieldProblem } from './refusal.ts';
import { duplicate, invalidValue, required } from './refusal.ts';
import { isMap, sameValue } from './schema.ts';
import type { Kind } from './kind.ts';

const LARGEST_ANNOTATIONS = 256 * 1024;

/** What is wrong with the metadata of a new object. Source: apimachinery, ValidateObjectMetaAccessor. */
export function metadataProblems(kind: Kind, metadata: ObjectMeta): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  const { name } = metadata;
  if (name === '' || name === undefined) {
    problems.push(required('metadata.name', 'name or generateName is required'));
  } else {
    const wrong = kind.nameProblem(name);
    if (wrong !== undefined) problems.push(invalidValue('metadata.name', name, wrong));
  }
  return [...problems, ...changeableMetadataProblems(metadata)];
}

/** What is wrong with labels, annotations, finalizers and owners. */
export function changeableMetadataProblems(metadata: ObjectMeta): readonly FieldProblem[] {
  const { labels = {}, annotations = {}, finalizers = [], ownerReferences = [] } = metadata;
  return [
    ...labelProblems(labels, 'metadata.labels'),
    ...annotationProblems(annotations),
    ...ownerProblems(ownerReferences),
    ...finalizers.flatMap((one, index) => finalizerProblems(one, `metadata.finalizers[${index}]`)),
  ];
}

function annotationProblems(annotations: Readonly<Record<string, string>>): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  let size = 0;
  for (const [key, value] of Object.entries(annotations)) {
    const wrong = qualifiedNameProblems(key.toLowerCase());
    problems.push(...wrong.map((one) => invalidValue('metadata.annotations', key, one)));
    size += key.length + value.length;
  }
  if (size > LARGEST_ANNOTATIONS) {
    const message = `Too long: may not be more than ${LARGEST_ANNOTATIONS} bytes`;
    problems.push({ field: 'metadata.annotations', reason: 'FieldValueTooLong', message });
  }
  return problems;
}

/** What is wrong with a map of labels at a path. */
export function labelProblems(labels: Readonly<Record<string, string>>, path: string): readonly FieldProblem[] {
  return Object.entries(labels).flatMap(([key, value]) => {
    const wrongKeys = qualifiedNameProblems(key, 'a valid label key');
    const wrongValue = labelValueProblem(value);
    return [
      ...wrongKeys.map((one) => invalidValue(path, key, one)),
      ...(wrongValue === undefined ? [] : [invalidValue(path, value, wrongValue)]),
    ];
  });
}

function finalizerProblems(name: string, path: string): readonly FieldProblem[] {
  const wrong = qualifiedNameProblems(name);
  if (wrong.length > 0) return wrong.map((one) => invalidValue(path, name, one));
  if (name.includes('/') || ['orphan', 'foregroundDeletion', 'kubernetes'].includes(name)) return [];
  return [invalidValue(path, name, 'name is neither a standard finalizer name nor is it fully qualified')];
}

function ownerProblems(owners: NonNullable<ObjectMeta['ownerReferences']>): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  let controller: string | undefined;
  for (const owner of owners) {
    const path = 'metadata.ownerReferences';
    for (const key of ['apiVersion', 'kind', 'name', 'uid'] as const) {
      const what = key === 'apiVersion' ? 'version must not be empty' : 'must not be empty';
      if ((owner[key] ?? '') === '') problems.push(invalidValue(`${path}.${key}`, '', what));
    }
    if (owner.kind === 'Event' && (owner.apiVersion === 'v1' || owner.apiVersion.startsWith('events.k8s.io/'))) {
      const type = owner.apiVersion === 'v1' ? '/v1' : owner.apiVersion;
      problems.push(invalidValue(path, owner, `${type}, Kind=Event is disallowed from being an owner`));
    }
    if (owner.controller === true && controller !== undefined) {
      const detail = `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${owner.kind}/${owner.name}`;
      problems.push({
        field: path,
        reason: 'FieldValueInvalid',
        message: `Invalid value: ${JSON.stringify(owners)}: ${detail}`,
      });
    }
    if (owner.controller === true) controller = `${owner.kind}/${owner.name}`;
  }
  const uids = owners.map(({ uid }) => uid);
  return [
    ...problems,
    ...uids
      .filter((uid, index) => uids.indexOf(uid) !== index)
      .map((uid) => duplicate('metadata.ownerReferences', uid)),
  ];
}

/** What may never change in metadata. Told twice, as the server checks it both in general and by kind. */
export function metadataChangeProblems(object: KubeObject, before: KubeObject): readonly FieldProblem[] {
  const changed = (['name', 'namespace', 'uid', 'creationTimestamp', 'deletionTimestamp'] as const).filter(
    (key) => !sameValue(object.metadata[key], before.metadata[key]),
  );
  const once = changed.map((key) =>
    invalidValue(`metadata.${key}`, object.metadata[key] ?? null, 'field is immutable'),
  );
  const kept = before.metadata.finalizers ?? [];
  const added = (object.metadata.finalizers ?? []).filter((one) => !kept.includes(one));
  if (before.metadata.deletionTimestamp !== undefined && added.length > 0) {
    const detail = `no new finalizers can be added if the object is being deleted, found new finalizers []string{${added.map((one) => JSON.stringify(one)).join(', ')}}`;
    once.push({ field: 'metadata.finalizers', reason: 'FieldValueForbidden', message: `Forbidden: ${detail}` });
  }
  return [...once, ...once, ...changeableMetadataProblems(object.metadata)];
}

/** metadata of a body, checked to be an object with a name of the right type; an empty one when it is left out. */
export function metadataOf(object: unknown): ObjectMeta {
  const metadata = isMap(object) ? object['metadata'] : undefined;
  return isMap(metadata) ? (metadata as unknown as ObjectMeta) : { name: '' };
}
