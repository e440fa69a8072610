import type { ApiGroup } from '../api/names.ts';
import type { ObjectMeta } from '../api/meta.ts';

/** The object of ours on whose behalf something is written. */
export type Owner = Readonly<{ group: ApiGroup; kind: 'Rollout' | 'Experiment'; metadata: ObjectMeta }>;
