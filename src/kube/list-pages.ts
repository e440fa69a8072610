import type { Answer, KubeClient, ListPage, Selection } from './client.ts';
import type { KubeObject, Resource } from './resource.ts';

/** A complete list: the objects of all pages, and the version of the last. */
export type CompleteList = Readonly<{ items: readonly KubeObject[]; resourceVersion: string }>;

/** How a list is read. */
export type ListOptions = Readonly<{
  client: Pick<KubeClient, 'list'>;
  resource: Resource;
  selection: Selection;
  /** Objects a page. */
  pageSize: number;
  /** The least version wanted, see KubeClient; undefined: the newest. */
  resourceVersion: string | undefined;
  /** Told of each page as it comes. */
  onPage: () => void;
}>;

/** Reads all pages of a list; the first failure is the answer. */
export async function listAllPages(options: ListOptions, signal: AbortSignal): Promise<Answer<CompleteList>> {
  const { client, resource, selection, pageSize, resourceVersion } = options;
  const items: KubeObject[] = [];
  let page: Readonly<{ continue?: string; resourceVersion?: string }> =
    resourceVersion === undefined ? {} : { resourceVersion };
  for (;;) {
    const answer: Answer<ListPage> = await client.list(resource, selection, { limit: pageSize, ...page }, signal);
    if (!answer.ok) return answer;
    options.onPage();
    items.push(...answer.value.items);
    if (answer.value.continue === undefined || signal.aborted) {
      return { ok: true, value: { items, resourceVersion: answer.value.resourceVersion } };
    }
    page = { continue: answer.value.continue };
  }
}
