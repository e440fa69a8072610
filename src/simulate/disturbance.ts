import { isReady } from '../emulator/steps/pod-facts.ts';
import type { Pod } from '../emulator/steps/pod-shape.ts';
import type { Instant } from '../units/instant.ts';

/** When the world was last disturbed by others than us. */
export class Disturbance {
  #at: Instant;
  /** UIDs of pods that were ready when last seen. */
  readonly #ready = new Set<string>();

  constructor(begin: Instant) {
    this.#at = begin;
  }

  get at(): Instant {
    return this.#at;
  }

  /** Somebody did something, or what they did ended. */
  happened(now: Instant): void {
    this.#at = now;
  }

  /** A pod that fails its probe or ends by itself is a disturbance; one that is asked to go is not. */
  podChanged(pod: Pod, now: Instant): void {
    const { uid = '', deletionTimestamp } = pod.metadata;
    if (deletionTimestamp !== undefined || isReady(pod)) {
      if (isReady(pod)) this.#ready.add(uid);
      else this.#ready.delete(uid);
    } else if (this.#ready.delete(uid)) {
      this.#at = now;
    }
  }
}
