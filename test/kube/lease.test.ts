import { beforeEach, describe, expect, test } from 'vitest';
import type { Election, ElectionOptions, LeaseSpec } from '../../src/kube/lease.ts';
import { startElection } from '../../src/kube/lease.ts';
import type { KubeObject } from '../../src/kube/resource.ts';
import { milliseconds, seconds } from '../../src/units/duration.ts';
import { TinyApi } from './tiny-api.ts';
import type { TinyClient } from './tiny-client.ts';
import { createTinyClient, failure } from './tiny-client.ts';
import type { Clock } from '../../src/clock/clock.ts';
import { instant } from '../../src/units/instant.ts';
import type { VirtualClock } from './virtual-clock.ts';
import { createVirtualClock } from './virtual-clock.ts';

type Member = { election: Election; client: TinyClient; told: string[] };

let clock: VirtualClock;
let api: TinyApi;
beforeEach(() => {
  clock = createVirtualClock();
  api = new TinyApi();
});

function join(identity: string, more: Partial<ElectionOptions> = {}): Member {
  const client = createTinyClient(api);
  const told: string[] = [];
  const election = startElection({
    client,
    clock,
    namespace: 'sluice',
    name: 'sluice',
    identity,
    onStarted: () => told.push('started'),
    onLost: (why) => told.push(`lost: ${why}`),
    random: () => 0.5,
    ...more,
  });
  return { election, client, told };
}

function lease(): LeaseSpec {
  return (api.get('sluice/sluice') as KubeObject & { spec: LeaseSpec }).spec;
}

function editLease(change: Partial<LeaseSpec>): void {
  const now = api.get('sluice/sluice');
  api.replace('sluice/sluice', Object.assign({}, now, { spec: { ...lease(), ...change } }));
}

const forEver = (): Promise<never> => new Promise(() => {});

describe('an election', () => {
  test('the first takes the lease with six-digit times, the second waits', async () => {
    const a = join('a');
    await clock.settle();
    const b = join('b');
    await clock.advance(seconds(60));
    expect([a.election.isLeader(), b.election.isLeader()]).toEqual([true, false]);
    expect(b.election.holder()).toBe('a');
    expect(a.told).toEqual(['started']);
    expect(lease()).toMatchObject({ holderIdentity: 'a', leaseDurationSeconds: 15, leaseTransitions: 0 });
    expect(lease().renewTime).toMatch(/^2026-01-01T00:0\d:\d\d\.\d{6}Z$/);
    expect(lease().acquireTime).toBe('2026-01-01T00:00:00.000000Z');
  });

  test('a leader that stops gives the lease back, and a standby has it within 2 s', async () => {
    const a = join('a');
    await clock.settle();
    const b = join('b');
    await clock.advance(seconds(10));
    await a.election.stop();
    expect(a.election.mayWrite()).toBe(false);
    expect(lease()).toMatchObject({ holderIdentity: '', leaseDurationSeconds: 1 });
    await clock.advance(seconds(2));
    expect(b.election.isLeader()).toBe(true);
    expect(lease().leaseTransitions).toBe(1);
    expect(a.told).toEqual(['started']);
  });

  test('a leader that dies is succeeded after 15 to 20 s', async () => {
    const a = join('a');
    await clock.settle();
    const b = join('b');
    await clock.advance(seconds(30));
    a.client.faults.before = forEver;
    await clock.advance(seconds(13));
    expect(b.election.isLeader()).toBe(false);
    await clock.advance(seconds(7));
    expect(b.election.isLeader()).toBe(true);
  });

  test('the time in the lease is not believed: a holder whose clock is an hour slow keeps it while it renews', async () => {
    api.create(
      Object.assign(
        { metadata: { namespace: 'sluice', name: 'sluice' } },
        { spec: { holderIdentity: 'slow', leaseDurationSeconds: 15 } },
      ),
    );
    const a = join('a');
    for (let renewal = 0; renewal < 20; renewal += 1) {
      await clock.advance(seconds(5));
      editLease({ renewTime: `2025-12-31T23:${String(renewal + 10)}:00.000000Z` });
    }
    expect(a.election.isLeader()).toBe(false);
    await clock.advance(seconds(18));
    expect(a.election.isLeader()).toBe(true);
  });

  test('one that finds its own name in the lease waits too: the name may be used twice', async () => {
    api.create(
      Object.assign(
        { metadata: { namespace: 'sluice', name: 'sluice' } },
        { spec: { holderIdentity: 'a', leaseDurationSeconds: 15 } },
      ),
    );
    const a = join('a');
    await clock.advance(seconds(14));
    expect(a.election.isLeader()).toBe(false);
    await clock.advance(seconds(4));
    expect(a.election.isLeader()).toBe(true);
  });
});

