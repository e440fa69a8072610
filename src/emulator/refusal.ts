import type { Resource } from '../kube/resource.ts';

/** One entry of Status.details.causes. */
export type Cause = Readonly<{ reason?: string; message: string; field?: string }>;

/** metav1.Status of a failure, as the API server writes it. */
export type StatusBody = Readonly<{
  kind: 'Status';
  apiVersion: 'v1';
  /** With a token where a list may go on, if not in one state. */
  metadata: Readonly<{ continue?: string }>;
  status: 'Failure';
  message: string;
  reason?: string;
  details?: Readonly<{
    name?: string;
    group?: string;
    kind?: string;
    uid?: string;
    causes?: readonly Cause[];
    retryAfterSeconds?: number;
  }>;
  code: number;
}>;

/** Why a request was not carried out. */
export type Refusal = Readonly<{ refused: StatusBody }>;

/** A wrong field: its path, the reason of the API's vocabulary, and the text after the path. */
export type FieldProblem = Readonly<{ field: string; reason: string; message: string }>;

/** True when a value is a refusal rather than what was asked for. */
export function isRefusal(value: unknown): value is Refusal {
  return typeof value === 'object' && value !== null && 'refused' in value;
}

/** A refusal with the given members. */
export function refuse(
  code: number,
  reason: string | undefined,
  message: string,
  details?: StatusBody['details'],
): Refusal {
  return {
    refused: {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message,
      ...(reason === undefined ? {} : { reason }),
      ...(details === undefined ? {} : { details }),
      code,
    },
  };
}

/** `replicasets.apps`, `pods`: how messages name a resource. */
export function qualified(plural: string, group: string): string {
  return group === '' ? plural : `${plural}.${group}`;
}

function detailsOf(name: string, group: string, kind: string): NonNullable<StatusBody['details']> {
  return { ...(name === '' ? {} : { name }), ...(group === '' ? {} : { group }), kind };
}

/** 404 of an object. */
export function notFound({ group, plural }: Pick<Resource, 'group' | 'plural'>, name: string): Refusal {
  const message = `${qualified(plural, group)} "${name}" not found`;
  return refuse(404, 'NotFound', message, detailsOf(name, group, plural));
}

/** 404 of a path that nothing serves. */
export function noSuchPath(): Refusal {
  return refuse(404, 'NotFound', 'the server could not find the requested resource', {});
}

/** 409 of a create whose name is taken. */
export function alreadyExists({ group, plural }: Resource, name: string): Refusal {
  const message = `${qualified(plural, group)} "${name}" already exists`;
  return refuse(409, 'AlreadyExists', message, detailsOf(name, group, plural));
}

/** 409 of a lost race; `why` follows the name of the object. */
export function conflict({ group, plural }: Resource, name: string, why: string): Refusal {
  const message = `Operation cannot be fulfilled on ${qualified(plural, group)} "${name}": ${why}`;
  return refuse(409, 'Conflict', message, detailsOf(name, group, plural));
}

/** The reason of a conflict of versions. */
export const MODIFIED = 'the object has been modified; please apply your changes to the latest version and try again';

/** 422 with the fields at fault. */
export function invalid({ group, kind }: Resource, name: string, problems: readonly FieldProblem[]): Refusal {
  const texts = problems.map(({ field, message }) => `${field}: ${message}`);
  // Aggregated errors are told once each, however many causes there are.
  const distinct = [...new Set(texts)];
  const list = distinct.length === 1 ? distinct[0] : `[${distinct.join(', ')}]`;
  const causes = problems.map(({ field, reason, message }) => ({ reason, message, field }));
  return refuse(422, 'Invalid', `${qualified(kind, group)} "${name}" is invalid: ${list}`, {
    ...detailsOf(name, group, kind),
    causes,
  });
}

/** 400: the request itself cannot be read. */
export function badRequest(message: string): Refusal {
  return refuse(400, 'BadRequest', message);
}

/** 403 of a policy of the cluster, not of rights. */
export function forbidden({ group, plural }: Resource, name: string, why: string, causes?: readonly Cause[]): Refusal {
  return refuse(403, 'Forbidden', `${qualified(plural, group)} "${name}" is forbidden: ${why}`, {
    ...detailsOf(name, group, plural),
    ...(causes === undefined ? {} : { causes }),
  });
}

/** 410 of a version that is no longer kept. */
export function expired(message: string, token?: string): Refusal {
  const { refused } = refuse(410, 'Expired', message);
  return { refused: token === undefined ? refused : { ...refused, metadata: { continue: token } } };
}

/** 405 of a verb that a resource does not have. */
export function methodNotAllowed(): Refusal {
  return refuse(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {});
}

const quoted = (value: unknown): string => JSON.stringify(value) ?? 'null';

/** FieldValueRequired; `detail` follows the word. */
export function required(field: string, detail = ''): FieldProblem {
  return { field, reason: 'FieldValueRequired', message: `Required value${detail === '' ? '' : `: ${detail}`}` };
}

/** FieldValueInvalid with the value at fault. */
export function invalidValue(field: string, value: unknown, detail: string): FieldProblem {
  return { field, reason: 'FieldValueInvalid', message: `Invalid value: ${quoted(value)}: ${detail}` };
}

/** FieldValueNotSupported with what would be. */
export function unsupported(field: string, value: unknown, known: readonly string[]): FieldProblem {
  const list = known.map((one) => JSON.stringify(one)).join(', ');
  return {
    field,
    reason: 'FieldValueNotSupported',
    message: `Unsupported value: ${quoted(value)}: supported values: ${list}`,
  };
}

/** FieldValueDuplicate with the value that comes twice. */
export function duplicate(field: string, value: unknown): FieldProblem {
  return { field, reason: 'FieldValueDuplicate', message: `Duplicate value: ${quoted(value)}` };
}

/** FieldValueForbidden. */
export function forbiddenField(field: string, detail: string): FieldProblem {
  return { field, reason: 'FieldValueForbidden', message: `Forbidden: ${detail}` };
}
