import type { Rollout } from '../api/rollout.ts';
import type { Call } from '../emulator/call.ts';
import type { Pod } from '../emulator/steps/pod-shape.ts';
import { PODS } from '../emulator/steps/kinds.ts';
import type { KubeObject } from '../kube/resource.ts';
import type { Fields } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { milliseconds, seconds } from '../units/duration.ts';
import type { Instant } from '../units/instant.ts';
import { add, instant } from '../units/instant.ts';
import type { CallBook } from './call-faults.ts';
import { hears, openCallBook } from './call-faults.ts';
import type { WorldState } from './checkers/checker.ts';
import { showsSecret } from './checkers/no-secrets.ts';
import type { WorldCluster } from './cluster.ts';
import { startCluster } from './cluster.ts';
import { hasCrashingPods } from './versions.ts';
import { PLACE, rolloutOf } from './manifests.ts';
import { isDisaster, strike } from './disasters.ts';
import { Disturbance } from './disturbance.ts';
import type { Deed } from './people.ts';
import { act, create, isDeed } from './people.ts';
import type { Draws } from './random.ts';
import { drawsFrom } from './random.ts';
import { RuleBook, isJudged } from './rule-book.ts';
import { ProcessGroup, isProcessTrouble } from './process-group.ts';
import type { Timeline, Who } from './timeline.ts';
import { openTimeline } from './timeline.ts';
import type { VirtualClock } from './virtual-clock.ts';
import { createVirtualClock } from './virtual-clock.ts';
import type { Disaster, Happening, WorldPlan } from './world-plan.ts';
import { reportWorld } from './report-world.ts';
import type { WorldReport, WriteCall } from './world-report.ts';
import { QUIET, STAYS, TO_REST, calmAfter, ownWait, waitsForBudget } from './rest.ts';
import { readWorldState } from './world-state.ts';
import { lieOf } from './metric-faults.ts';

/** When every world begins. */
const BEGIN = instant(Date.UTC(2026, 0, 1));
/** Users come so long after the first version was Healthy: proxies have learnt of it by then. */
const USERS_COME = seconds(10);

/** How often the rules look at the world beside our writes. Milliseconds. */
const LOOK_EVERY = 15_000;
/** A lease may still be lost by what happened before the faults stopped. */
const FAULTS_LINGER = seconds(30);

/** What worlds have in common. */
export type WorldParts = Readonly<{
  crds: readonly KubeObject[];
  metrics: Metrics;
  /** What a plan is that the rules of safety refuse: a broken rule (default), or noted only. */
  refusals?: 'Broken' | 'Noted';
}>;

/** Plays a world from its plan to its end: the same plan gives the same report, line by line. */
export async function playWorld(plan: WorldPlan, parts: WorldParts): Promise<WorldReport> {
  const world = new World(plan, parts);
  return world.play();
}

class World {
  readonly #plan: WorldPlan;
  readonly #parts: WorldParts;
  readonly #clock: VirtualClock = createVirtualClock(BEGIN);
  readonly #draws: Draws;
  readonly #timeline: Timeline = openTimeline(BEGIN);
  readonly #book: CallBook = openCallBook();
  readonly #wrong: string[] = [];
  readonly #cluster: WorldCluster;
  readonly #processes: ProcessGroup;
  #usersCome = false;
  #usersHere = false;
  /** Requests a second, once users have come. */
  #load: number;
  /** By how many milliseconds the wall clock of the nodes is ahead. */
  #ahead = 0;
  readonly #rules: RuleBook;
  readonly #writeCalls: WriteCall[] = [];
  readonly #refused: string[] = [];
  #faultsOver: Instant | undefined;
  readonly #disturbed = new Disturbance(BEGIN);
  #wroteAt: Instant = BEGIN;
  #generation: number | undefined;