describe('S8 the fence', () => {
  test('closes when renewals fail for 10 s, five seconds before anyone else may lead', async () => {
    const a = join('a');
    await clock.settle();
    const b = join('b');
    await clock.advance(seconds(20));
    a.client.faults.before = () => failure('Unavailable', 503);
    await clock.advance(seconds(8));
    expect(a.election.mayWrite()).toBe(true);
    await clock.advance(seconds(2));
    expect(a.election.mayWrite()).toBe(false);
    expect(a.told).toEqual(['started', 'lost: the lease was not renewed in time']);
    expect(b.election.isLeader()).toBe(false);
  });

  test('counts from when the renewal was sent, not from its answer', async () => {
    const a = join('a');
    await clock.settle();
    const slow = new Promise<undefined>((resolve) => clock.schedule(seconds(4), () => resolve(undefined)));
    a.client.faults.after = () => slow as unknown as undefined;
    await clock.advance(seconds(2));
    a.client.faults.before = forEver;
    await clock.advance(seconds(9));
    expect(a.election.mayWrite()).toBe(true);
    await clock.advance(seconds(1));
    expect(a.election.mayWrite()).toBe(false);
  });

  test('F33 a process that was stopped for a minute does not write, nor renew, when it wakes up', async () => {
    let jump = 0;
    const stalling: Clock = {
      now: () => instant(clock.now() + jump),
      schedule: (after, then) => clock.schedule(after, then),
    };
    const a = join('a', { clock: stalling });
    await clock.advance(seconds(5));
    jump = 60_000;
    expect(a.election.mayWrite()).toBe(false);
    const written = api.writes.length;
    await clock.advance(seconds(3));
    expect(a.election.isLeader()).toBe(false);
    expect(api.writes.length).toBe(written);
  });

  test('F34 of two that fight, at no instant may both write', async () => {
    const members = ['a', 'b', 'c'].map((identity) => join(identity));
    for (let step = 0; step < 400; step += 1) {
      await clock.advance(milliseconds(500));
      const writers = members.filter(({ election }) => election.mayWrite());
      expect(writers.length).toBeLessThanOrEqual(1);
      const leader = members.find(({ election }) => election.isLeader());
      if (step % 60 === 30 && leader !== undefined) leader.client.faults.before = () => failure('Unreachable');
    }
    expect(members.filter(({ told }) => told[0] === 'started')).toHaveLength(3);
  });
});

describe('T18 F35 foreign hands on the lease', () => {
  test.each<[string, () => void, string]>([
    ['another holder', () => editLease({ holderIdentity: 'mallory' }), 'its holder is "mallory"'],
    ['an empty holder', () => editLease({ holderIdentity: '' }), 'its holder is ""'],
    ['another duration', () => editLease({ leaseDurationSeconds: 3600 }), 'changed by another'],
    ['deletion', () => api.delete('sluice/sluice'), 'deleted'],
  ])('%s makes the leader step down at its next renewal', async (_name, edit, why) => {
    const a = join('a');
    await clock.advance(seconds(5));
    edit();
    await clock.advance(seconds(2));
    expect(a.election.mayWrite()).toBe(false);
    expect(a.told[1]).toContain(why);
  });

  test('a label on the lease is no concern of ours', async () => {
    const a = join('a');
    await clock.advance(seconds(5));
    api.merge('sluice/sluice', { metadata: { namespace: 'sluice', name: 'sluice', labels: { touched: 'yes' } } });
    await clock.advance(seconds(10));
    expect(a.election.mayWrite()).toBe(true);
    expect(a.told).toEqual(['started']);
  });
});

describe('F12 F13 renewals of unknown fate', () => {
  test('one that was carried out is recognised as our own', async () => {
    const a = join('a');
    await clock.advance(seconds(5));
    a.client.faults.after = (call) => (call.verb === 'update' ? failure('Unknown') : undefined);
    await clock.advance(seconds(2));
    a.client.faults.after = undefined;
    await clock.advance(seconds(20));
    expect(a.election.mayWrite()).toBe(true);
    expect(a.told).toEqual(['started']);
    expect(lease().leaseTransitions).toBe(0);
  });

  test('one that was not carried out is sent again', async () => {
    const a = join('a');
    await clock.advance(seconds(5));
    a.client.faults.before = (call) => (call.verb === 'update' ? failure('Unknown') : undefined);
    await clock.advance(seconds(4));
    a.client.faults.before = undefined;
    await clock.advance(seconds(20));
    expect(a.told).toEqual(['started']);
    expect(a.election.mayWrite()).toBe(true);
  });

  test('one that hangs does not use up the whole deadline', async () => {
    const a = join('a');
    await clock.advance(seconds(5));
    let hung = 0;
    a.client.faults.before = () => {
      hung += 1;
      return hung === 1 ? forEver() : undefined;
    };
    await clock.advance(seconds(30));
    expect(a.told).toEqual(['started']);
    expect(a.election.mayWrite()).toBe(true);
  });
});
