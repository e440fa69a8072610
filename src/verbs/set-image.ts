import type { Decision, Operation } from './decision.ts';
import { refuse, write } from './decision.ts';
import type { Seen } from './seen.ts';
import { missingWorkload, templatePlace } from './template-place.ts';

/** Images to be set: by the name of a container, `*` for all of them. */
export type Images = ReadonlyMap<string, string>;

type Container = Readonly<{ name?: string; image?: string }>;

/** Lists of a pod's spec that hold containers. */
const LISTS = ['containers', 'initContainers', 'ephemeralContainers'] as const;

/** Sets images of containers, init containers and ephemeral ones; tests the images that were seen. */
export function setImage(seen: Seen, images: Images): Decision {
  const place = templatePlace(seen);
  if (place === undefined) return refuse(missingWorkload(seen), 'create it, or correct spec.workloadRef');
  const found = LISTS.flatMap((list) =>
    ((place.template.spec?.[list] ?? []) as readonly Container[]).map((container, index) => ({
      ...container,
      path: `${place.path}/spec/${list}/${index}`,
    })),
  );
  const names = found.map(({ name }) => name ?? '');
  const unknown = [...images.keys()].filter((name) => name !== '*' && !names.includes(name));
  if (unknown.length > 0) {
    return refuse(`there is no container ${unknown.join(', ')}`, `name one of: ${names.join(', ')}`);
  }
  const operations: Operation[] = [];
  const changed: string[] = [];
  for (const { path, name = '', image } of found) {
    const wanted = images.get(name) ?? images.get('*');
    if (wanted === undefined || wanted === image) continue;
    operations.push({ op: 'test', path: `${path}/name`, value: name });
    if (image !== undefined) operations.push({ op: 'test', path: `${path}/image`, value: image });
    operations.push({ op: 'add', path: `${path}/image`, value: wanted });
    changed.push(`${name}=${wanted}`);
  }
  if (changed.length === 0) return { kind: 'Already', why: 'the containers have these images already' };
  return write(`image updated: ${changed.join(', ')}`, { to: place.to, operations });
}

/** Reads `container=image` arguments; the texts that are none. */
export function parseImages(
  texts: readonly string[],
): Readonly<{ ok: true; images: Images }> | Readonly<{ ok: false; bad: readonly string[] }> {
  const pairs = texts.map((text) => /^([^=]+)=(\S+)$/.exec(text));
  const bad = texts.filter((_, index) => pairs[index] === null);
  if (bad.length > 0) return { ok: false, bad };
  return { ok: true, images: new Map(pairs.map((pair) => [pair?.[1] ?? '', pair?.[2] ?? ''])) };
}
