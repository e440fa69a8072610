import type { ApiGroup } from '../../api/names.ts';
import type { AddressPolicy } from '../../apply/address-policy.ts';
import type { Manifest } from '../../config/manifest-file.ts';
import { readManifests } from '../../config/manifest-file.ts';
import { createApiServer } from '../../emulator/api-server.ts';
import type { ApiServer } from '../../emulator/api-server.ts';
import type { KubeObject } from '../../kube/resource.ts';
import { createVirtualClock } from '../../simulate/virtual-clock.ts';
import { instant } from '../../units/instant.ts';
import { create, refusalOf } from '../demo/deeds.ts';
import { readCrds } from '../demo/read-crds.ts';
import type { Finding } from './finding.ts';
import { judgeObject } from './judge-object.ts';

const GROUPS: readonly ApiGroup[] = ['sluice.dev', 'argoproj.io'];

/** Judges files one after another; the server that knows our kinds is made once. */
export type Linter = Readonly<{ lint(file: string, text: string): readonly Finding[] }>;

/** A linter; with a policy, addresses of metrics are held against it. */
export function createLinter(policy: AddressPolicy | undefined): Linter {
  const server = createApiServer({ clock: createVirtualClock(instant(0)), random: () => 0.5 });
  for (const crd of GROUPS.flatMap((group) => readCrds(group))) create(server, crd);
  return { lint: (file, text) => lintText(server, policy, file, text) };
}

function lintText(
  server: ApiServer,
  policy: AddressPolicy | undefined,
  file: string,
  text: string,
): readonly Finding[] {
  const read = readManifests(text);
  if (!read.ok) {
    return read.problems.map(({ line, message }) => {
      return { file, line, severity: 'error', object: '', path: '', message: `not YAML: ${message}` };
    });
  }
  return read.manifests.flatMap((manifest) => lintManifest(server, policy, file, manifest));
}

function lintManifest(
  server: ApiServer,
  policy: AddressPolicy | undefined,
  file: string,
  { object, lineOf }: Manifest,
): readonly Finding[] {
  // What is not ours (Services, Deployments, values of a chart) is not for us to judge.
  if (!isOurs(object)) return [];
  const name = `${object.kind} ${object.metadata.name}`;
  const finding = (severity: Finding['severity'], path: string, message: string): Finding => {
    return { file, line: lineOf(path), severity, object: name, path, message };
  };
  const refused = refusalOf(server, placed(object));
  // Our own rules trust the types that the API server checks.
  if (refused.some(({ readable }) => !readable)) {
    return refused.map(({ field, message }) => finding('error', field, message));
  }
  const { errors, warnings } = judgeObject(object, policy);
  // Where our own rules name the very field, the server's word about what it stands in is left out.
  const rest = refused.filter(({ field }) => !errors.some(({ path }) => path.startsWith(field)));
  return [
    ...rest.map(({ field, message }) => finding('error', field, message)),
    ...errors.map(({ path, message }) => finding('error', path, message)),
    ...warnings.map(({ path, message }) => finding('warning', path, message)),
  ];
}

/** In a namespace that the server has; a kind of the whole cluster has none. */
function placed(object: KubeObject): KubeObject {
  const { namespace: _own, ...metadata } = object.metadata;
  return {
    ...object,
    metadata: object.kind?.startsWith('Cluster') === true ? metadata : { ...metadata, namespace: 'default' },
  };
}

function isOurs(value: unknown): value is KubeObject {
  if (typeof value !== 'object' || value === null) return false;
  const { apiVersion, kind, metadata } = value as Readonly<Record<string, unknown>>;
  const name: unknown = typeof metadata === 'object' && metadata !== null ? Reflect.get(metadata, 'name') : undefined;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string' || typeof name !== 'string') return false;
  return (
    GROUPS.some((group) => apiVersion === `${group}/v1alpha1`) &&
    /^(Rollout|(Cluster)?AnalysisTemplate|AnalysisRun|Experiment)$/.test(kind)
  );
}
