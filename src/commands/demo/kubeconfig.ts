import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A kubeconfig in a folder of its own; `remove` leaves nothing behind. */
export type KubeconfigFile = Readonly<{ path: string; remove(): void }>;

/** Writes a kubeconfig for the API server at an address, with a namespace to begin with, readable by its owner only. */
export function writeKubeconfig(server: string, namespace: string): KubeconfigFile {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-demo-'));
  const path = join(folder, 'kubeconfig');
  const name = 'sluice-demo';
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    clusters: [{ name, cluster: { server } }],
    contexts: [{ name, context: { cluster: name, user: name, namespace } }],
    users: [{ name, user: {} }],
  };
  // JSON is YAML, which is what kubectl reads.
  writeFileSync(path, `${JSON.stringify(config, undefined, 2)}\n`, { mode: 0o600 });
  return { path, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
