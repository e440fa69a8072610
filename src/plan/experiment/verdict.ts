import type { AnalysisPhase } from '../../api/analysis.ts';
import type { Instant } from '../../units/instant.ts';
import { add, parseInstant } from '../../units/instant.ts';
import { isFinal } from '../analysis/metric-result.ts';
import { worstPhase } from '../analysis/verdict.ts';
import type { ExperimentSituation, RunStatus, TemplateStatus } from './situation.ts';
import { roundedUp } from './templates.ts';

/** Where an Experiment stands. */
export type ExperimentVerdict = Readonly<{ phase: AnalysisPhase; message?: string; availableAt?: string }>;

type Rule = (
  situation: ExperimentSituation,
  templates: readonly TemplateStatus[],
  runs: readonly RunStatus[],
) => ExperimentVerdict | undefined;

const ended = (phase: AnalysisPhase, message: string | undefined): ExperimentVerdict => ({
  phase,
  ...(message === undefined || message === '' ? {} : { message }),
});

/** A verdict that stands is never changed; a retry takes the whole status away. */
const standing: Rule = ({ over, status }) => (over ? ended(status.phase ?? 'Error', status.message) : undefined);

const templateFailed: Rule = (_situation, templates) => {
  const bad = templates.find(({ status }) => status === 'Failed' || status === 'Error');
  return bad === undefined ? undefined : ended(bad.status === 'Failed' ? 'Failed' : 'Error', bad.message);
};

/** The first analysis that ends badly ends the experiment, required or not. */
const runFailed: Rule = (_situation, _templates, runs) => {
  const bad = runs.filter(({ phase }) => isFinal(phase) && phase !== 'Successful');
  if (bad.length === 0) return undefined;
  const phase = worstPhase(bad.map((run) => run.phase));
  return ended(phase, bad.find((run) => run.phase === phase)?.message);
};

/** Its update is over: no verdict is wanted any more (rulings 4). */
const endedByRollout: Rule = (situation, _templates, runs) => {
  if (situation.ended !== 'ByRollout') return undefined;
  const message = 'Experiment Terminated: it ended with the update';
  return ended('Successful', isProved(situation, runs) ? message : `${message} and has no verdict`);
};

/** A person ended it: every analysis says what it found; without evidence there is no success (rulings 4). */
const endedByPerson: Rule = (situation, _templates, runs) => {
  if (situation.ended !== 'ByPerson' || runs.some(({ phase }) => !isFinal(phase))) return undefined;
  if (situation.availableAt === undefined) {
    return ended('Inconclusive', 'Experiment Terminated before all of its templates were available');
  }
  return isProved(situation, runs)
    ? ended('Successful', 'Experiment Terminated')
    : ended('Inconclusive', 'Experiment Terminated before every analysis had begun');
};

/** Every analysis had a run that found nothing bad; an experiment without analyses has run, which is all it is for. */
function isProved({ spec, availableAt }: ExperimentSituation, runs: readonly RunStatus[]): boolean {
  const good = (name: string): boolean => runs.some((run) => run.name === name && run.phase === 'Successful');
  return availableAt !== undefined && spec.analyses.every(({ name }) => good(name));
}

const requiredDone: Rule = ({ spec }, _templates, runs) => {
  const required = spec.analyses.filter(({ requiredForCompletion }) => requiredForCompletion === true);
  const done = required.every(({ name }) => runs.some((run) => run.name === name && run.phase === 'Successful'));
  return required.length > 0 && done ? ended('Successful', 'Required AnalysisRuns completed') : undefined;
};

const durationOver: Rule = (situation) => {
  const until = runsUntil(situation);
  const required = situation.spec.analyses.some(({ requiredForCompletion }) => requiredForCompletion === true);
  return until === undefined || until > situation.now || required ? undefined : ended('Successful', undefined);
};

const goesOn: Rule = ({ availableAt, now, ended: asked, status }, templates) => {
  if (availableAt !== undefined) return { phase: 'Running' };
  const available = asked === undefined && templates.every((template) => template.status === 'Running');
  if (available) return { phase: 'Running', availableAt: roundedUp(now) };
  const late = templates.find(({ message }) => message !== undefined)?.message;
  return ended(status.phase ?? 'Pending', late);
};

const rules: readonly Rule[] = [
  standing,
  templateFailed,
  runFailed,
  endedByRollout,
  endedByPerson,
  requiredDone,
  durationOver,
];

/** Where the Experiment stands by what is seen now: the first rule that applies (rollout-semantics 1.10). */
export function judgeExperiment(
  situation: ExperimentSituation,
  templates: readonly TemplateStatus[],
  runs: readonly RunStatus[],
): ExperimentVerdict {
  for (const rule of rules) {
    const verdict = rule(situation, templates, runs);
    if (verdict !== undefined) return verdict;
  }
  return goesOn(situation, templates, runs) ?? { phase: 'Running' };
}

/** When the duration is over; undefined while it has not begun, or without one. */
export function runsUntil({ spec, status }: ExperimentSituation): Instant | undefined {
  const since = parseInstant(status.availableAt);
  return since === undefined || spec.duration === undefined ? undefined : add(since, spec.duration);
}
