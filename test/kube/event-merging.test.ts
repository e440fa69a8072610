import { expect, test } from 'vitest';
import type { MergedNote } from '../../src/kube/event-merging.ts';
import { EventMerging } from '../../src/kube/event-merging.ts';
import type { EventNote } from '../../src/kube/event-recorder.ts';
import { seconds } from '../../src/units/duration.ts';
import { createVirtualClock } from './virtual-clock.ts';

const note = (reason: string, text: string, more: Partial<EventNote> = {}): EventNote => ({
  regarding: { metadata: { name: 'web', namespace: 'shop', uid: 'web-uid' } },
  type: 'Normal',
  reason,
  action: reason,
  note: text,
  ...more,
});

function rig() {
  const clock = createVirtualClock();
  const sent: MergedNote[] = [];
  const merging = new EventMerging({ clock, reasons: new Set(['Scaled', 'Paused']), send: (one) => sent.push(one) });
  return { clock, merging, told: () => sent.map(({ reason, note: text, times }) => `${reason} ${times}: ${text}`) };
}

test('what is not routine is sent at once', () => {
  const { merging, told } = rig();
  merging.take(note('Completed', 'done'));
  expect(told()).toEqual(['Completed 1: done']);
});

test('routine notes of one reason go as one, with each text once, when nothing more came for 15 s', async () => {
  const { clock, merging, told } = rig();
  for (const text of ['0 to 1', '5 to 4', '0 to 1']) merging.take(note('Scaled', text));
  await clock.advance(seconds(14));
  merging.take(note('Scaled', '1 to 2'));
  await clock.advance(seconds(14));
  expect(told()).toEqual([]);
  await clock.advance(seconds(1));
  expect(told()).toEqual(['Scaled 4: 5 to 4; 0 to 1; 1 to 2']);
});

test('no note waits longer than a minute', async () => {
  const { clock, merging, told } = rig();
  for (let second = 0; second < 66; second += 6) {
    merging.take(note('Scaled', `at ${second}`));
    await clock.advance(seconds(6));
  }
  expect(told()).toHaveLength(1);
  expect(told()[0]).toContain('at 0; at 6');
});

test('a Warning sends first what waits about that object, and leaves others', () => {
  const { merging, told } = rig();
  const other = { metadata: { name: 'api', namespace: 'shop', uid: 'api-uid' } };
  merging.take(note('Scaled', '0 to 1'));
  merging.take(note('Scaled', 'of another', { regarding: other }));
  merging.take(note('Aborted', 'bad', { type: 'Warning' }));
  expect(told()).toEqual(['Scaled 1: 0 to 1', 'Aborted 1: bad']);
  merging.flush();
  expect(told().at(-1)).toBe('Scaled 1: of another');
});

test('of texts that have no room together the newest stay', async () => {
  const { clock, merging, told } = rig();
  for (let index = 0; index < 40; index += 1) merging.take(note('Scaled', `${index} ${'x'.repeat(50)}`));
  await clock.advance(seconds(15));
  expect(told()).toHaveLength(1);
  expect(told()[0]).toContain('Scaled 40: 2');
  expect(told()[0]).toContain('39 x');
});
