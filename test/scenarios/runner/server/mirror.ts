import type { Clock } from '../../../../src/clock/clock.ts';
import type { ClusterAccess } from '../../../../src/emulator/cluster-access.ts';
import type { ClusterView, ClusterWrite } from '../../../../src/emulator/step.ts';
import type { KubeClient } from '../../../../src/kube/client.ts';
import { startReflector } from '../../../../src/kube/reflector.ts';
import type { Reflector } from '../../../../src/kube/reflector.ts';
import type { KubeObject, Resource } from '../../../../src/kube/resource.ts';
import { apiVersionOf, keyOf } from '../../../../src/kube/resource.ts';
import { Store } from '../../../../src/kube/store.ts';
import { collectionOf } from '../kinds.ts';
import type { Asked } from '../stage.ts';
import { tell } from '../../../cluster/command.ts';
import type { RawClient } from './raw-client.ts';
import { withoutManagedFields } from '../../../../src/kube/without-managed-fields.ts';

type Listener = (resource: Resource, object: KubeObject) => void;

/** What the mirror reads and writes with. */
export type MirrorClients = Readonly<{ watching: Pick<KubeClient, 'list' | 'watch'>; writing: RawClient }>;

/**
 * What a real API server has, as last seen by watches, in the form in which the emulator's steps read and write. A write is
 * sent and not waited for: until the mirror has seen what came of it, further writes to that object are left out, and the
 * step is called again when it has, or when it was refused.
 */
export class Mirror implements ClusterAccess {
  readonly view: ClusterView;
  readonly #clients: MirrorClients;
  readonly #stores = new Map<string, Store>();
  readonly #reflectors: Reflector[] = [];
  readonly #listeners = new Set<Listener>();
  readonly #underWay = new Set<string>();

  constructor(clients: MirrorClients, clock: Clock, resources: readonly Resource[]) {
    this.#clients = clients;
    for (const resource of resources) this.#follow(resource, clock);
    this.view = {
      list: (resource, namespace) => {
        const store = this.#stores.get(pluralOf(resource));
        return (namespace === undefined ? store?.all() : store?.inNamespace(namespace)) ?? [];
      },
      get: (resource, namespace, name) => this.#stores.get(pluralOf(resource))?.get(namespace, name),
    };
  }

  /** Resolves when every kind was listed. */
  async whenSynced(): Promise<void> {
    await Promise.all(this.#reflectors.map((reflector) => reflector.whenSynced()));
  }

  write(write: ClusterWrite): boolean {
    const key = `${pluralOf(write.resource)}/${keyOf(write.kind === 'Delete' ? write : write.object.metadata)}`;
    if (this.#underWay.has(key)) return true;
    this.#underWay.add(key);
    void this.#send(write, key);
    return true;
  }

  onChange(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#reflectors.map((reflector) => reflector.stop()));
  }

  #follow(resource: Resource, clock: Clock): void {
    const store = new Store();
    this.#stores.set(pluralOf(resource), store);
    const reflector = startReflector({
      client: this.#clients.watching,
      clock,
      resource,
      store,
      transform: withoutManagedFields,
      onChange: ({ object }) => this.#tell(resource, object),
    });
    this.#reflectors.push(reflector);
  }

  async #send(write: ClusterWrite, key: string): Promise<void> {
    const reply = await this.#clients.writing.ask(requestOf(write)).catch(() => undefined);
    // What nobody expects: a fault of the steps' form of the object.
    if (reply !== undefined && reply.status >= 400 && ![404, 409].includes(reply.status)) {
      tell(`${write.kind} ${key}: ${JSON.stringify(reply.body)}`);
    }
    this.#underWay.delete(key);
    // What changed meanwhile, and a lost race, are looked at again.
    this.#tell(write.resource, writtenObject(write));
  }

  #tell(resource: Resource, object: KubeObject): void {
    for (const listener of [...this.#listeners]) listener(resource, object);
  }
}

function requestOf(write: ClusterWrite): Asked {
  const { resource } = write;
  const { namespace = '', name } = write.kind === 'Delete' ? write : write.object.metadata;
  const collection = collectionOf(resource, namespace);
  const path = `${collection}/${name}`;
  if (write.kind === 'Delete') {
    const { uid, graceSeconds } = write;
    const grace = graceSeconds === undefined ? {} : { gracePeriodSeconds: graceSeconds };
    const body = { preconditions: { uid }, propagationPolicy: 'Background', ...grace };
    return { method: 'DELETE', path, body };
  }
  const body = { apiVersion: apiVersionOf(resource), kind: resource.kind, ...write.object };
  if (write.kind === 'Create') return { method: 'POST', path: collection, body };
  const node = boundTo(write);
  if (node !== undefined) {
    const target = { kind: 'Node', name: node };
    return {
      method: 'POST',
      path: `${path}/binding`,
      body: { apiVersion: 'v1', kind: 'Binding', metadata: { name }, target },
    };
  }
  return { method: 'PUT', path: write.subresource === undefined ? path : `${path}/${write.subresource}`, body };
}

/** The node of a pod that a scheduler writes, which the real server takes by a Binding only. */
function boundTo(write: Extract<ClusterWrite, { kind: 'Replace' }>): string | undefined {
  const { spec } = write.object as Readonly<{ spec?: Readonly<{ nodeName?: string }> }>;
  return write.resource.plural === 'pods' && write.subresource === undefined ? spec?.nodeName : undefined;
}

function writtenObject(write: ClusterWrite): KubeObject {
  if (write.kind !== 'Delete') return write.object;
  const { name, namespace } = write;
  return { metadata: { name, ...(namespace === undefined ? {} : { namespace }) } };
}

function pluralOf({ group, plural }: Resource): string {
  return `${group}/${plural}`;
}
