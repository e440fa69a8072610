import type { KubeObject } from '../kube/resource.ts';
import { seconds } from '../units/duration.ts';
import { formatInstant } from '../units/instant.ts';
import { CRD_KIND } from './built-in-kinds.ts';
import type { Core } from './core.ts';
import { crdSpec, customKinds, isEstablished } from './custom-kind.ts';
import { deleteObject } from './delete.ts';
import type { Change } from './state.ts';
import { isRefusal } from './refusal.ts';
import { withMember } from './schema.ts';

/** What the server itself does after a change: serves what CRDs define, empties namespaces that go. */
export function keepUp(core: Core, change: Change): void {
  if (change.table === CRD_KIND.table) return keepCrd(core, change);
  const { namespace, name } = change.object.metadata;
  if (change.table === NAMESPACES && change.type === 'MODIFIED' && isGoing(change.object) && !isGoing(change.before)) {
    emptySoon(core, name);
  } else if (change.type === 'DELETED' && namespace !== undefined) finish(core, namespace);
}

const NAMESPACES = '/namespaces';
/** The cluster takes its time to empty a namespace: until then it is Terminating, and refuses what is new. */
const EMPTIED_AFTER = seconds(1);

function emptySoon(core: Core, namespace: string): void {
  core.later(EMPTIED_AFTER, () => {
    if (!isGoing(core.state.get(NAMESPACES, undefined, namespace))) return;
    empty(core, namespace);
    finish(core, namespace);
  });
}

/** Goes on with the namespaces that were going when a state was kept. */
export function emptyGoing(core: Core): void {
  for (const object of core.state.list(NAMESPACES)) if (isGoing(object)) emptySoon(core, object.metadata.name);
}

/** The kinds of all stored CRDs: what a restored state serves. */
export function serveStoredCrds(core: Core): void {
  for (const kind of core.kinds.all()) if (!kind.builtIn) core.kinds.remove(kind.resource.group, kind.resource.plural);
  for (const crd of core.state.list(CRD_KIND.table)) for (const kind of customKinds(crd)) core.kinds.add(kind);
}

function keepCrd(core: Core, { type, object }: Change): void {
  const { group, names, versions } = crdSpec(object);
  if (type === 'DELETED') return core.kinds.remove(group, names.plural);
  if (isGoing(object)) return dropCrd(core, object);
  core.kinds.remove(group, names.plural);
  for (const kind of customKinds(object)) core.kinds.add(kind);
  if (isEstablished(object)) return;
  const at = formatInstant(core.now());
  const condition = (name: string, reason: string, message: string): object => ({
    type: name,
    status: 'True',
    lastTransitionTime: at,
    reason,
    message,
  });
  const status = {
    conditions: [
      condition('NamesAccepted', 'NoConflicts', 'no conflicts found'),
      condition('Established', 'InitialNamesAccepted', 'the initial names have been accepted'),
    ],
    acceptedNames: names,
    storedVersions: versions.filter(({ storage }) => storage).map(({ name }) => name),
  };
  core.state.put(CRD_KIND.table, withMember(object, 'status', status));
}

/** A CRD goes when its objects are gone; an object that is held holds it. */
function dropCrd(core: Core, crd: KubeObject): void {
  const [kind] = customKinds(crd);
  if (kind !== undefined) {
    for (const { metadata } of core.state.list(kind.table)) {
      const { name, namespace } = metadata;
      deleteObject(core, { kind, name, ...(namespace === undefined ? {} : { namespace }) }, { dryRun: false });
    }
    if (core.state.list(kind.table).length > 0) return;
  }
  core.state.remove(CRD_KIND.table, crd);
}

function isGoing(object: KubeObject | undefined): boolean {
  return object?.metadata.deletionTimestamp !== undefined;
}

function empty(core: Core, namespace: string): void {
  for (const table of core.state.tables()) {
    const kind = core.kinds.ofTable(table);
    if (kind === undefined || !kind.resource.namespaced) continue;
    for (const { metadata } of core.state.list(table, namespace)) {
      const outcome = deleteObject(
        core,
        { kind, namespace, name: metadata.name },
        { dryRun: false, propagation: 'Background' },
      );
      if (isRefusal(outcome)) continue;
    }
  }
}

/** Lets a namespace go that is going and empty. */
function finish(core: Core, name: string): void {
  const found = core.state.get(NAMESPACES, undefined, name);
  if (!isGoing(found) || found === undefined) return;
  const holds = core.state.tables().some((table) => core.state.list(table, name).length > 0);
  if (!holds) core.state.remove(NAMESPACES, found);
}
