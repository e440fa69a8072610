import type { ApiGroup } from '../../api/names.ts';
import { API_VERSION } from '../../api/names.ts';
import { parseRollout } from '../../api/parse.ts';
import type { Rollout } from '../../api/rollout.ts';
import { unsupportedFields } from '../../api/unsupported.ts';
import type { Manifest } from '../../config/manifest-file.ts';
import { readManifests } from '../../config/manifest-file.ts';
import type { ApiServer } from '../../emulator/api-server.ts';
import { createApiServer } from '../../emulator/api-server.ts';
import { GATEWAY_CRDS } from '../../emulator/gateway-crds.ts';
import type { KubeObject } from '../../kube/resource.ts';
import { createVirtualClock } from '../../simulate/virtual-clock.ts';
import { seconds } from '../../units/duration.ts';
import { instant } from '../../units/instant.ts';
import type { Cast } from './cast.ts';
import { containerOf, tagOf, versionName, versionOf } from './cast.ts';
import type { Refused } from './deeds.ts';
import { create, refusalOf, resourceOf } from './deeds.ts';
import { readCrds } from './read-crds.ts';
import { surroundingsFor } from './surroundings.ts';

/** What a user's file is played as, or everything that is wrong with it: one line each, beginning with file and line. */
export type CastReading = Readonly<{ ok: true; cast: Cast }> | Readonly<{ ok: false; errors: readonly string[] }>;

/** A document that is an object of Kubernetes. */
type Written = Readonly<{ object: KubeObject; lineOf: Manifest['lineOf'] }>;

/** Tells what is wrong at a field of an object. */
type Complain = (at: Written, field: string, message: string) => void;

const GROUPS: readonly ApiGroup[] = ['sluice.dev', 'argoproj.io'];

/** Reads a user's manifests: one Rollout, and what belongs to it. What is missing beside it is added, and said. */
export function readCast(text: string, fileName: string): CastReading {
  const file = readManifests(text);
  if (!file.ok) {
    return { ok: false, errors: file.problems.map(({ line, message }) => `${fileName}:${line}: not YAML: ${message}`) };
  }
  const errors: string[] = [];
  const complain: Complain = ({ object, lineOf }, field, message) => {
    const place = field === '' ? '' : `${field}: `;
    errors.push(`${fileName}:${lineOf(field)}: ${object.kind} ${object.metadata.name}: ${place}${message}`);
  };
  const written: Written[] = [];
  for (const { object, lineOf } of file.manifests) {
    if (isObject(object)) written.push({ object, lineOf });
    else errors.push(`${fileName}:${lineOf('')}: no object of Kubernetes: it needs apiVersion, kind and metadata.name`);
  }
  const [first, second] = written.filter(({ object }) => isRollout(object));
  if (first === undefined) {
    if (errors.length === 0) {
      const known = GROUPS.map((group) => `${group}/${API_VERSION}`).join(' or ');
      errors.push(`${fileName}:1: holds no Rollout; write one, of apiVersion ${known}`);
    }
    return { ok: false, errors };
  }
  if (second !== undefined) complain(second, '', 'the demo plays one Rollout; keep this one in a file of its own');
  const namespace = first.object.metadata.namespace ?? 'default';
  const placed = written.map(({ object, lineOf }) => ({ object: inNamespace(object, namespace), lineOf }));
  const cast = judge(placed, { ...first, object: inNamespace(first.object, namespace) }, complain);
  return errors.length > 0 || cast === undefined ? { ok: false, errors } : { ok: true, cast };
}

function isObject(value: unknown): value is KubeObject {
  if (typeof value !== 'object' || value === null) return false;
  const { apiVersion, kind, metadata } = value as Readonly<Record<string, unknown>>;
  const name: unknown = typeof metadata === 'object' && metadata !== null ? Reflect.get(metadata, 'name') : undefined;
  return typeof apiVersion === 'string' && typeof kind === 'string' && typeof name === 'string';
}

function isRollout({ apiVersion, kind }: KubeObject): boolean {
  return kind === 'Rollout' && GROUPS.some((group) => apiVersion === `${group}/${API_VERSION}`);
}

function inNamespace(object: KubeObject, namespace: string): KubeObject {
  return { ...object, metadata: { namespace, ...object.metadata } };
}

/** Holds every object against the API server and our own rules; the cast when none complains. */
function judge(all: readonly Written[], { object, lineOf }: Written, complain: Complain): Cast | undefined {
  const group = (object.apiVersion ?? '').split('/')[0] as ApiGroup;
  const rollout = object as Rollout;
  const notes: string[] = [];
  const { known, refused } = askServer(all, group, complain, notes);
  // Our own rules trust the types that the API server checks.
  if (refused.some(({ readable }) => !readable)) {
    for (const { field, message } of refused) complain({ object, lineOf }, field, message);
    return undefined;
  }
  const parsed = parseRollout(rollout);
  const own = [
    ...(parsed.ok ? [] : parsed.problems),
    ...missingTemplates(all, rollout, group),
    ...(containerOf(rollout)?.image === undefined ? [NO_IMAGE] : []),
    ...(rollout.spec.paused === true ? [PAUSED] : []),
  ];
  // Where our own rules name the very field, the server's word about what it stands in is left out.
  const rest = refused.filter(({ field }) => !own.some(({ path }) => path.startsWith(field)));
  for (const { field, message } of rest) complain({ object, lineOf }, field, message);
  for (const { path, message } of own) complain({ object, lineOf }, path, message);
  if (!parsed.ok || own.length + rest.length > 0) return undefined;
  const around = surroundingsFor(parsed.value, known);
  const scraped = withScraping(rollout);
  if (scraped !== rollout) notes.push('the pods got annotation prometheus.io/scrape, for the embedded Prometheus');
  return {
    group,
    rollout: scraped,
    surroundings: [...around.added, ...known],
    users: around.users,
    ...versionsOf(scraped),
    // Queries for real clusters look at half a minute and more.
    scrapeEvery: seconds(5),
    notes: [...notes, ...around.notes],
  };
}

