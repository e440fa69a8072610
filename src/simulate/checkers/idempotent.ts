import type { KubeObject } from '../../kube/resource.ts';
import type { JudgedWrite, MakeChecker, WorldState } from './checker.ts';

/**
 * S10: a world at rest is written no more, and nobody decides before having seen its own last write. A write of ours that is refused as a lost race although the
 * last one who wrote that object was the same process has been decided on a view from before that write. Only where
 * watches and answers come: a process that cannot see is let go on after a while. A run is written by two of us, the one
 * that measures and the one that ends it with its update: neither waits to see what the other wrote.
 */
export const idempotent: MakeChecker = ({ watchFaults, callFaults, lags, happenings }) => {
  const blind = watchFaults.length > 0 || callFaults.length > 0 || lags.watch > 4_000;
  const stalls = happenings.some(({ kind }) => kind === 'Stall');
  /** By object: who of us wrote it last, and which version came of it. */
  const written = new Map<string, Readonly<{ process: number; version: string | undefined }>>();
  return {
    id: 'S10',
    judge(write) {
      written.set(nameOf(write), { process: write.process, version: versionOf(write) });
      return [];
    },
    judgeRefused(write) {
      if (blind || stalls || (write.status !== 409 && write.status !== 422) || write.call.verb === 'create') return [];
      if (write.call.resource.plural === 'analysisruns') return [];
      const last = written.get(nameOf(write));
      if (last === undefined || last.process !== write.process || last.version !== versionOf(write)) return [];
      return [`${nameOf(write)}: refused with ${write.status}, for we had not seen our own last write`];
    },
    rested: (writes) => (writes === 0 ? [] : [`${writes} writes while nothing happened`]),
  };
};

function nameOf({ call }: JudgedWrite): string {
  return `${call.resource.plural}/${call.name ?? ''}`;
}

function versionOf({ call, after }: JudgedWrite): string | undefined {
  return objectOf(after, call.resource.plural, call.name ?? '')?.metadata.resourceVersion;
}

function objectOf(state: WorldState, plural: string, name: string): KubeObject | undefined {
  switch (plural) {
    case 'rollouts':
      return state.rollout;
    case 'httproutes':
      return state.route;
    case 'services':
      return state.services.find(({ metadata }) => metadata.name === name);
    default:
      return undefined;
  }
}
