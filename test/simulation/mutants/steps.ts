import type { Mutant } from './mutant.ts';

/** Mistakes in how an update goes on, ends, and is judged. */
export const STEP_MUTANTS: readonly Mutant[] = [
  {
    name: 'begins-at-the-wrong-step',
    file: 'src/plan/rollout/reset.ts',
    text: 'currentStepIndex: back || recent ? situation.steps.length : 0,',
    instead: 'currentStepIndex: back ? situation.steps.length : Math.min(1, situation.steps.length),',
  },
  {
    name: 'steps-skipped',
    file: 'src/plan/rollout/transitions.ts',
    text: 'const next = s.stepIndex + 1;',
    instead: 'const next = s.stepIndex + 2;',
  },
  {
    name: 'step-ended-without-proof',
    file: 'src/plan/rollout/gate.ts',
    text: 'return size.open ? stepWeightGate(situation) : size;',
    instead: 'return size;',
  },
  {
    name: 'step-ended-without-pods',
    file: 'src/plan/rollout/gate.ts',
    text: 'return size.open ? stepWeightGate(situation) : size;',
    instead: 'return situation.observed.routes.length > 0 ? OPEN : size;',
  },
  {
    name: 'acceptance-of-the-route-not-awaited',
    file: 'src/plan/rollout/weights.ts',
    text: 'route.exists && route.uniform && route.accepted && route.split?.canary === weight',
    instead: 'route.exists && route.uniform && route.split?.canary === weight',
  },
  {
    name: 'promotion-without-pods',
    file: 'src/plan/rollout/gate.ts',
    text: 'const pods = podsGate(situation, current, replicas);',
    instead: 'const pods = podsGate(situation, current, 0);',
  },
  {
    name: 'promotion-before-its-weight',
    file: 'src/plan/rollout/gate.ts',
    text: 'if (isRouted(situation) && (steps.length > 0 || promoteFull)) {',
    instead: 'if (isRouted(situation) && steps.length < 0) {',
  },
  {
    name: 'blue-green-promoted-before-the-switch-was-seen',
    file: 'src/plan/rollout/blue-green.ts',
    text: 'return isActiveSwitched(situation) && isSaturated(situation, situation.current) && isPostPromotionPassed(situation);',
    instead: 'return isSaturated(situation, situation.current) && isPostPromotionPassed(situation);',
  },
  {
    name: 'paused-ignored-by-steps',
    file: 'src/plan/rollout/transitions.ts',
    text: 'if (s.step === undefined || s.promoted || s.aborted || s.promoteFull || s.spec.paused) return undefined;',
    instead: 'if (s.step === undefined || s.promoted || s.aborted || s.promoteFull) return undefined;',
  },
  {
    name: 'paused-ignored-by-weights',
    file: 'src/plan/rollout/split.ts',
    text: "  (s) => (s.spec.paused ? hold(s, 'Paused') : undefined),\n",
    instead: '',
  },
  {
    name: 'pause-cut-short',
    file: 'src/plan/rollout/gate.ts',
    text: 'add(started, duration);\n  return situation.now >= until ?',
    instead: 'add(started, duration);\n  return situation.now >= until - duration / 2 ?',
  },
  {
    name: 'promotion-pause-skipped',
    file: 'src/plan/rollout/blue-green.ts',
    text: 'return !hasPromotionPause(situation) || situation.resumed;',
    instead: 'return !hasPromotionPause(situation) || !situation.resumed;',
  },
  {
    name: 'pre-promotion-analysis-ignored',
    file: 'src/plan/rollout/blue-green.ts',
    text: '  return isPrePromotionPassed(situation) && isPromotionPauseOver(situation);\n}\n\n/** True when the switch',
    instead: '  return isPromotionPauseOver(situation);\n}\n\n/** True when the switch',
  },
  {
    name: 'step-analysis-not-awaited',
    file: 'src/plan/rollout/gate.ts',
    text: "if (run?.status === 'Successful') return",
    instead: 'if (run !== undefined) return',
  },
  {
    name: 'failed-background-analysis-ignored',
    file: 'src/plan/rollout/abort.ts',
    text: "    failed(situation, 'Background', 'Background analysis') ??\n",
    instead: '',
  },
  {
    name: 'failed-step-analysis-ignored',
    file: 'src/plan/rollout/abort.ts',
    text: "    failed(situation, 'Step', 'Step-based analysis') ??\n",
    instead: '',
  },
  {
    name: 'not-a-number-as-success',
    file: 'src/plan/analysis/assess.ts',
    text: "    return { phase: 'Error', message: 'no data: the value is not a finite number' };\n",
    instead: "    return { phase: 'Successful' };\n",
  },
  {
    name: 'no-answer-as-success',
    file: 'src/plan/analysis/assess.ts',
    text: "return { phase: 'Error', message: reading.message };",
    instead: "return { phase: 'Successful' };",
  },
  {
    name: 'deadline-ignored',
    file: 'src/plan/rollout/abort.ts',
    text: '  return since === undefined ? undefined : add(since, situation.spec.progressDeadline);',
    instead:
      '  return since === undefined ? undefined : add(since, (situation.spec.progressDeadline * 1000) as Milliseconds);',
  },
  {
    name: 'late-update-not-aborted',
    file: 'src/plan/rollout/abort.ts',
    text: '    deadlineCause(situation)\n',
    instead: '    (situation.replicas < 0 ? deadlineCause(situation) : undefined)\n',
  },
  {
    name: 'abort-by-a-person-ignored',
    file: 'src/plan/rollout/transitions.ts',
    text: '  facts.abort && facts.abortedAt === undefined ? abortTransition(',
    instead: '  facts.abort && s.replicas < 0 ? abortTransition(',
  },
  {
    name: 'retry-keeps-the-old-run',
    file: 'src/plan/rollout/transitions.ts',
    text: "        name: 'Retried',\n        facts: {\n          ...newAttempt(facts),",
    instead: "        name: 'Retried',\n        facts: {\n          ...facts,",
  },
  {
    name: 'runs-made-without-end',
    file: 'src/plan/rollout/analyses.ts',
    text: 'if (runFor(situation, want) !== undefined || !want.due) continue;',
    instead: 'if (!want.due) continue;',
  },
  {
    name: 'background-analysis-before-traffic',
    file: 'src/plan/rollout/runs.ts',
    text: '      due: hasTraffic(situation),',
    instead: '      due: hasTraffic(situation) || situation.replicas > 0,',
  },
];
