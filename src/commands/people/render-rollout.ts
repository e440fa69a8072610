import type { Instant } from '../../units/instant.ts';
import { formatDuration } from '../../units/duration.ts';
import { elapsed, parseInstant } from '../../units/instant.ts';
import { ageOf } from './age.ts';
import { inColumns } from './columns.ts';
import type { ReplicaSetView, RevisionView, RolloutView, RunView } from './rollout-view.ts';

/** A Rollout as plain text: how it stands, its steps, and the tree of its revisions. */
export function renderRollout(view: RolloutView, now: Instant): readonly string[] {
  return [...inColumns(facts(view)), ...steps(view), '', ...inColumns(tree(view, now))];
}

function facts(view: RolloutView): readonly (readonly string[])[] {
  const { standing, replicas, weight } = view;
  const { desired, current, updated, ready, available } = replicas;
  const rows: (readonly string[])[] = [
    ['Name:', view.name],
    ['Namespace:', view.namespace],
    ['Group:', view.group],
    ['Strategy:', view.strategy],
    ['Status:', standing.phase],
  ];
  if (standing.message !== '') rows.push(['Message:', standing.message]);
  if (weight !== undefined) {
    const proof = weight.verified === true ? '' : ' (not proven yet)';
    rows.push(['Weight:', `canary ${weight.canary}, stable ${weight.stable}${proof}`]);
  }
  const counts = [`desired ${desired}`, `current ${current}`, `updated ${updated}`, `ready ${ready}`];
  rows.push(['Pods:', [...counts, `available ${available}`].join(', ')]);
  return rows;
}

function steps({ steps: all }: RolloutView): readonly string[] {
  if (all.length === 0) return [];
  const rows = all.map(({ step, state }, index) => [`  ${index + 1}`, step, state === 'to come' ? '' : state]);
  return ['Steps:', ...inColumns(rows)];
}

type Row = readonly string[];

function tree(view: RolloutView, now: Instant): readonly Row[] {
  const rows: Row[] = [
    ['NAME', 'KIND', 'STATUS', 'AGE', 'WHAT'],
    [view.name, 'Rollout', view.standing.phase, ageOf(view.createdAt, now), ''],
  ];
  view.revisions.forEach((revision, index) => {
    const last = index === view.revisions.length - 1;
    rows.push([`${last ? '└─' : '├─'} revision ${revision.revision}`]);
    rows.push(...leaves(revision, last ? '   ' : '│  ', now));
  });
  return rows;
}

function leaves({ replicaSets, runs }: RevisionView, indent: string, now: Instant): readonly Row[] {
  const rows = [...replicaSets.map((one) => replicaSetRow(one, now)), ...runs.map((one) => runRow(one, now))];
  return rows.map(([name = '', ...rest], index) => [
    `${indent}${index === rows.length - 1 ? '└─' : '├─'} ${name}`,
    ...rest,
  ]);
}

function replicaSetRow(view: ReplicaSetView, now: Instant): Row {
  const { name, desired, ready, available, roles, scaleDownAt, image, createdAt } = view;
  const pods = desired === 0 && ready === 0 ? 'no pods' : `${available}/${desired} available`;
  const deadline = parseInstant(scaleDownAt);
  const left = deadline === undefined || desired === 0 ? [] : [goes(deadline, now)];
  return [name, 'ReplicaSet', pods, ageOf(createdAt, now), [...roles, ...left, image].join(', ')];
}

function goes(deadline: Instant, now: Instant): string {
  return deadline <= now ? 'pods go now' : `pods go in ${formatDuration(elapsed(now, deadline))}`;
}

function runRow({ name, kind, phase, message, purpose, createdAt }: RunView, now: Instant): Row {
  return [name, kind, phase, ageOf(createdAt, now), [purpose, message].filter((text) => text !== '').join(': ')];
}
