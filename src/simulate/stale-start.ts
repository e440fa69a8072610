import type { ApiServer } from '../emulator/api-server.ts';
import { tableOf } from '../emulator/state.ts';
import type { Clock } from '../clock/clock.ts';
import type { KubeClient } from '../kube/client.ts';
import { milliseconds } from '../units/duration.ts';
import { add } from '../units/instant.ts';
import type { StaleStart } from './world-plan.ts';

/**
 * A client that is served by an API server which lags behind: the first list of each kind, where any state will do, is
 * what was stored at an older version, and watches tell everything later, until the server has caught up.
 */
export function withStaleStart(client: KubeClient, server: ApiServer, clock: Clock, start: StaleStart): KubeClient {
  const listed = new Set<string>();
  const caughtUpAt = add(clock.now(), milliseconds(start.behind));
  return {
    ...client,
    async list(resource, selection, page, signal) {
      const table = tableOf(resource);
      const answer = await client.list(resource, selection, page, signal);
      if (!answer.ok || page.resourceVersion !== '0' || listed.has(table) || clock.now() >= caughtUpAt) return answer;
      listed.add(table);
      const then = server.core.state.listAt(table, start.version, selection.namespace);
      if (then === undefined) return answer;
      const now = new Set(server.core.state.list(table, selection.namespace).map(({ metadata }) => metadata.uid));
      const shown = new Set(answer.value.items.map(({ metadata }) => metadata.uid));
      // The selection by labels is the server's affair: what is there still and is not shown was not selected.
      const items = then.filter(({ metadata }) => shown.has(metadata.uid) || !now.has(metadata.uid));
      return { ok: true, value: { items, resourceVersion: String(start.version) } };
    },
    watch(resource, selection, from, onEvent, signal) {
      const later: typeof onEvent = (event) => {
        const wait = caughtUpAt - clock.now();
        if (wait <= 0) return onEvent(event);
        clock.schedule(milliseconds(wait), () => onEvent(event));
      };
      return client.watch(resource, selection, from, later, signal);
    },
  };
}
