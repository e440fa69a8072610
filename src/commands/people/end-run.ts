import type { ApiGroup } from '../../api/names.ts';
import type { Answer, Target } from '../../kube/client.ts';
import type { KubeObject, Resource } from '../../kube/resource.ts';
import { retryExperiment } from '../../verbs/retry-experiment.ts';
import type { Endable, Ending } from '../../verbs/terminate.ts';
import { terminate } from '../../verbs/terminate.ts';
import { recordAuthor } from './author.ts';
import type { Parts, Place, PlaceFlags } from './place.ts';
import { withPlace } from './place.ts';
import { troubleOf } from './trouble.ts';

/** What is asked of an AnalysisRun or an Experiment. */
export type RunOrder = Readonly<{ verb: 'terminate' | 'retry'; kind: string; name: string }>;

const KINDS: readonly Readonly<{ pattern: RegExp; plural: string; kind: string }>[] = [
  { pattern: /^(analysisruns?|s?ar)$/, plural: 'analysisruns', kind: 'AnalysisRun' },
  { pattern: /^(experiments?|s?exp)$/, plural: 'experiments', kind: 'Experiment' },
];

/** Ends an AnalysisRun or an Experiment, or begins an experiment anew; the exit code. */
export async function endOrRetry(order: RunOrder, flags: PlaceFlags, parts: Parts): Promise<number> {
  const { terminal } = parts;
  const found = KINDS.find(({ pattern }) => pattern.test(order.kind.split('.')[0] ?? ''));
  if (found === undefined || (order.verb === 'retry' && found.kind !== 'Experiment')) {
    const may = order.verb === 'retry' ? 'rollout or experiment' : 'analysisrun or experiment';
    terminal.err(`sluice: cannot ${order.verb} a ${order.kind}\nnext: say ${may}`);
    return 2;
  }
  return withPlace(flags, parts, async (place) => {
    for (const group of place.groups) {
      const { plural, kind } = found;
      const resource: Resource = { group, version: 'v1alpha1', plural, kind, namespaced: true };
      const target: Target = { resource, namespace: place.namespace, name: order.name };
      const answer = await place.client.get(target);
      if (answer.ok) return end(order, place, target, answer.value, flags, parts);
      if (answer.why === 'NotFound') continue;
      const { why, next } = troubleOf(answer, `read ${plural}`, place.namespace);
      terminal.err(`sluice: ${why}\nnext: ${next}`);
      return 1;
    }
    const where = `in namespace ${place.namespace} (looked in ${place.groups.join(' and ')})`;
    terminal.err(`sluice: there is no ${order.kind} ${order.name} ${where}\nnext: kubectl get ${found.plural} -A`);
    return 1;
  });
}

async function end(
  order: RunOrder,
  place: Place,
  target: Target,
  object: KubeObject,
  flags: PlaceFlags,
  { terminal, clock }: Parts,
): Promise<number> {
  const run = object as KubeObject & Endable;
  const ending = order.verb === 'terminate' ? terminate(run) : retryExperiment(run);
  const what = `${target.resource.kind.toLowerCase()} ${order.name}`;
  if (ending.kind === 'Write') {
    const answer = await write(place, target, ending, order);
    if (!answer.ok) {
      const { why, next } =
        answer.why === 'Conflict'
          ? { why: 'it has moved on meanwhile', next: 'look again' }
          : troubleOf(answer, `patch ${target.resource.plural}`, place.namespace);
      terminal.err(`sluice: ${what}: ${why}\nnext: ${next}`);
      return 1;
    }
    const { group } = target.resource;
    await recordAuthor(place.client, clock, {
      regarding: { apiVersion: `${group}/v1alpha1`, kind: target.resource.kind, metadata: object.metadata },
      verb: order.verb,
      said: ending.says,
      saw: `phase ${run.status?.phase ?? 'Pending'}`,
    });
  }
  const says = ending.kind === 'Write' ? ending.says : ending.why;
  const { verb, name } = order;
  terminal.out(
    flags.output === 'json' ? JSON.stringify({ verb, name, outcome: ending.kind, says }) : `${what}: ${says}`,
  );
  return 0;
}

/** Argo's experiments have no status subresource: there the status is a part of the object like any other. */
function write(
  place: Place,
  target: Target,
  { operations }: Extract<Ending, { kind: 'Write' }>,
  { verb }: RunOrder,
): Promise<Answer<KubeObject>> {
  const ownGroup: ApiGroup = 'sluice.dev';
  const subresource = verb === 'retry' && target.resource.group === ownGroup ? { subresource: 'status' as const } : {};
  return place.client.patch({ ...target, ...subresource }, { kind: 'Json', operations });
}
