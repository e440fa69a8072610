import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { KubeObject, OwnerReference } from '../../src/kube/resource.ts';
import { keyOf } from '../../src/kube/resource.ts';
import { compareVersions, newerVersion } from '../../src/kube/resource-version.ts';
import { Store } from '../../src/kube/store.ts';

const BY_APP = { name: 'app', values: ({ metadata }: KubeObject) => Object.values(metadata.labels ?? {}) };

function object(name: string, version: number, more: Partial<KubeObject['metadata']> = {}): KubeObject {
  return { metadata: { namespace: 'shop', name, uid: `uid-${name}`, resourceVersion: String(version), ...more } };
}

function owned(uid: string): readonly OwnerReference[] {
  return [
    { apiVersion: 'v1', kind: 'Other', name: 'x', uid: 'not-the-controller' },
    { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: uid, uid, controller: true },
  ];
}

describe('a store', () => {
  test('finds objects by name, namespace, owner and index, in the order of their keys', () => {
    const store = new Store([BY_APP]);
    store.put(object('b', 2, { ownerReferences: owned('rs'), labels: { app: 'x', tier: 'y' } }));
    store.put(object('a', 1, { ownerReferences: owned('rs'), labels: { app: 'x' } }));
    const names = (found: readonly KubeObject[]): string[] => found.map(({ metadata }) => metadata.name);
    expect(store.get('shop', 'a')?.metadata.resourceVersion).toBe('1');
    expect(store.get('other', 'a')).toBeUndefined();
    expect(names(store.byOwner('rs'))).toEqual(['a', 'b']);
    expect(names(store.byOwner('not-the-controller'))).toEqual([]);
    expect(names(store.inNamespace('shop'))).toEqual(['a', 'b']);
    expect(names(store.byIndex('app', 'y'))).toEqual(['b']);
    expect(names(store.byIndex('app', 'nobody'))).toEqual([]);
    expect(() => store.byIndex('colour', 'red')).toThrow('no index named colour');
  });

  test('an object that leaves a selector and comes back is there again', () => {
    const store = new Store();
    store.put(object('a', 1));
    store.remove(object('a', 2));
    expect(store.put(object('a', 2))).toEqual([]);
    expect(store.put(object('a', 3))).toMatchObject([{ type: 'Added' }]);
  });

  test('a late deletion of an old object does not take the new one of its name', () => {
    const store = new Store();
    store.put(object('a', 9, { uid: 'new' }));
    expect(store.remove(object('a', 5, { uid: 'old' }))).toEqual([]);
    expect(store.size).toBe(1);
  });

  test('a list older than what was seen changes nothing', () => {
    const store = new Store();
    store.put(object('a', 9));
    store.seen('20');
    expect(store.replaceAll([], '19')).toBe('TimeTravel');
    expect(store.size).toBe(1);
    expect(store.synced).toBe(false);
    expect(store.replaceAll([], '20')).toMatchObject([{ type: 'Deleted' }]);
    expect(store.synced).toBe(true);
  });
});

/** One step of a history: an object written or deleted. */
const steps = fc.array(
  fc.record({
    name: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    owner: fc.constantFrom(undefined, 'rs-1', 'rs-2'),
    app: fc.constantFrom('x', 'y'),
    gone: fc.boolean(),
  }),
  { maxLength: 60 },
);

type Step = Readonly<{ name: string; owner: string | undefined; app: string; gone: boolean }>;
type Event = Readonly<{ type: 'put' | 'remove'; object: KubeObject }>;

/** The events that a server would send for the steps, and what it has at the end. */
function play(history: readonly Step[]): { events: Event[]; end: Map<string, KubeObject> } {
  const end = new Map<string, KubeObject>();
  const events: Event[] = [];
  let lives = 0;
  history.forEach(({ name, owner, app, gone }, index) => {
    const before = end.get(name);
    if (before === undefined) lives += 1;
    const uid = before?.metadata.uid ?? `uid-${lives}`;
    const ownerReferences = owner === undefined ? [] : owned(owner);
    const now = object(name, index + 1, { uid, ownerReferences, labels: { app } });
    if (gone && before === undefined) return;
    events.push({ type: gone ? 'remove' : 'put', object: now });
    if (gone) end.delete(name);
    else end.set(name, now);
  });
  return { events, end };
}

function expectIndexesEqualBruteForce(store: Store, content: ReadonlyMap<string, KubeObject>): void {
  const all = [...content.values()].sort((a, b) => (keyOf(a.metadata) < keyOf(b.metadata) ? -1 : 1));
  expect(store.all()).toEqual(all);
  for (const uid of ['rs-1', 'rs-2', 'not-the-controller']) {
    const expected = all.filter((one) =>
      one.metadata.ownerReferences?.some((ref) => ref.controller === true && ref.uid === uid),
    );
    expect(store.byOwner(uid)).toEqual(expected);
  }
  for (const app of ['x', 'y'])
    expect(store.byIndex('app', app)).toEqual(all.filter((one) => one.metadata.labels?.['app'] === app));
}

describe('properties', () => {
  test('whatever the history, every index answers what a search through all objects would', () => {
    fc.assert(
      fc.property(steps, (history) => {
        const { events, end } = play(history);
        const store = new Store([BY_APP]);
        for (const event of events) store[event.type](event.object);
        expectIndexesEqualBruteForce(store, end);
      }),
      { numRuns: 500 },
    );
  });

  test('F05 the same events in any order, each any number of times, end in the same store', () => {
    fc.assert(
      fc.property(
        steps.chain((history) => {
          const { events } = play(history);
          return fc.tuple(
            fc.constant(history),
            fc.shuffledSubarray([...events, ...events], { minLength: events.length * 2 }),
          );
        }),
        ([history, shuffled]) => {
          const { end } = play(history);
          const store = new Store([BY_APP]);
          for (const event of shuffled) store[event.type](event.object);
          expectIndexesEqualBruteForce(store, end);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('the changes told, applied one after the other, give the content of the store', () => {
    fc.assert(
      fc.property(steps, steps, (first, second) => {
        const store = new Store();
        const mirror = new Map<string, KubeObject>();
        const mirrorChanges = (changes: ReturnType<Store['put']>): void => {
          for (const { type, object: changed, previous } of changes) {
            expect(mirror.get(changed.metadata.name)).toEqual(previous);
            if (type === 'Deleted') mirror.delete(changed.metadata.name);
            else mirror.set(changed.metadata.name, changed);
          }
        };
        for (const event of play(first).events) mirrorChanges(store[event.type](event.object));
        const list = [...play([...first, ...second]).end.values()];
        const changes = store.replaceAll(list, String(first.length + second.length));
        if (changes !== 'TimeTravel') mirrorChanges(changes);
        expect([...mirror.values()].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))).toEqual(store.all());
      }),
      { numRuns: 300 },
    );
  });
});

test('versions are compared as numbers, beyond 2^53 too, and never when they are none', () => {
  expect(compareVersions('99', '100')).toBeLessThan(0);
  expect(compareVersions('9007199254740993', '9007199254740992')).toBeGreaterThan(0);
  expect(compareVersions('007', '7')).toBe(0);
  expect(compareVersions('abc', '7')).toBeUndefined();
  expect(newerVersion('12', '9')).toBe('12');
  expect(newerVersion(undefined, '9')).toBe('9');
});
