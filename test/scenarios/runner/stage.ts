import type { ApiGroup } from '../../../src/api/names.ts';
import type { KubeObject, Resource } from '../../../src/kube/resource.ts';
import type { Milliseconds } from '../../../src/units/duration.ts';
import type { ScriptedMetrics } from './metrics.ts';
import type { World } from './world.ts';

/** A request of a person. */
export type Asked = Readonly<{
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  body?: unknown;
  contentType?: string;
}>;

/** What the server answered. */
export type Reply = Readonly<{ status: number; body: unknown }>;

/** What deeds are done with. */
export type Hands = Readonly<{
  world: World;
  metrics: ScriptedMetrics;
  /** Sends a request and answers what came back, whatever it is. */
  ask(asked: Asked): Promise<Reply>;
  /** Lets so much time pass. */
  pass(length: Milliseconds): Promise<void>;
}>;

/** Where a scenario is played: a namespace of its own with a controller of its group over it. */
export type Stage = Hands &
  Readonly<{
    group: ApiGroup;
    /** Called after each stored change in the namespace, until the stage is closed. */
    onChange(listener: (resource: Resource, object: KubeObject) => void): void;
    /** Lets time pass until it holds, at most so long; answers whether it held. Asked after each change only. */
    until(holds: () => boolean, limit: Milliseconds): Promise<boolean>;
    /** How much later than one kind's another kind's change may be seen: watches are not in step with each other. */
    skew: Milliseconds;
    /** Lines of the controller's log, for the story of a failure. */
    log(): Promise<readonly string[]>;
    close(): Promise<void>;
  }>;
