import { expect, test } from 'vitest';
import type { AnalysisRun } from '../../src/api/analysis.ts';
import type { Fetcher } from '../../src/apply/fetcher.ts';
import { createMeasurements } from '../../src/apply/measurements.ts';
import { createApiServer } from '../../src/emulator/api-server.ts';
import { inProcessClient } from '../../src/emulator/in-process-client.ts';
import { Answers } from '../../src/kube/answers.ts';
import type { MetricResponse } from '../../src/providers/provider.ts';
import { createVirtualClock } from '../kube/virtual-clock.ts';

const run: AnalysisRun = {
  metadata: { name: 'r', namespace: 'n', uid: 'u' },
  spec: { metrics: [{ name: 'm', provider: { prometheus: { query: 'up' } } }] },
};

const body = '{"status":"success","data":{"resultType":"vector","result":[{"value":[1,"1"]}]}}';

/** A metrics store whose answers come when the test says so. */
function rig() {
  const clock = createVirtualClock();
  const queued: string[] = [];
  const answers = new Answers((key) => queued.push(key));
  const asked: { give(response: MetricResponse): void; signal: AbortSignal }[] = [];
  const fetcher: Fetcher = {
    fetch: (_request, signal) => new Promise((give) => void asked.push({ give, signal })),
    close: () => undefined,
  };
  const settings = () => ({ prometheusAddress: 'http://p:9090' });
  const client = inProcessClient(createApiServer({ clock, random: () => 0.5 }), { clock });
  const jobs = { client, clock, group: 'sluice.dev', enabled: () => false } as const;
  const parts = { fetcher, answers, clock, settings, client, controllerNamespace: 'sluice-system', jobs };
  return { clock, queued, answers, asked, parts, measurements: createMeasurements(parts) };
}

test('a measurement is under way until its reading becomes an answer, which queues the run', async () => {
  const { clock, queued, answers, asked, measurements } = rig();
  measurements.start(run, 'm', 3);
  measurements.start(run, 'm', 3);
  await clock.settle();
  expect(asked).toHaveLength(1);
  expect(measurements.inFlight('u')).toEqual([{ metric: 'm', ordinal: 3 }]);
  expect(queued).toEqual([]);
  asked[0]?.give({ kind: 'Answer', status: 200, body });
  await clock.settle();
  expect(measurements.inFlight('u')).toEqual([]);
  expect(queued).toEqual(['n/r']);
  expect(answers.get('u', 'measure/m', 3)).toMatchObject({ reading: { kind: 'Value', value: [1] } });
});

test('one that is called off leaves no answer, however late it comes', async () => {
  const { clock, queued, answers, asked, measurements } = rig();
  measurements.start(run, 'm', 1);
  await clock.settle();
  measurements.cancel('u');
  expect(asked[0]?.signal.aborted).toBe(true);
  asked[0]?.give({ kind: 'Answer', status: 200, body });
  await clock.settle();
  expect(queued).toEqual([]);
  expect(answers.about('u')).toEqual([]);
});

test('a call that a policy would refuse is measured, counted and noted in its measurement', async () => {
  const { clock, answers, parts } = rig();
  const warned: string[] = [];
  const warning = 'address http://m.example.com would be refused: it is not among the allowed origins';
  const fetcher: Fetcher = {
    fetch: async () => ({ kind: 'Answer', status: 200, body, warning }),
    close: () => undefined,
  };
  const measurements = createMeasurements({ ...parts, fetcher, onPolicyWarning: (policy) => warned.push(policy) });
  measurements.start(run, 'm', 1);
  await clock.settle();
  expect(answers.get('u', 'measure/m', 1)).toMatchObject({
    reading: { kind: 'Value', value: [1], metadata: { 'sluice.dev/policy-warning': warning } },
  });
  expect(warned).toEqual(['address']);
});

test('stop ends all of them', async () => {
  const { clock, asked, measurements } = rig();
  measurements.start(run, 'm', 1);
  measurements.start({ ...run, metadata: { ...run.metadata, uid: 'v' } }, 'm', 1);
  await clock.settle();
  measurements.stop();
  expect(asked.map(({ signal }) => signal.aborted)).toEqual([true, true]);
});

test('a metric whose provider is not served is no evidence', async () => {
  const { clock, answers, measurements } = rig();
  measurements.start({ ...run, spec: { metrics: [{ name: 'm', provider: {} }] } }, 'm', 1);
  await clock.settle();
  expect(answers.get('u', 'measure/m', 1)).toMatchObject({
    reading: { kind: 'NoEvidence', message: expect.stringContaining('not served') },
  });
});
