import type { Rollout } from '../../../src/api/rollout.ts';
import type { HttpRoute, ReplicaSet, Service } from '../../../src/emulator/steps/shapes.ts';
import type { KubeObject, Resource } from '../../../src/kube/resource.ts';
import { elapsed } from '../../../src/units/instant.ts';
import type { Instant } from '../../../src/units/instant.ts';
import { HASH_LABEL } from '../../../src/api/names.ts';
import type { SeenEvent } from './world.ts';
import { versionOf } from './world.ts';

/** What happened in a scenario, line by line: what was done, and what people would have seen change. */
export class Chronicle {
  readonly lines: string[] = [];
  readonly #begin: Instant;
  readonly #last = new Map<string, string>();

  constructor(begin: Instant) {
    this.#begin = begin;
  }

  note(now: Instant, who: string, what: string): void {
    this.lines.push(`+${(elapsed(this.#begin, now) / 1000).toFixed(3).padStart(8)}s ${who.padEnd(7)} ${what}`);
  }

  /** Notes what a person would see of a changed object, when that is not what was seen before. */
  changed(now: Instant, resource: Resource, object: KubeObject): void {
    const text = describe(resource, object);
    if (text === undefined) return;
    const key = `${resource.plural}/${object.metadata.name}`;
    if (this.#last.get(key) === text) return;
    this.#last.set(key, text);
    this.note(now, resource.kind === 'Event' ? 'event' : 'object', text);
  }
}

function describe({ kind }: Resource, object: KubeObject): string | undefined {
  const { name } = object.metadata;
  switch (kind) {
    case 'Rollout':
      return `Rollout ${name}: ${describeRollout(object as Rollout)}`;
    case 'ReplicaSet': {
      const { spec, status } = object as ReplicaSet;
      const { replicas = 0, availableReplicas = 0 } = status ?? {};
      const version = versionOf(spec.template.spec);
      return `ReplicaSet ${name} (${version}): wants ${spec.replicas ?? 1}, has ${replicas}, available ${availableReplicas}`;
    }
    case 'HTTPRoute': {
      const { spec } = object as HttpRoute;
      const rules = (spec?.rules ?? []).map(({ backendRefs = [] }) =>
        backendRefs.map((ref) => `${ref.name} ${ref.weight ?? 1}`).join(', '),
      );
      return `HTTPRoute ${name}: ${rules.join('; ')}`;
    }
    case 'Service':
      return `Service ${name}: selects ${(object as Service).spec?.selector?.[HASH_LABEL] ?? 'no revision'}`;
    case 'AnalysisRun':
    case 'Experiment':
    case 'Job': {
      const { phase = 'no phase', message = '' } = ((object as { status?: unknown }).status ?? {}) as Phased;
      return `${kind} ${name}: ${phase}${message === '' ? '' : `, ${message}`}`;
    }
    case 'Event': {
      // A change is told in the stored form, which has the old names.
      const { type = '', reason = '', note, regarding, message = '', involvedObject } = object as StoredEvent;
      const about = regarding ?? involvedObject;
      return `${type} ${reason} on ${about?.kind ?? ''} ${about?.name ?? ''}: ${note ?? message}`;
    }
    default:
      return undefined;
  }
}

type StoredEvent = SeenEvent & Readonly<{ message?: string; involvedObject?: SeenEvent['regarding'] }>;

type Phased = Readonly<{ phase?: string; message?: string }>;

function describeRollout({ metadata, status = {} }: Rollout): string {
  const { phase = 'no phase', message = '', currentStepIndex, stableRS = '', currentPodHash = '' } = status;
  const step = currentStepIndex === undefined ? '' : `, step ${currentStepIndex}`;
  const pauses = (status.pauseConditions ?? []).map(({ reason }) => reason).join();
  const seen = `generation ${metadata.generation ?? 0}/${status.observedGeneration ?? 'none'}`;
  const marks = [pauses, status.abort === true ? 'abort' : '', metadata.deletionTimestamp === undefined ? '' : 'going'];
  const told = message === '' ? phase : `${phase}: ${message}`;
  return `${told}${step}, stable ${stableRS}, current ${currentPodHash}, ${seen} ${marks.filter((mark) => mark !== '').join(' ')}`;
}
