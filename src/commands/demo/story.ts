import type { Rollout } from '../../api/rollout.ts';
import type { Milliseconds } from '../../units/duration.ts';
import { formatDuration, milliseconds, seconds } from '../../units/duration.ts';
import type { Cast, Version } from './cast.ts';
import { versionName } from './cast.ts';
import type { DemoCluster } from './cluster.ts';
import type { Deed } from './deeds.ts';
import { ABORT, commandOf, create, PROMOTE } from './deeds.ts';
import type { Scene } from './scene.ts';
import type { Show } from './show.ts';
import type { Stage } from './stage.ts';

/** Requests a second that users send. */
export const USERS_SEND = 200;
/** A first version that is not there after so long will not come: the real cluster's progress deadline. */
const FIRST_WITHIN = seconds(600);
/** The longest update that is watched to its end. */
const UPDATE_WITHIN = seconds(6 * 3600);
/** Proxies have learnt of new endpoints after this. */
const PROXIES_LEARN = milliseconds(500);
/** So long only the first version has traffic. */
const USERS_COME_FIRST = milliseconds(1500);
/** How long a person looks before acting. */
const PERSON_LOOKS = seconds(3);
/** A controller may take so long to get over what looks Degraded: a template that it has not seen yet. */
const DEGRADED_FOR = seconds(5);
/** Pods that are still there after so long are kept on purpose. */
const PODS_GO_WITHIN = seconds(60);

/** What a story is told with. */
export type StoryParts = Readonly<{ stage: Stage; cast: Cast; cluster: DemoCluster; show: Show }>;

/** Plays a promotion and a rollback; answers what did not go as it should have, empty when all did. */
export async function playStory(parts: StoryParts): Promise<readonly string[]> {
  const { stage, cast } = parts;
  const first = versionName(cast.rollout);
  const begun = await begin(parts, first);
  if (begun !== undefined) return [begun];
  const promoted = await promotion(parts);
  if (promoted !== undefined) return [promoted];
  await podsLeave(stage, first);
  const rolledBack = await rollback(parts);
  if (rolledBack !== undefined) return [rolledBack];
  await podsLeave(stage, cast.bad.name);
  const { lost } = stage.scene();
  return lost === 0 ? [] : [`${lost} requests were lost on the way to the pods`];
}

async function begin({ stage, cast, cluster, show }: StoryParts, first: string): Promise<string | undefined> {
  show.act(`1. ${first} starts; then users send it ${USERS_SEND} requests a second.`);
  for (const object of [...cast.surroundings, cast.rollout]) create(cluster.server, object);
  stage.raiseCurtain();
  const settled = await stage.until(() => isSettled(stage.rollout, undefined), FIRST_WITHIN);
  if (!settled || stage.rollout.status?.phase !== 'Healthy') return `${first} did not start: ${whyOf(stage.scene())}`;
  await stage.wait(PROXIES_LEARN);
  cluster.sendRequests(cast.users, USERS_SEND);
  await stage.wait(USERS_COME_FIRST);
  return undefined;
}

async function promotion({ stage, cast, show }: StoryParts): Promise<string | undefined> {
  const { good } = cast;
  show.act(`2. ${good.name} is rolled out. It is good.`);
  const begun = stage.scene().elapsed;
  const before = bring({ stage, cast, show }, good);
  for (;;) {
    const came = await stage.until(
      () => isSettled(stage.rollout, before) || waitsForPerson(stage.rollout),
      UPDATE_WITHIN,
    );
    const scene = stage.scene();
    if (!came) return `${good.name} was not promoted within ${formatDuration(UPDATE_WITHIN)}: ${whyOf(scene)}`;
    const { rollout } = stage;
    if (isSettled(rollout, before)) {
      if (rollout.status?.phase === 'Healthy') break;
      if (await recovers(stage)) continue;
      return `${good.name} was not promoted: ${whyOf(stage.scene())}`;
    }
    await stage.wait(PERSON_LOOKS);
    if (!waitsForPerson(stage.rollout)) continue;
    person({ stage, cast, show }, 'The Rollout waits for a person, who looks, and promotes:', PROMOTE);
    await stage.until(() => !waitsForPerson(stage.rollout), seconds(60));
  }
  show.say(`${good.name} has all the traffic after ${sinceText(stage, begun)}; the old pods drain, then they go.`);
  return undefined;
}

