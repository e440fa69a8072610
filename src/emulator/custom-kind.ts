import type { KubeObject, Resource } from '../kube/resource.ts';
import { customProblems } from './custom-validation.ts';
import { customColumns } from './columns/custom.ts';
import type { Kind, ScalePaths } from './kind.ts';
import { subdomainProblem } from './names.ts';
import type { JsonMap, Schema } from './schema.ts';
import { isMap } from './schema.ts';
import { tableOf } from './state.ts';

/** A version of a CRD. */
export type CrdVersion = Readonly<{
  name: string;
  served: boolean;
  storage: boolean;
  schema?: Readonly<{ openAPIV3Schema?: Schema }>;
  subresources?: Readonly<{
    status?: object;
    scale?: Readonly<{ specReplicasPath: string; statusReplicasPath: string; labelSelectorPath?: string }>;
  }>;
  additionalPrinterColumns?: readonly PrinterColumn[];
  selectableFields?: readonly Readonly<{ jsonPath: string }>[];
}>;

/** A column of additionalPrinterColumns. */
export type PrinterColumn = Readonly<{
  name: string;
  type: string;
  jsonPath: string;
  format?: string;
  description?: string;
  priority?: number;
}>;

/** spec of a CRD, as far as it is read. */
export type CrdSpec = Readonly<{
  group: string;
  scope: 'Namespaced' | 'Cluster';
  names: Readonly<{
    plural: string;
    kind: string;
    singular?: string;
    listKind?: string;
    shortNames?: readonly string[];
    categories?: readonly string[];
  }>;
  versions: readonly CrdVersion[];
}>;

/** spec of a stored CRD. */
export function crdSpec(crd: KubeObject): CrdSpec {
  return (crd as unknown as { spec: CrdSpec }).spec;
}

/** The kinds that a CRD serves, one a version. */
export function customKinds(crd: KubeObject): readonly Kind[] {
  const spec = crdSpec(crd);
  return spec.versions.filter(({ served }) => served).map((version) => customKind(spec, version));
}

function customKind({ group, scope, names }: CrdSpec, version: CrdVersion): Kind {
  const resource: Resource = {
    group,
    version: version.name,
    plural: names.plural,
    kind: names.kind,
    namespaced: scope === 'Namespaced',
  };
  const schema: Schema = version.schema?.openAPIV3Schema ?? {
    type: 'object',
    'x-kubernetes-preserve-unknown-fields': true,
  };
  const hasStatus = version.subresources?.status !== undefined;
  const scale = scalePaths(version);
  return {
    resource,
    table: tableOf(resource),
    singular: names.singular ?? names.kind.toLowerCase(),
    shortNames: names.shortNames ?? [],
    categories: names.categories ?? [],
    builtIn: false,
    schema,
    hasStatus,
    hasGeneration: true,
    unconditionalUpdate: false,
    answersDeleted: false,
    ...(scale === undefined ? {} : { scale }),
    selectableFields: (version.selectableFields ?? []).map(({ jsonPath }) => jsonPath.replace(/^\./, '')),
    columns: customColumns(version.additionalPrinterColumns ?? []),
    nameProblem: subdomainProblem,
    validate: (object, before, part) =>
      customProblems(schema, scale, object, before, part === 'status' || hasStatus ? part : 'whole'),
  };
}

function scalePaths({ subresources }: CrdVersion): ScalePaths | undefined {
  const scale = subresources?.scale;
  if (scale === undefined) return undefined;
  const keys = (path: string): readonly string[] => path.split('.').filter((key) => key !== '');
  const { specReplicasPath, statusReplicasPath, labelSelectorPath } = scale;
  return {
    spec: keys(specReplicasPath),
    status: keys(statusReplicasPath),
    ...(labelSelectorPath === undefined ? {} : { selector: keys(labelSelectorPath) }),
  };
}

/** True for a CRD whose conditions say that it is served. */
export function isEstablished(crd: KubeObject): boolean {
  const { status } = crd as { status?: unknown };
  const conditions: unknown = isMap(status) ? status['conditions'] : undefined;
  return (
    Array.isArray(conditions) &&
    (conditions as readonly JsonMap[]).some(({ type, status: state }) => type === 'Established' && state === 'True')
  );
}
