import type { ApiGroup } from '../../api/names.ts';
import type { Rollout } from '../../api/rollout.ts';
import { ownKinds } from '../../controllers/world.ts';
import type { KubeObject } from '../../kube/resource.ts';
import type { Instant } from '../../units/instant.ts';
import { stepCount } from '../../verbs/seen.ts';
import { ageOf } from './age.ts';
import { inColumns } from './columns.ts';
import { readAll } from './look.ts';
import type { Parts, PlaceFlags } from './place.ts';
import { withPlace } from './place.ts';
import { standingOf } from './standing.ts';
import { troubleOf } from './trouble.ts';

type Listed = Readonly<{ group: ApiGroup; rollout: Rollout }>;

/** Lists Rollouts of both groups; the exit code. */
export async function listRollouts(
  flags: PlaceFlags & Readonly<{ allNamespaces?: boolean }>,
  parts: Parts,
): Promise<number> {
  const { terminal, clock } = parts;
  const everywhere = flags.allNamespaces === true;
  return withPlace(flags, parts, async (place) => {
    const listed: Listed[] = [];
    let served = 0;
    for (const group of place.groups) {
      const answer = await readAll(place, ownKinds(group).rollouts, everywhere);
      if (answer.ok) {
        served += 1;
        for (const one of answer.value) listed.push({ group, rollout: one as KubeObject & Rollout });
      } else if (answer.why !== 'NotFound') {
        const { why, next } = troubleOf(answer, `list rollouts.${group}`, everywhere ? '(all)' : place.namespace);
        terminal.err(`sluice: ${why}\nnext: ${next}`);
        return 1;
      }
    }
    if (served === 0) {
      terminal.err('sluice: this cluster knows no Rollouts\nnext: install the Helm chart, or the CRDs of this version');
      return 1;
    }
    if (flags.output === 'json') terminal.out(JSON.stringify(listed.map(summary), undefined, 2));
    else if (listed.length === 0)
      terminal.err(`no rollouts in ${everywhere ? 'any namespace' : `namespace ${place.namespace}`}`);
    else for (const line of inColumns(table(listed, everywhere, clock.now()))) terminal.out(line);
    return 0;
  });
}

function summary({ group, rollout }: Listed) {
  const { metadata, spec, status = {} } = rollout;
  const count = stepCount(rollout);
  return {
    group,
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    strategy: spec.strategy?.blueGreen === undefined ? 'Canary' : 'BlueGreen',
    ...standingOf(rollout),
    step: count === 0 ? '-' : `${Math.min(status.currentStepIndex ?? 0, count)}/${count}`,
    weight: status.canary?.weights?.canary.weight ?? null,
    ready: status.readyReplicas ?? 0,
    desired: spec.replicas ?? 1,
    updated: status.updatedReplicas ?? 0,
    available: status.availableReplicas ?? 0,
  };
}

function table(listed: readonly Listed[], everywhere: boolean, now: Instant): readonly (readonly string[])[] {
  const titles = 'NAME STRATEGY STATUS STEP WEIGHT READY UP-TO-DATE AVAILABLE AGE GROUP'.split(' ');
  const rows = listed.map((one) => {
    const { namespace, name, strategy, phase, step, weight, ready, desired, updated, available, group } = summary(one);
    const age = ageOf(one.rollout.metadata.creationTimestamp, now);
    const cells = [name, strategy, phase, step, String(weight ?? '-'), `${ready}/${desired}`];
    const all = [...cells, String(updated), String(available), age, group];
    return everywhere ? [namespace, ...all] : all;
  });
  return [everywhere ? ['NAMESPACE', ...titles] : titles, ...rows];
}
