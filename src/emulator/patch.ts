import type { KubeObject } from '../kube/resource.ts';
import type { Core, WriteOptions } from './core.ts';
import type { Kind, Part } from './kind.ts';
import { patchJson } from './patch-json.ts';
import { patchMerge } from './patch-merge.ts';
import type { Refusal } from './refusal.ts';
import { badRequest, isRefusal, refuse } from './refusal.ts';
import type { EmulatorRequest, EmulatorResponse, Query } from './request.ts';
import { isMap } from './schema.ts';
import type { Target } from './update.ts';
import { updateObject } from './update.ts';

const JSON_PATCH = 'application/json-patch+json';
const MERGE_PATCH = 'application/merge-patch+json';

/** Patches an object or its status as the media type of the body says. */
export function patchObject(
  core: Core,
  target: Target,
  part: Part,
  request: EmulatorRequest,
  _query: Query,
  options: WriteOptions,
): EmulatorResponse | Refusal {
  const make = (current: KubeObject): unknown => patchedBody(target.kind, current, request);
  const subresource = part === 'status' ? 'status' : '';
  const changed = updateObject(core, target, { part, subresource, replaces: false, make }, options);
  return isRefusal(changed) ? changed : { status: 200, body: changed };
}

/** What a patch makes of a document; 415 for a kind of patch that is not served. */
export function patchedBody(_kind: Kind, current: KubeObject, request: EmulatorRequest): unknown {
  switch (mediaType(request)) {
    case JSON_PATCH:
      return patchJson(current, request.body);
    case MERGE_PATCH:
      return isMap(request.body)
        ? patchMerge(current, request.body)
        : badRequest('error decoding patch: json: cannot unmarshal');
    default:
      return refuse(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});
  }
}

function mediaType(request: EmulatorRequest): string {
  return (request.contentType ?? '').split(';', 1)[0]?.trim() ?? '';
}
