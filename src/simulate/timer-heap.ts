import type { Instant } from '../units/instant.ts';

/** A timer that waits; without `fire` it was called off. */
export type WaitingTimer = { readonly at: Instant; readonly order: number; fire: (() => void) | undefined };

/** Timers by instant and, at one instant, by the order of being set: a binary heap, so that thousands cost little. */
export class TimerHeap {
  readonly #timers: WaitingTimer[] = [];

  /** The one that is due first; undefined when none waits. */
  get first(): WaitingTimer | undefined {
    return this.#timers[0];
  }

  add(timer: WaitingTimer): void {
    let place = this.#timers.push(timer) - 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const above = this.#timers[parent];
      if (above === undefined || !isBefore(timer, above)) break;
      this.#timers[place] = above;
      place = parent;
    }
    this.#timers[place] = timer;
  }

  removeFirst(): void {
    const last = this.#timers.pop();
    if (last === undefined || this.#timers.length === 0) return;
    let place = 0;
    for (;;) {
      const child = this.#earlierChild(place);
      const below = child === undefined ? undefined : this.#timers[child];
      if (child === undefined || below === undefined || !isBefore(below, last)) break;
      this.#timers[place] = below;
      place = child;
    }
    this.#timers[place] = last;
  }

  #earlierChild(place: number): number | undefined {
    const left = this.#timers[2 * place + 1];
    const right = this.#timers[2 * place + 2];
    if (left === undefined) return undefined;
    return right !== undefined && isBefore(right, left) ? 2 * place + 2 : 2 * place + 1;
  }
}

function isBefore(a: WaitingTimer, b: WaitingTimer): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
