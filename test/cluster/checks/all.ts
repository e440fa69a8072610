import { callsOf, compareRights, describeRights, rightsOf } from '../../../scripts/rbac-check.ts';
import { renderChart } from '../product.ts';
import { PRODUCT_USER, readAudit } from '../scenarios/measures.ts';
import { chartChecks } from './chart.ts';
import type { Check } from './check.ts';
import { pageChecks } from './pages.ts';

/** Everything that is checked beside the scenarios. */
export const CHECKS: readonly Check[] = [...chartChecks, ...pageChecks];

/** Holds the rights that the chart grants against the calls that all the scenarios together made. */
export const rightsCheck: Check = {
  name: 'every right that the chart grants was used, and no other',
  async run() {
    const calls = callsOf((await readAudit()) ?? '', PRODUCT_USER);
    const rights = rightsOf(await renderChart());
    const problem = describeRights(compareRights(rights, calls));
    if (problem !== '') throw new Error(problem);
    return `${rights.length} rights, ${calls.length} kinds of calls`;
  },
};
