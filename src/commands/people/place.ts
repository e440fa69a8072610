import type { Command } from 'commander';
import { Option } from 'commander';
import type { ApiGroup } from '../../api/names.ts';
import type { Clock } from '../../clock/clock.ts';
import { loadConnection } from '../../kube/connection.ts';
import type { HttpClient } from '../../kube/http-client.ts';
import { createHttpClient } from '../../kube/http-client.ts';
import { readBuild } from '../version.ts';
import type { Terminal } from './terminal.ts';

/** What a command for people runs with. */
export type Parts = Readonly<{ terminal: Terminal; clock: Clock }>;

/** The flags that say which cluster and namespace are meant; those of kubectl. */
export type PlaceFlags = Readonly<{
  namespace?: string;
  context?: string;
  kubeconfig?: string;
  apiGroup?: ApiGroup;
  output?: 'json';
}>;

/** A cluster as a command works on it. */
export type Place = Readonly<{
  client: HttpClient;
  namespace: string;
  /** The API groups to look in, in this order. */
  groups: readonly ApiGroup[];
}>;

/** Both groups, ours first. */
const GROUPS: readonly ApiGroup[] = ['sluice.dev', 'argoproj.io'];

/** Adds the flags of a place to a command. */
export function withPlaceFlags(command: Command): Command {
  return command
    .option('-n, --namespace <namespace>', 'namespace (default: that of the context)')
    .option('--context <context>', 'context of the kubeconfig')
    .option('--kubeconfig <file>', 'path of a kubeconfig (default: KUBECONFIG, then ~/.kube/config)')
    .addOption(new Option('--api-group <group>', 'look only in this API group').choices(GROUPS))
    .addOption(new Option('-o, --output <format>', 'output as JSON').choices(['json']));
}

/** Opens the cluster; why it cannot be, and what to do, when there is none to be reached. */
export function openPlace(
  flags: PlaceFlags,
  clock: Clock,
): Readonly<{ ok: true; place: Place }> | Readonly<{ ok: false; why: string }> {
  try {
    const connection = loadConnection({ clock, kubeconfig: flags.kubeconfig, context: flags.context });
    const client = createHttpClient({ connection, clock, userAgent: `sluice-cli/${readBuild().version}` });
    const namespace = flags.namespace ?? connection.namespace ?? 'default';
    return { ok: true, place: { client, namespace, groups: flags.apiGroup === undefined ? GROUPS : [flags.apiGroup] } };
  } catch (error) {
    return { ok: false, why: error instanceof Error ? error.message : String(error) };
  }
}

/** Runs a command on a place and puts the connection away afterwards; answers the exit code. */
export async function withPlace(
  flags: PlaceFlags,
  { clock, terminal }: Parts,
  run: (place: Place) => Promise<number>,
): Promise<number> {
  const opened = openPlace(flags, clock);
  if (!opened.ok) {
    terminal.err(`sluice: ${opened.why}`);
    return 1;
  }
  try {
    return await run(opened.place);
  } finally {
    await opened.place.client.close();
  }
}
