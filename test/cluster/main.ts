import { tell } from './command.ts';
import { clusterDown } from './down.ts';
import { clusterStatus } from './status.ts';
import { clusterEnvironment, clusterUp } from './up.ts';

const USAGE = `usage: npm run cluster -- up | down | status | env
  up      builds what is missing and starts a whole Kubernetes on this machine (root); with KUBECONFIG it only checks that one
  down    stops it and removes all that it left
  status  says what runs
  env     prints the variables to evaluate in a shell: eval "$(npm run -s cluster -- env)"`;

const [verb = 'help'] = process.argv.slice(2);
switch (verb) {
  case 'up':
    await clusterUp();
    break;
  case 'down':
    await clusterDown();
    break;
  case 'status':
    process.exitCode = (await clusterStatus()) ? 0 : 1;
    break;
  case 'env':
    for (const [name, value] of Object.entries(await clusterEnvironment()))
      process.stdout.write(`export ${name}='${value}'\n`);
    break;
  default:
    tell(USAGE);
    process.exitCode = verb === 'help' ? 0 : 2;
}
