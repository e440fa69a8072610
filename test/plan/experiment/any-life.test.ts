import { expect, test } from 'vitest';
import type { AnalysisPhase } from '../../../src/api/analysis.ts';
import { ENDED_BY_ROLLOUT } from '../../../src/plan/analysis/ended.ts';
import { randomFrom } from '../model/random.ts';
import { Life, templateOf } from './life.ts';

const PHASES: readonly AnalysisPhase[] = ['Running', 'Successful', 'Failed', 'Error', 'Inconclusive'];
const LIVES = 400;

/** Anything that may happen to an experiment; each draws what it needs. */
const DEEDS: readonly ((life: Life, draw: () => number) => unknown)[] = [
  (life) => life.podsStart(),
  (life, draw) => life.podsAre(Math.floor(draw() * 3)),
  (life, draw) => life.after(Math.floor(draw() * 90)),
  (life, draw) => life.lookInPart(draw),
  (life, draw) => {
    const runs = life.observed.analysisRuns.filter(
      ({ status }) => !PHASES.slice(1).includes(status?.phase ?? 'Running'),
    );
    const run = runs[Math.floor(draw() * runs.length)];
    if (run !== undefined) life.runSays(run.metadata.name, PHASES[Math.floor(draw() * PHASES.length)] ?? 'Running');
  },
  (life, draw) => (draw() < 0.3 ? life.terminate(draw() < 0.5 ? { [ENDED_BY_ROLLOUT]: 'true' } : {}) : life),
  (life, draw) => (draw() < 0.3 ? life.edit(({ status: _status, ...rest }) => rest) : life),
  (life, draw) => {
    const routed = draw() < 0.5;
    life.observed = { ...life.observed, services: life.observed.services.map((one) => ({ ...one, routed })) };
  },
  (life, draw) => {
    const gone = Math.floor(draw() * 3);
    const replicaSets = life.observed.replicaSets.filter((_set, index) => index !== gone);
    life.observed = { ...life.observed, replicaSets };
  },
];

test(`${LIVES} lives in which anything happens keep every rule, come to rest, and end as they may`, () => {
  const ends = new Map<string, number>();
  for (let seed = 0; seed < LIVES; seed++) {
    const draw = randomFrom(seed);
    const required = draw() < 0.5 ? { requiredForCompletion: true } : {};
    const life = new Life({
      templates: [templateOf('a', { service: {} }), templateOf('b')].slice(0, 1 + Math.floor(draw() * 2)),
      analyses: [{ name: 'errors', templateName: 'errors', ...required }].slice(0, Math.floor(draw() * 2)),
      ...(draw() < 0.7 ? { duration: '2m' } : {}),
      progressDeadlineSeconds: 120,
      scaleDownDelaySeconds: Math.floor(draw() * 3) * 10,
    });
    for (let deed = 0; deed < 25; deed++) {
      DEEDS[Math.floor(draw() * DEEDS.length)]?.(life, draw);
      if (draw() < 0.7) life.settle();
    }
    // Once nothing disturbs it any more and somebody ends it, it ends, and nothing of it is left running.
    const services = life.observed.services.map((one) => ({ ...one, routed: false }));
    life.observed = { ...life.observed, services };
    life.terminate().settle().podsStart().settle();
    for (const run of life.observed.analysisRuns) {
      if (run.status?.phase === undefined || run.status.phase === 'Running')
        life.runSays(run.metadata.name, 'Inconclusive');
    }
    life.settle().after(60).settle().podsStart().settle();
    ends.set(life.status.phase ?? 'none', (ends.get(life.status.phase ?? 'none') ?? 0) + 1);
    expect(life.observed.replicaSets.map(({ specReplicas }) => specReplicas).filter((size) => size > 0)).toEqual([]);
    expect(life.observed.services).toEqual([]);
  }
  console.log(`ends: ${JSON.stringify(Object.fromEntries(ends))}`);
  expect([...ends.keys()].toSorted()).toEqual(['Error', 'Failed', 'Inconclusive', 'Successful']);
});