  constructor(plan: WorldPlan, parts: WorldParts) {
    this.#plan = plan;
    this.#parts = parts;
    this.#load = plan.requestsPerSecond;
    this.#draws = drawsFrom(plan.seed);
    this.#cluster = startCluster(this.#clock, plan, this.#draws, parts.crds);
    this.#rules = new RuleBook({
      plan,
      now: () => this.#clock.now(),
      state: () => this.#state(),
      calm: () => this.#clock.now() - this.#disturbed.at > calmAfter(plan) && hears(this.#book, this.#clock.now()),
      led: () => this.#processes.led,
      broken: (what) => this.#break(what),
    });
    this.#processes = this.#processGroup();
    this.#cluster.server.onChange((resource, object) => {
      if (resource.plural === PODS.plural) this.#disturbed.podChanged(object as Pod, this.#clock.now());
      else if (resource.plural === 'rollouts') this.#rolloutChanged(object as Rollout);
    });
  }

  async play(): Promise<WorldReport> {
    const { happenings } = this.#plan;
    create(this.#cluster.server, rolloutOf(this.#plan.rollout));
    this.#processes.start();
    for (const happening of happenings)
      this.#at(happening.at, () => this.#rules.met(happening, () => this.#happen(happening)));
    this.#lookOn();
    const last = Math.max(...happenings.map(({ at }) => at));
    await this.#clock.runUntil(add(BEGIN, milliseconds(last + 1)), () => this.#isBroken());
    if (!this.#isBroken()) await this.#comeToRest();
    this.#cluster.catchUp();
    this.#processes.killAll();
    this.#cluster.stop();
    return reportWorld({
      plan: this.#plan,
      cluster: this.#cluster,
      book: this.#book,
      took: this.#clock.now() - BEGIN,
      state: this.#state(),
      wrong: this.#wrong,
      timeline: this.#timeline.lines,
      writeCalls: this.#writeCalls,
      refused: this.#refused,
    });
  }

  /** Faults are over. The world must come to rest, and stay so without a single write. */
  async #comeToRest(): Promise<void> {
    this.#note('fault', 'no more faults');
    this.#book.faulty = this.#plan.lasting === true;
    this.#faultsOver = this.#clock.now();
    if (!this.#book.faulty) this.#cluster.prometheus.lie(undefined);
    const until = add(this.#clock.now(), TO_REST);
    const begun = this.#clock.now();
    const quiet = (): boolean =>
      this.#isBroken() ||
      (hears(this.#book, this.#clock.now()) &&
        this.#clock.now() - Math.max(this.#wroteAt, begun) > QUIET + ownWait(this.#plan, this.#state()));
    await this.#clock.runUntil(until, quiet);
    if (this.#isBroken()) return;
    this.#cluster.catchUp();
    this.#rules.end(this.#cluster.users, this.#book.unheard);
    const restless = hasCrashingPods(this.#plan, this.#state()) || waitsForBudget(this.#plan, this.#state());
    if (this.#isBroken() || restless) return;
    const writes = this.#book.writes;
    await this.#clock.runUntil(add(this.#clock.now(), STAYS), () => this.#isBroken());
    this.#rules.rest(this.#book.writes - writes);
  }

  #lookOn(): void {
    this.#rules.look();
    this.#at(LOOK_EVERY, () => this.#lookOn());
  }

  #at(after: number, then: () => void): void {
    this.#clock.schedule(milliseconds(after), then);
  }

  #isBroken(): boolean {
    return this.#wrong.length > 0;
  }

  #note(who: Who, what: string): void {
    this.#timeline.note(this.#clock.now(), who, what);
  }

  #processGroup(): ProcessGroup {
    const { server, prometheus } = this.#cluster;
    return new ProcessGroup({
      server,
      prometheus,
      clock: this.#clock,
      ahead: () => this.#ahead,
      plan: this.#plan,
      book: this.#book,
      draws: this.#draws,
      metrics: this.#parts.metrics,
      onReach: (call) => this.#rules.reached(call),
      onDone: (process, call, status) => this.#done(process, call, status),
      onLine: (_process, level, fields, message) => this.#line(level, fields, message),
      onStarted: (process) => this.#note('sluice', `process ${process} starts`),
      onEnded: (process, why) => this.#processEnded(process, why),
    });
  }

  /** Nobody took its lease, and nothing went wrong with it: then it must not be lost. */
  #processEnded(number: number, why: string): void {
    this.#note('fault', `process ${number} ${why}`);
    const { callFaults, happenings } = this.#plan;
    const troubled =
      callFaults.length > 0 || happenings.some((each) => isProcessTrouble(each) || each.kind === 'EditLease');
    const over = this.#faultsOver !== undefined && this.#clock.now() - this.#faultsOver > FAULTS_LINGER;
    if (!why.startsWith('crashed') && (over || !troubled))
      this.#break(`L2: process ${number} ended and nothing was wrong: ${why}`);
  }

  #done(process: number, call: Call, status: number): void {
    this.#rules.done(process, call, status);
    if (!call.writes) return;
    const { verb, subresource, name } = call;
    const { plural } = call.resource;
    const what = `${verb} ${plural}${subresource === undefined ? '' : `/${subresource}`} ${name}`;
    if (plural !== 'leases' || verb !== 'update')
      this.#writeCalls.push({
        call: this.#book.calls - 1,
        at: this.#clock.now() - BEGIN,
        version: this.#cluster.server.core.state.version,
        what,
      });
    if (!isJudged(call)) {
      // A lease is renewed for ever, so it is no sign of unrest.
      this.#book.writes -= 1;
      return;
    }
    this.#wroteAt = this.#clock.now();
    this.#note('sluice', `${what}: ${status}`);
  }

  #line(level: string, fields: Fields, message: string): void {
    if (showsSecret(JSON.stringify(fields))) this.#break(`S15: the log shows a secret: ${message}`);
    if (message === 'plan refused') this.#refuse(JSON.stringify(fields['broken']));
    if (message === 'written' || message === 'waiting') return;
    const { namespace: _namespace, rollout: _rollout, generation: _generation, ...rest } = fields;
    this.#note('sluice', `${level} ${message} ${JSON.stringify(rest)}`);
  }

  #refuse(broken: string): void {
    if (this.#parts.refusals === 'Noted') this.#refused.push(broken);
    else this.#break(`a plan of ours was refused: ${broken}`);
  }

  #break(what: string): void {
    this.#note('rule', what);
    this.#wrong.push(what);
  }

  #rolloutChanged({ status, metadata }: Rollout): void {
    if (metadata.name !== PLACE.name) return;
    // A new spec, as by an autoscaler, is no rest, and what we had seen is not what is there.
    if (metadata.generation !== this.#generation && this.#plan.autoscaler !== undefined) {
      this.#wroteAt = this.#clock.now();
      this.#disturbed.happened(this.#clock.now());
    }
    this.#generation = metadata.generation;
    if (this.#usersCome || status?.phase !== 'Healthy') return;
    this.#usersCome = true;
    this.#at(USERS_COME, () => {
      this.#usersHere = true;
      this.#setLoad(this.#load);
    });
  }

  #happen(happening: Happening): void {
    const { at: _at, ...told } = happening;
    const text = JSON.stringify(told);
    if (isDisaster(happening)) return this.#strike(happening, text);
    if (isDeed(happening)) return this.#act(happening, text);
    this.#note('fault', text);
    if (isProcessTrouble(happening)) return this.#processes.suffer(happening);
    switch (happening.kind) {
      case 'SetClock':
        this.#ahead += happening.by;
        return;
      case 'Load':
        return this.#setLoad(happening.rate);
      case 'Prometheus':
        this.#cluster.prometheus.lie(lieOf(happening.lie));
        return this.#at(happening.length, () => this.#cluster.prometheus.lie(undefined));
    }
  }

  #setLoad(rate: number): void {
    this.#load = rate;
    if (this.#usersHere) this.#cluster.send(rate);
  }

  #strike(disaster: Disaster, text: string): void {
    this.#note('fault', `${text}: ${strike(this.#cluster, this.#clock, this.#book, disaster)}`);
    this.#disturbed.happened(this.#clock.now());
    // Until it is mended, and for as long as it takes to come over it, nothing that we see can be relied on.
    if ('length' in disaster) this.#at(disaster.length, () => this.#disturbed.happened(this.#clock.now()));
  }

  #act(deed: Deed, text: string): void {
    const came = act(this.#cluster.server, this.#plan.rollout, deed, this.#clock.now());
    this.#note(deed.kind === 'KillPods' ? 'fault' : 'person', `${text}: ${came}`);
    if (!/^(Promote|PromoteFull|Abort|Retry|Pause|EditSteps)$/.test(deed.kind))
      this.#disturbed.happened(this.#clock.now());
  }

  #state(): WorldState {
    return readWorldState(this.#cluster);
  }
}
