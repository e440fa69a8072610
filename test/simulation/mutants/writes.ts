import type { Mutant } from './mutant.ts';

/** Mistakes in how writes are made: guards, leases, stores, retries. */
export const WRITE_MUTANTS: readonly Mutant[] = [
  {
    name: 'status-without-its-version',
    file: 'src/apply/write-status.ts',
    text: "{ kind: 'Merge', body: { metadata: { resourceVersion }, status: patch } }",
    instead: "{ kind: 'Merge', body: { metadata: resourceVersion === '' ? { resourceVersion } : {}, status: patch } }",
  },
  {
    name: 'size-changed-without-the-size-that-was-seen',
    file: 'src/apply/replica-sets.ts',
    text: "    { op: 'test', path: '/spec/replicas', value: action.seenReplicas },\n",
    instead: '',
  },
  {
    name: 'service-pointed-without-its-version',
    file: 'src/apply/traffic.ts',
    text: 'metadata: { uid, resourceVersion, annotations },',
    instead: 'metadata: { annotations },',
  },
  {
    name: 'weights-written-without-the-version-of-the-route',
    file: 'src/routers/gateway-api.ts',
    text: "return [{ op: 'replace', path: '/metadata/resourceVersion', value: route.metadata.resourceVersion }, ...operations];",
    instead: 'return route.metadata.resourceVersion === undefined ? [] : operations;',
  },
  {
    name: 'conflict-retried-in-place',
    file: 'src/apply/replica-sets.ts',
    text: "  const answer = await client.patch(target, { kind: 'Json', operations });\n  if (!answer.ok) return answer;",
    instead:
      "  let answer = await client.patch(target, { kind: 'Json', operations });\n" +
      "  if (!answer.ok && answer.why === 'Conflict') answer = await client.patch(target, { kind: 'Json', operations: operations.slice(2) });\n" +
      '  if (!answer.ok) return answer;',
  },
  {
    name: 'fence-dropped',
    file: 'src/controllers/run-controller.ts',
    text: 'parts.connect(() => !this.#restored && (this.#leadership?.mayWrite() ?? false))',
    instead: 'parts.connect()',
  },
  {
    name: 'fence-without-the-deadline',
    file: 'src/kube/lease.ts',
    text: 'return elapsed(this.#renewedAt, this.#options.clock.now()) < this.#renewDeadline;',
    instead: 'return true;',
  },
  {
    name: 'lease-not-renewed',
    file: 'src/kube/lease.ts',
    text: '      this.#renewedAt = sentAt;',
    instead: '      this.#renewedAt ??= sentAt;',
  },
  {
    name: 'expectations-skipped',
    file: 'src/controllers/reconcile.ts',
    text: '  if (unseen !== undefined) return { requeueAt: unseen };\n',
    instead: '',
  },
  {
    name: 'older-event-accepted',
    file: 'src/kube/store.ts',
    text: '    if (previous !== undefined && !isNews(previous, object)) return [];\n',
    instead: '',
  },
  {
    name: 'nothing-tried-again-after-a-failure',
    file: 'src/kube/controller.ts',
    text: '  options.queue.addAfterFailure(key, notBefore);\n',
    instead: '  void notBefore;\n',
  },
  {
    name: 'dead-watch-not-noticed',
    file: 'src/kube/reflector.ts',
    text: 'startSilenceAlarm(clock, silence, () =>',
    instead: 'startSilenceAlarm(clock, seconds(silence), () =>',
  },
  {
    name: 'created-twice-is-taken-for-a-collision',
    file: 'src/apply/replica-sets.ts',
    text: '  if (ours && same) return DONE;\n',
    instead: '  if (ours && same && name.length === 0) return DONE;\n',
  },
  {
    name: 'no-requeue',
    file: 'src/plan/plan-rollout.ts',
    text: 'requeueAt: wake, because',
    instead: 'requeueAt: wake === undefined ? wake : undefined, because',
  },
];
