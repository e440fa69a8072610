import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../../src/clock/clock.ts';
import { createProgram } from '../../../src/commands/program.ts';
import type { Ran } from '../people/desk.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-lint-'));
  return () => rmSync(folder, { recursive: true });
});

async function lint(...args: readonly string[]): Promise<Ran> {
  const [out, err]: [string[], string[]] = [[], []];
  let code: number | undefined;
  const terminal = { out: (text: string) => void out.push(text), err: (text: string) => void err.push(text) };
  const program = createProgram((given) => void (code = given), { terminal, clock: systemClock() });
  await program.parseAsync(['node', 'sluice', 'lint', ...args]);
  return { out: out.join('\n').replaceAll(`${folder}/`, ''), err: err.join('\n'), code };
}

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const ROLLOUT = `apiVersion: GROUP/v1alpha1
kind: Rollout
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: a, image: b }] }
  strategy:
    canary:
      steps:
        - setWeight: 120
        - pause: { duration: soon }
        - setWieght: 3
`;
const rollout = (group: string): string => ROLLOUT.replace('GROUP', group);

const TEMPLATE = `apiVersion: sluice.dev/v1alpha1
kind: AnalysisTemplate
metadata: { name: errors }
spec:
  args: [{ name: host }]
  metrics:
    - name: m
      successCondition: result[0] <
      provider:
        prometheus:
          address: http://metrics.example.com
          query: up{host="{{args.host}}"}
`;

test('the examples are without a finding', async () => {
  expect(await lint('examples')).toEqual({ out: '', err: '0 errors, 0 warnings', code: 0 });
});

test('every problem of a Rollout is told with its line and what to do, in both groups', async () => {
  const { out, err, code } = await lint(file('a.yaml', rollout('argoproj.io')));
  expect(out.split('\n')).toEqual([
    'a.yaml:12: error: Rollout web: spec.strategy.canary.steps[0].setWeight: Invalid value: 120: must be 0 to 100',
    'a.yaml:13: error: Rollout web: spec.strategy.canary.steps[1].pause.duration: Invalid value: "soon": must be seconds or a Go duration such as 90s or 1h30m, and not negative',
    'a.yaml:14: error: Rollout web: spec.strategy.canary.steps[2].setWieght: Invalid value: 3: there is no such field; check the spelling or remove it',
  ]);
  expect({ err, code }).toEqual({ err: '3 errors, 0 warnings', code: 1 });
  expect((await lint(file('b.yaml', rollout('sluice.dev')))).out.replaceAll('b.yaml', 'a.yaml')).toBe(out);
});

test('what the definition refuses is told before our own rules speak', async () => {
  const text = rollout('sluice.dev').replace('  template:', '  replicas: many\n  template:');
  const { out, code } = await lint(file('a.yaml', text));
  expect(out).toContain('a.yaml:6: error: Rollout web: spec.replicas: ');
  expect(code).toBe(1);
});

test('conditions of templates are read, and with --enforce addresses are held against the policy', async () => {
  const path = file('t.yaml', TEMPLATE);
  const condition =
    't.yaml:8: error: AnalysisTemplate errors: spec.metrics[0].successCondition: Invalid value: "result[0] <": the expression ends too early (at character 12); write a condition such as result[0] <= 0.05';
  expect((await lint(path)).out).toBe(condition);
  const address =
    't.yaml:11: error: AnalysisTemplate errors: spec.metrics[0].provider.prometheus.address: Invalid value: "http://metrics.example.com": it is not among the allowed origins; add it to allowedOrigins';
  expect((await lint(path, '--enforce')).out).toBe(`${condition}\n${address}`);
  expect((await lint(path, '--enforce', '--allowed-origins', 'http://metrics.example.com')).out).toBe(condition);
});

test('what is legal but hardly meant is a warning, an error only when asked for', async () => {
  const odd = rollout('argoproj.io').replace(
    / {4}canary:[^]*$/,
    '    blueGreen:\n      activeService: web\n      scaleDownDelaySeconds: -1\n',
  );
  const path = file('w.yaml', odd);
  expect(await lint(path)).toEqual({
    out: 'w.yaml:12: warning: Rollout web: spec.strategy.blueGreen.scaleDownDelaySeconds: Invalid value: -1: counts as 0; write 0',
    err: '0 errors, 1 warnings',
    code: 0,
  });
  expect((await lint(path, '--strict')).code).toBe(1);
});

test('other kinds are not judged; what cannot be read is told', async () => {
  const path = file('s.yaml', 'apiVersion: v1\nkind: Service\nmetadata: { name: a }\n---\njust: values\n');
  expect(await lint(path)).toMatchObject({ out: '', code: 0 });
  expect(await lint(file('bad.yaml', 'a: [1'))).toMatchObject({
    out: expect.stringMatching(/^bad.yaml:\d+: error: not YAML: /),
    code: 1,
  });
  expect(await lint(join(folder, 'none.yaml'))).toMatchObject({
    err: expect.stringContaining('cannot be read'),
    code: 2,
  });
});
