import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { KubeObject } from '../src/kube/resource.ts';
import { silentMetrics } from '../src/simulate/silent-metrics.ts';
import type { WorldParts } from '../src/simulate/world.ts';

const KINDS = ['rollouts', 'analysisruns', 'analysistemplates', 'clusteranalysistemplates', 'experiments'];

/** What every simulated world stands on: our kinds as they are shipped. */
export const parts: WorldParts = {
  crds: KINDS.map((name) => parse(readFileSync(`crds/sluice.dev/${name}.yaml`, 'utf8')) as KubeObject),
  metrics: silentMetrics,
};
