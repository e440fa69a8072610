import { HASH_LABEL } from '../../api/names.ts';
import type { Proxy } from '../../emulator/proxies/proxy.ts';
import {
  backendsOf,
  canaryShare,
  hashOf,
  isCanaryService,
  isTaken,
  needed,
  readyPods,
  selectedBy,
  hasDeclaredSizes,
} from './revisions.ts';
import type { Checker, JudgedWrite, WorldState } from './checker.ts';

/** S4: nothing grows or goes on before what it stands on is there, and nothing goes before nobody needs it. */
export const order: Checker = {
  id: 'S4',
  judge: (write) => [...provenBeforeNext(write), ...drainedBeforeRemoved(write)],
};

/**
 * S4 and S6, by the truth of the data plane: a write of ours takes the last pods of a revision only when no proxy sends
 * it anything any more, by the rules and addresses that the proxy has now. Basic canaries have no weights to wait for.
 */
function drainedBeforeRemoved({ call, before, after, calm }: JudgedWrite): readonly string[] {
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
}

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

/**
 * S4, growing: a step with a weight is completed only when the stored route carries that weight, every parent has taken
 * that very generation, and the pods that the weight needs are ready; a revision becomes the stable one only with all
 * of its pods ready.
 */
function provenBeforeNext(write: JudgedWrite): readonly string[] {
  const { call, calm, before, after } = write;
  if (!calm || call.resource.plural !== 'rollouts' || call.subresource !== 'status') return [];
  if (after.rollout?.spec.replicas === 0) return [];
  return [...stepProblems(write), ...promotionProblems(before, after)];
}

function stepProblems({ before, after }: JudgedWrite): readonly string[] {
  const was = before.rollout?.status ?? {};
  const is = after.rollout?.status ?? {};
  const index = was.currentStepIndex ?? 0;
  const onward =
    was.currentPodHash === is.currentPodHash &&
    was.currentStepHash === is.currentStepHash &&
    was.promoteFull !== true &&
    (is.currentStepIndex ?? 0) === index + 1;
  const steps = (before.rollout?.spec.strategy?.canary?.steps ?? []) as readonly Readonly<{ setWeight?: number }>[];
  const total = before.rollout?.spec.strategy?.canary?.trafficRouting?.maxTrafficWeight ?? 100;
  const given = steps[index]?.setWeight;
  if (!onward || given === undefined) return [];
  const weight = (100 * given) / total;
  const declared = hasDeclaredSizes(before);
  const hash = was.currentPodHash;
  const ready = readyPods(before, hash).length;
  const n = before.rollout?.spec.replicas ?? 1;
  if (before.rollout?.spec.strategy?.canary?.trafficRouting === undefined) {
    // A small share of few pods may come to none at all: the nearest whole number is what a canary by pods aims at.
    const least = Math.floor((n * weight) / 100);
    return ready < (declared ? Math.min(1, least) : least)
      ? [`weight ${weight} counts as reached with ${ready} of ${least} ready pods`]
      : [];
  }
  const wrong: string[] = [];
  const share = canaryShare(before);
  if (share !== weight) wrong.push(`weight ${weight} counts as reached, and the route has ${share}`);
  if (!isTaken(before)) wrong.push(`weight ${weight} counts as proven before the Gateway took it`);
  if (ready < (declared ? Math.min(1, weight) : needed(weight, n)))
    wrong.push(`weight ${weight} counts as reached with ${ready} of ${n} pods`);
  const behind = backendsOf(before).find((backend) => isCanaryService(before, backend.name))?.hash;
  if (weight > 0 && behind !== hash)
    wrong.push(`weight ${weight} counts as reached before its Service selects the canary`);
  return wrong;
}

function promotionProblems(before: WorldState, after: WorldState): readonly string[] {
  const was = before.rollout?.status?.stableRS ?? '';
  const is = after.rollout?.status?.stableRS ?? '';
  // Where somebody deleted the stable revision, whatever has a pod takes its place.
  if (was === '' || is === was || !before.replicaSets.some((replicaSet) => hashOf(replicaSet) === was)) return [];
  const n = before.rollout?.spec.replicas ?? 1;
  const ready = readyPods(before, is).length;
  const wrong =
    ready < (hasDeclaredSizes(before) ? Math.min(1, n) : n)
      ? [`revision ${is} becomes the stable one with ${ready} of ${n} pods`]
      : [];
  const activeName = before.rollout?.spec.strategy?.blueGreen?.activeService;
  const active = before.services.find(({ metadata }) => metadata.name === activeName);
  if (activeName !== undefined && selectedBy(active) !== is)
    wrong.push(`revision ${is} becomes the stable one before the active Service selects it`);
  const { canary } = before.rollout?.spec.strategy ?? {};
  const stepped = canary?.trafficRouting !== undefined && (canary.steps ?? []).length > 0;
  if (stepped && canaryShare(before) !== 100)
    wrong.push(`revision ${is} becomes the stable one with ${canaryShare(before)} % of the traffic`);
  return before.replicaSets.some((replicaSet) => hashOf(replicaSet) === is) ? wrong : [];
}
