import { expect, test } from 'vitest';
import { DEMO_IMAGE, imageValues, readTarget } from '../cluster/target.ts';

const OWN = '/cache/cluster/kubeconfigs/admin';
const FOREIGN = {
  KUBECONFIG: '/home/me/.kube/config',
  SLUICE_IMAGE: 'registry.example.com:5000/team/sluice:1.2.3',
  SLUICE_DEMO_IMAGE: 'registry.example.com:5000/team/demo:1',
  SLUICE_GATEWAY: 'gateways/shared',
  SLUICE_GATEWAY_URL: 'http://127.0.0.1:8080',
  SLUICE_PROMETHEUS: 'http://prometheus.observability.svc:9090',
};

test('without KUBECONFIG, and with that of our own cluster, images are made and loaded here', () => {
  for (const environment of [{}, { KUBECONFIG: '' }, { KUBECONFIG: OWN }]) {
    const target = readTarget(environment, OWN);
    expect(target).toMatchObject({ own: true, kubeconfig: OWN, productImage: undefined, demoImage: DEMO_IMAGE });
  }
});

test('a foreign cluster without images is refused with every variable that is missing and what it is', () => {
  const message = (() => {
    try {
      readTarget({ KUBECONFIG: '/home/me/.kube/config', SLUICE_DEMO_IMAGE: 'demo:1' }, OWN);
      return '';
    } catch (error) {
      return String(error);
    }
  })();
  expect(message).toContain('images cannot be loaded into the cluster of KUBECONFIG=/home/me/.kube/config; give');
  expect(message).toContain('SLUICE_IMAGE: an image of Sluice that the cluster can pull: push what `npm run image`');
  expect(message).toContain('SLUICE_GATEWAY: NAMESPACE/NAME');
  expect(message).not.toContain('SLUICE_DEMO_IMAGE:');
});

test('a foreign cluster is tested with what its variables name', () => {
  expect(readTarget(FOREIGN, OWN)).toEqual({
    own: false,
    kubeconfig: FOREIGN.KUBECONFIG,
    productImage: FOREIGN.SLUICE_IMAGE,
    demoImage: FOREIGN.SLUICE_DEMO_IMAGE,
    gateway: { namespace: 'gateways', name: 'shared', url: 'http://127.0.0.1:8080' },
    prometheus: FOREIGN.SLUICE_PROMETHEUS,
  });
});

test('a Gateway without its namespace is refused', () => {
  expect(() => readTarget({ ...FOREIGN, SLUICE_GATEWAY: 'shared' }, OWN)).toThrow('write it as NAMESPACE/NAME');
});

test('an image becomes the values of the chart, by tag or by digest; the port of a host is no tag', () => {
  const digest = `sha256:${'0'.repeat(64)}`;
  expect(imageValues('host:5000/sluice:1')).toEqual(['image.repository=host:5000/sluice', 'image.tag=1']);
  expect(imageValues('host:5000/sluice')).toEqual(['image.repository=host:5000/sluice']);
  expect(imageValues(`host/sluice@${digest}`)).toEqual(['image.repository=host/sluice', `image.digest=${digest}`]);
});
