import type { ApiServer } from '../../emulator/api-server.ts';
import { collectionPath } from '../../emulator/call.ts';
import type { EmulatorResponse } from '../../emulator/request.ts';
import type { StatusBody } from '../../emulator/refusal.ts';
import type { JsonPatchOperation } from '../../kube/client.ts';
import type { KubeObject, Resource } from '../../kube/resource.ts';
import { apiVersionOf } from '../../kube/resource.ts';

/** The kind of an object as the server serves it; undefined when it does not know it. */
export function resourceOf(server: ApiServer, { apiVersion, kind }: KubeObject): Resource | undefined {
  return server.core.kinds
    .all()
    .map(({ resource }) => resource)
    .find((resource) => apiVersionOf(resource) === apiVersion && resource.kind === kind);
}

/** Why the server refuses an object, field by field; empty when it would take it. Unknown fields are refused, as by kubectl. */
export function refusalOf(server: ApiServer, object: KubeObject): readonly Refused[] {
  const answer = post(server, object, '?dryRun=All&fieldValidation=Strict');
  if (answer.status < 300) return [];
  const { message, details } = answer.body as StatusBody;
  const causes = details?.causes ?? [];
  if (causes.length > 0) {
    return causes.map(({ field = '', reason, message: why }) => ({
      // The real server puts a dot before the path of a size.
      field: field.replace(/^\./, ''),
      message: why,
      readable: reason !== 'FieldValueTypeInvalid' && reason !== 'FieldValueRequired',
    }));
  }
  const unknown = [...message.matchAll(/unknown field "([^"]+)"/g)].map(([, field = '']) => ({
    field,
    message: 'there is no such field; correct its name, or remove it',
    readable: true,
  }));
  return unknown.length > 0 ? unknown : [{ field: '', message, readable: false }];
}

/** A field that the server refuses, and why; `readable` when everything is there and of its type all the same. */
export type Refused = Readonly<{ field: string; message: string; readable: boolean }>;

/** Creates an object as a person with all rights would; throws when the server refuses it. */
export function create(server: ApiServer, object: KubeObject): void {
  const answer = post(server, object, '');
  if (answer.status >= 300) throw new Error((answer.body as StatusBody).message);
}

function post(server: ApiServer, object: KubeObject, query: string): EmulatorResponse {
  const resource = resourceOf(server, object);
  if (resource === undefined) throw new Error(`the embedded cluster has no ${object.apiVersion} ${object.kind}`);
  const path = `${collectionPath(resource, object.metadata.namespace)}${query}`;
  return server.handle({ method: 'POST', path, body: object, userAgent: 'kubectl' });
}

/** A patch of a Rollout, as a person writes it with kubectl. */
export type Deed =
  | Readonly<{ kind: 'Spec'; operations: readonly JsonPatchOperation[] }>
  | Readonly<{ kind: 'Status'; change: Readonly<Record<string, unknown>> }>;

/** Goes on from a pause. */
export const PROMOTE: Deed = { kind: 'Status', change: { pauseConditions: null } };
/** Gives all traffic back to the stable version. */
export const ABORT: Deed = { kind: 'Status', change: { abort: true } };

/** Carries a deed out; throws when the server refuses it. */
export function act(server: ApiServer, rollout: KubeObject, deed: Deed): void {
  const resource = resourceOf(server, rollout);
  if (resource === undefined) throw new Error('the embedded cluster serves no Rollouts');
  const path = `${collectionPath(resource, rollout.metadata.namespace)}/${rollout.metadata.name}`;
  const answer = server.handle(
    deed.kind === 'Spec'
      ? { method: 'PATCH', path, body: deed.operations, contentType: 'application/json-patch+json' }
      : {
          method: 'PATCH',
          path: `${path}/status`,
          body: { status: deed.change },
          contentType: 'application/merge-patch+json',
        },
  );
  if (answer.status >= 300) throw new Error((answer.body as StatusBody).message);
}

/** The command by which a person would do the same. */
export function commandOf({ apiVersion = '', metadata }: KubeObject, deed: Deed): string {
  const [group = ''] = apiVersion.split('/');
  const place = `kubectl -n ${metadata.namespace ?? 'default'} patch rollouts.${group} ${metadata.name}`;
  return deed.kind === 'Spec'
    ? `${place} --type json -p '${JSON.stringify(deed.operations)}'`
    : `${place} --subresource status --type merge -p '${JSON.stringify({ status: deed.change })}'`;
}
