import type { AnalysisPhase, AnalysisRun } from '../../../src/api/analysis.ts';
import type { Experiment, ExperimentSpec, ExperimentStatus } from '../../../src/api/experiment.ts';
import { HASH_LABEL } from '../../../src/api/names.ts';
import { experimentBreaches } from '../../../src/invariants/experiment.ts';
import type { Manifest } from '../../../src/plan/action.ts';
import type { ExperimentAction, ObservedExperiment } from '../../../src/plan/experiment/observed-experiment.ts';
import { planExperiment } from '../../../src/plan/plan-experiment.ts';
import type { ObservedReplicaSet } from '../../../src/plan/rollout/observed-rollout.ts';
import type { Instant } from '../../../src/units/instant.ts';
import { add, parseInstant } from '../../../src/units/instant.ts';
import { seconds } from '../../../src/units/duration.ts';

/** When every life begins. */
export const BEGIN = parseInstant('2026-11-25T10:00:00Z') as Instant;

/** A template of two pods with a port. */
export function templateOf(name: string, more: Partial<ExperimentSpec['templates'][number]> = {}) {
  return {
    name,
    replicas: 2,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'web', image: 'web:1', ports: [{ containerPort: 8080 }] }] },
    },
    ...more,
  };
}

/** An Experiment of our own group. */
export function experimentOf(spec: Partial<ExperimentSpec>, status?: ExperimentStatus): Experiment {
  return {
    apiVersion: 'sluice.dev/v1alpha1',
    kind: 'Experiment',
    metadata: { name: 'trial', namespace: 'shop', uid: 'e', resourceVersion: '1', generation: 1 },
    spec: { templates: [templateOf('a')], ...spec },
    ...(status === undefined ? {} : { status }),
  };
}

/** An Experiment that nothing was made for yet, with an analysis template `errors`. */
export function observedOf(spec: Partial<ExperimentSpec>, more: Partial<ObservedExperiment> = {}): ObservedExperiment {
  const metrics = [{ name: 'errors', provider: { prometheus: { query: 'up' } } }];
  const template = { metadata: { name: 'errors', namespace: 'shop' }, spec: { metrics } };
  return {
    group: 'sluice.dev',
    instanceId: '',
    experiment: experimentOf(spec),
    replicaSets: [],
    services: [],
    analysisRuns: [],
    analysisTemplates: [{ name: 'errors', clusterScope: false, template }],
    refusals: [],
    ...more,
  };
}

/** An Experiment that lives: plans are carried out, pods start when told to, time passes when told to. */
export class Life {
  observed: ObservedExperiment;
  now: Instant = BEGIN;
  readonly events: string[] = [];

  constructor(spec: Partial<ExperimentSpec>) {
    this.observed = observedOf(spec);
  }

  get status(): ExperimentStatus {
    return this.observed.experiment.status ?? {};
  }

  /** Looks until nothing is left to do; throws when it never ends or a rule of safety is broken. */
  settle(): this {
    for (let look = 0; look < 20; look++) {
      const plan = planExperiment(this.observed, this.now);
      const broken = experimentBreaches(this.observed, plan);
      if (broken.length > 0) throw new Error(JSON.stringify(broken));
      if (plan.requeueAt !== undefined && plan.requeueAt <= this.now) throw new Error('a wake-up in the past');
      if (plan.actions.length === 0 && plan.status === this.observed.experiment.status) return this;
      this.events.push(...plan.events.map(({ note }) => note));
      for (const action of plan.actions) this.#carryOut(action);
      this.observed = { ...this.observed, experiment: { ...this.observed.experiment, status: plan.status } };
    }
    throw new Error('it never comes to rest');
  }

  /** One look of which only some actions reach the server, in any order, and perhaps not the status: a crash. */
  lookInPart(draw: () => number): this {
    const plan = planExperiment(this.observed, this.now);
    const broken = experimentBreaches(this.observed, plan);
    if (broken.length > 0) throw new Error(JSON.stringify(broken));
    const done = plan.actions.filter(() => draw() < 0.5).toSorted(() => draw() - 0.5);
    for (const action of done) this.#carryOut(action);
    if (draw() < 0.5) this.edit((experiment) => ({ ...experiment, status: plan.status }));
    return this;
  }

