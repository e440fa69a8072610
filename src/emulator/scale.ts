import type { KubeObject } from '../kube/resource.ts';
import type { ScalePaths } from './kind.ts';
import type { Refusal } from './refusal.ts';
import { badRequest, invalid, invalidValue } from './refusal.ts';
import { selectorText } from './selectors.ts';
import { isMap, withMember } from './schema.ts';

/** The Scale that an object shows, as autoscaling/v1. */
export function scaleOf(paths: ScalePaths, object: KubeObject): KubeObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const at = (path: readonly string[] | undefined): unknown =>
    path?.reduce<unknown>((value, key) => (isMap(value) ? value[key] : undefined), object);
  const selector = at(paths.selector);
  const text = typeof selector === 'string' ? selector : selectorText(selector);
  const spec = at(paths.spec);
  const scale = {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(uid === undefined ? {} : { uid }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
      ...(creationTimestamp === undefined ? {} : { creationTimestamp }),
    },
    spec: typeof spec === 'number' && spec !== 0 ? { replicas: spec } : {},
    status: { replicas: Number(at(paths.status) ?? 0), ...(text === '' ? {} : { selector: text }) },
  };
  return scale;
}

/** The object that a changed Scale asks for: another size, and the version that it was based on. */
export function scaled(paths: ScalePaths, builtIn: boolean, object: KubeObject, scale: unknown): KubeObject | Refusal {
  if (!isMap(scale)) return badRequest('the body is no Scale');
  const spec = isMap(scale['spec']) ? scale['spec'] : {};
  const replicas = spec['replicas'] ?? 0;
  const metadata = isMap(scale['metadata']) ? scale['metadata'] : {};
  if (typeof replicas !== 'number' || !Number.isInteger(replicas)) {
    const what = typeof replicas;
    return badRequest(
      `Scale in version "v1" cannot be handled as a Scale: json: cannot unmarshal ${what} into Go struct field ScaleSpec.spec.replicas of type int32`,
    );
  }
  const { name } = metadata;
  if (typeof name === 'string' && name !== object.metadata.name) {
    const own = object.metadata.name;
    return badRequest(
      name === ''
        ? `the name of the object (${own} based on URL) was undeterminable: name must be provided`
        : `the name of the object (${name}) does not match the name on the URL (${own})`,
    );
  }
  // Of a custom kind the object itself is looked at, and found wanting.
  if (replicas < 0 && builtIn) {
    const scaleKind = { group: 'autoscaling', version: 'v1', plural: '', kind: 'Scale', namespaced: true };
    const problem = invalidValue('spec.replicas', replicas, 'must be greater than or equal to 0');
    return invalid(scaleKind, object.metadata.name, [problem]);
  }
  const version = metadata['resourceVersion'];
  const guarded = typeof version === 'string' && version !== '' ? version : object.metadata.resourceVersion;
  const uid = metadata['uid'];
  const named = { ...object.metadata, ...(typeof uid === 'string' && uid !== '' ? { uid } : {}) };
  return { ...setAt(object, paths.spec, replicas), metadata: withMember(named, 'resourceVersion', guarded) };
}

function setAt<T extends object>(object: T, path: readonly string[], value: unknown): T {
  const [key = '', ...rest] = path;
  if (rest.length === 0) return withMember(object, key, value);
  const member = (object as Record<string, unknown>)[key];
  return withMember(object, key, setAt(isMap(member) ? member : {}, rest, value));
}
