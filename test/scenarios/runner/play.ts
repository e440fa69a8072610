import type { KubeObject } from '../../../src/kube/resource.ts';
import { seconds } from '../../../src/units/duration.ts';
import { Chronicle } from './chronicle.ts';
import { applyObject } from './deeds.ts';
import { healthyOn } from './expectations.ts';
import { surroundingsOf } from './objects.ts';
import type { Deed, Expectation, Part, Scenario } from './scenario.ts';
import { expectation } from './scenario.ts';
import type { Stage } from './stage.ts';
import { versionOf } from './world.ts';

/** A scenario that did not come as it says: its message tells the whole story. */
export class ScenarioFailure extends Error {
  override name = 'ScenarioFailure';
}

/** Given objects are up within so many seconds. */
const GIVEN_WITHIN = 60;
const LOG_SHOWN = 25;

/** Plays a scenario to its end on a stage; rejects with a ScenarioFailure that holds the timeline. */
export async function playScenario(scenario: Scenario, stage: Stage): Promise<void> {
  const player = new Player(scenario, stage);
  await player.play();
}

class Player {
  readonly #scenario: Scenario;
  readonly #stage: Stage;
  readonly #chronicle: Chronicle;
  /** The rules in force; a rule may be there twice. */
  readonly #rules: Expectation[] = [];
  #broken: string | undefined;

  constructor(scenario: Scenario, stage: Stage) {
    this.#scenario = scenario;
    this.#stage = stage;
    this.#chronicle = new Chronicle(stage.world.now);
    stage.onChange((resource, object) => {
      this.#chronicle.changed(stage.world.now, resource, object);
      this.#checkRules();
    });
  }

  async play(): Promise<void> {
    try {
      for (const part of this.#scenario.parts) await this.#playPart(part);
    } catch (error) {
      throw error instanceof ScenarioFailure
        ? error
        : await this.#failure(error instanceof Error ? error.message : String(error));
    }
  }

  async #playPart(part: Part): Promise<void> {
    switch (part.kind) {
      case 'Given':
        return this.#setUp(part.things);
      case 'When':
        return this.#act(part.deeds);
      case 'Then':
        return this.#come(part.expectations, part.within);
      case 'Stays':
        return this.#stay(part.expectations, part.seconds);
      case 'Always':
        return this.#addRules(part.rules);
      case 'During': {
        await this.#addRules(part.rules);
        for (const inner of part.parts) await this.#playPart(inner);
        for (const rule of part.rules) this.#rules.splice(this.#rules.indexOf(rule), 1);
      }
    }
  }

  async #setUp(things: readonly (KubeObject | Deed)[]): Promise<void> {
    const objects = things.flatMap((thing) => (isDeed(thing) ? [] : [thing]));
    const named = new Set(objects.map(({ kind, metadata }) => `${kind ?? ''}/${metadata.name}`));
    const rollouts = objects.filter(({ kind }) => kind === 'Rollout');
    const missing = rollouts.flatMap(surroundingsOf).filter(({ kind, metadata }) => {
      const key = `${kind ?? ''}/${metadata.name}`;
      const isNew = !named.has(key);
      named.add(key);
      return isNew;
    });
    for (const object of missing) await applyObject(this.#stage, object);
    for (const thing of things) {
      if (isDeed(thing)) await this.#act([thing]);
      else await applyObject(this.#stage, thing);
    }
    await this.#come(rollouts.map(isUp), GIVEN_WITHIN);
  }

  async #act(deeds: readonly Deed[]): Promise<void> {
    for (const { told, act } of deeds) {
      this.#note('when', told);
      await act(this.#stage);
      await this.#failIfBroken();
    }
  }

  async #come(expectations: readonly Expectation[], limit: number): Promise<void> {
    const holds = (): boolean =>
      this.#broken !== undefined || expectations.every(({ unmet }) => unmet(this.#stage.world) === undefined);
    const held = await this.#stage.until(holds, seconds(limit));
    await this.#failIfBroken();
    if (!held) throw await this.#failure(`not within ${limit} s:\n${this.#unmet(expectations)}`);
    for (const { told } of expectations) this.#note('then', told);
  }

  async #stay(expectations: readonly Expectation[], length: number): Promise<void> {
    const fails = (): boolean => this.#unmet(expectations) !== '' || this.#broken !== undefined;
    const failed = await this.#stage.until(fails, seconds(length));
    await this.#failIfBroken();
    if (failed) throw await this.#failure(`did not stay so for ${length} s:\n${this.#unmet(expectations)}`);
    for (const { told } of expectations) this.#note('stays', `${length} s: ${told}`);
  }

  async #addRules(rules: readonly Expectation[]): Promise<void> {
    // The rules may be about a kind whose last change is still on its way.
    await this.#stage.until(() => this.#unmet(rules) === '', this.#stage.skew);
    this.#rules.push(...rules);
    this.#checkRules();
    await this.#failIfBroken();
  }

  #checkRules(): void {
    if (this.#broken !== undefined) return;
    const { world } = this.#stage;
    for (const { told, unmet } of this.#rules) {
      const seen = unmet(world);
      if (seen === undefined) continue;
      this.#broken = `always ${told}: ${seen}`;
      this.#note('rule', this.#broken);
      return;
    }
  }

  #unmet(expectations: readonly Expectation[]): string {
    return expectations
      .flatMap(({ told, unmet }) => {
        const seen = unmet(this.#stage.world);
        return seen === undefined ? [] : [`  ${told}: ${seen}`];
      })
      .join('\n');
  }

  async #failIfBroken(): Promise<void> {
    if (this.#broken !== undefined) throw await this.#failure(this.#broken);
  }

  #note(who: string, what: string): void {
    this.#chronicle.note(this.#stage.world.now, who, what);
  }

  async #failure(what: string): Promise<ScenarioFailure> {
    const { world, group } = this.#stage;
    const log = await this.#stage.log();
    const statuses = world.list('Rollout').map((rollout) => {
      const { status } = rollout as Readonly<{ status?: unknown }>;
      return `status of ${rollout.metadata.name}: ${JSON.stringify(status, undefined, 1)}`;
    });
    return new ScenarioFailure(
      [
        `'${this.#scenario.name}' in ${group}: ${what}`,
        ...this.#chronicle.lines,
        'the controller said last:',
        ...log.slice(-LOG_SHOWN),
        ...statuses,
      ].join('\n'),
    );
  }
}

function isDeed(thing: KubeObject | Deed): thing is Deed {
  return 'act' in thing;
}

function isUp(rollout: KubeObject): Expectation {
  const { spec } = rollout as KubeObject &
    Readonly<{ spec?: { template?: { spec?: Parameters<typeof versionOf>[0] } } }>;
  const version = versionOf(spec?.template?.spec);
  const { name } = rollout.metadata;
  if (version !== '') return healthyOn(version, name);
  return expectation(`${name} is Healthy`, (world) =>
    world.status(name)?.phase === 'Healthy' ? undefined : (world.status(name)?.phase ?? 'no phase'),
  );
}
