import type { KubeObject } from '../kube/resource.ts';
import type { Instant } from '../units/instant.ts';
import type { Kind } from './kind.ts';
import { versionOf } from './kind.ts';
import type { JsonMap } from './schema.ts';
import { isMap, withMember } from './schema.ts';

/** The other form that an Accept header asks for. */
export type Form = 'Table' | 'PartialObjectMetadata' | 'PartialObjectMetadataList';

/** The form that comes first in an Accept header; undefined for the object itself. */
export function formWanted(accept: string | undefined): Form | undefined {
  const first = (accept ?? '').split(',', 1)[0] ?? '';
  if (!first.includes('g=meta.k8s.io') || !first.includes('v=v1')) return undefined;
  return (
    (/as=(Table|PartialObjectMetadataList|PartialObjectMetadata)\b/.exec(first)?.[1] as Form | undefined) ?? undefined
  );
}

/** The answer to a read, as a table or as metadata alone; anything else is left as it is. */
export function inForm(form: Form, kind: Kind, body: unknown, now: Instant, include = 'Metadata'): unknown {
  if (!isMap(body) || body['kind'] === 'Status') return body;
  const items = Array.isArray(body['items']) ? (body['items'] as readonly KubeObject[]) : undefined;
  if (form !== 'Table') {
    if (items === undefined) return partial(body as unknown as KubeObject);
    return { ...body, kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1', items: items.map(partial) };
  }
  const objects = items ?? [body as unknown as KubeObject];
  const metadata =
    items === undefined
      ? { resourceVersion: (body as unknown as KubeObject).metadata.resourceVersion }
      : body['metadata'];
  return tableFor(kind, objects, now, metadata, include);
}

/** A table of objects; `include` says how much of each object stands in its row. */
export function tableFor(
  kind: Kind,
  objects: readonly KubeObject[],
  now: Instant,
  metadata: unknown,
  include = 'Metadata',
): JsonMap {
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata: isMap(metadata) && metadata['continue'] === '' ? withMember(metadata, 'continue', undefined) : metadata,
    columnDefinitions: kind.columns.map(({ name, type, format = '', description = '', priority = 0 }) => ({
      name,
      type,
      format,
      description,
      priority,
    })),
    rows: objects.map((object) => ({
      cells: kind.columns.map(({ cell }) => cell(object, now)),
      object: include === 'None' ? null : include === 'Object' ? typed(kind, object) : partial(object),
    })),
  };
}

/** A list leaves out of its items what they are; a row does not. */
function typed(kind: Kind, object: KubeObject): KubeObject {
  return { ...object, apiVersion: versionOf(kind), kind: kind.resource.kind };
}

function partial({ metadata }: KubeObject): JsonMap {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata };
}
