import type { KubeObject } from '../../kube/resource.ts';
import { labelProblems } from '../metadata.ts';
import { completePodSpec, podSpecProblems } from '../pod-spec.ts';
import type { Part } from '../kind.ts';
import type { FieldProblem } from '../refusal.ts';
import { invalidValue, required, unsupported } from '../refusal.ts';
import { selectorProblems } from '../selector-problems.ts';
import { shareProblems, wholeShareProblems } from '../share-problems.ts';
import type { JsonMap } from '../schema.ts';
import { isMap, sameValue, withMember } from '../schema.ts';
import { matchesSelector } from '../selectors.ts';

/** spec of an object; an empty map when it has none. */
export function specOf(object: KubeObject): JsonMap {
  const spec = (object as { spec?: unknown }).spec;
  return isMap(spec) ? spec : {};
}

/** A copy with another spec; the same object when it is the same spec. */
export function withSpec(object: KubeObject, spec: JsonMap): KubeObject {
  return withMember(object, 'spec', spec);
}

/** Fills in the template of a PodTemplate, which has no spec. */
export function completePodTemplate(object: KubeObject): KubeObject {
  const { template } = object as Readonly<{ template?: unknown }>;
  if (!isMap(template) || !isMap(template['spec'])) return object;
  const completed = withMember(template, 'spec', completePodSpec(template['spec'], 'template'));
  return withMember(object, 'template', completed);
}

/** Fills in the pod template at spec.template. */
export function completeTemplate(object: KubeObject): KubeObject {
  const spec = specOf(object);
  const template = spec['template'];
  if (!isMap(template) || !isMap(template['spec'])) return object;
  const completed = withMember(template, 'spec', completePodSpec(template['spec'], 'template'));
  return withSpec(object, withMember(spec, 'template', completed));
}

/** Fills in a Deployment: its template and how it rolls. */
export function completeDeployment(object: KubeObject): KubeObject {
  const done = completeTemplate(object);
  const spec = specOf(done);
  const strategy = isMap(spec['strategy']) ? spec['strategy'] : {};
  const type = strategy['type'] ?? 'RollingUpdate';
  const rolling = isMap(strategy['rollingUpdate']) ? strategy['rollingUpdate'] : {};
  const filled = { maxUnavailable: '25%', maxSurge: '25%', ...rolling };
  const rollingUpdate = type === 'RollingUpdate' ? { rollingUpdate: filled } : {};
  const whole = { ...strategy, type, ...rollingUpdate };
  return sameValue(whole, strategy) ? done : withSpec(done, withMember(spec, 'strategy', whole));
}

/** Fills in a StatefulSet: its template and how it updates. */
export function completeStatefulSet(object: KubeObject): KubeObject {
  const done = completeTemplate(object);
  const spec = specOf(done);
  const strategy = isMap(spec['updateStrategy']) ? spec['updateStrategy'] : {};
  const retention = isMap(spec['persistentVolumeClaimRetentionPolicy'])
    ? spec['persistentVolumeClaimRetentionPolicy']
    : {};
  const type = strategy['type'] ?? 'RollingUpdate';
  const rolling = isMap(strategy['rollingUpdate']) ? strategy['rollingUpdate'] : {};
  const updateStrategy = {
    ...strategy,
    type,
    ...(type === 'RollingUpdate' ? { rollingUpdate: { partition: 0, ...rolling } } : {}),
  };
  const persistentVolumeClaimRetentionPolicy = { whenDeleted: 'Retain', whenScaled: 'Retain', ...retention };
  const whole = { ...spec, updateStrategy, persistentVolumeClaimRetentionPolicy };
  return sameValue(whole, spec) ? done : withSpec(done, whole);
}

const CONTROLLER_UID = 'batch.kubernetes.io/controller-uid';

/** Fills in a Job: its template and counts. Source: pkg/apis/batch/v1/defaults.go. */
export function completeJob(object: KubeObject): KubeObject {
  const done = completeTemplate(object);
  const spec = specOf(done);
  const { completions, parallelism, backoffLimit, manualSelector } = spec;
  const alone = completions === undefined && parallelism === undefined;
  const counts = alone ? { parallelism: 1, completions: 1 } : { parallelism: parallelism ?? 1 };
  const filled = { ...spec, ...counts, backoffLimit: backoffLimit ?? 6, manualSelector: manualSelector ?? false };
  return sameValue(filled, spec) ? done : withSpec(done, filled);
}

