import { beforeEach, expect, test } from 'vitest';
import type { Leadership, LeaseName } from '../../src/controllers/leadership.ts';
import { seekLeadership } from '../../src/controllers/leadership.ts';
import { seconds } from '../../src/units/duration.ts';
import { TinyApi } from '../kube/tiny-api.ts';
import { createTinyClient } from '../kube/tiny-client.ts';
import type { VirtualClock } from '../kube/virtual-clock.ts';
import { createVirtualClock } from '../kube/virtual-clock.ts';
import { silentLog } from './silent-log.ts';

const OWN: LeaseName = { namespace: 'sluice', name: 'sluice' };
const ARGO: LeaseName = { namespace: 'sluice', name: 'argo-rollouts-controller-lock' };

let clock: VirtualClock;
let api: TinyApi;
beforeEach(() => {
  clock = createVirtualClock();
  api = new TinyApi();
});

function seek(identity: string, leases: readonly LeaseName[]): Readonly<{ leadership: Leadership; told: string[] }> {
  const told: string[] = [];
  const leadership = seekLeadership({
    client: createTinyClient(api),
    clock,
    log: silentLog,
    leases,
    identity,
    onStarted: () => told.push('started'),
    onLost: () => told.push('lost'),
    random: () => 0.5,
  });
  return { leadership, told };
}

const holder = (name: string): unknown =>
  (api.get(`sluice/${name}`) as { spec?: { holderIdentity?: string } }).spec?.holderIdentity;

/** Argo's controller holds its lock, and renews it as long as it lives. */
function argoHolds(renewals: number): void {
  api.create(
    Object.assign(
      { metadata: { namespace: 'sluice', name: ARGO.name } },
      { spec: { holderIdentity: 'argo', leaseDurationSeconds: 15 } },
    ),
  );
  const renew = (left: number): void => {
    const now = api.get(`sluice/${ARGO.name}`);
    api.replace(`sluice/${ARGO.name}`, now);
    if (left > 0) clock.schedule(seconds(2), () => renew(left - 1));
  };
  renew(renewals);
}

test('without leases a process leads at once and may write', () => {
  const { leadership, told } = seek('a', []);
  expect(told).toEqual(['started']);
  expect([leadership.isLeader(), leadership.mayWrite()]).toEqual([true, true]);
});

test('who holds one lease of two does not lead, and leads once the other holder falls silent', async () => {
  argoHolds(20);
  const { leadership, told } = seek('a', [OWN, ARGO]);
  await clock.advance(seconds(30));
  expect(holder('sluice')).toBe('a');
  expect([leadership.isLeader(), leadership.mayWrite(), told]).toEqual([false, false, []]);
  await clock.advance(seconds(40));
  expect(holder(ARGO.name)).toBe('a');
  expect([leadership.isLeader(), leadership.mayWrite(), told]).toEqual([true, true, ['started']]);
});

test('two candidates never hold one lease each', async () => {
  const a = seek('a', [OWN, ARGO]);
  const b = seek('b', [OWN, ARGO]);
  await clock.advance(seconds(30));
  expect([a, b].filter(({ leadership }) => leadership.isLeader())).toHaveLength(1);
  expect(holder('sluice')).toBe(holder(ARGO.name));
});

test('losing either lease ends the leadership at once', async () => {
  const { leadership, told } = seek('a', [OWN, ARGO]);
  await clock.advance(seconds(5));
  expect(leadership.mayWrite()).toBe(true);
  const now = api.get(`sluice/${ARGO.name}`);
  api.replace(
    `sluice/${ARGO.name}`,
    Object.assign({}, now, { spec: { holderIdentity: 'argo', leaseDurationSeconds: 15 } }),
  );
  await clock.advance(seconds(5));
  expect([leadership.isLeader(), leadership.mayWrite(), told]).toEqual([false, false, ['started', 'lost']]);
});

test('a stop gives back both, and a successor need not wait', async () => {
  const { leadership } = seek('a', [OWN, ARGO]);
  await clock.advance(seconds(5));
  await leadership.stop();
  expect([holder('sluice'), holder(ARGO.name)]).toEqual(['', '']);
  const next = seek('b', [OWN, ARGO]);
  await clock.advance(seconds(3));
  expect(next.leadership.isLeader()).toBe(true);
});

test('while Argo renews its lease we wait, and say once for whom and what to do', async () => {
  argoHolds(10);
  const lines: string[] = [];
  const leadership = seekLeadership({
    client: createTinyClient(api),
    clock,
    log: { ...silentLog, info: (fields, message) => void lines.push(`${message} ${JSON.stringify(fields)}`) },
    leases: [OWN, ARGO],
    identity: 'a',
    onStarted: () => lines.push('started'),
    onLost: () => {},
    random: () => 0.5,
  });
  await clock.advance(seconds(20));
  expect(leadership.isLeader()).toBe(false);
  expect(lines.filter((line) => line.startsWith('waiting'))).toEqual([
    'waiting: Argo\'s controller, or another of ours, serves this group; scale it to zero to take over {"lease":"sluice/argo-rollouts-controller-lock","holder":"argo"}',
  ]);
  await clock.advance(seconds(30));
  expect(lines.at(-1)).toBe('started');
  await leadership.stop();
});
