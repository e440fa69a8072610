import { request } from 'node:http';
import type { AnalysisRun, MetricResult } from '../../../src/api/analysis.ts';
import type { Rollout, RolloutStatus } from '../../../src/api/rollout.ts';
import { systemClock } from '../../../src/clock/clock.ts';
import type { Answer } from '../../../src/kube/client.ts';
import { loadConnection } from '../../../src/kube/connection.ts';
import type { HttpClient } from '../../../src/kube/http-client.ts';
import { createHttpClient } from '../../../src/kube/http-client.ts';
import { EVENTS, HTTP_ROUTES, REPLICA_SETS } from '../../../src/kube/kinds.ts';
import type { KubeObject, Resource } from '../../../src/kube/resource.ts';
import type { Manifest } from '../kubectl.ts';
import { applyObjects, kubectl } from '../kubectl.ts';
import type { Load, LoadReport } from '../load.ts';
import { startLoad } from '../load.ts';
import { target } from '../target.ts';
import { APP } from './manifests.ts';

const ROLLOUTS: Resource = {
  group: 'sluice.dev',
  version: 'v1alpha1',
  plural: 'rollouts',
  kind: 'Rollout',
  namespaced: true,
};

const ANALYSIS_RUNS: Resource = { ...ROLLOUTS, plural: 'analysisruns', kind: 'AnalysisRun' };

/** Requests a second that are sent: some more than a scenario must be under, so that a late timer does not fall below. */
const SENT_RATE = 210;

/** What people read of an event of events.k8s.io/v1. */
export type StageEvent = Readonly<{ type?: string; reason?: string; note?: string; reportingController?: string }>;

/** The place where one scenario plays: a namespace, a host name at the Gateway, and load on it. */
export class Stage {
  readonly namespace: string;
  readonly host: string;
  readonly #client: HttpClient;
  #load: Load | undefined;
  #report: LoadReport | undefined;

  constructor(namespace: string, client: HttpClient) {
    this.namespace = namespace;
    this.host = `${namespace}.sluice.test`;
    this.#client = client;
  }

  /** Makes the objects be as written. */
  async apply(...objects: readonly Manifest[]): Promise<void> {
    await applyObjects(objects);
  }

  /** Starts the load once the address answers: Ready is not yet reachable. */
  async startLoad(): Promise<void> {
    await this.until('the address answers', async () => (await probe(this.host)) === 200);
    this.#load = startLoad({ url: target().gateway.url, host: this.host, ratePerSecond: SENT_RATE, connections: 8 });
  }

