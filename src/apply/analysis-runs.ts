import type { ApiGroup } from '../api/names.ts';
import { API_VERSION } from '../api/names.ts';
import type { Resource } from '../kube/resource.ts';

/** The resource of AnalysisRuns in a group. */
export function analysisRunsOf(group: ApiGroup): Resource {
  return { group, version: API_VERSION, plural: 'analysisruns', kind: 'AnalysisRun', namespaced: true };
}
