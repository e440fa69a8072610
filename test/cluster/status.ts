import { findBinary } from './binaries.ts';
import { tell, tryRun } from './command.ts';
import { daemonNames, pidOf } from './daemon.ts';
import { clusterEnvironment } from './up.ts';

/** Says of each part whether it runs, and what the API server knows of nodes and pods; answers whether all is well. */
export async function clusterStatus(): Promise<boolean> {
  const { KUBECONFIG } = await clusterEnvironment();
  const names = process.env['KUBECONFIG'] === undefined ? await daemonNames() : [];
  const pids = await Promise.all(names.map((name) => pidOf(name)));
  for (const [index, name] of names.entries()) tell(`${name.padEnd(26)}${pids[index] ?? 'not running'}`);
  const kubectl = await findBinary('kubectl');
  const answer = await tryRun(kubectl, ['--kubeconfig', KUBECONFIG, 'get', 'nodes,pods', '--all-namespaces']);
  tell(answer.ok ? answer.stdout : `no API server answers: ${answer.stderr}`);
  return answer.ok && pids.every((pid) => pid !== undefined);
}
