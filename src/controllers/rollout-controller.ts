import { keyOf } from '../kube/resource.ts';
import type { KindParts, Reconciler } from './kind-controller.ts';
import { PassJournal } from './pass-journal.ts';
import type { RolloutPassParts } from './reconcile.ts';
import { reconcileRollout } from './reconcile.ts';
import { TemplateQuestions } from './refusal-report.ts';
import { releaseOrphans } from './release-orphans.ts';
import { StatusPace } from './status-pace.ts';

/** Brings Rollouts where they should be, and forgets those that are gone. */
export function createRolloutReconciler(parts: KindParts): Reconciler {
  const { group, instanceId, answers, stores, lookup, expectations, client, clock, log, metrics, record } = parts;
  const journal = new PassJournal(log);
  const questions = new TemplateQuestions();
  const pace = new StatusPace();
  const pass: RolloutPassParts = {
    stores,
    surroundings: { group, instanceId, answers },
    lookup,
    expectations,
    client,
    apply: { answers, record: (observed, note) => record(observed.rollout, note) },
    clock,
    log,
    metrics,
    journal,
    questions,
    pace,
  };
  return {
    async reconcile(key) {
      const released = await releaseOrphans(parts, key);
      return released ?? reconcileRollout(pass, key);
    },
    gone(object) {
      const { uid = '', namespace = '', name } = object.metadata;
      const key = keyOf(object.metadata);
      answers.forget(uid);
      expectations.forget(key);
      journal.forget(key);
      pace.forget(key);
      questions.forget(uid);
      metrics.rolloutGone(namespace, name);
      log.info({ namespace, rollout: name }, 'rollout gone');
    },
  };
}