const PAUSED = { path: 'spec.paused', message: 'a paused Rollout has nothing to show; remove it for the demo' };
const NO_IMAGE = {
  path: 'spec.template.spec.containers',
  message: 'the pods need a container with an image; name one',
};

/** What the embedded cluster would take beside the Rollout, and what it refuses of the Rollout; the rest is told. */
function askServer(
  all: readonly Written[],
  group: ApiGroup,
  complain: Complain,
  notes: string[],
): Readonly<{ known: readonly KubeObject[]; refused: readonly Refused[] }> {
  const server = scratchServer(group, all);
  const known: KubeObject[] = [];
  const refused: Refused[] = [];
  for (const one of all) {
    const { kind = '', metadata } = one.object;
    const resource = resourceOf(server, one.object);
    if (resource === undefined) {
      notes.push(`${kind} ${metadata.name} is left out: the embedded cluster has no such kind`);
      continue;
    }
    const { namespace: _none, ...clusterWide } = metadata;
    const placed = resource.namespaced ? one.object : { ...one.object, metadata: clusterWide };
    const problems = refusalOf(server, placed);
    if (isRollout(placed)) refused.push(...problems);
    else {
      known.push(placed);
      for (const { field, message } of problems) complain(one, field, message);
    }
    if (/^(Cluster)?AnalysisTemplate$/.test(kind) && resource.group === group) {
      const { spec } = placed as KubeObject & Readonly<{ spec?: unknown }>;
      for (const { path, message } of unsupportedFields('AnalysisTemplate', spec)) complain(one, path, message);
    }
  }
  return { known, refused };
}

/** A server that knows all kinds in use, to ask what it would refuse. */
function scratchServer(group: ApiGroup, all: readonly Written[]): ApiServer {
  const server = createApiServer({ clock: createVirtualClock(instant(0)), random: () => 0.5 });
  for (const crd of [...GATEWAY_CRDS, ...readCrds(group)]) create(server, crd);
  const named = new Set(all.map(({ object }) => object.metadata.namespace ?? 'default'));
  for (const { object } of all) if (object.kind === 'Namespace') named.delete(object.metadata.name);
  named.delete('default');
  for (const name of named) create(server, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  return server;
}

type Reference = Readonly<{ templateName?: string; clusterScope?: boolean }>;

/** Every analysis template that the strategy names must be in the file. */
function missingTemplates(
  all: readonly Written[],
  { metadata, spec }: Rollout,
  group: ApiGroup,
): readonly Readonly<{ path: string; message: string }>[] {
  const written = new Set(
    all
      .filter(({ object }) => object.apiVersion === `${group}/${API_VERSION}`)
      .map(({ object }) => `${object.kind} ${object.metadata.namespace} ${object.metadata.name}`),
  );
  return referencesIn(spec.strategy, 'spec.strategy').flatMap(({ path, reference }) => {
    const { templateName = '', clusterScope = false } = reference;
    const kind = clusterScope ? 'ClusterAnalysisTemplate' : 'AnalysisTemplate';
    if (written.has(`${kind} ${metadata.namespace} ${templateName}`)) return [];
    return [{ path, message: `the file holds no ${kind} ${templateName}; add it after a line of ---` }];
  });
}

/** Every reference to an analysis template below a value. */
function referencesIn(value: unknown, path: string): readonly Readonly<{ path: string; reference: Reference }>[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item: unknown, index) => referencesIn(item, `${path}[${index}]`));
  if ('templateName' in value) return [{ path: `${path}.templateName`, reference: value as Reference }];
  return Object.entries(value).flatMap(([key, member]) => referencesIn(member, `${path}.${key}`));
}

const SCRAPE = 'prometheus.io/scrape';

/** The embedded Prometheus scrapes pods with the annotation that Prometheus' own chart uses. */
function withScraping(rollout: Rollout): Rollout {
  const { template } = rollout.spec;
  const annotations = template?.metadata?.annotations ?? {};
  if (template === undefined || annotations[SCRAPE] === 'true') return rollout;
  const metadata = { ...template.metadata, annotations: { ...annotations, [SCRAPE]: 'true' } };
  return { ...rollout, spec: { ...rollout.spec, template: { ...template, metadata } } };
}

/** A version after the one that is there, and one that is bad; their tags differ from it in any case. */
function versionsOf(rollout: Rollout): Pick<Cast, 'good' | 'bad'> {
  const now = [tagOf(rollout), versionName(rollout)];
  const good = ['v2', 'v4'].find((tag) => !now.includes(tag)) ?? 'v6';
  return { good: versionOf(rollout, good), bad: versionOf(rollout, good === 'v2' ? 'v3-bad' : 'v5-bad') };
}
