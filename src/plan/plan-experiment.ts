import type { AnalysisPhase } from '../api/analysis.ts';
import type { Condition } from '../api/rollout.ts';
import type { ExperimentStatus } from '../api/experiment.ts';
import type { Problem } from '../api/problem.ts';
import { invalidSpecMessage } from '../api/problem.ts';
import { unsupportedFields } from '../api/unsupported.ts';
import { validateExperiment } from '../api/validate-experiment.ts';
import { sameJson } from '../units/canonical-json.ts';
import type { Instant } from '../units/instant.ts';
import { earliest } from '../units/instant.ts';
import type { EventNote } from './action.ts';
import { isFinal } from './analysis/metric-result.ts';
import { analysisProblems, planExperimentRuns, reportRuns } from './experiment/analyses.ts';
import type { ExperimentAction, ObservedExperiment } from './experiment/observed-experiment.ts';
import { drainsUntil, planTemplateSets } from './experiment/replica-sets.ts';
import { planTemplateServices, serviceProblems } from './experiment/services.ts';
import type { ExperimentSituation, RunStatus, TemplateStatus } from './experiment/situation.ts';
import { readExperiment } from './experiment/situation.ts';
import { deadlineOf, reportTemplates } from './experiment/templates.ts';
import { judgeExperiment, runsUntil } from './experiment/verdict.ts';
import type { Plan, Reason } from './plan.ts';
import type { Finding } from './rollout/conditions.ts';
import { writeConditions } from './rollout/conditions.ts';

type ExperimentPlan = Plan<ExperimentAction, ExperimentStatus>;

/**
 * Decides about one Experiment from one observation. Pure. Its status says what is seen now; what is made and ended relies
 * on the status that was observed: runs begin once availableAt stands there, pods go once its phase is the last one.
 */
export function planExperiment(observed: ObservedExperiment, now: Instant): ExperimentPlan {
  const situation = readExperiment(observed, now);
  const problems = situation.over ? [] : problemsOf(situation);
  const templates = reportTemplates(situation);
  const runs = reportRuns(situation);
  // What cannot be read is only ever ended; who ends it early does so whatever else is wrong.
  const held = problems.length > 0 && situation.ended === undefined;
  const verdict = held
    ? { phase: situation.status.phase ?? ('Pending' as const), message: `InvalidSpec: ${describe(problems)}` }
    : judgeExperiment(situation, templates, runs);
  const { conditions: before = [], availableAt } = situation.status;
  const bare: ExperimentStatus = {
    phase: verdict.phase,
    ...(verdict.message === undefined ? {} : { message: verdict.message }),
    ...present('availableAt', verdict.availableAt ?? availableAt),
    conditions: writeExperimentConditions(situation, before, verdict.phase, templates, problems),
    // A template is neither late nor there while the spec cannot be acted on.
    ...(templates.length === 0
      ? {}
      : present('templateStatuses', held ? situation.status.templateStatuses : templates)),
    ...(runs.length === 0 ? {} : { analysisRuns: runs }),
  };
  const status = sameJson(bare, situation.status) ? situation.status : bare;
  return {
    actions: held
      ? []
      : [...planTemplateSets(situation), ...planTemplateServices(situation), ...planExperimentRuns(situation)],
    status,
    events: eventsOf(situation.status, status),
    requeueAt: earliest(...wakeUps(situation, status, held).filter((at) => at > now)),
    because: explain(problems, status),
  };
}

const present = <Key extends string, Value>(key: Key, value: Value | undefined) =>
  value === undefined ? {} : ({ [key]: value } as Readonly<Record<Key, Value>>);

function problemsOf(situation: ExperimentSituation): readonly Problem[] {
  const { experiment } = situation.observed;
  const bySpec = [...validateExperiment(experiment), ...unsupportedFields('Experiment', experiment.spec)];
  return bySpec.length > 0 ? bySpec : [...serviceProblems(situation), ...analysisProblems(situation)];
}

const describe = (problems: readonly Problem[]): string =>
  problems.map(({ path, message }) => `${path}: ${message}`).join('; ');