async function rollback({ stage, cast, show }: StoryParts): Promise<string | undefined> {
  const { bad, good } = cast;
  show.act(`3. ${bad.name} is rolled out. It answers 15 % of its requests with an error.`);
  const start = stage.scene();
  const before = bring({ stage, cast, show }, bad);
  const judged = isJudged(cast.rollout);
  const needsPerson = (): boolean => waitsForPerson(stage.rollout) || (!judged && hasFailed(stage, bad));
  await stage.until(() => isSettled(stage.rollout, before) || needsPerson(), UPDATE_WITHIN);
  if (!isSettled(stage.rollout, before) && needsPerson()) {
    await stage.wait(PERSON_LOOKS);
    if (!isSettled(stage.rollout, before)) {
      person({ stage, cast, show }, 'A person looks at it, and gives up:', ABORT);
      await stage.until(() => isSettled(stage.rollout, before), seconds(120));
    }
  }
  const { status } = stage.rollout;
  if (status?.phase === 'Healthy') {
    person({ stage, cast, show }, `Nothing stopped ${bad.name}: no analysis judges it. A person goes back:`, good.deed);
    const back = await stage.until(() => isSettled(stage.rollout, status.stableRS), UPDATE_WITHIN);
    if (!back || stage.rollout.status?.phase !== 'Healthy')
      return `${bad.name} was not rolled back: ${whyOf(stage.scene())}`;
  } else if (status?.abort !== true) {
    return `${bad.name} was not rolled back: ${whyOf(stage.scene())}`;
  } else {
    show.say(status.message ?? '');
  }
  const { sent, versions } = stage.scene();
  const failed = versions.find(({ version }) => version === bad.name)?.failed ?? 0;
  const count = (sent - start.sent).toLocaleString('en');
  show.say(
    `Rolled back after ${sinceText(stage, start.elapsed)}: ${failed} of ${count} requests met an error of ${bad.name}.`,
  );
  return undefined;
}

/** Brings a version, as a person would; answers the stable revision from before. */
function bring({ stage, cast, show }: Omit<StoryParts, 'cluster'>, { deed, image }: Version): string | undefined {
  const stable = stage.rollout.status?.stableRS;
  person({ stage, cast, show }, `A person changes the image to ${image}:`, deed);
  return stable;
}

function person({ stage, cast, show }: Omit<StoryParts, 'cluster'>, why: string, deed: Deed): void {
  show.say(why);
  show.command(commandOf(cast.rollout, deed));
  stage.act(deed);
}

/** True when an update has come to its end: promoted, aborted, or given up. `before` is the stable revision it began with. */
function isSettled({ metadata, status = {} }: Rollout, before: string | undefined): boolean {
  if (Number(status.observedGeneration ?? 0) !== metadata.generation) return false;
  if (status.phase === 'Degraded') return true;
  const { stableRS, currentPodHash, phase } = status;
  return phase === 'Healthy' && stableRS !== undefined && stableRS === currentPodHash && stableRS !== before;
}

/** True when what was Degraded a moment ago goes on by itself. */
async function recovers(stage: Stage): Promise<boolean> {
  if (stage.rollout.status?.abort === true) return false;
  return stage.until(() => stage.rollout.status?.phase !== 'Degraded', DEGRADED_FOR);
}

/** True when an update stands still until somebody promotes or aborts it. */
function waitsForPerson({ spec, status = {} }: Rollout): boolean {
  const pauses = status.pauseConditions ?? [];
  const step = spec.strategy?.canary?.steps?.[status.currentStepIndex ?? 0];
  return pauses.some(({ reason }) => {
    if (reason === 'CanaryPauseStep') return step?.pause !== undefined && step.pause.duration === undefined;
    return reason !== 'BlueGreenPause' || (spec.strategy?.blueGreen?.autoPromotionSeconds ?? 0) === 0;
  });
}

/** True when the Rollout has an analysis, of whatever kind. */
function isJudged({ spec }: Rollout): boolean {
  return JSON.stringify(spec.strategy ?? {}).includes('"templateName"');
}

function hasFailed(stage: Stage, { name }: Version): boolean {
  return stage.scene().versions.some(({ version, failed }) => version === name && failed > 0);
}

/** Waits for the last pod of a version, unless they are kept. */
async function podsLeave(stage: Stage, version: string): Promise<void> {
  const present = (): boolean =>
    stage.scene().versions.some(({ version: name, pods }) => name === version && sumOf(pods) > 0);
  await stage.until(() => !present(), PODS_GO_WITHIN);
}

function sumOf({ ready, starting, ending }: Scene['versions'][number]['pods']): number {
  return ready + starting + ending;
}

function sinceText(stage: Stage, begun: Milliseconds): string {
  return formatDuration(milliseconds(stage.scene().elapsed - begun));
}

/** Why it does not go on, as far as the controller tells. */
function whyOf({ phase, message, because }: Scene): string {
  const reasons = [message, ...because].filter((text) => text !== '');
  return `${phase}${reasons.length === 0 ? '' : `: ${reasons.join('; ')}`}`;
}
