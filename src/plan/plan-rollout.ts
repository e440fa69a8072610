import type { Problem } from '../api/problem.ts';
import { invalid } from '../api/problem.ts';
import { parseRollout, parseWayBack } from '../api/parse.ts';
import { warnRollout } from '../api/validate.ts';
import type { RolloutStatus } from '../api/rollout.ts';
import { sameJson } from '../units/canonical-json.ts';
import type { Instant } from '../units/instant.ts';
import { earliest } from '../units/instant.ts';
import type { Action, EventNote } from './action.ts';
import type { Plan, Reason } from './plan.ts';
import { analysisProblems, planRuns } from './rollout/analyses.ts';
import { writeConditions } from './rollout/conditions.ts';
import { contestedEvents } from './rollout/contested.ts';
import { planExperiments } from './rollout/experiments.ts';
import { eventsBetween } from './rollout/events.ts';
import type { Facts } from './rollout/facts.ts';
import { readEarlier } from './rollout/earlier.ts';
import { readFacts } from './rollout/facts.ts';
import { invalidSpec, kstatusFindings } from './rollout/findings.ts';
import { planHistory } from './rollout/history.ts';
import { planLeft } from './rollout/left.ts';
import type { ObservedRollout } from './rollout/observed-rollout.ts';
import { choosePhase } from './rollout/phase.ts';
import { planPodMetadata } from './rollout/pod-metadata.ts';
import { referenceProblems } from './rollout/references.ts';
import { injectionFor } from './rollout/injection.ts';
import { buildReplicaSet } from './rollout/replica-set.ts';
import type { TemplateStanding } from './rollout/replica-sets.ts';
import { planReplicaSets } from './rollout/replica-sets.ts';
import { reportStatus } from './rollout/report.ts';
import { beginRevision, changeSteps } from './rollout/reset.ts';
import type { Identity } from './rollout/revision.ts';
import { identifyRevision } from './rollout/revision.ts';
import { planEvictions } from './rollout/restart.ts';
import { planRoutes } from './rollout/routes.ts';
import { planDeletion, planScaleDown } from './rollout/scale-down.ts';
import { planServices } from './rollout/services.ts';
import type { Situation } from './rollout/situation.ts';
import { readSituation, revisionOf } from './rollout/situation.ts';
import type { Transition } from './rollout/transitions.ts';
import { chooseTransition } from './rollout/transitions.ts';
import { explain, wakeUps } from './rollout/waits.ts';
import { markRollout, templateGeneration, withWorkload, workloadProblems } from './rollout/workload.ts';

type RolloutPlan = Plan<Action, RolloutStatus>;

/**
 * Decides about one Rollout from one observation. Pure: the same observation and instant give the same plan.
 *
 * A plan either changes what the status remembers (a transition) or acts on what it remembers, never both: an action
 * relies only on facts that were read back.
 */
export function planRollout(seen: ObservedRollout, now: Instant): RolloutPlan {
  const status = seen.rollout.status ?? {};
  if (seen.rollout.metadata.deletionTimestamp !== undefined) return planDeletion(seen, now);
  if (seen.workload?.kind === 'Unread') {
    const message = 'the objects that workloadRef may name are being read';
    return { actions: [], status, events: [], requeueAt: undefined, because: [{ rule: 'ReadingWorkload', message }] };
  }
  const mark = markRollout(seen);
  // A write to the Rollout moves the version that guards its status: the rest follows at the next look.
  if (mark !== undefined) return { actions: [mark], status, events: [], requeueAt: undefined, because: [] };
  return planUpdate(seen, withWorkload(seen), now);
}

