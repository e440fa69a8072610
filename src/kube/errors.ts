import type { Failure } from './client.ts';

/** Status of meta/v1, as far as it is read. */
type StatusBody = Readonly<{
  message?: unknown;
  reason?: unknown;
  code?: unknown;
  details?: Readonly<{
    retryAfterSeconds?: unknown;
    causes?: readonly Readonly<{ field?: unknown; message?: unknown; reason?: unknown }>[];
  }>;
}>;

const LONGEST_MESSAGE = 1024;
const LONGEST_VALUE = 64;
/**
 * All that the server says when an operation of a JSON Patch cannot be carried out: a `test` that failed, or a path that
 * is not there. Content that it refuses has another text and names its fields.
 */
const REFUSED_PATCH = 'the server rejected our request due to an error in our request';

/** How an authorizer says that a right is missing; the rest may name the reason. Source: apiserver, responsewriters. */
const MISSING_RIGHT =
  /^(?:\S+(?: "(?:[^"\\]|\\.)*")? is )?forbidden: User "(?:[^"\\]|\\.)*" cannot (\w+) (?:resource "([\w./-]+)" in API group "([\w.-]*)"|path )/;
/** Admission speaks of our rights when an owner reference blocks the deletion of its owner. */
const MISSING_OWNER_RIGHT = / is forbidden: cannot set (?:blockOwnerDeletion|an ownerRef)\b/;
const EXHAUSTED = / is forbidden: (?:exceeded quota|failed quota|unable to create new content in namespace )/;

/** What was asked, as far as the meaning of a refusal depends on it. */
export type Asked = Readonly<{ writes: boolean; guardedJsonPatch?: boolean }>;

/**
 * The failure that an answer of the API server stands for. `body` is its JSON (a Status), or anything else that a proxy
 * on the way may have written, which is then not repeated. `retryAfter` is the header of that name.
 */
export function failureOf(status: number, body: unknown, asked: Asked, retryAfterHeader?: string): Failure {
  const parsed = statusBodyOf(body);
  const reason = typeof parsed.reason === 'string' ? parsed.reason : '';
  const text = typeof parsed.message === 'string' ? parsed.message : '';
  const retryAfter = retryAfterOf(retryAfterHeader, parsed.details?.retryAfterSeconds);
  const causes = (parsed.details?.causes ?? []).flatMap(({ field, message }) =>
    typeof message === 'string'
      ? [{ field: typeof field === 'string' ? field : '', message: withoutValues(message) }]
      : [],
  );
  return {
    ok: false,
    why: whyOf(status, reason, text, asked),
    status,
    message:
      text === ''
        ? `the API server answered ${status}${reason === '' ? '' : ` (${reason})`}`
        : `${withoutValues(text)}${status === 403 ? remedyOf(text) : ''}`,
    ...(retryAfter === undefined ? {} : { retryAfter }),
    ...(causes.length === 0 ? {} : { causes }),
  };
}

/** The failure that the object of a watch's ERROR event stands for: a Status with a code of its own. */
export function failureOfStatus(object: unknown): Failure {
  const { code } = statusBodyOf(object);
  return failureOf(typeof code === 'number' ? code : 500, object, { writes: false });
}

/**
 * A message of the server without the values that it repeats: short strings and numbers stay, because they help;
 * structures go, because a pod template with literal passwords may be among them; tokens go always.
 */
export function withoutValues(message: string): string {
  const cleaned = message
    .replace(/\bBearer\s+\S+/gi, 'Bearer …')
    .replace(/:\/\/[^\s/@]*@/g, '://…@')
    .replace(
      /((?:Invalid|Unsupported|Duplicate|Too long) value: )("(?:[^"\\]|\\.)*")/g,
      (_all, lead: string, value: string) => (value.length > LONGEST_VALUE ? `${lead}…` : `${lead}${value}`),
    )
    .replace(/((?:Invalid|Unsupported|Duplicate) value: )(?:[\w.*&[\]]*\{[^]*\})/g, '$1…');
  return cleaned.length > LONGEST_MESSAGE ? `${cleaned.slice(0, LONGEST_MESSAGE - 1)}…` : cleaned;
}

function statusBodyOf(body: unknown): StatusBody {
  return typeof body === 'object' && body !== null && 'kind' in body && body.kind === 'Status'
    ? (body as StatusBody)
    : {};
}

function whyOf(status: number, reason: string, message: string, asked: Asked): Failure['why'] {
  if (status === 401) return 'Forbidden';
  if (status === 403) return whyForbidden(message);
  if (status === 404) return 'NotFound';
  if (status === 409) return reason === 'AlreadyExists' ? 'AlreadyExists' : 'Conflict';
  // A list at a version that the storage has not reached yet, answered after waiting for it: as useless as one long gone.
  if (status === 410 || (status === 504 && message.includes('Too large resource version'))) return 'Gone';
  if (status === 422) return asked.guardedJsonPatch === true && message === REFUSED_PATCH ? 'Conflict' : 'Invalid';
  if (status === 429) return 'TooMany';
  if (status === 503) return 'Unavailable';
  if (status < 500) return 'Invalid';
  // 500, 502, 504: the server, or a proxy before it, gave up on the way; its storage may have taken the write.
  return asked.writes ? 'Unknown' : 'Unavailable';
}

/** Rights are our installation's affair; what admission or a quota refuses is the affair of whoever wrote the object. */
function whyForbidden(message: string): 'Forbidden' | 'Denied' | 'Exhausted' {
  // A proxy on the way answers 403 without a Status, and it too looks at who we are.
  if (message === '' || MISSING_RIGHT.test(message) || MISSING_OWNER_RIGHT.test(message)) return 'Forbidden';
  return EXHAUSTED.test(message) ? 'Exhausted' : 'Denied';
}

function remedyOf(message: string): string {
  const [, verb, resource, group] = MISSING_RIGHT.exec(message) ?? [];
  if (verb === undefined || resource === undefined) return '';
  const of = group === '' || group === undefined ? 'the core group' : `group ${group}`;
  return `; the installation lacks a right, add verb ${verb} on resource ${resource} of ${of} to the controller's role`;
}

function retryAfterOf(header: string | undefined, seconds: unknown): number | undefined {
  const value = header !== undefined && /^\d+$/.test(header) ? Number(header) : seconds;
  return typeof value === 'number' && value >= 0 ? value * 1000 : undefined;
}
