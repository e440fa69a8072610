import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { Server } from 'node:https';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/clock/clock.ts';
import { loadConnection } from '../../src/kube/connection.ts';
import type { HttpClient } from '../../src/kube/http-client.ts';
import { createHttpClient } from '../../src/kube/http-client.ts';
import { CONFIG_MAPS } from '../../src/kube/kinds.ts';
import { seconds } from '../../src/units/duration.ts';
import { CERTIFICATES } from './certificates.ts';
import { listen, shut, startTinyServer } from './tiny-server.ts';
import type { VirtualClock } from './virtual-clock.ts';
import { createVirtualClock } from './virtual-clock.ts';

const TARGET = { resource: CONFIG_MAPS, namespace: 'shop', name: 'a' };

let folder: string;
let clock: VirtualClock;
let server: Server;
let port: string;
let accepted: string;
let tokens: string[];
let client: HttpClient;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-connection-'));
  clock = createVirtualClock();
  accepted = 'first';
  tokens = [];
  server = createServer(CERTIFICATES.a, (request, response) => {
    const token = request.headers.authorization?.replace('Bearer ', '') ?? '';
    tokens.push(token);
    response.writeHead(token === accepted ? 200 : 401, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ metadata: { name: 'a' } }));
  });
  port = (await listen(server)).replace(/.*:/, '');
  await writeFile(join(folder, 'ca.crt'), CERTIFICATES.a.cert);
});

afterEach(async () => {
  await client.close();
  await shut(server);
  await rm(folder, { recursive: true });
});

/** Writes the kubeconfig with the given user; `cluster` adds to the cluster. */
async function writeKubeconfig(user: string, cluster = ''): Promise<string> {
  const path = join(folder, 'kubeconfig');
  await writeFile(
    path,
    `apiVersion: v1
kind: Config
current-context: test
clusters: [{ name: test, cluster: { server: "https://127.0.0.1:${port}", certificate-authority: "${folder}/ca.crt" ${cluster} } }]
users: [{ name: test, user: ${user} }]
contexts: [{ name: test, context: { cluster: test, user: test, namespace: shop } }]
`,
  );
  return path;
}

function connect(kubeconfig: string): HttpClient {
  const connection = loadConnection({ clock, kubeconfig });
  client = createHttpClient({ connection, clock: systemClock(), userAgent: 'sluice/test' });
  return client;
}

describe('a token', () => {
  test('that was rotated in the kubeconfig is used within 30 s', async () => {
    const api = connect(await writeKubeconfig('{ token: first }'));
    expect((await api.get(TARGET)).ok).toBe(true);
    await writeKubeconfig('{ token: second }');
    await api.get(TARGET);
    await clock.advance(seconds(30));
    accepted = 'second';
    expect((await api.get(TARGET)).ok).toBe(true);
    expect(tokens).toEqual(['first', 'first', 'second']);
  });

  test('that the server no longer takes is read again at once', async () => {
    const api = connect(await writeKubeconfig('{ token: first }'));
    expect((await api.get(TARGET)).ok).toBe(true);
    await writeKubeconfig('{ token: second }');
    accepted = 'second';
    expect((await api.get(TARGET)).ok).toBe(true);
    expect(tokens).toEqual(['first', 'first', 'second']);
  });

  test('in a file, as a service account has it, is read again after a 401', async () => {
    const file = join(folder, 'token');
    await writeFile(file, 'first\n');
    const api = connect(
      await writeKubeconfig(`{ auth-provider: { name: tokenFile, config: { tokenFile: "${file}" } } }`),
    );
    expect((await api.get(TARGET)).ok).toBe(true);
    await writeFile(file, 'second\n');
    accepted = 'second';
    expect((await api.get(TARGET)).ok).toBe(true);
  });

  test('of an exec plugin is kept, and asked for again after a 401', async () => {
    const plugin = join(folder, 'plugin');
    const runs = join(folder, 'runs');
    await writeFile(
      plugin,
      `#!/bin/sh
echo run >> ${runs}
token=first; [ "$(wc -l < ${runs})" -gt 1 ] && token=second
echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"'$token'"}}'
`,
    );
    await chmod(plugin, 0o755);
    const api = connect(
      await writeKubeconfig(`{ exec: { apiVersion: client.authentication.k8s.io/v1, command: "${plugin}" } }`),
    );
    expect((await api.get(TARGET)).ok).toBe(true);
    await clock.advance(seconds(120));
    expect((await api.get(TARGET)).ok).toBe(true);
    expect((await readFile(runs, 'utf8')).split('\n')).toHaveLength(2);
    accepted = 'second';
    expect((await api.get(TARGET)).ok).toBe(true);
  });

  test('that cannot be had makes calls fail without the words of the plugin', async () => {
    const api = connect(
      await writeKubeconfig('{ exec: { apiVersion: v1, command: /bin/sh, args: ["-c", "echo hunter2 >&2; exit 1"] } }'),
    );
    const answer = await api.create(CONFIG_MAPS, { metadata: { namespace: 'shop', name: 'a' } });
    expect(answer).toMatchObject({ ok: false, why: 'Unreachable' });
    expect(JSON.stringify(answer)).toContain('the credentials for the API server cannot be read');
    expect(JSON.stringify(answer)).not.toContain('hunter2');
  });
});

describe('a certificate authority', () => {
  test('that was rotated is trusted within 30 s, over new connections', async () => {
    const api = connect(await writeKubeconfig('{ token: first }'));
    expect((await api.get(TARGET)).ok).toBe(true);
    server.setSecureContext(CERTIFICATES.b);
    server.closeAllConnections();
    await writeFile(join(folder, 'ca.crt'), CERTIFICATES.b.cert);
    expect(await api.create(CONFIG_MAPS, { metadata: { namespace: 'shop', name: 'a' } })).toMatchObject({ ok: false });
    await clock.advance(seconds(30));
    expect((await api.get(TARGET)).ok).toBe(true);
  });

  test('that is another than the server has makes it unreachable', async () => {
    await writeFile(join(folder, 'ca.crt'), CERTIFICATES.b.cert);
    const api = connect(await writeKubeconfig('{ token: first }'));
    expect(await api.create(CONFIG_MAPS, { metadata: { namespace: 'shop', name: 'a' } })).toMatchObject({
      why: 'Unreachable',
    });
    expect(tokens).toEqual([]);
  });
});

test('a plain HTTP server in a kubeconfig is spoken to, with its token', async () => {
  const plain = await startTinyServer();
  const kubeconfig = await writeKubeconfig('{ token: first }');
  await writeFile(
    kubeconfig,
    (await readFile(kubeconfig, 'utf8')).replace(/server: "[^"]*"/, `server: "${plain.address}"`),
  );
  plain.api.create({ metadata: { namespace: 'shop', name: 'a' } });
  expect((await connect(kubeconfig).get(TARGET)).ok).toBe(true);
  await plain.close();
});

test('the namespace comes from the context, and what is not supported is said at once', async () => {
  const kubeconfig = await writeKubeconfig('{ token: first }');
  connect(kubeconfig);
  expect(loadConnection({ clock, kubeconfig }).namespace).toBe('shop');
  const proxied = await writeKubeconfig('{ token: first }', ', proxy-url: "http://127.0.0.1:1"');
  expect(() => loadConnection({ clock, kubeconfig: proxied })).toThrow('proxy-url is not supported');
  const missing = join(folder, 'nowhere');
  expect(() => loadConnection({ clock, kubeconfig: missing })).toThrow(
    `the kubeconfig ${missing} cannot be read (ENOENT: no such file or directory, open '${missing}'); check --kubeconfig`,
  );
});
