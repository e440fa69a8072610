import type { RolloutStatus } from '../api/rollout.ts';
import type { Outcome } from '../apply/outcome.ts';
import { keyOf } from '../kube/resource.ts';
import type { Action } from '../plan/action.ts';
import type { Plan } from '../plan/plan.ts';
import type { ObservedRollout } from '../plan/rollout/observed-rollout.ts';
import { canonicalJson } from '../units/canonical-json.ts';
import { describeChanges } from './changes.ts';
import type { Fields, Logger } from '../telemetry/log.ts';

type Known = Readonly<{ status: RolloutStatus; because: string }>;

/**
 * Writes the log of Rollouts: one line a change of state, as the server has it, one a write, and one when what an
 * update waits for changes. A pass that finds nothing new writes none.
 */
export class PassJournal {
  readonly #log: Logger;
  readonly #known = new Map<string, Known>();

  constructor(log: Logger) {
    this.#log = log;
  }

  /** Takes in what a pass saw and decided. */
  looked(observed: ObservedRollout, plan: Plan<Action, RolloutStatus>): void {
    const key = keyOf(observed.rollout.metadata);
    const status: RolloutStatus = observed.rollout.status ?? {};
    const because = canonicalJson(plan.because.map(({ rule, message }) => ({ rule, message })));
    const known = this.#known.get(key);
    this.#known.set(key, { status, because });
    const fields = fieldsOf(observed);
    for (const { message, fields: facts } of describeChanges(known?.status ?? status, status)) {
      this.#log.info({ ...fields, ...facts }, message);
    }
    if (plan.because.length > 0 && because !== known?.because) {
      this.#log.info({ ...fields, because: plan.because }, 'waiting');
    } else if (plan.because.length === 0 && known !== undefined && known.because !== because) {
      this.#log.info(fields, 'no longer waiting');
    }
  }

  /** Takes in how one action went. */
  carriedOut(observed: ObservedRollout, action: Action, outcome: Outcome): void {
    const fields = { ...fieldsOf(observed), ...describeAction(action) };
    if (outcome.ok) this.#log.info(fields, 'written');
    else if (outcome.why === 'Conflict' || outcome.why === 'Fenced')
      this.#log.debug({ ...fields, why: outcome.why }, 'write lost');
    else this.#log.warn({ ...fields, why: outcome.why, error: outcome.message }, 'write failed');
  }

  /** Forgets a Rollout that is gone. */
  forget(key: string): void {
    this.#known.delete(key);
  }
}

function fieldsOf({ rollout }: ObservedRollout): Fields {
  const { namespace, name, generation } = rollout.metadata;
  return { namespace, rollout: name, generation };
}

/** An action without the manifest that it carries. */
function describeAction(action: Action): Fields {
  if (!('manifest' in action)) {
    const { kind, ...rest } = action;
    return { action: kind, ...rest };
  }
  return { action: action.kind, name: action.manifest.metadata.name };
}
