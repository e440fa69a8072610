import { describe, expect, test } from 'vitest';
import { failureOf } from '../../src/kube/errors.ts';

const refused = (message: string, reason = 'Forbidden') =>
  failureOf(403, { kind: 'Status', reason, message, code: 403 }, { writes: true });

// Texts of a kube-apiserver 1.36.
const RIGHT =
  'replicasets.apps is forbidden: User "system:serviceaccount:sluice-system:sluice" cannot create resource "replicasets" in API group "apps" in the namespace "shop"';

describe('a 403 is', () => {
  test.each([
    ['a right that is missing', RIGHT],
    ['one on a named object', RIGHT.replace('replicasets.apps is', 'replicasets.apps "web-1" is')],
    ['one with a reason of the authorizer', `${RIGHT}: RBAC: clusterrole.rbac.authorization.k8s.io "x" not found`],
    ['one on a path', 'forbidden: User "system:anonymous" cannot get path "/metrics"'],
    [
      'one that admission checks',
      'replicasets.apps "web-1" is forbidden: cannot set blockOwnerDeletion if an ownerReference refers to a resource you can\'t set finalizers on: , <nil>',
    ],
    ['an answer of something on the way', ''],
  ])('our installation’s affair: %s', (_what, message) => {
    expect(refused(message).why).toBe('Forbidden');
  });

  test.each([
    ['a webhook', 'admission webhook "policy.example.com" denied the request: no images from there'],
    ['a webhook that quotes what we look for', `admission webhook "policy.example.com" denied the request: ${RIGHT}`],
    [
      'a validating policy',
      "replicasets.apps \"web-1\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: failed expression: false",
    ],
    ['Pod Security', 'pods "web" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true'],
  ])('an objection to the content: %s', (_what, message) => {
    expect(refused(message)).toMatchObject({ why: 'Denied', message });
  });

  test.each([
    [
      'a quota',
      'replicasets.apps "web-1" is forbidden: exceeded quota: q, requested: count/replicasets.apps=1, used: count/replicasets.apps=1, limited: count/replicasets.apps=1',
    ],
    ['a quota that wants requests', 'pods "web" is forbidden: failed quota: q: must specify cpu for: web'],
    [
      'a namespace that is ending',
      'replicasets.apps "web-1" is forbidden: unable to create new content in namespace shop because it is being terminated',
    ],
  ])('want of room: %s', (_what, message) => {
    expect(refused(message).why).toBe('Exhausted');
  });
});

test('a right that is missing is named with the remedy', () => {
  expect(refused(RIGHT).message).toBe(
    `${RIGHT}; the installation lacks a right, add verb create on resource replicasets of group apps to the controller's role`,
  );
  const core =
    'services is forbidden: User "x" cannot patch resource "services" in API group "" in the namespace "shop"';
  expect(refused(core).message).toContain('add verb patch on resource services of the core group');
});
