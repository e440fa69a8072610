import type { Lie } from '../emulator/prometheus-lies.ts';
import { seconds } from '../units/duration.ts';
import type { PrometheusLie } from './world-plan.ts';

/** What the emulated Prometheus does under a fault of a plan. */
export function lieOf(lie: PrometheusLie): Lie {
  switch (lie) {
    case 'Down':
      return { kind: 'Down', how: 'Refused' };
    case 'Unavailable':
      return { kind: 'Down', how: 'Unavailable' };
    case 'Slow':
      return { kind: 'Slow' };
    case 'Hangs':
      return { kind: 'Hangs' };
    case 'Empty':
      return { kind: 'Empty' };
    case 'NaN':
      return { kind: 'Values', value: Number.NaN };
    case 'Infinite':
      return { kind: 'Values', value: Number.POSITIVE_INFINITY };
    case 'Text':
      return { kind: 'Type', type: 'string' };
    case 'Resets':
      return { kind: 'Resets', every: seconds(20) };
    case 'InTurn':
      return { kind: 'InTurn', other: { kind: 'Values', value: 1 } };
    case 'ClockOff':
      return { kind: 'ClockOff' };
    case 'Several':
      return { kind: 'SeveralSeries', count: 2 };
    case 'Stale':
      return { kind: 'Old' };
    case 'Partial':
      return { kind: 'Partial' };
  }
}
