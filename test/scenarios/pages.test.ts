import { expect, test } from 'vitest';
import { codeBlocks, linesOf, manifestsIn } from '../cluster/checks/pages.ts';

const PAGE = [
  'Some `kubectl get pods` in a sentence.',
  '```sh',
  'npm test                    # not for us',
  'kubectl get rollouts -w     # without end',
  'helm upgrade --install x charts/x \\',
  '  --set a=b',
  'kubectl patch rollouts web -p \'{"a": 1}\'',
  '```',
  '```yaml',
  'apiVersion: v1',
  'kind: Service',
  'metadata: { name: a }',
  '---',
  'replicas: 2 # values of a chart',
  '```',
].join('\n');

test('commands of a page are found in its blocks, with quotes and continuation lines, and -w left out', () => {
  const [shell = ''] = codeBlocks(PAGE, 'sh');
  expect(linesOf('kubectl', shell)).toEqual([
    ['get', 'rollouts'],
    ['patch', 'rollouts', 'web', '-p', '{"a": 1}'],
  ]);
  expect(linesOf('helm', shell)).toEqual([['upgrade', '--install', 'x', 'charts/x', '--set', 'a=b']]);
});

test('manifests of a page are the documents that have a kind', () => {
  expect(codeBlocks(PAGE, 'yaml').flatMap(manifestsIn)).toMatchObject([{ kind: 'Service' }]);
});
