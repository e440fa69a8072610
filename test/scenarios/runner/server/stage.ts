import type { ApiGroup } from '../../../../src/api/names.ts';
import { sleep } from '../../../../src/clock/clock.ts';
import { NAMESPACES } from '../../../../src/emulator/steps/kinds.ts';
import { milliseconds, seconds } from '../../../../src/units/duration.ts';
import { elapsed } from '../../../../src/units/instant.ts';
import { collectionOf, ownResources } from '../kinds.ts';
import { ScriptedMetrics } from '../metrics.ts';
import type { Stage } from '../stage.ts';
import { World } from '../world.ts';
import type { ServerCluster } from './cluster.ts';

/** Watches of a busy server. */
const SKEW = seconds(5);

/** Scenarios under way, by namespace: their metrics are asked for by that path. */
export class StageDoor {
  readonly #cluster: ServerCluster;
  readonly #logOf: (group: ApiGroup) => Promise<string>;
  readonly #open = new Map<string, Readonly<{ metrics: ScriptedMetrics; world: World }>>();
  #count = 0;

  constructor(cluster: ServerCluster, logOf: (group: ApiGroup) => Promise<string>) {
    this.#cluster = cluster;
    this.#logOf = logOf;
    cluster.answerMetrics((path, body) => {
      const [, namespace = ''] = path.split('/');
      const stage = this.#open.get(namespace);
      const query = new URLSearchParams(body).get('query') ?? '';
      return stage?.metrics.answer(query, stage.world, cluster.clock.now()) ?? { status: 404, body: '' };
    });
  }

  /** A stage in a namespace of its own. */
  async open(group: ApiGroup): Promise<Stage> {
    const { clock, person, mirror, metricsAddress } = this.#cluster;
    this.#count += 1;
    const namespace = `scenario-${this.#count}`;
    const made = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };
    const { status } = await person.ask({ method: 'POST', path: collectionOf(NAMESPACES, ''), body: made });
    if (status !== 201) throw new Error(`namespace ${namespace}: status ${status}`);
    const world = new World(group, namespace, mirror.view, () => clock.now());
    const metrics = new ScriptedMetrics(`${metricsAddress}/${namespace}`);
    this.#open.set(namespace, { metrics, world });
    const listening: (() => void)[] = [];
    return {
      group,
      world,
      metrics,
      ask: (asked) => person.ask(asked),
      pass: (length) => sleep(clock, length),
      onChange(listener) {
        const unsubscribe = mirror.onChange((resource, object) => {
          if (object.metadata.namespace === namespace && object.kind !== undefined) listener(resource, object);
        });
        listening.push(unsubscribe);
      },
      until: (holds, limit) => this.#until(namespace, holds, limit),
      skew: SKEW,
      log: async () => {
        const all = (await this.#logOf(group)).split('\n');
        return all.filter((line) => line.includes(`"namespace":"${namespace}"`));
      },
      close: async () => {
        for (const unsubscribe of listening) unsubscribe();
        // Dependents go with them; what is left of the namespace costs nobody anything.
        for (const resource of ownResources(group).filter(({ namespaced }) => namespaced)) {
          await person.ask({ method: 'DELETE', path: collectionOf(resource, namespace) });
        }
        this.#open.delete(namespace);
      },
    };
  }

  /** Asked after each change in the namespace, and a few times a second: some things come true by time alone. */
  async #until(namespace: string, holds: () => boolean, limit: ReturnType<typeof milliseconds>): Promise<boolean> {
    const { clock, mirror } = this.#cluster;
    const begin = clock.now();
    let wake = (): void => {};
    const unsubscribe = mirror.onChange((_resource, object) => {
      if (object.metadata.namespace === namespace) wake();
    });
    try {
      for (;;) {
        if (holds()) return true;
        const left = limit - elapsed(begin, clock.now());
        if (left <= 0) return false;
        const changed = new AbortController();
        wake = () => changed.abort();
        await sleep(clock, milliseconds(Math.min(left, 250)), changed.signal).catch(() => {});
      }
    } finally {
      unsubscribe();
    }
  }
}
