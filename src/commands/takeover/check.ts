import type { ApiGroup } from '../../api/names.ts';
import { INSTANCE_ID } from '../../api/names.ts';
import type { WritableStores } from '../../controllers/world.ts';
import { Answers } from '../../kube/answers.ts';
import { REPLICA_SETS } from '../../kube/kinds.ts';
import type { KubeObject, ObjectMeta } from '../../kube/resource.ts';
import { observeRollout } from '../../observe/observe-rollout.ts';
import type { Instant } from '../../units/instant.ts';
import { inColumns } from '../people/columns.ts';
import type { Parts, Place, PlaceFlags } from '../people/place.ts';
import { withPlace } from '../people/place.ts';
import { judgeExperiment, judgeRun, judgeTemplate } from './judge-analysis.ts';
import type { AskTemplate } from './judge-rollout.ts';
import { judgeRollout } from './judge-rollout.ts';
import { readWorld } from './read-world.ts';
import type { Judged, Verdict } from './verdict.ts';
import { linesOf } from './verdict.ts';

/** Flags of `takeover check`. */
export type CheckFlags = PlaceFlags & Readonly<{ allNamespaces?: boolean; instanceId?: string }>;

/**
 * Tells for each object of a group what would become of it if this controller served it: nothing is written. The exit
 * code is 1 when something would be refused, or could not be found out.
 */
export async function checkTakeover(flags: CheckFlags, parts: Parts): Promise<number> {
  const { terminal, clock } = parts;
  const everywhere = flags.namespace === undefined || flags.allNamespaces === true;
  const group = flags.apiGroup ?? 'argoproj.io';
  return withPlace(flags, parts, async (place) => {
    const world = await readWorld(place, group, everywhere);
    if (!world.ok) {
      terminal.err(`sluice: ${world.trouble.why}\nnext: ${world.trouble.next}`);
      return 1;
    }
    const judged = await judgeAll(world.stores, { group, instanceId: flags.instanceId ?? '', place, now: clock.now() });
    if (flags.output === 'json') terminal.out(JSON.stringify({ group, objects: judged }, undefined, 2));
    else for (const line of report(judged)) terminal.out(line);
    return judged.some(({ verdict }) => verdict.kind === 'Refused' || verdict.kind === 'Unknown') ? 1 : 0;
  });
}

type Setting = Readonly<{ group: ApiGroup; instanceId: string; place: Place; now: Instant }>;

async function judgeAll(stores: WritableStores, setting: Setting): Promise<readonly Judged[]> {
  const { group, instanceId, place, now } = setting;
  const judged: Judged[] = [];
  const add = (kind: string, { namespace = '', name }: ObjectMeta, verdict: Verdict): void =>
    void judged.push({ kind, namespace, name, verdict });
  const around = { group, instanceId, answers: new Answers(() => {}) };
  for (const { metadata } of stores.rollouts.all()) {
    const foreign = notServed(metadata, instanceId);
    if (foreign !== undefined) {
      add('Rollout', metadata, foreign);
      continue;
    }
    const observed = observeRollout(stores, around, metadata.namespace ?? '', metadata.name);
    const verdict: Verdict =
      observed === undefined
        ? { kind: 'NotServed', why: ['it is being deleted'] }
        : await judgeRollout(observed, now, askServer(place));
    add('Rollout', metadata, verdict);
  }
  for (const template of stores.analysisTemplates.all()) {
    add('AnalysisTemplate', template.metadata, judgeTemplate(template));
  }
  for (const template of stores.clusterAnalysisTemplates.all()) {
    add('ClusterAnalysisTemplate', template.metadata, judgeTemplate(template));
  }
  for (const run of stores.analysisRuns.all()) {
    add('AnalysisRun', run.metadata, notServed(run.metadata, instanceId) ?? judgeRun(run));
  }
  for (const experiment of stores.experiments.all()) {
    add('Experiment', experiment.metadata, notServed(experiment.metadata, instanceId) ?? judgeExperiment(experiment));
  }
  return judged;
}

function notServed({ labels }: ObjectMeta, instanceId: string): Verdict | undefined {
  const carried = labels?.[INSTANCE_ID] ?? '';
  if (carried === instanceId) return undefined;
  const why =
    carried === ''
      ? `it carries no label ${INSTANCE_ID}, and an instance serves only what carries its id`
      : `it is for the instance ${carried}: start with --instance-id ${carried} to serve it`;
  return { kind: 'NotServed', why: [why] };
}

/** Dry-run creates need the right to create ReplicaSets; without it nobody knows how the server defaults a template. */
function askServer({ client }: Place): AskTemplate {
  return async ({ manifest, generation }) => {
    const answer = await client.create(REPLICA_SETS, manifest, { dryRun: true });
    if (answer.ok) {
      const { spec } = answer.value as KubeObject & Readonly<{ spec?: Readonly<{ template?: unknown }> }>;
      return { generation, accepted: true, template: spec?.template ?? null };
    }
    if (answer.why === 'Invalid' || answer.why === 'Denied') {
      return { generation, accepted: false, message: answer.message };
    }
    return `whether its revision is known wants a dry run of a ReplicaSet, which failed: ${answer.message}`;
  };
}

/** What each verdict is called, in the order in which they are told: the worst first. */
const TITLES: Readonly<Record<Verdict['kind'], string>> = {
  Refused: 'refused',
  Unknown: 'not known',
  Changes: 'would change',
  NotServed: 'not served',
  Adopted: 'adopted as it is',
};

function report(judged: readonly Judged[]): readonly string[] {
  const kinds = Object.keys(TITLES) as readonly Verdict['kind'][];
  const ordered = kinds.flatMap((kind) => judged.filter(({ verdict }) => verdict.kind === kind));
  const rows = ordered.flatMap(({ kind, namespace, name, verdict }) => [
    [TITLES[verdict.kind], kind, namespace === '' ? name : `${namespace}/${name}`],
  ]);
  const table = inColumns(rows);
  const counts = kinds.map((kind) => `${judged.filter(({ verdict }) => verdict.kind === kind).length} ${TITLES[kind]}`);
  return [
    ...ordered.flatMap(({ verdict }, index) => [table[index] ?? '', ...linesOf(verdict).map((line) => `    ${line}`)]),
    counts.join(', '),
  ];
}