/** The selector and labels that tie its pods to a new Job. Source: registry/batch/job/strategy.go. */
export function tieJob(object: KubeObject, before: KubeObject | undefined): KubeObject {
  const { name, uid = '', labels: given } = object.metadata;
  const spec = specOf(object);
  if (before !== undefined || spec['manualSelector'] === true) return object;
  const labels = {
    [CONTROLLER_UID]: uid,
    'batch.kubernetes.io/job-name': name,
    'controller-uid': uid,
    'job-name': name,
  };
  const template = isMap(spec['template']) ? spec['template'] : {};
  const metadata = isMap(template['metadata']) ? template['metadata'] : {};
  const own = isMap(metadata['labels']) ? metadata['labels'] : {};
  const tied = { ...template, metadata: { ...metadata, labels: { ...own, ...labels } } };
  const whole = {
    ...spec,
    selector: { matchLabels: { [CONTROLLER_UID]: uid } },
    template: tied,
  };
  // A Job without labels of its own bears its template's.
  const jobLabels = given === undefined ? { ...own, ...labels } : given;
  return withSpec({ ...object, metadata: { ...object.metadata, labels: jobLabels } }, whole);
}

function countProblems(spec: JsonMap, keys: readonly string[]): readonly FieldProblem[] {
  return keys.flatMap((key) => {
    const value = spec[key];
    return typeof value === 'number' && value < 0
      ? [invalidValue(`spec.${key}`, value, 'must be greater than or equal to 0')]
      : [];
  });
}

/** What is wrong with a Deployment, ReplicaSet or StatefulSet: sizes, selector, template. */
export function replicatedProblems(
  object: KubeObject,
  before: KubeObject | undefined,
  part: Part,
): readonly FieldProblem[] {
  if (part === 'status') return replicatedStatusProblems(object);
  const spec = specOf(object);
  const problems = [...countProblems(spec, ['replicas', 'minReadySeconds', 'revisionHistoryLimit'])];
  const { selector } = spec;
  const template = isMap(spec['template']) ? spec['template'] : {};
  const metadata = isMap(template['metadata']) ? template['metadata'] : {};
  const labels = isMap(metadata['labels']) ? (metadata['labels'] as Record<string, string>) : undefined;
  const empty = isMap(selector) && Object.keys(selector).length === 0;
  if (selector === undefined) problems.push(required('spec.selector'));
  else if (empty)
    problems.push(
      // The server says "deployment" of a ReplicaSet as well.
      invalidValue(
        'spec.selector',
        selector,
        `empty selector is invalid for ${object.kind === 'StatefulSet' ? 'statefulset' : 'deployment'}`,
      ),
    );
  const wrongSelector = selectorProblems(selector, 'spec.selector');
  problems.push(...wrongSelector);
  if (wrongSelector.length > 0) problems.push(invalidValue('spec.selector', selector, 'invalid label selector'));
  else if (!empty && !matchesSelector(selector, labels ?? {})) {
    problems.push(
      invalidValue('spec.template.metadata.labels', labels ?? null, '`selector` does not match template `labels`'),
    );
  }
  problems.push(...labelProblems(labels ?? {}, 'spec.template.labels'));
  const pod = isMap(template['spec']) ? template['spec'] : {};
  problems.push(...podSpecProblems(pod, 'spec.template.spec'));
  const restart = pod['restartPolicy'];
  if (restart !== undefined && restart !== 'Always')
    problems.push(unsupported('spec.template.spec.restartPolicy', restart, ['Always']));
  if (object.kind === 'Deployment') problems.push(...rollingProblems(spec));
  const old = before === undefined ? undefined : specOf(before);
  if (old !== undefined && !sameValue(selector, old['selector'])) {
    problems.push(invalidValue('spec.selector', selector ?? null, 'field is immutable'));
  }
  return problems;
}