  /** The running load. */
  get load(): Load {
    if (this.#load === undefined) throw new Error('no load was started');
    return this.#load;
  }

  /** Ends the load and answers what became of the requests. */
  async stopLoad(): Promise<LoadReport> {
    this.#report ??= await this.load.stop();
    return this.#report;
  }

  /** The report, if the load was ended. */
  get report(): LoadReport | undefined {
    return this.#report;
  }

  /** The Rollout as stored. */
  async rollout(): Promise<Rollout> {
    const target = { resource: ROLLOUTS, namespace: this.namespace, name: APP };
    return unwrap(await this.#client.get(target)) as unknown as Rollout;
  }

  /** Its status. */
  async status(): Promise<RolloutStatus> {
    return (await this.rollout()).status ?? {};
  }

  /** The ReplicaSets of the namespace. */
  async replicaSets(): Promise<readonly KubeObject[]> {
    return unwrap(await this.#client.list(REPLICA_SETS, { namespace: this.namespace }, {})).items;
  }

  /** What came of the first metric of an AnalysisRun so far. */
  async metric(run: string): Promise<MetricResult> {
    const target = { resource: ANALYSIS_RUNS, namespace: this.namespace, name: run };
    const { status } = unwrap(await this.#client.get(target)) as unknown as AnalysisRun;
    return status?.metricResults?.[0] ?? { name: '', phase: 'Pending' };
  }

  /** The events about objects of the namespace. */
  async events(): Promise<readonly StageEvent[]> {
    const list = unwrap(await this.#client.list(EVENTS, { namespace: this.namespace }, {}));
    return list.items as unknown as readonly StageEvent[];
  }

  /** The weights of the route, by Service and rule, as stored. */
  async weights(): Promise<readonly unknown[]> {
    const { spec } = (await this.route()) as unknown as Readonly<{ spec: Readonly<{ rules?: readonly Rule[] }> }>;
    return (spec.rules ?? []).flatMap(({ backendRefs = [] }) => backendRefs.map(({ name, weight }) => [name, weight]));
  }

  /** The answers so far that a pod gave, in all and by version. */
  answers(): Readonly<{ all: number; byVersion: ReadonlyMap<string, number> }> {
    const byVersion = new Map<string, number>();
    for (const [version, { ok, serverError }] of this.load.snapshot().byVersion) {
      if (version !== '') byVersion.set(version, ok + serverError);
    }
    return { all: [...byVersion.values()].reduce((sum, count) => sum + count, 0), byVersion };
  }

  /** The route as stored. */
  async route(): Promise<KubeObject> {
    return unwrap(await this.#client.get({ resource: HTTP_ROUTES, namespace: this.namespace, name: APP }));
  }

  /** Changes the Rollout's spec as a person would with kubectl patch. */
  async patchSpec(spec: object): Promise<void> {
    const target = { resource: ROLLOUTS, namespace: this.namespace, name: APP };
    unwrap(await this.#client.patch(target, { kind: 'Merge', body: { spec } }));
  }

  /** Changes the Rollout's status as Argo's clients do: a merge patch without a precondition. */
  async patchStatus(status: object): Promise<void> {
    const target = { resource: ROLLOUTS, namespace: this.namespace, name: APP, subresource: 'status' } as const;
    unwrap(await this.#client.patch(target, { kind: 'Merge', body: { status } }));
  }

  /** Waits until the status is as asked; throws with the last status after `seconds`. */
  async untilStatus(what: string, holds: (status: RolloutStatus) => boolean, seconds = 90): Promise<RolloutStatus> {
    let last: RolloutStatus = {};
    await this.until(
      what,
      async () => {
        const { status = {}, metadata } = await this.rollout();
        last = status;
        return status.observedGeneration === metadata.generation && holds(status);
      },
      seconds,
      () => JSON.stringify({ ...last, conditions: undefined }),
    );
    return last;
  }

  /** Waits until something holds; throws what was waited for after `seconds`. */
  async until(what: string, holds: () => Promise<boolean>, seconds = 90, detail = (): string => ''): Promise<void> {
    const end = performance.now() + seconds * 1000;
    while (performance.now() < end) {
      if (await holds()) return;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    throw new Error(`${this.namespace}: ${what} did not come true within ${seconds} s ${detail()}`);
  }

  /** Ends what is left of the scenario. */
  async clear(): Promise<void> {
    if (this.#load !== undefined) await this.stopLoad();
    await kubectl(['delete', 'namespace', this.namespace, '--wait=false', '--ignore-not-found']);
  }
}

type Rule = Readonly<{ backendRefs?: readonly Readonly<{ name: string; weight?: number }>[] }>;

/** A client of the cluster under test, with an identity of its own in the audit log. */
export function connectCluster(kubeconfig: string): HttpClient {
  const clock = systemClock();
  return createHttpClient({
    connection: loadConnection({ clock, kubeconfig }),
    clock,
    userAgent: 'sluice-scenarios/1',
  });
}

/** Makes the namespace of a scenario. */
export async function openStage(name: string, client: HttpClient): Promise<Stage> {
  await applyObjects([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }]);
  return new Stage(name, client);
}

function unwrap<T>(answer: Answer<T>): T {
  if (!answer.ok) throw new Error(`${answer.why}: ${answer.message}`);
  return answer.value;
}

/** The status of one request through the Gateway; 0 when none came. */
async function probe(host: string): Promise<number> {
  return new Promise((resolve) => {
    const call = request(target().gateway.url, { headers: { host }, timeout: 2000 }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    call.on('error', () => resolve(0));
    call.on('timeout', () => call.destroy());
    call.end();
  });
}
