import type { Mutant } from './mutant.ts';

/** Mistakes in the order of pods, weights and Services. */
export const TRAFFIC_MUTANTS: readonly Mutant[] = [
  {
    name: 'drain-wait-skipped',
    file: 'src/plan/rollout/drain.ts',
    text: "return deadline > situation.now ? { kind: 'Wait', name, until: deadline } : { kind: 'ScaleDown', name };",
    instead: "return { kind: 'ScaleDown', name };",
  },
  {
    name: 'drain-begun-before-proof',
    file: 'src/plan/rollout/drain.ts',
    text: "  if (use !== undefined) return { kind: 'InUse', name, because: use };\n",
    instead: '  void use;\n',
  },
  {
    name: 'aborted-canary-gone-at-once',
    file: 'src/plan/rollout/drain.ts',
    text: '  return (canaryOf(situation) ?? blueGreenOf(situation))?.abortScaleDownDelay;',
    instead: '  void situation;\n  return -5000 as Milliseconds;',
  },
  {
    name: 'scale-down-before-weight',
    file: 'src/plan/rollout/sizes.ts',
    text: 'promoted ? replicas : Math.max(routedCanaryTarget(situation), carriedPods(situation, current))',
    instead: 'promoted || carriedPods(situation, current) < 0 ? replicas : routedCanaryTarget(situation)',
  },
  {
    name: 'weight-before-endpoints',
    file: 'src/plan/rollout/split.ts',
    text: "  if (!endpointsAre(service, side.hash, need)) return held(situation, now, 'EndpointsNotReady');\n",
    instead: '  void service;\n',
  },
  {
    name: 'weight-without-ready-pods',
    file: 'src/plan/rollout/split.ts',
    text:
      "  if (side === undefined || side.available < need) return held(situation, now, 'TooFewPods');\n" +
      '  // A Service that gets weight must already send it to pods of this revision, and to no others.\n' +
      "  if (!endpointsAre(service, side.hash, need)) return held(situation, now, 'EndpointsNotReady');\n",
    instead: "  if (side === undefined || need < 0) return held(situation, now, 'TooFewPods');\n  void service;\n",
  },
  {
    name: 'floor-for-ceil-in-need',
    file: 'src/plan/rollout/weights.ts',
    text: 'Math.ceil((replicas * weight) / total)',
    instead: 'Math.floor((replicas * weight) / total)',
  },
  {
    name: 'floor-for-ceil-in-size',
    file: 'src/plan/rollout/routed-capacity.ts',
    text: 'return Math.ceil((replicas * weight) / total);',
    instead: 'return Math.floor((replicas * weight) / total);',
  },
  {
    name: 'abort-does-not-move-traffic',
    file: 'src/plan/rollout/split.ts',
    text: "  (s) => (s.aborted ? { canary: 0, reason: 'Aborted' } : undefined),\n",
    instead: '',
  },
  {
    name: 'canary-service-switched-under-weight',
    file: 'src/plan/rollout/services.ts',
    text: '  if (carries) return [];\n',
    instead: '  void carries;\n',
  },
  {
    name: 'canary-service-moved-onto-nobody',
    file: 'src/plan/rollout/services.ts',
    text: 'return pingPong || mayMove(situation, service, wanted, 1)',
    instead: 'return wanted.available >= 0',
  },
  {
    name: 'stable-service-switched-too-early',
    file: 'src/plan/rollout/services.ts',
    text: 'pointsAtCurrent(situation) ? situation.current : stable',
    instead: 'situation.current ?? stable',
  },
  {
    name: 'active-service-switched-onto-few',
    file: 'src/plan/rollout/blue-green.ts',
    text: '  if (!isSaturated(situation, current)) return false;\n',
    instead: '',
  },
  {
    name: 'aborted-blue-green-stays-switched',
    file: 'src/plan/rollout/services.ts',
    text: "if (enough) actions.push(...point(active, stable, 'Aborted'));",
    instead: "if (enough && replicas < 0) actions.push(...point(active, stable, 'Aborted'));",
  },
  {
    name: 'one-pod-more-than-surge',
    file: 'src/plan/rollout/basic-capacity.ts',
    text: '  const ceiling = replicas + maxSurge;\n',
    instead: '  const ceiling = replicas + maxSurge + 1;\n',
  },
  {
    name: 'pods-that-were-asked-for-count-as-available',
    file: 'src/plan/rollout/basic-capacity.ts',
    text: '  const spare = Math.min(growing.available, growing.spec) + draining.spec - floor;\n',
    instead: '  const spare = growing.spec + draining.spec - floor;\n',
  },
  {
    name: 'history-forgets-revisions-with-pods',
    file: 'src/plan/rollout/history.ts',
    text:
      'situation.others.filter((other) => other.specReplicas === 0 && other.replicas === 0 && other.settled);\n' +
      '  const kept = Math.max(0, situation.spec.revisionHistoryLimit - (situation.others.length - empty.length));',
    instead: 'situation.others;\n  const kept = 0;',
  },
];