function rollingProblems(spec: JsonMap): readonly FieldProblem[] {
  const strategy = isMap(spec['strategy']) ? spec['strategy'] : {};
  const { type } = strategy;
  if (type !== 'RollingUpdate' && type !== 'Recreate')
    return [
      unsupported('spec.strategy', { Type: type, RollingUpdate: strategy['rollingUpdate'] ?? null }, [
        'Recreate',
        'RollingUpdate',
      ]),
    ];
  const problems: FieldProblem[] = [];
  if (type === 'Recreate' && strategy['rollingUpdate'] !== undefined) {
    const detail = "may not be specified when strategy `type` is 'Recreate'";
    problems.push({
      field: 'spec.strategy.rollingUpdate',
      reason: 'FieldValueForbidden',
      message: `Forbidden: ${detail}`,
    });
  }
  const rolling = isMap(strategy['rollingUpdate']) ? strategy['rollingUpdate'] : {};
  for (const key of ['maxUnavailable', 'maxSurge']) {
    problems.push(...shareProblems(rolling[key], `spec.strategy.rollingUpdate.${key}`));
  }
  problems.push(...wholeShareProblems(rolling['maxUnavailable'], 'spec.strategy.rollingUpdate.maxUnavailable'));
  const isZero = (value: unknown): boolean => value === 0 || value === '0%' || value === '0';
  if (isZero(rolling['maxUnavailable']) && isZero(rolling['maxSurge'])) {
    problems.push(
      invalidValue(
        'spec.strategy.rollingUpdate.maxUnavailable',
        rolling['maxUnavailable'],
        'may not be 0 when `maxSurge` is 0',
      ),
    );
  }
  const { progressDeadlineSeconds: deadline, minReadySeconds = 0 } = spec;
  if (typeof deadline === 'number' && deadline <= Number(minReadySeconds)) {
    problems.push(invalidValue('spec.progressDeadlineSeconds', deadline, 'must be greater than minReadySeconds'));
  }
  return problems;
}

/** What is wrong with a Job. */
export function jobProblems(object: KubeObject, before: KubeObject | undefined): readonly FieldProblem[] {
  const spec = specOf(object);
  const template = isMap(spec['template']) ? spec['template'] : {};
  const pod = isMap(template['spec']) ? template['spec'] : {};
  const problems = [...countProblems(spec, ['parallelism', 'completions', 'backoffLimit', 'activeDeadlineSeconds'])];
  problems.push(...podSpecProblems(pod, 'spec.template.spec'));
  const restart = pod['restartPolicy'];
  if (restart === 'Always') {
    const message = 'Required value: valid values: "OnFailure", "Never"';
    problems.push({ field: 'spec.template.spec.restartPolicy', reason: 'FieldValueRequired', message });
  }
  const { completions } = spec;
  if (before !== undefined && !sameValue(specOf(before)['completions'], completions)) {
    problems.push(invalidValue('spec.completions', completions ?? null, 'field is immutable'));
  }
  if (before !== undefined && !sameValue(specOf(before)['template'], template)) {
    problems.push(invalidValue('spec.template', template, 'field is immutable'));
  }
  return problems;
}

const COUNTED = ['replicas', 'fullyLabeledReplicas', 'updatedReplicas', 'readyReplicas', 'availableReplicas'] as const;

/** What is wrong with the counts of a status. Source: apis/apps/validation, ValidateReplicaSetStatus and its like. */
function replicatedStatusProblems(object: KubeObject): readonly FieldProblem[] {
  const { status } = object as { status?: unknown };
  const known = isMap(status) ? status : {};
  const own = object.kind === 'ReplicaSet' ? 'updatedReplicas' : 'fullyLabeledReplicas';
  const keys = COUNTED.filter((key) => key !== own);
  const of = (key: string): number => (typeof known[key] === 'number' ? known[key] : 0);
  const negative = [...keys, 'observedGeneration'].filter((key) => of(key) < 0);
  const larger = keys.filter((key) => key !== 'replicas' && of(key) > of('replicas'));
  const wrong = (key: string, what: string): FieldProblem => invalidValue(`status.${key}`, of(key), what);
  return [
    ...negative.map((key) => wrong(key, 'must be greater than or equal to 0')),
    ...larger.map((key) => wrong(key, 'cannot be greater than status.replicas')),
    ...(of('availableReplicas') > of('readyReplicas')
      ? [wrong('availableReplicas', 'cannot be greater than readyReplicas')]
      : []),
  ];
}
