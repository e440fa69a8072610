import { afterEach, expect, test } from 'vitest';
import { createApiServer } from '../../../src/emulator/api-server.ts';
import type { HttpListener } from '../../../src/emulator/loopback.ts';
import { listenHttp } from '../../../src/emulator/http-listener.ts';
import { seconds } from '../../../src/units/duration.ts';
import { createVirtualClock } from '../../kube/virtual-clock.ts';
import { sequence } from '../api-rig.ts';
import { compareGroup, describeDifference, unexpected } from './compare.ts';
import type { Player } from './exchange.ts';
import { GROUPS } from './groups.ts';
import { KNOWN_DIFFERENCES } from './known-differences.ts';
import { wirePlayer } from './real-player.ts';

let listener: HttpListener | undefined;
afterEach(() => listener?.close());

/** Plays to a new emulator on a port; virtual seconds pass while a watch goes on. */
async function listeningPlayer(): Promise<Player> {
  const clock = createVirtualClock();
  const server = createApiServer({ clock, random: sequence() });
  listener = await listenHttp(server, { port: 0 });
  const wire = wirePlayer(listener.address);
  return {
    async play(exchange) {
      if (exchange.method !== 'WATCH') return wire.play(exchange);
      const watching = { ended: false };
      const answer = wire.play(exchange).finally(() => (watching.ended = true));
      // A watch that has begun has set its timers; one that is refused is answered. A loop for ever would be a bug.
      for (let turn = 0; !watching.ended && turn < 100_000; turn += 1) {
        await new Promise((resolve) => setImmediate(resolve));
        if (clock.pending > 0) await clock.advance(seconds(1));
      }
      return answer;
    },
  };
}

// What cannot be told apart over HTTP is left out: a compaction is no request.
test.each(GROUPS.filter(({ compacts }) => compacts !== true))(
  'over HTTP too the emulator answers as a kube-apiserver: $name',
  async (group) => {
    const compared = await compareGroup(group, await listeningPlayer());
    const wrong = compared
      .map((one) => unexpected(one, group.name, KNOWN_DIFFERENCES))
      .filter(({ differences, kinder }) => differences.length > 0 || kinder);
    expect(wrong.map(describeDifference).join('\n')).toBe('');
  },
);