  /** Every pod that is asked for is available, and those that are not are gone. */
  podsStart(): this {
    return this.#sets((set) => ({
      ...set,
      replicas: set.specReplicas,
      ready: set.specReplicas,
      available: set.specReplicas,
      settled: true,
    }));
  }

  /** Pods are lost. */
  podsAre(available: number): this {
    return this.#sets((set) => ({ ...set, ready: available, available }));
  }

  after(time: number): this {
    this.now = add(this.now, seconds(time));
    return this;
  }

  /** The run of an analysis says this. */
  runSays(name: string, phase: AnalysisPhase, message?: string): this {
    const analysisRuns = this.observed.analysisRuns.map((run) =>
      run.metadata.name === name ? { ...run, status: { phase, ...(message === undefined ? {} : { message }) } } : run,
    );
    this.observed = { ...this.observed, analysisRuns };
    return this;
  }

  /** Somebody edits the object. */
  edit(change: (experiment: Experiment) => Experiment): this {
    this.observed = { ...this.observed, experiment: change(this.observed.experiment) };
    return this;
  }

  terminate(annotations: Readonly<Record<string, string>> = {}): this {
    return this.edit((experiment) => ({
      ...experiment,
      metadata: { ...experiment.metadata, annotations },
      spec: { ...experiment.spec, terminate: true },
    }));
  }

  #sets(change: (set: ObservedReplicaSet) => ObservedReplicaSet): this {
    this.observed = { ...this.observed, replicaSets: this.observed.replicaSets.map(change) };
    return this;
  }

  #carryOut(action: ExperimentAction): void {
    switch (action.kind) {
      case 'CreateReplicaSet':
        this.observed = { ...this.observed, replicaSets: [...this.observed.replicaSets, made(action.manifest)] };
        return;
      case 'ChangeReplicaSet':
        this.#sets((set) => (set.uid === action.uid ? changed(set, action) : set));
        return;
      case 'CreateService': {
        const { name } = action.manifest.metadata;
        const template = (action.manifest.metadata as { annotations?: Record<string, string> }).annotations?.[
          'experiment.argoproj.io/template-name'
        ];
        const service = { name, uid: name, resourceVersion: '1', own: true, deleting: false, routed: false };
        const services = [...this.observed.services, { ...service, template: template ?? '' }];
        this.observed = { ...this.observed, services };
        return;
      }
      case 'DeleteService': {
        const services = this.observed.services.filter(({ uid }) => uid !== action.target.uid);
        this.observed = { ...this.observed, services };
        return;
      }
      case 'CreateAnalysisRun': {
        const { metadata, spec } = action.manifest as unknown as AnalysisRun;
        const run = { metadata: { ...metadata, uid: metadata.name, resourceVersion: '1' }, spec };
        this.observed = { ...this.observed, analysisRuns: [...this.observed.analysisRuns, run] };
        return;
      }
      case 'EndAnalysisRun': {
        const analysisRuns = this.observed.analysisRuns.map((run) =>
          run.metadata.uid === action.target.uid ? { ...run, spec: { ...run.spec, terminate: true } } : run,
        );
        this.observed = { ...this.observed, analysisRuns };
      }
    }
  }
}

function made({ metadata, spec }: Manifest): ObservedReplicaSet {
  const { labels = {}, annotations = {} } = metadata as {
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  };
  return {
    name: metadata.name,
    uid: metadata.name,
    resourceVersion: '1',
    hash: labels[HASH_LABEL] ?? '',
    labels,
    annotations,
    createdAt: '2026-11-25T10:00:00Z',
    deleting: false,
    specReplicas: Number(spec['replicas']),
    minReadySeconds: Number(spec['minReadySeconds']),
    replicas: 0,
    ready: 0,
    available: 0,
    settled: true,
    template: spec['template'],
  };
}

function changed(
  set: ObservedReplicaSet,
  { replicas, annotations }: Extract<ExperimentAction, { kind: 'ChangeReplicaSet' }>,
): ObservedReplicaSet {
  const next = Object.entries({ ...set.annotations, ...annotations }).filter(([, value]) => value !== null);
  return {
    ...set,
    specReplicas: replicas ?? set.specReplicas,
    annotations: Object.fromEntries(next) as Record<string, string>,
  };
}
