import type { Draws } from './random.ts';
import type { AutoscalerDraw, RolloutDraw, RolloutExtras, StepDraw, VersionDraw } from './world-plan.ts';

/** Up to four weights, which mostly grow, with pauses and analyses between them. */
export function drawSteps(draws: Draws, sizes = false): readonly StepDraw[] {
  const steps: StepDraw[] = [];
  const count = draws.whole(0, 4);
  let weight = 0;
  for (let index = 0; index < count; index += 1) {
    weight = draws.chance(0.15) ? draws.whole(0, 100) : Math.min(100, weight + draws.whole(5, 50));
    steps.push({ kind: 'Weight', weight });
    const after = draws.next();
    if (after < 0.4) steps.push({ kind: 'Pause', seconds: draws.pick([1, 5, 20, 60]) });
    else if (after < 0.5) steps.push({ kind: 'Pause', seconds: 0 });
    else if (after < 0.75) steps.push({ kind: 'Analysis' });
    else if (sizes && after < 0.9)
      steps.push({ kind: 'Size', pods: draws.chance(0.5) ? draws.whole(1, 6) : 'Matching' });
  }
  return steps;
}

/** The Rollout of a world. */
export function drawRollout(draws: Draws): RolloutDraw {
  const strategy = draws.pick(['Routed', 'Routed', 'Routed', 'Basic', 'BlueGreen'] as const);
  const extras = strategy === 'Routed' && draws.chance(0.4) ? drawExtras(draws.fork('extras')) : undefined;
  return {
    strategy,
    ...(extras === undefined ? {} : { extras }),
    replicas: draws.whole(1, 6),
    steps: strategy === 'BlueGreen' ? [] : drawSteps(draws, extras !== undefined && draws.chance(0.5)),
    // Longer than any proxy is late here: a shorter delay would lose requests by declaration.
    scaleDownDelay: draws.whole(10, 60),
    abortScaleDownDelay: draws.whole(10, 60),
    progressDeadline: draws.pick([60, 120, 600]),
    progressDeadlineAbort: draws.chance(0.5),
    background: strategy !== 'BlueGreen' && draws.chance(0.3),
    autoPromotion: draws.chance(0.6),
    analyses: { pre: draws.chance(0.3), post: draws.chance(0.3) },
  };
}

function drawExtras(draws: Draws): RolloutExtras {
  return {
    ...(draws.chance(0.3) ? { maxTrafficWeight: draws.pick([200, 1000]) } : {}),
    ...(draws.chance(0.3) ? { minPods: draws.whole(1, 3) } : {}),
    ...(draws.chance(0.3)
      ? {
          threshold: draws.pick([
            { type: 'Percent', value: 50 },
            { type: 'Pods', value: 1 },
          ] as const),
        }
      : {}),
    ...(draws.chance(0.3) ? { rollbackWindow: draws.whole(1, 3) } : {}),
    ...(draws.chance(0.3) ? { podMetadata: true } : {}),
  };
}

/** How a version behaves: two thirds of them work. */
export function drawVersion(draws: Draws, version: number): VersionDraw {
  const kind = draws.next();
  return {
    version,
    errorRate: kind < 0.2 ? 0.3 : 0,
    crashes: kind >= 0.2 && kind < 0.28,
    neverReady: kind >= 0.28 && kind < 0.34,
    ...(kind >= 0.34 && kind < 0.37 ? { flaps: true } : {}),
    ...(kind >= 0.37 && kind < 0.39 ? { imageMissing: true } : {}),
  };
}

/** An autoscaler whose bounds admit of what a world is drawn with; its pods are made for a fraction of the load. */
export function drawAutoscaler(draws: Draws, rate: number): AutoscalerDraw {
  const least = draws.whole(1, 3);
  return {
    least,
    most: least + draws.whole(0, 5),
    perPod: Math.max(1, Math.round(rate / draws.whole(1, 6))),
    window: draws.pick([15, 60]),
  };
}
