import { EXPERIMENT_NAME, EXPERIMENT_TEMPLATE, HASH_LABEL, INSTANCE_ID } from '../../api/names.ts';
import type { ParsedTemplate } from '../../api/parse-experiment.ts';
import type { Problem } from '../../api/problem.ts';
import { invalid } from '../../api/problem.ts';
import type { Manifest } from '../action.ts';
import type { ObservedReplicaSet } from '../rollout/observed-rollout.ts';
import { replicaSetName, serviceName } from './names.ts';
import type { ExperimentAction } from './observed-experiment.ts';
import { ownedBy } from './replica-sets.ts';
import type { ExperimentSituation } from './situation.ts';
import { replicaSetOf, templateStatusOf } from './situation.ts';

type Port = Readonly<{ name?: string; containerPort: number; protocol?: string }>;
type Container = Readonly<{ ports?: readonly Port[] }>;

/** The Services that are to be made, and those that go because their pods have. */
export function planTemplateServices(situation: ExperimentSituation): readonly ExperimentAction[] {
  const { over, ended, spec, observed } = situation;
  const actions: ExperimentAction[] = [];
  const wanted = new Set<string>();
  for (const template of spec.templates) {
    const replicaSet = replicaSetOf(situation, template);
    if (template.service === undefined || replicaSet === undefined) continue;
    const name = serviceName(template, replicaSet);
    const empty = replicaSet.specReplicas === 0 && replicaSet.replicas === 0;
    if (over && empty) continue;
    wanted.add(name);
    const known = observed.services.some((service) => service.name === name);
    if (known || over || ended !== undefined) continue;
    actions.push({ kind: 'CreateService', manifest: buildService(situation, template, replicaSet) });
  }
  for (const { name, uid, resourceVersion, own, deleting, routed } of observed.services) {
    if (!own || deleting || routed || wanted.has(name)) continue;
    actions.push({ kind: 'DeleteService', target: { name, uid, resourceVersion }, because: 'PodsGone' });
  }
  return actions;
}

/** A Service for exactly the pods of one template, with the ports of its containers. */
function buildService(
  { observed }: ExperimentSituation,
  template: ParsedTemplate,
  replicaSet: ObservedReplicaSet,
): Manifest {
  const { group, instanceId, experiment } = observed;
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: serviceName(template, replicaSet),
      namespace: experiment.metadata.namespace ?? 'default',
      labels: { [HASH_LABEL]: replicaSet.hash, ...(instanceId === '' ? {} : { [INSTANCE_ID]: instanceId }) },
      annotations: { [EXPERIMENT_NAME]: experiment.metadata.name, [EXPERIMENT_TEMPLATE]: template.name },
      ownerReferences: [ownedBy(group, experiment)],
    },
    spec: {
      selector: { ...template.selector.matchLabels, [HASH_LABEL]: replicaSet.hash },
      ports: servicePorts(template),
    },
  };
}

function servicePorts(template: ParsedTemplate): readonly Readonly<Record<string, unknown>>[] {
  const { containers } = (template.template.spec ?? {}) as Readonly<{ containers?: readonly Container[] }>;
  const ports = (containers ?? []).flatMap((container) => container.ports ?? []);
  const distinct = ports.filter(
    (port, index) =>
      ports.findIndex(
        (other) => other.containerPort === port.containerPort && (other.protocol ?? 'TCP') === (port.protocol ?? 'TCP'),
      ) === index,
  );
  return distinct.map(({ name, containerPort, protocol = 'TCP' }) => ({
    // Where a Service has several ports each must have a name.
    ...(distinct.length === 1 && name === undefined
      ? {}
      : { name: name ?? `${protocol.toLowerCase()}-${containerPort}` }),
    port: containerPort,
    targetPort: containerPort,
    protocol,
  }));
}

/** Refuses a Service whose name another one has, that of somebody else or of another template. */
export function serviceProblems(situation: ExperimentSituation): readonly Problem[] {
  const { observed, spec } = situation;
  const names = new Map<string, number>();
  return spec.templates.flatMap((template) => {
    if (template.service === undefined) return [];
    const collisions = templateStatusOf(situation, template.name)?.collisionCount ?? 0;
    const name = serviceName(
      template,
      replicaSetOf(situation, template) ?? { name: replicaSetName(observed.experiment, template, collisions) },
    );
    const path = `spec.templates[${template.index}].service.name`;
    if (names.has(name)) {
      return [invalid(path, 'ServiceTwice', name, 'is the Service of another template; give each one of its own')];
    }
    names.set(name, template.index);
    if (!observed.services.some((service) => service.name === name && !service.own)) return [];
    const why = `Service "${name}" exists and is not of this Experiment; choose another name, or delete it`;
    return [invalid(path, 'ServiceTaken', name, why)];
  });
}
