import { expect, test } from 'vitest';
import type { RolloutStatus } from '../../src/api/rollout.ts';
import { PassJournal } from '../../src/controllers/pass-journal.ts';
import type { Action } from '../../src/plan/action.ts';
import type { Plan } from '../../src/plan/plan.ts';
import type { Fields } from '../../src/telemetry/log.ts';
import { worldOf } from '../plan/model/world.ts';
import { silentLog } from './silent-log.ts';

test('what an update waits for is told once, and once that it waits no longer', () => {
  const lines: string[] = [];
  const info = ({ because }: Fields, message: string): void =>
    void lines.push(because === undefined ? message : `${message} ${JSON.stringify(because)}`);
  const journal = new PassJournal({ ...silentLog, info });
  const observed = worldOf({ strategy: 'Basic', replicas: 1, version: 'v1' });
  const plan: Plan<Action, RolloutStatus> = { actions: [], status: {}, events: [], requeueAt: undefined, because: [] };
  const waiting = { ...plan, because: [{ rule: 'Paused', message: 'somebody promotes' }] };
  for (const one of [plan, plan, waiting, waiting, plan, plan, waiting]) journal.looked(observed, one);
  const told = 'waiting [{"rule":"Paused","message":"somebody promotes"}]';
  expect(lines).toEqual([told, 'no longer waiting', told]);
});
