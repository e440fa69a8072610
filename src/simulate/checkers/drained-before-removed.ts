import { HASH_LABEL } from '../../api/names.ts';
import type { Proxy } from '../../emulator/proxies/proxy.ts';
import { backendsOf, hashOf, isTaken } from './revisions.ts';
import type { Checker, WorldState } from './checker.ts';

/**
 * S4 and S6, by the truth of the data plane: a write of ours takes the last pods of a revision only when no proxy sends
 * it anything any more, by the rules and addresses that the proxy has now. Basic canaries have no weights to wait for.
 */
export const drainedBeforeRemoved: Checker = {
  id: 'S4',
  judge({ call, before, after, calm }) {
    if (!calm || call.resource.plural !== 'replicasets' || isBasic(after) || after.rollout?.spec.replicas === 0)
      return [];
    return after.replicaSets.flatMap((replicaSet) => {
      const { name } = replicaSet.metadata;
      const was = before.replicaSets.find(({ metadata }) => metadata.name === name);
      const [size, sizeBefore] = [replicaSet.spec.replicas ?? 1, was?.spec.replicas ?? 0];
      if (size >= sizeBefore) return [];
      // Until the Gateway took the weights as they are stored, proxies may have those from before.
      const served = backendsOf(before).some(({ hash }) => hash === hashOf(replicaSet));
      if (served && isRouted(after) && !isTaken(before))
        return [`${name} loses pods before the Gateway took the weights`];
      if (size > 0) return [];
      const sending = after.proxies.filter((proxy) => sendsTo(proxy, after, hashOf(replicaSet)));
      return sending.map((proxy) => `${name} loses its pods while ${proxy.name} still sends requests to them`);
    });
  },
};

function isBasic({ rollout }: WorldState): boolean {
  const canary = rollout?.spec.strategy?.canary;
  return canary !== undefined && canary.trafficRouting === undefined;
}

function isRouted({ rollout }: WorldState): boolean {
  return rollout?.spec.strategy?.canary?.trafficRouting !== undefined;
}

function sendsTo(proxy: Proxy, { pods }: WorldState, hash: string): boolean {
  const own = new Set(
    pods.filter((pod) => pod.metadata.labels?.[HASH_LABEL] === hash).map((pod) => pod.status?.podIP ?? ''),
  );
  return proxy.rules.some(({ backends }) =>
    backends.some(({ weight, service }) => {
      const addresses = weight > 0 ? proxy.addressesOf(service, 'None') : [];
      return addresses.some((address) => own.has(address));
    }),
  );
}
