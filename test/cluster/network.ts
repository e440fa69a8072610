import { mkdir, writeFile } from 'node:fs/promises';
import { run, tryRun } from './command.ts';
import { ADDRESS, BRIDGE, NFT_TABLE, clusterFolder } from './paths.ts';

/** The folder of the CNI configuration that containerd reads. */
export const cniFolder = (): string => clusterFolder('cni');

// What kube-proxy leaves behind, and ours. iptables chains do not occur: the kubelet is told to make none.
const TABLES = [`inet ${NFT_TABLE}`, 'ip kube-proxy', 'ip6 kube-proxy'];

/**
 * Makes the bridge with the address that host and pods share, the rules that keep this traffic on the machine, and the
 * CNI configuration. May be repeated.
 */
export async function raiseNetwork(): Promise<void> {
  await tryRun('ip', ['link', 'add', BRIDGE, 'type', 'bridge']);
  await run('ip', ['address', 'replace', `${ADDRESS.host}/32`, 'dev', BRIDGE]);
  await run('ip', ['link', 'set', BRIDGE, 'up']);
  // Without this the host would look for Services on its default route, or find no route at all where there is none.
  await run('ip', ['route', 'replace', ADDRESS.services, 'dev', BRIDGE, 'src', ADDRESS.host]);
  await writeFile('/proc/sys/net/ipv4/ip_forward', '1');
  await run('nft', ['-f', '-'], { input: fence() });
  await mkdir(cniFolder(), { recursive: true });
  await writeFile(clusterFolder('cni', '10-sluice.conflist'), JSON.stringify(cni()));
}

/** Removes the bridge, our nft tables and those of kube-proxy; ip_forward stays as it is, since others may need it now. */
export async function lowerNetwork(): Promise<void> {
  for (const table of TABLES) await tryRun('nft', ['delete', 'table', ...table.split(' ')]);
  await tryRun('ip', ['link', 'delete', BRIDGE]);
}

// Nobody outside reaches our addresses by way of this machine's real interfaces, and no pod reaches the outside.
function fence(): string {
  const ours = `{ ${ADDRESS.host}, ${ADDRESS.services}, ${ADDRESS.pods} }`;
  return `table inet ${NFT_TABLE} {}
delete table inet ${NFT_TABLE}
table inet ${NFT_TABLE} {
  chain input {
    type filter hook prerouting priority -300; policy accept;
    iifname != { "lo", "${BRIDGE}" } iifname != "veth*" ip daddr ${ours} drop
  }
  chain forward {
    type filter hook forward priority -10; policy accept;
    ip saddr ${ADDRESS.pods} ip daddr != ${ours} reject with icmp type admin-prohibited
  }
}
`;
}

// ptp and not bridge: with a common bridge a pod behind a Service answers its neighbour directly, past the address
// translation, and the neighbour refuses the answer.
function cni(): object {
  const ipam = {
    type: 'host-local',
    ranges: [[{ subnet: ADDRESS.pods }]],
    routes: [{ dst: '0.0.0.0/0' }],
    dataDir: clusterFolder('cni-addresses'),
  };
  return { cniVersion: '1.0.0', name: 'sluice', plugins: [{ type: 'ptp', ipMasq: false, mtu: 1500, ipam }] };
}
