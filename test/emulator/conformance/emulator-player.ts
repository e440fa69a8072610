import { createApiServer } from '../../../src/emulator/api-server.ts';
import { isRefusal } from '../../../src/emulator/refusal.ts';
import type { EmulatorRequest } from '../../../src/emulator/request.ts';
import { seconds } from '../../../src/units/duration.ts';
import { routeOf, splitPath } from '../../../src/emulator/request.ts';
import { sequence } from '../api-rig.ts';
import { createVirtualClock } from '../../kube/virtual-clock.ts';
import type { Answer, Exchange, Player } from './exchange.ts';
import { COMPACTED } from './exchange.ts';

/** When the emulator's answers are given: its clock stands still but for the length of a watch. */
export const EMULATOR_NOW = Date.UTC(2026, 0, 1);

/** Plays to a new emulator in this process. */
export function emulatorPlayer(): Player {
  const clock = createVirtualClock();
  const server = createApiServer({ clock, random: sequence() });
  return {
    async play(exchange) {
      if (exchange.method === 'COMPACT') {
        server.compact();
        return COMPACTED;
      }
      const request = requestOf(exchange, exchange.method);
      // A watch by the path of an object is a read of it.
      const ofObject = routeOf(splitPath(request.path).segments, server.core.kinds)?.name !== undefined;
      if (exchange.method !== 'WATCH' || ofObject) {
        const { status, body, contentType = 'application/json', warnings = [] } = server.handle(request);
        // Through text, as on the wire: what is undefined is not there.
        const [plain = ''] = contentType.split(';');
        return { status, contentType: plain, body: onTheWire(body), ...(warnings.length === 0 ? {} : { warnings }) };
      }
      const events: unknown[] = [];
      let ended = false;
      const watcher = { onEnd: () => void (ended = true), onEvent: (event: unknown) => void events.push(event) };
      const started = server.watch(request, watcher);
      if (isRefusal(started)) return refusal(started.refused);
      const length = Number(/timeoutSeconds=(\d+)/.exec(exchange.path)?.[1] ?? '1');
      if (!ended) await clock.advance(seconds(length));
      started();
      return { status: 200, contentType: 'application/json', body: onTheWire(events) };
    },
  };
}

function refusal(body: Readonly<{ code: number }>): Answer {
  return { status: body.code, contentType: 'application/json', body: onTheWire(body) };
}

function onTheWire(body: unknown): unknown {
  return typeof body === 'string' || body === undefined ? body : JSON.parse(JSON.stringify(body));
}

type Sent = Exclude<Exchange['method'], 'COMPACT'>;

function requestOf(exchange: Exchange, method: Sent): EmulatorRequest {
  const { path, body, accept = 'application/json', contentType, userAgent = 'conformance/1' } = exchange;
  return {
    method: method === 'WATCH' ? 'GET' : method,
    path: encodeURI(path),
    accept,
    userAgent,
    ...(body === undefined ? {} : { body: typeof body === 'string' ? parsed(body) : structuredClone(body) }),
    ...(contentType === undefined ? {} : { contentType }),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
