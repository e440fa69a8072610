import type { Refusal } from './refusal.ts';
import { refuse } from './refusal.ts';
import type { EmulatorRequest } from './request.ts';

const READABLE = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];
const OFFERED = [...READABLE, 'application/json;stream=watch', 'application/vnd.kubernetes.protobuf;stream=watch'].join(
  ', ',
);

/** 415 for a body, 406 for an answer, in a form that is not served; patches have media types of their own. */
export function formRefusal({ method, contentType, accept }: EmulatorRequest): Refusal | undefined {
  const sends = method === 'POST' || method === 'PUT';
  if (sends && contentType !== undefined && !READABLE.includes(plain(contentType))) {
    const message = `the body of the request was in an unknown format - accepted media types include: ${READABLE.join(', ')}`;
    return refuse(415, 'UnsupportedMediaType', message);
  }
  if (accept === undefined || accept === '' || accept.split(',').some(isOffered)) return undefined;
  return refuse(406, 'NotAcceptable', `406: Not Acceptable\n\nAvailable representations: ${OFFERED}`, {});
}

function plain(mediaType: string): string {
  return mediaType.split(';', 1)[0]?.trim() ?? '';
}

function isOffered(range: string): boolean {
  return ['*/*', 'application/*', ...READABLE].includes(plain(range));
}
