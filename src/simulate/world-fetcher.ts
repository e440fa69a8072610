import type { Fetcher } from '../apply/fetcher.ts';
import type { Clock } from '../clock/clock.ts';
import { sleep } from '../clock/clock.ts';
import type { EmulatedPrometheus } from '../emulator/prometheus.ts';
import type { MetricRequest, MetricResponse } from '../providers/provider.ts';
import { PLANTED } from './checkers/no-secrets.ts';
import { milliseconds } from '../units/duration.ts';

/** A round trip to a metrics store in the same cluster. */
const ROUND_TRIP = milliseconds(5);

const nothing = (message: string): MetricResponse => ({ kind: 'Nothing', message });

/** Outbound calls of a process in a simulated world: all of them reach the world's Prometheus, which may lie. */
export function worldFetcher(prometheus: EmulatedPrometheus, clock: Clock): Fetcher {
  return {
    async fetch(request, signal) {
      const reply = prometheus.answer(requestOf(request), clock.now());
      const limit = milliseconds(request.timeLimit);
      const wait = reply.kind === 'Answer' ? milliseconds(ROUND_TRIP + reply.after) : limit;
      try {
        if (reply.kind === 'Refused') {
          await sleep(clock, ROUND_TRIP, signal);
          return nothing('no answer: ECONNREFUSED');
        }
        await sleep(clock, milliseconds(Math.min(wait, limit)), signal);
      } catch {
        return nothing('no answer: called off');
      }
      if (reply.kind === 'Hangs' || wait >= limit) return nothing('no answer: the time limit passed');
      return { kind: 'Answer', status: reply.status, body: reply.status < 400 ? reply.body : withSecret(reply.body) };
    },
    close() {},
  };
}

/** An error as a careless back end answers it: with what nobody should see. */
function withSecret(body: string): string {
  return JSON.stringify({ status: 'error', errorType: 'internal', error: `${body} token=${PLANTED}` });
}

function requestOf({ method, url, body }: MetricRequest): Parameters<EmulatedPrometheus['answer']>[0] {
  const { pathname, searchParams } = new URL(url);
  return { method, path: pathname, parameters: body === undefined ? searchParams : new URLSearchParams(body) };
}