/** `observed` holds the template and selector that the spec has or refers to. */
function planUpdate(seen: ObservedRollout, observed: ObservedRollout, now: Instant): RolloutPlan {
  const parsed = parseRollout(seen.rollout, observed.rollout.spec, workloadProblems(seen));
  if (!parsed.ok) {
    const known = observed.earlierRoutes.length > 0;
    const rest = parseWayBack(observed.rollout, parsed.problems, known);
    if (rest === undefined) return planInvalid(observed, parsed.problems, now);
    const situation = readEarlier(observed, rest, now) ?? readSituation(observed, rest, now);
    return planWayBack(situation, parsed.problems);
  }
  const named = readSituation(observed, parsed.value, now);
  const misnamed = referenceProblems(named);
  const earlier = misnamed.length > 0 && isUnderWay(named) ? readEarlier(observed, parsed.value, now) : undefined;
  const situation = earlier ?? named;
  const identity = identifyRevision(observed);
  if (identity.kind === 'Refused') {
    const why = `the API server refuses it: ${identity.message}; correct the template`;
    return planWayBack(situation, [invalid('spec.template', 'TemplateRefused', '(template)', why)]);
  }
  const problems = [...misnamed, ...(mustCheckAnalyses(situation) ? analysisProblems(situation) : [])];
  if (identity.kind === 'Unasked') {
    const manifest = buildReplicaSet(observed, 'asked', 0);
    const ask: Action = {
      kind: 'AskTemplate',
      generation: templateGeneration(observed.rollout, observed.workload),
      manifest,
    };
    // A server that cannot answer, as while a quota is used up, keeps nobody from giving up the update under way.
    const back = chooseWayBack(situation, problems);
    return assemble(
      situation,
      problems,
      back.transition,
      [ask, ...back.actions],
      [{ rule: 'AskingServer', message: 'the API server is asked whether it accepts the pod template' }],
      // Whoever waits for a new version would else take the old one, healthy as it is, for it.
      seenGeneration(situation),
    );
  }
  const transition = chooseReset(situation, identity) ?? chooseTransition(situation, problems.length > 0);
  const actions = transition === undefined ? act(situation, problems, 'Current') : [];
  return assemble(
    situation,
    problems,
    transition,
    [...createMissing(situation, identity), ...actions],
    explain(situation),
  );
}

/**
 * At rest an analysis is checked once a generation; while an update runs, or something is wrong, at every look. Before
 * the first revision has its hash, arguments that name it cannot be resolved yet, and nothing is wrong with them.
 */
function mustCheckAnalyses({ promoted, status, observed }: Situation): boolean {
  if (status.currentPodHash === undefined) return false;
  const seen = Number(status.observedGeneration) === observed.rollout.metadata.generation;
  const wrong = (status.conditions ?? []).some(({ type }) => type === 'InvalidSpec');
  return !promoted || !seen || wrong;
}

function chooseReset(
  situation: Situation,
  identity: Extract<Identity, { kind: 'Known' | 'New' }>,
): Transition | undefined {
  const hash = identity.kind === 'Known' ? identity.replicaSet.hash : identity.hash;
  if (hash !== situation.status.currentPodHash) return beginRevision(situation, identity);
  return changeSteps(situation);
}

function createMissing(situation: Situation, identity: Identity): readonly Action[] {
  if (identity.kind !== 'New') return [];
  const number = Math.max(0, ...situation.observed.replicaSets.map(revisionOf)) + 1;
  const injection = injectionFor(situation, identity.hash);
  const manifest = buildReplicaSet(situation.observed, identity.hash, number, injection);
  return [{ kind: 'CreateReplicaSet', manifest }];
}

/** What is done with what the status remembers. A spec that refers to what is missing only ever backs out. */
function act(situation: Situation, problems: readonly Problem[], template: TemplateStanding): readonly Action[] {
  if (problems.length > 0 && !situation.aborted) return [];
  const replicaSets = planReplicaSets(situation, template);
  return [
    ...replicaSets,
    ...planPodMetadata(situation),
    ...planEvictions(situation, replicaSets),
    ...planServices(situation),
    ...planScaleDown(situation),
    ...planLeft(situation),
    ...planRoutes(situation),
    ...planRuns(situation),
    ...planExperiments(situation),
    ...planHistory(situation),
  ];
}

