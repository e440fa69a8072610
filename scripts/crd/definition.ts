import { API_VERSION } from '../../src/api/names.ts';
import type { ApiGroup } from '../../src/api/names.ts';
import type { KindDefinition } from './kinds.ts';
import type { Structural } from './structural.ts';
import { structural } from './structural.ts';

/** A CustomResourceDefinition (apiextensions.k8s.io/v1) as JSON. */
export type CustomResourceDefinition = Readonly<{
  apiVersion: string;
  kind: string;
  metadata: Readonly<{ name: string }>;
  spec: Readonly<{
    group: string;
    names: Readonly<Record<string, unknown>>;
    scope: string;
    versions: readonly Readonly<{ name: string; schema: Readonly<{ openAPIV3Schema: Structural }> }>[];
  }>;
}>;

/** The CRD of one kind in one group. */
export function defineResource(definition: KindDefinition, group: ApiGroup): CustomResourceDefinition {
  const { kind, singular, plural, shortNames, scope, columns } = definition;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      names: {
        kind,
        listKind: `${kind}List`,
        plural,
        singular,
        shortNames: shortNames[group],
        ...(group === 'sluice.dev' ? { categories: ['sluice'] } : {}),
      },
      scope,
      versions: [
        {
          name: API_VERSION,
          ...{ served: true, storage: true },
          ...subresources(definition, group),
          ...{ additionalPrinterColumns: columns },
          schema: { openAPIV3Schema: rootSchema(definition, group) },
        },
      ],
    },
  };
}

function subresources(definition: KindDefinition, group: ApiGroup): Record<string, unknown> {
  if (!definition.statusSubresource.includes(group)) return {};
  const scale = {
    specReplicasPath: '.spec.replicas',
    statusReplicasPath: '.status.HPAReplicas',
    labelSelectorPath: '.status.selector',
  };
  return { subresources: { status: {}, ...(definition.scale ? { scale } : {}) } };
}

function rootSchema({ kind, description, spec, status }: KindDefinition, group: ApiGroup): Structural {
  const specSchema = structural(spec, group);
  // The one default of the takeover group: Argo's controller writes it into the spec, we never write there (F-G1).
  if (kind === 'Rollout' && group === 'argoproj.io') giveDefault(specSchema, 'replicas', 1);
  const statusSchema = status === undefined ? undefined : structural(status, group);
  if (kind === 'Rollout' && group === 'sluice.dev' && statusSchema !== undefined) {
    // kstatus takes an object without status for ready; -1 differs from every generation (ecosystem 3.2).
    statusSchema['default'] = { observedGeneration: -1 };
  }
  return {
    type: 'object',
    description,
    required: ['spec'],
    properties: {
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: { type: 'object' },
      spec: specSchema,
      ...(statusSchema === undefined ? {} : { status: statusSchema }),
    },
  };
}

function giveDefault(schema: Structural, key: string, value: unknown): void {
  const { properties } = schema;
  if (typeof properties !== 'object' || properties === null) throw new Error('a spec without fields');
  const field: unknown = Reflect.get(properties, key);
  if (typeof field !== 'object' || field === null) throw new Error(`a spec without ${key}`);
  Reflect.set(field, 'default', value);
}
