import type { KubeObject, Resource } from '../kube/resource.ts';
import type { Core, WriteOptions } from './core.ts';
import { createObject } from './create.ts';
import type { DeleteOptions } from './delete.ts';
import { deleteObject } from './delete.ts';
import type { Kind } from './kind.ts';
import { shown } from './kind.ts';
import { isRefusal } from './refusal.ts';
import { scaled } from './scale.ts';
import { tableOf } from './state.ts';
import type { ClusterAccess } from './cluster-access.ts';
import type { ClusterView, ClusterWrite } from './step.ts';
import type { Target } from './update.ts';
import { updateObject } from './update.ts';

const OPTIONS: WriteOptions = {
  dryRun: false,
  fieldManager: 'kube-controller-manager',
  fieldValidation: 'Ignore',
  warn: () => {},
};

/** The way of the cluster's own controllers to the stored objects. */
export function clusterAccess(core: Core): ClusterAccess {
  const kindOf = ({ group, version, plural }: Resource): Kind | undefined => core.kinds.get(group, version, plural);
  return {
    view: viewOf(core),
    write: (write) => {
      const kind = kindOf(write.resource);
      return kind !== undefined && carryOut(core, kind, write);
    },
    onChange: (listener) =>
      core.state.onChange(({ table, object }) => {
        const kind = core.kinds.ofTable(table);
        if (kind !== undefined) listener(kind.resource, object);
      }),
  };
}

function viewOf({ state, kinds }: Core): ClusterView {
  const seen = (resource: Resource, object: KubeObject): KubeObject => {
    const kind = kinds.get(resource.group, resource.version, resource.plural);
    return kind === undefined ? object : shown(kind, object);
  };
  return {
    list: (resource, namespace) => {
      const all = state.list(tableOf(resource), namespace);
      return resource.group === 'events.k8s.io' ? all.map((object) => seen(resource, object)) : all;
    },
    get: (resource, namespace, name) => {
      const found = state.get(tableOf(resource), namespace, name);
      return found === undefined ? undefined : seen(resource, found);
    },
  };
}

function carryOut(core: Core, kind: Kind, write: ClusterWrite): boolean {
  switch (write.kind) {
    case 'Create':
      return !isRefusal(createObject(core, kind, write.object.metadata.namespace, write.object, OPTIONS));
    case 'Replace': {
      const { object, subresource } = write;
      const { name, namespace } = object.metadata;
      const target = { kind, name, ...(namespace === undefined ? {} : { namespace }) };
      const make = (current: KubeObject): unknown => {
        if (subresource !== 'scale') return object;
        return kind.scale === undefined ? object : scaled(kind.scale, kind.builtIn, current, object);
      };
      const part = subresource === 'status' ? 'status' : 'main';
      return !isRefusal(
        updateObject(core, target, { part, subresource: subresource ?? '', replaces: true, make }, OPTIONS),
      );
    }
    case 'Delete': {
      const { name, namespace, uid, graceSeconds } = write;
      const target = { kind, name, ...(namespace === undefined ? {} : { namespace }) };
      const options: DeleteOptions = {
        uid,
        dryRun: false,
        propagation: policyOf(core, target),
        ...(graceSeconds === undefined ? {} : { graceSeconds }),
      };
      return !isRefusal(deleteObject(core, target, options));
    }
    default:
      return write satisfies never;
  }
}

/** As the garbage collector deletes: the way that finalizers already ask for, else in the background. */
function policyOf(core: Core, { kind, namespace, name }: Target): NonNullable<DeleteOptions['propagation']> {
  const finalizers = core.state.get(kind.table, namespace, name)?.metadata.finalizers ?? [];
  if (finalizers.includes('foregroundDeletion')) return 'Foreground';
  return finalizers.includes('orphan') ? 'Orphan' : 'Background';
}
