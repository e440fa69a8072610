import { join } from 'node:path';
import { findBinary } from './binaries.ts';
import { tell, runShown } from './command.ts';
import { startControlPlane } from './control-plane.ts';

/**
 * Runs the tests that need a real API server (`test/**\/*.server.test.ts`) against one of our own, and ends with their exit
 * code. Arguments are passed on to vitest: `npm run test:server -- test/kube`.
 */
const kubectl = await findBinary('kubectl');
const start = performance.now();
const plane = await startControlPlane();
tell(`kube-apiserver at ${plane.url}, ready after ${((performance.now() - start) / 1000).toFixed(1)} s`);
const env = {
  ...process.env,
  SLUICE_TEST_KUBECONFIG: plane.kubeconfigPath,
  SLUICE_TEST_KUBECTL: kubectl,
  SLUICE_TEST_AUDIT_LOG: plane.auditLogPath,
};
// The terminal's Ctrl-C reaches vitest as well; we must live until it has ended, and then clean up.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
try {
  const vitest = join(import.meta.dirname, '..', '..', 'node_modules', 'vitest', 'vitest.mjs');
  const args = [vitest, 'run', '--project', 'server', ...process.argv.slice(2)];
  process.exitCode = await runShown(process.execPath, args, { env });
} finally {
  await plane.stop();
}
