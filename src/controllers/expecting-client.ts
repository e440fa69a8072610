import type { Answer, KubeClient } from '../kube/client.ts';
import type { Expectations } from '../kube/expectations.ts';
import type { KubeObject, Resource } from '../kube/resource.ts';

/**
 * A client whose writes are expected to be seen by the stores before `waiter` is looked at again: else the next pass
 * would decide on what it has just changed, and do it twice.
 */
export function expectingClient(client: KubeClient, expectations: Expectations, waiter: string): KubeClient {
  const note = (resource: Resource, answer: Answer<KubeObject>, dryRun: boolean | undefined): Answer<KubeObject> => {
    if (answer.ok && dryRun !== true) expectations.wrote(waiter, resource, answer.value);
    return answer;
  };
  return {
    get: (target, signal) => client.get(target, signal),
    list: (resource, selection, page, signal) => client.list(resource, selection, page, signal),
    watch: (resource, selection, from, onEvent, signal) => client.watch(resource, selection, from, onEvent, signal),
    create: async (resource, object, options) =>
      note(resource, await client.create(resource, object, options), options?.dryRun),
    patch: async (target, patch, options) =>
      note(target.resource, await client.patch(target, patch, options), options?.dryRun),
    replace: async (target, object) => note(target.resource, await client.replace(target, object), false),
    async delete(target, precondition) {
      const answer = await client.delete(target, precondition);
      if (answer.ok) {
        const { name, namespace } = target;
        const gone = { metadata: { name, ...(namespace === undefined ? {} : { namespace }), ...precondition } };
        // Without a version in the precondition any text will do: what counts is that the UID goes.
        expectations.deleted(waiter, target.resource, { metadata: { resourceVersion: '0', ...gone.metadata } });
      }
      return answer;
    },
    async evict(pod, { uid }) {
      const answer = await client.evict(pod, { uid });
      if (answer.ok) {
        const { name, namespace } = pod;
        const gone = { name, uid, resourceVersion: '0', ...(namespace === undefined ? {} : { namespace }) };
        expectations.deleted(waiter, pod.resource, { metadata: gone });
      }
      return answer;
    },
  };
}
