import type { Experiment } from '../../api/experiment.ts';
import type { ParsedTemplate } from '../../api/parse-experiment.ts';
import { canonicalJson } from '../../units/canonical-json.ts';
import { fnv1a32, safeEncode } from '../../units/fnv.ts';
import type { ObservedReplicaSet } from '../rollout/observed-rollout.ts';

/** The ReplicaSet of a template: `<experiment>-<template>`, with a number behind it where names were taken. */
export function replicaSetName(
  { metadata }: Experiment,
  { name }: Pick<ParsedTemplate, 'name'>,
  collisions: number,
): string {
  const first = `${metadata.name}-${name}`;
  return collisions === 0 ? first : `${first}-${collisions}`;
}

/**
 * The hash of a template's pods. The experiment is part of it: a template that was copied from a revision must never get
 * that revision's hash, or the Services of the Rollout would select the experiment's pods.
 */
export function podHash({ metadata }: Experiment, template: ParsedTemplate, collisions: number): string {
  const text = canonicalJson([metadata.uid ?? metadata.name, template.name, template.template, collisions]);
  return safeEncode(fnv1a32(text));
}

/** The Service of a template: as the spec names it, else as its ReplicaSet is called. */
export function serviceName({ service }: ParsedTemplate, replicaSet: Pick<ObservedReplicaSet, 'name'>): string {
  return service?.name ?? replicaSet.name;
}
