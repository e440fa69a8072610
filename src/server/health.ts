import type { Clock } from '../clock/clock.ts';
import type { Milliseconds } from '../units/duration.ts';
import { seconds } from '../units/duration.ts';
import { elapsed } from '../units/instant.ts';
import type { Page } from './http-server.ts';
import { plain } from './http-server.ts';

/** One thing that must be so. */
export type Check = Readonly<{ name: string; ok: boolean; message: string }>;

/** The page of a probe: 200 when every check holds, else 503; with details when asked, or when one does not hold. */
export function renderChecks(checks: readonly Check[], verbose: boolean): Page {
  const good = checks.every(({ ok }) => ok);
  const lines = checks.map(({ name, ok, message }) => `[${ok ? '+' : '-'}] ${name}: ${message}`);
  const text = verbose || !good ? [...lines, good ? 'ok' : 'not ok'].join('\n') : 'ok';
  return plain(good ? 200 : 503, text);
}

const EVERY = seconds(1);
const LATE: Milliseconds = seconds(20);

/** Watches whether the event loop still turns: a process that hangs must be restarted, one without API server must not. */
export function watchEventLoop(clock: Clock): Readonly<{ check(): Check; stop(): void }> {
  let last = clock.now();
  let timer = clock.schedule(EVERY, beat);
  function beat(): void {
    last = clock.now();
    timer = clock.schedule(EVERY, beat);
  }
  return {
    check() {
      const late = elapsed(last, clock.now());
      return { name: 'event-loop', ok: late < LATE, message: `last turn ${late} ms ago` };
    },
    stop: () => timer.cancel(),
  };
}
