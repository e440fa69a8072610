import type { AnalysisRun } from '../../api/analysis.ts';
import type { Experiment } from '../../api/experiment.ts';
import type { ApiGroup } from '../../api/names.ts';
import type { KubeObject } from '../../kube/resource.ts';
import { lookAtRollout, readAll } from './look.ts';
import type { Parts, Place, PlaceFlags } from './place.ts';
import { withPlace } from './place.ts';
import { renderRollout } from './render-rollout.ts';
import type { Surroundings } from './rollout-view.ts';
import { viewOf } from './rollout-view.ts';

/** Shows one Rollout with all that belongs to it; the exit code. */
export async function getRollout(name: string, flags: PlaceFlags, parts: Parts): Promise<number> {
  const { terminal, clock } = parts;
  return withPlace(flags, parts, async (place) => {
    const look = await lookAtRollout(place, name);
    if (!look.ok) {
      terminal.err(`sluice: ${look.trouble.why}\nnext: ${look.trouble.next}`);
      return 1;
    }
    const view = viewOf(look.group, look.seen, await surroundings(place, look.group));
    if (flags.output === 'json') terminal.out(JSON.stringify(view, undefined, 2));
    else for (const line of renderRollout(view, clock.now())) terminal.out(line);
    return 0;
  });
}

/** Runs and experiments, as far as the cluster has them and the person may see them. */
async function surroundings(place: Place, group: ApiGroup): Promise<Surroundings> {
  const kind = (plural: string, name: string) =>
    ({ group, version: 'v1alpha1', plural, kind: name, namespaced: true }) as const;
  const runs = await readAll(place, kind('analysisruns', 'AnalysisRun'));
  const experiments = await readAll(place, kind('experiments', 'Experiment'));
  return {
    runs: runs.ok ? (runs.value as readonly (KubeObject & AnalysisRun)[]) : [],
    experiments: experiments.ok ? (experiments.value as readonly (KubeObject & Experiment)[]) : [],
  };
}
