import { AsyncLocalStorage } from 'node:async_hooks';
import { onTestFinished } from 'vitest';

type Ending = () => unknown;

const endings = new AsyncLocalStorage<Ending[]>();

/**
 * Has something ended when the test is over, last begun first. In tests that run side by side vitest's own hook takes
 * whichever test began last for the present one, and so ends what another test still uses: those are wrapped by `alone`.
 */
export function atEnd(ending: Ending): void {
  const own = endings.getStore();
  if (own === undefined) onTestFinished(async () => void (await ending()));
  else own.push(ending);
}

/** Runs a test among concurrent ones so that what it began ends with it, and nothing else does. */
export async function alone(run: () => Promise<void>): Promise<void> {
  const own: Ending[] = [];
  try {
    await endings.run(own, run);
  } finally {
    for (const ending of own.toReversed()) await ending();
  }
}
