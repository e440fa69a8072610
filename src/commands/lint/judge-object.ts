import type { AnalysisRun, AnalysisTemplate } from '../../api/analysis.ts';
import type { Experiment } from '../../api/experiment.ts';
import type { Metric } from '../../api/metric.ts';
import type { Problem } from '../../api/problem.ts';
import { invalid } from '../../api/problem.ts';
import { parseRollout } from '../../api/parse.ts';
import type { Rollout } from '../../api/rollout.ts';
import { unsupportedFields } from '../../api/unsupported.ts';
import { validateExperiment } from '../../api/validate-experiment.ts';
import { warnRollout } from '../../api/validate.ts';
import type { AddressPolicy } from '../../apply/address-policy.ts';
import { refuseAddress } from '../../apply/address-policy.ts';
import type { KubeObject } from '../../kube/resource.ts';
import { metricProblems } from '../../plan/analysis/metric-problems.ts';

/** What our own rules say of an object; paths are those of its fields. */
export type Judgement = Readonly<{ errors: readonly Problem[]; warnings: readonly Problem[] }>;

/** Stands for the value of an argument that only its user knows: it may be put anywhere. */
const ANY_VALUE = '0';

/**
 * The rules of the controller for an object of our kinds whose types the API server has checked. With a policy, the
 * addresses of metrics are held against it as well.
 */
export function judgeObject(object: KubeObject, policy: AddressPolicy | undefined): Judgement {
  switch (object.kind ?? '') {
    case 'Rollout': {
      const rollout = object as KubeObject & Rollout;
      const parsed = parseRollout(rollout);
      return { errors: parsed.ok ? [] : parsed.problems, warnings: warnRollout(rollout) };
    }
    case 'AnalysisTemplate':
    case 'ClusterAnalysisTemplate': {
      const { spec } = object as KubeObject & AnalysisTemplate;
      const errors = [...unsupportedFields('AnalysisTemplate', spec), ...metricsErrors(spec, policy)];
      return { errors, warnings: [] };
    }
    case 'AnalysisRun': {
      const { spec } = object as KubeObject & AnalysisRun;
      return { errors: [...unsupportedFields('AnalysisRun', spec), ...metricsErrors(spec, policy)], warnings: [] };
    }
    case 'Experiment': {
      const experiment = object as KubeObject & Experiment;
      const errors = [...unsupportedFields('Experiment', experiment.spec), ...validateExperiment(experiment)];
      return { errors, warnings: [] };
    }
    default:
      return { errors: [], warnings: [] };
  }
}

type Analysis = Readonly<{
  metrics?: readonly Metric[];
  args?: readonly Readonly<{ name: string; value?: string }>[];
}>;

function metricsErrors({ metrics = [], args = [] }: Analysis, policy: AddressPolicy | undefined): readonly Problem[] {
  const values = new Map(args.map(({ name, value }) => [name, value ?? ANY_VALUE]));
  return metrics.flatMap((metric, index) => {
    const path = `spec.metrics[${index}]`;
    const own = metricProblems(metric, values, false, path);
    const named = own.map((problem) => ({ ...problem, path: problem.path.replace(`: metric "${metric.name}"`, '') }));
    return [...named, ...addressProblems(metric, path, policy)];
  });
}

function addressProblems(metric: Metric, path: string, policy: AddressPolicy | undefined): readonly Problem[] {
  const address = metric.provider?.prometheus?.address;
  // An address that an argument is put into is known only when it is called.
  if (policy === undefined || address === undefined || address.includes('{{')) return [];
  const why = refuseAddress(address, policy);
  return why === undefined ? [] : [invalid(`${path}.provider.prometheus.address`, 'AddressPolicy', address, why)];
}
