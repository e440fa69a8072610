import type { PodTemplate } from '../api/meta.ts';
import type { Operation, Written } from './decision.ts';
import type { Seen } from './seen.ts';
import { testGeneration } from './seen.ts';

/** Where the pod template of a Rollout is written: in itself, or in the workload that it refers to. */
export type TemplatePlace = Readonly<{
  to: Written;
  /** JSON pointer of the template. */
  path: string;
  template: PodTemplate;
  /** `test`s that the object is the one that was seen. */
  guard: readonly Operation[];
}>;

/** Finds the template; undefined when the workload that the Rollout refers to does not exist. */
export function templatePlace({ rollout, workload }: Seen): TemplatePlace | undefined {
  if (rollout.spec.workloadRef === undefined) {
    const template = rollout.spec.template ?? {};
    return { to: 'Rollout', path: '/spec/template', template, guard: testGeneration(rollout.metadata) };
  }
  if (workload === undefined) return undefined;
  const path = workload.template === undefined ? '/spec/template' : '/template';
  const template = workload.template ?? workload.spec?.template ?? {};
  // A PodTemplate has no generation; its version moves with its content alone.
  const { generation, resourceVersion } = workload.metadata;
  const guard: readonly Operation[] =
    generation === undefined
      ? [{ op: 'test', path: '/metadata/resourceVersion', value: resourceVersion }]
      : testGeneration(workload.metadata);
  return { to: 'Workload', path, template, guard };
}

/** What to say where the workload is missing. */
export function missingWorkload({ rollout }: Seen): string {
  const { kind = 'workload', name = '' } = rollout.spec.workloadRef ?? {};
  return `the ${kind} ${name} that spec.workloadRef names does not exist`;
}
