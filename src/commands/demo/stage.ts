import { DEFAULT_MAX_WEIGHT } from '../../api/defaults.ts';
import type { Rollout } from '../../api/rollout.ts';
import type { Clock, Timer } from '../../clock/clock.ts';
import { sleep } from '../../clock/clock.ts';
import type { Fields, Logger } from '../../telemetry/log.ts';
import { assert } from '../../units/assert.ts';
import type { Milliseconds } from '../../units/duration.ts';
import { milliseconds } from '../../units/duration.ts';
import type { Instant } from '../../units/instant.ts';
import { elapsed } from '../../units/instant.ts';
import type { Cast } from './cast.ts';
import type { DemoCluster } from './cluster.ts';
import type { Deed } from './deeds.ts';
import { act, resourceOf } from './deeds.ts';
import type { Scene } from './scene.ts';
import { describeStep, podsByVersion, versionsOf } from './scene.ts';
import type { Show } from './show.ts';
import { TrafficMeter } from './traffic-meter.ts';

/** How often the stage is looked at, in time of the cluster. */
const LOOK_EVERY = milliseconds(200);

/** What a stage is set with. */
export type StageParts = Readonly<{
  cluster: DemoCluster;
  cast: Cast;
  clock: Clock;
  show: Show;
  /** Aborted when somebody ends the demo before its time. */
  signal: AbortSignal;
}>;

/** The cluster as the story sees it: what is there, what people do, and waiting for something to happen. */
export class Stage {
  readonly #parts: StageParts;
  readonly #meter: TrafficMeter;
  readonly #begun: Instant;
  /** What the controller says an update waits for, and warnings that it logged. */
  #because: readonly string[] = [];
  readonly #warnings: string[] = [];
  #timer: Timer | undefined;

  constructor(parts: StageParts) {
    this.#parts = parts;
    this.#meter = new TrafficMeter(parts.cluster.users);
    this.#begun = parts.clock.now();
  }

  /** From now on the audience sees the Rollout. */
  raiseCurtain(): void {
    let wasThere = false;
    const look = (): void => {
      // Who holds the cluster may delete the Rollout, and apply it again.
      const there = this.#found() !== undefined;
      if (there) this.#parts.show.scene(this.scene());
      else if (wasThere)
        this.#parts.show.say('The Rollout was deleted: there is nothing to see until it is applied again.');
      wasThere = there;
      this.#timer = this.#parts.clock.schedule(LOOK_EVERY, look);
    };
    look();
  }

  /** Nothing more is shown by itself. */
  lowerCurtain(): void {
    this.#timer?.cancel();
  }

  /** The Rollout as it is stored. */
  get rollout(): Rollout {
    const found = this.#found();
    assert(found !== undefined, 'the Rollout is not there: the story deletes none');
    return found;
  }

  #found(): Rollout | undefined {
    const { cluster, cast } = this.#parts;
    const { namespace, name } = cast.rollout.metadata;
    const resource = resourceOf(cluster.server, cast.rollout);
    return resource === undefined ? undefined : (cluster.server.view.get(resource, namespace, name) as Rollout);
  }

  /** What there is to see now. */
  scene(): Scene {
    const { cluster, clock } = this.#parts;
    const { rollout } = this;
    cluster.catchUp();
    const { status = {}, spec, metadata } = rollout;
    const steps = (spec.strategy?.canary?.steps ?? []).map(describeStep);
    const traffic = this.#meter.read(clock.now());
    const { users } = cluster;
    const { stableRS, currentPodHash } = status;
    const updating = stableRS !== undefined && currentPodHash !== stableRS && status.abort !== true;
    const sent = users.ended;
    const weight = status.canary?.weights?.canary.weight;
    const total = spec.strategy?.canary?.trafficRouting?.maxTrafficWeight ?? DEFAULT_MAX_WEIGHT;
    return {
      elapsed: elapsed(this.#begun, clock.now()),
      rollout: `${metadata.namespace ?? ''}/${metadata.name}`,
      phase: status.phase ?? 'New',
      message: status.message ?? '',
      steps,
      updating,
      // The first version takes no steps, and counts as having taken all.
      step: status.revision === '1' ? 0 : (status.currentStepIndex ?? 0),
      aborted: status.abort === true,
      weight: weight === undefined ? undefined : (100 * weight) / total,
      versions: versionsOf(traffic, podsByVersion(cluster.server.view, rollout)),
      // At rest the controller tells why it stands where it stands, which is nothing to wait for.
      because: updating ? this.#because : [],
      sent,
      failed: sent - users.total('Ok') - users.lost,
      lost: users.lost,
    };
  }

  /** A person does this to the Rollout. */
  act(deed: Deed): void {
    this.#because = [];
    act(this.#parts.cluster.server, this.#parts.cast.rollout, deed);
  }

  /** Resolves with true when it is so, with false when the time is over; rejects when the demo is ended. */
  async until(isSo: () => boolean, limit: Milliseconds): Promise<boolean> {
    const { clock, signal } = this.#parts;
    const begun = clock.now();
    while (!isSo()) {
      if (elapsed(begun, clock.now()) >= limit) return false;
      await sleep(clock, LOOK_EVERY, signal);
    }
    return true;
  }

  /** Lets so much time pass. */
  wait(length: Milliseconds): Promise<void> {
    return sleep(this.#parts.clock, length, this.#parts.signal);
  }

  /** What the controller warned of, the last few. */
  get warnings(): readonly string[] {
    return this.#warnings.slice(-3);
  }

  /** The controller's log, from which the audience learns what it waits for. */
  get log(): Logger {
    const warn = (fields: Fields, message: string): void => {
      const text = [fields['error'], fields['why']].filter((one) => typeof one === 'string').join(' ');
      this.#warnings.push(text === '' ? message : `${message}: ${text}`);
    };
    return {
      debug: () => {},
      info: ({ because }, message) => {
        if (message === 'no longer waiting') this.#because = [];
        if (message !== 'waiting' || !Array.isArray(because)) return;
        this.#because = (because as readonly Readonly<{ message: string }>[]).map((reason) => reason.message);
      },
      warn,
      error: warn,
    };
  }
}
