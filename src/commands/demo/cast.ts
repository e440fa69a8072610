import type { ApiGroup } from '../../api/names.ts';
import type { Rollout } from '../../api/rollout.ts';
import { behaviourOf } from '../../emulator/behaviour.ts';
import type { Stream } from '../../emulator/traffic.ts';
import type { JsonPatchOperation } from '../../kube/client.ts';
import type { KubeObject } from '../../kube/resource.ts';
import type { Milliseconds } from '../../units/duration.ts';
import type { Deed } from './deeds.ts';

/** What a demo is played with. */
export type Cast = Readonly<{
  group: ApiGroup;
  /** The Rollout with its first version and its namespace. */
  rollout: Rollout;
  /** What must be there before it: Services, routes, Gateways, analysis templates. */
  surroundings: readonly KubeObject[];
  /** Where users send their requests. */
  users: Stream['to'];
  /** The version that will be promoted, and the one that answers part of the requests with errors. */
  good: Version;
  bad: Version;
  /** How often the embedded Prometheus scrapes. */
  scrapeEvery: Milliseconds;
  /** What was added to the user's own file, in words. */
  notes: readonly string[];
}>;

/** A version as it is rolled out: its name in the traffic, its image, and the patch that brings it. */
export type Version = Readonly<{ name: string; image: string; deed: Deed }>;

type Container = Readonly<{
  name: string;
  image?: string;
  env?: readonly Readonly<{ name: string; value?: string }>[];
}>;

/** The first container of a Rollout, which is the one that is emulated; undefined when there is none. */
export function containerOf(rollout: Rollout): Container | undefined {
  const containers = rollout.spec.template?.spec?.['containers'] as readonly Container[] | undefined;
  return containers?.[0];
}

/** The name under which the traffic of the Rollout's present template goes. */
export function versionName(rollout: Rollout): string {
  const container = containerOf(rollout);
  return container === undefined ? '' : behaviourOf(container).version;
}

/**
 * Another version of a Rollout: its image with another tag, by whose words the emulated application behaves. Variables
 * that have the last word over the tag (VERSION, ERROR_RATE) follow it, where the template has them.
 */
export function versionOf(rollout: Rollout, tag: string): Version {
  const container = containerOf(rollout);
  const image = `${untagged(container?.image ?? 'app')}:${tag}`;
  const place = '/spec/template/spec/containers/0';
  const operations: JsonPatchOperation[] = [{ op: 'replace', path: `${place}/image`, value: image }];
  const said: Readonly<Record<string, string>> = { VERSION: tag, ERROR_RATE: '' };
  for (const [index, { name }] of (container?.env ?? []).entries()) {
    const value = said[name];
    if (value !== undefined) operations.push({ op: 'replace', path: `${place}/env/${index}`, value: { name, value } });
  }
  return { name: tag, image, deed: { kind: 'Spec', operations } };
}

/** The tag of the Rollout's image, '' without one. */
export function tagOf(rollout: Rollout): string {
  const image = containerOf(rollout)?.image?.split('@')[0] ?? '';
  return image.slice(untagged(image).length + 1);
}

/** An image without tag and digest. */
function untagged(image: string): string {
  return (image.split('@')[0] ?? '').replace(/:[^:/]+$/, '');
}
