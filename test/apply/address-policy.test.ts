import { describe, expect, test } from 'vitest';
import { isOnlyWarned, nameToResolve, refuseAddress, refuseIp } from '../../src/apply/address-policy.ts';

const policy = {
  origins: ['http://metrics.example.com:9090'],
  clusterServices: true,
  apiServerHosts: [],
  ownPorts: [8090],
};

describe('an address of a template', () => {
  test.each([
    'http://metrics.example.com:9090/api/v1/query',
    'http://prometheus.monitoring:9090',
    'https://prometheus.monitoring.svc',
    'http://prometheus.monitoring.svc.cluster.local:9090/x',
  ])('%s may be called', (address) => {
    expect(refuseAddress(address, policy)).toBeUndefined();
  });

  test.each([
    'http://169.254.169.254/latest/meta-data',
    'http://2852039166/',
    'http://0xa9fea9fe/',
    'http://0251.0376.0251.0376/',
    'http://169.254.43518/',
    'http://[::ffff:169.254.169.254]/',
    'http://[::ffff:a9fe:a9fe]/',
    'http://[fe80::1]/',
    'http://[::1]:9090/',
    'http://127.0.0.1:9090/',
    'http://127.1/',
    'http://0/',
    'http://10.0.0.1/',
    'http://localhost:9090/',
    'http://prometheus:9090/',
    'http://metrics.example.com:9091/',
    'https://metrics.example.com:9090/',
    'http://www.evil.example.com/',
    'http://metadata.google.internal/',
    'http://kubernetes.default.svc/',
    'https://kubernetes.default.svc.cluster.local./',
    'https://kubernetes.default/',
    'http://user:password@metrics.example.com:9090/',
    'http://metrics.example.com:9090@127.0.0.1/',
    'http://metrics.example.com:9090.evil.example.com/',
    'http://prometheus.monitoring.svc.evil.com/',
    'file:///etc/passwd',
    'gopher://prometheus.monitoring/',
    'data:text/plain,1',
    'ftp://prometheus.monitoring/',
    'javascript:1',
    '//prometheus.monitoring/',
    'prometheus.monitoring:9090',
    '',
    'http://',
    'http://１２７.0.0.1/',
    'http://127。0。0。1/',
  ])('%s is refused, with a reason', (address) => {
    expect(refuseAddress(address, policy)).toMatch(/\w{3}/);
  });
});

test('a name of two words is asked for inside the cluster only, since it may be a domain of the internet', () => {
  expect(nameToResolve(new URL('http://evil.com/'), policy)).toBe('evil.com.svc');
  expect(nameToResolve(new URL('http://prometheus.monitoring.svc/'), policy)).toBe('prometheus.monitoring.svc');
  expect(nameToResolve(new URL('http://metrics.example.com:9090/'), policy)).toBe('metrics.example.com');
});

const known = { apiServer: ['10.96.0.1', 'FD00::1'], own: ['10.1.2.3', 'fd01::3'] };

test('a name may lead to this machine by an address of its network, but not to the port that we listen on', () => {
  expect(refuseIp('10.1.2.3', 9090, policy, known)).toBeUndefined();
  expect(refuseIp('10.1.2.3', 8090, policy, known)).toContain('a port of this process');
  expect(refuseIp('fd01:0::3', 8090, policy, known)).toContain('a port of this process');
  expect(refuseIp('10.1.2.4', 8090, policy, known)).toBeUndefined();
});

test.each([
  '127.0.0.1',
  '0.0.0.0',
  '169.254.169.254',
  '100.100.100.200',
  '224.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  'fe80::1',
  'FE80::1',
  'ff02::1',
  '64:ff9b::a9fe:a9fe',
  'fd00:ec2::254',
  '10.96.0.1',
  '::ffff:10.96.0.1',
  'fd00:0:0:0::1',
])('a name may not lead to %s', (ip) => {
  expect(refuseIp(ip, 80, policy, known)).toMatch(/^it resolves to/);
});

test.each(['10.0.0.7', '192.168.1.2', '100.64.0.1', '8.8.8.8', 'fd12::7'])('a name may lead to %s', (ip) => {
  expect(refuseIp(ip, 80, policy, known)).toBeUndefined();
});

describe('a policy that only warns', () => {
  const warning = { ...policy, warnOnly: true };
  test.each(['http://metrics.example.org', 'https://10.0.0.5:9090', 'http://prometheus:9090'])(
    'lets %s pass',
    (address) => {
      expect(refuseAddress(address, warning)).toMatch(/allowed/);
      expect(isOnlyWarned(address, warning)).toBe(true);
      expect(isOnlyWarned(address, policy)).toBe(false);
    },
  );

  test.each(['file:///etc/passwd', 'http://user:secret@metrics.example.org', 'nothing'])(
    'still refuses %s',
    (address) => {
      expect(isOnlyWarned(address, warning)).toBe(false);
    },
  );
});
