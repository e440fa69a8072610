import type { Checker } from './checker.ts';

/** Stands in every error that the metrics store of a world answers with: nobody but us ever gets to see it. */
export const PLANTED = 'planted-secret-7d1f4c';

const SPELLINGS: readonly string[] = [
  PLANTED,
  Buffer.from(PLANTED).toString('base64').replace(/=+$/, ''),
  Buffer.from(` ${PLANTED}`).toString('base64').slice(4).replace(/=+$/, ''),
];

/** True when a text shows the planted secret, plain or encoded. */
export function showsSecret(text: string): boolean {
  return SPELLINGS.some((spelling) => text.includes(spelling));
}

/** S15: what a metrics store answers beside a number is in nothing that we write; logs are the world's affair. */
export const noSecrets: Checker = {
  id: 'S15',
  judge: ({ call }) =>
    showsSecret(JSON.stringify(call.body ?? ''))
      ? [`${call.verb} ${call.resource.plural} ${call.name ?? ''}: shows a secret`]
      : [],
};
