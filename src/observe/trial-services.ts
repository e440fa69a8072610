import type { Experiment } from '../api/experiment.ts';
import type { Rollout } from '../api/rollout.ts';
import type { ObservedTrialService } from '../plan/rollout/observed-rollout.ts';
import { observeService } from './services.ts';
import type { Service, Stores } from './stores.ts';

type ServicePort = Readonly<{ port: number; targetPort?: number | string; name?: string; protocol?: string }>;

/**
 * The Services of a Rollout's experiments, with the port of each that leads where a port of the canary Service does: a route
 * asks for ports of Services, and those of an experiment's Service are those of its containers.
 */
export function observeTrialServices(
  stores: Stores,
  rollout: Rollout,
  experiments: readonly Experiment[],
): readonly ObservedTrialService[] {
  const { canaryService, pingPong } = rollout.spec.strategy?.canary ?? {};
  const { namespace } = rollout.metadata;
  // Services that swap their roles have the same ports.
  const named = canaryService ?? pingPong?.pingService;
  const canary = named === undefined ? undefined : stores.services.get(namespace, named);
  const names = experiments.flatMap(({ status }) =>
    (status?.templateStatuses ?? []).flatMap(({ serviceName }) => serviceName ?? []),
  );
  return [...new Set(names)].map((name) => ({
    ...observeService(stores, rollout, name),
    ports: portsBetween(portsOf(canary), portsOf(stores.services.get(namespace, name))),
  }));
}

function portsOf(service: Service | undefined): readonly ServicePort[] {
  const { ports = [] } = (service?.spec ?? {}) as Readonly<{ ports?: readonly ServicePort[] }>;
  return ports;
}

/** By the number or the name of the container's port; where there is only one, it is that. */
function portsBetween(from: readonly ServicePort[], to: readonly ServicePort[]): Readonly<Record<string, number>> {
  const pairs = from.flatMap(({ port, targetPort = port }): [string, number][] => {
    const same =
      to.find((one) => one.port === targetPort || one.name === targetPort) ?? (to.length === 1 ? to[0] : undefined);
    return same === undefined ? [] : [[String(port), same.port]];
  });
  return Object.fromEntries(pairs);
}