function writeExperimentConditions(
  situation: ExperimentSituation,
  before: readonly Condition[],
  phase: AnalysisPhase,
  templates: readonly TemplateStatus[],
  problems: readonly Problem[],
): readonly Condition[] {
  const { experiment, group } = situation.observed;
  const { name, generation = 0 } = experiment.metadata;
  const findings: Finding[] = [];
  if (problems.length === 0 || situation.ended !== undefined) findings.push(progress(name, phase, templates));
  if (problems.length > 0) {
    const message = invalidSpecMessage(name, problems, 'Experiment');
    findings.push({ type: 'InvalidSpec', status: 'True', reason: 'InvalidSpec', message });
  }
  const removed = problems.length > 0 ? [] : ['InvalidSpec'];
  // Without a status subresource each status that is written is a generation of its own: to note it would never end.
  const spoken = group === 'argoproj.io' ? 0 : generation;
  return writeConditions(before, findings, removed, situation.now, spoken);
}

function progress(name: string, phase: AnalysisPhase, templates: readonly TemplateStatus[]): Finding {
  const say = (status: Finding['status'], reason: string, what: string): Finding => ({
    type: 'Progressing',
    status,
    reason,
    message: `Experiment "${name}" ${what}`,
  });
  if (templates.some(({ status }) => status === 'Failed')) {
    return say('False', 'ProgressDeadlineExceeded', 'has timed out progressing.');
  }
  if (phase === 'Successful') return say('False', 'ExperimentCompleted', 'has successfully ran and completed.');
  if (isFinal(phase)) return say('False', 'ExperimentCompleted', `has ended: ${phase}.`);
  if (phase === 'Running') return say('True', 'NewReplicaSetAvailable', 'is running.');
  return say('True', 'ReplicaSetUpdated', 'is progressing.');
}

function wakeUps(situation: ExperimentSituation, status: ExperimentStatus, held: boolean): readonly Instant[] {
  const wakes: (Instant | undefined)[] = [];
  if (situation.over) wakes.push(drainsUntil(situation));
  else if (!held) {
    wakes.push(runsUntil({ ...situation, status }));
    const late = (status.templateStatuses ?? []).filter((template) => template.status === 'Progressing');
    for (const template of late) wakes.push(deadlineOf(situation, template));
  }
  return wakes.flatMap((at) => at ?? []);
}

const BAD = new Set(['Failed', 'Error', 'Inconclusive']);

function transition(kind: string, what: string, from: string | undefined, to: string, message?: string): EventNote {
  const why = message === undefined ? '' : `: ${message}`;
  const note = `${what} transitioned from ${from ?? ''} -> ${to}${why}`;
  return { type: BAD.has(to) ? 'Warning' : 'Normal', reason: `${kind}${to}`, note };
}

/** One event for each change of phase: of the Experiment, a template, a run; and for each new InvalidSpec text. */
function eventsOf(before: ExperimentStatus, next: ExperimentStatus): readonly EventNote[] {
  const events: EventNote[] = [];
  for (const { name, status = '', message } of next.templateStatuses ?? []) {
    const from = before.templateStatuses?.find((one: TemplateStatus) => one.name === name)?.status;
    if (from !== status) events.push(transition('Template', `Template '${name}'`, from, status, message));
  }
  for (const { name, phase, message } of next.analysisRuns ?? []) {
    const from = before.analysisRuns?.find((one: RunStatus) => one.name === name)?.phase;
    if (from !== phase) events.push(transition('AnalysisRun', `AnalysisRun '${name}'`, from, phase, message));
  }
  const { phase = '', message } = next;
  if (before.phase !== phase) events.push(transition('Experiment', 'Experiment', before.phase, phase, message));
  const text = (status: ExperimentStatus): string | undefined =>
    status.conditions?.find(({ type }) => type === 'InvalidSpec')?.message;
  const note = text(next);
  if (note !== undefined && note !== text(before)) events.push({ type: 'Warning', reason: 'InvalidSpec', note });
  return events;
}

function explain(problems: readonly Problem[], status: ExperimentStatus): readonly Reason[] {
  if (problems.length > 0) return problems.map(({ path, rule, message }) => ({ rule, message: `${path}: ${message}` }));
  const waiting = (status.templateStatuses ?? []).filter((template) => template.status === 'Progressing');
  return waiting.map(({ name, availableReplicas }) => ({
    rule: 'TemplateProgressing',
    message: `${availableReplicas} pods of template ${name} are available`,
  }));
}