type WayBack = Readonly<{ transition: Transition | undefined; actions: readonly Action[] }>;

/**
 * What still leads the update under way back to the stable version, while nothing may lead it on: an abort by a person
 * or by an analysis, and what an aborted update does. Nothing when no update is under way.
 */
function chooseWayBack(situation: Situation, problems: readonly Problem[]): WayBack {
  if (!isUnderWay(situation)) return { transition: undefined, actions: [] };
  const transition = chooseTransition(situation, true);
  const idle = transition !== undefined || !situation.aborted;
  return { transition, actions: idle ? [] : act(situation, problems, 'Unknown') };
}

function isUnderWay({ promoted, status }: Situation): boolean {
  return !promoted && (status.stableRS ?? '') !== '' && (status.currentPodHash ?? '') !== '';
}

/** An invalid spec of which enough can be read for the way back: traffic and pods stay, unless the update is aborted. */
function planWayBack(situation: Situation, problems: readonly Problem[]): RolloutPlan {
  if (!isUnderWay(situation)) return planInvalid(situation.observed, problems, situation.now);
  const { transition, actions } = chooseWayBack(situation, problems);
  return assemble(situation, problems, transition, actions, [...problems.map(reasonOf), ...explain(situation)]);
}

const reasonOf = ({ path, rule, message }: Problem): Reason => ({ rule, message: `${path}: ${message}` });

/** The generation that the status speaks of so far: -1 by the CRD's default before the first look. */
function seenGeneration({ status: { observedGeneration } }: Situation): number | undefined {
  return observedGeneration === undefined ? undefined : Number(observedGeneration);
}

function assemble(
  situation: Situation,
  problems: readonly Problem[],
  transition: Transition | undefined,
  actions: readonly Action[],
  because: readonly Reason[],
  generation: number | undefined = situation.observed.rollout.metadata.generation ?? 0,
): RolloutPlan {
  const facts: Facts = transition?.facts ?? readFacts(situation.status);
  const status = reportStatus(situation, facts, transition, problems, generation, actions);
  const events = [
    ...(transition?.events ?? []),
    ...warnings(situation, transition),
    ...eventsBetween(situation.observed.rollout, status),
    ...contestedEvents(situation.status, status),
  ];
  const wake = earliest(...wakeUps(situation).filter((at) => at > situation.now));
  return { actions, status, events, requeueAt: wake, because };
}

/** What is legal but hardly meant, told once: when an update begins or its steps change. */
function warnings({ observed }: Situation, transition: Transition | undefined): readonly EventNote[] {
  if (transition?.name !== 'NewRevision' && transition?.name !== 'StepsChanged') return [];
  const odd = warnRollout(observed.rollout).map(({ path, message }) => `${path}: ${message}`);
  return odd.length === 0 ? [] : [{ type: 'Warning', reason: 'SpecWarning', note: odd.join('; ') }];
}

/** A spec that cannot be acted on in any way: everything stays where it is, and the status says what to mend. */
function planInvalid(observed: ObservedRollout, problems: readonly Problem[], now: Instant): RolloutPlan {
  const status: RolloutStatus = observed.rollout.status ?? {};
  const { name, generation = 0 } = observed.rollout.metadata;
  const before = status.conditions ?? [];
  const found = writeConditions(before, [invalidSpec(name, problems)], [], now, generation);
  const { phase, message } = choosePhase(undefined, { ...status, conditions: found });
  const kstatus = kstatusFindings(phase, message);
  const conditions = writeConditions(found, kstatus.findings, kstatus.removed, now, generation);
  const observedGeneration = observed.group === 'argoproj.io' ? String(generation) : generation;
  const next: RolloutStatus = { ...status, observedGeneration, conditions, phase, message };
  return {
    actions: [],
    status: sameJson(next, status) ? status : next,
    events: eventsBetween(observed.rollout, next),
    requeueAt: undefined,
    because: problems.map(reasonOf),
  };
}
