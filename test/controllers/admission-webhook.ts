import type { Server } from 'node:https';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { KubeClient } from '../../src/kube/client.ts';
import type { Resource } from '../../src/kube/resource.ts';
import { CERTIFICATES } from '../kube/certificates.ts';
import { bodyOf, shut } from '../kube/tiny-server.ts';

/** What is asked of a webhook. Source: admission.k8s.io/v1 AdmissionReview. */
export type AdmissionRequest = Readonly<{
  uid: string;
  operation: string;
  dryRun: boolean;
  resource: Readonly<{ resource: string }>;
  object: unknown;
}>;

/** A webhook that runs: whoever it objects to is refused with that message and status. */
export type AdmissionWebhook = {
  objectsTo: (request: AdmissionRequest) => string | undefined;
  /** The HTTP status of a refusal. */
  code: number;
  readonly asked: AdmissionRequest[];
};

const CONFIGURATIONS: Resource = {
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  plural: 'validatingwebhookconfigurations',
  kind: 'ValidatingWebhookConfiguration',
  namespaced: false,
};

/** Starts an HTTPS webhook on loopback and has the API server ask it about one namespace; both end with the test. */
export async function startAdmissionWebhook(client: KubeClient, namespace: string): Promise<AdmissionWebhook> {
  const webhook: AdmissionWebhook = { objectsTo: () => undefined, code: 403, asked: [] };
  const server: Server = createServer(CERTIFICATES.a, (incoming, outgoing) => {
    void (async () => {
      const { request } = JSON.parse(await bodyOf(incoming)) as { request: AdmissionRequest };
      webhook.asked.push(request);
      const message = webhook.objectsTo(request);
      const verdict =
        message === undefined ? { allowed: true } : { allowed: false, status: { code: webhook.code, message } };
      outgoing.writeHead(200, { 'content-type': 'application/json' });
      outgoing.end(
        JSON.stringify({
          apiVersion: 'admission.k8s.io/v1',
          kind: 'AdmissionReview',
          response: { uid: request.uid, ...verdict },
        }),
      );
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const rule = (groups: string, resources: string): object => ({
    apiGroups: [groups],
    apiVersions: ['*'],
    operations: ['CREATE', 'UPDATE'],
    resources: [resources],
  });
  const configuration = {
    metadata: { name: namespace },
    webhooks: [
      {
        name: 'policy.example.com',
        clientConfig: { url, caBundle: Buffer.from(CERTIFICATES.a.cert).toString('base64') },
        rules: [rule('apps', 'replicasets'), rule('gateway.networking.k8s.io', 'httproutes')],
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
        admissionReviewVersions: ['v1'],
        sideEffects: 'None',
      },
    ],
  };
  const made = await client.create(CONFIGURATIONS, configuration);
  if (!made.ok) throw new Error(made.message);
  onTestFinished(async () => {
    await client.delete({ resource: CONFIGURATIONS, name: namespace }, { uid: made.value.metadata.uid ?? '' });
    await shut(server);
  });
  return webhook;
}
