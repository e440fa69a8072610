import type { KubeClient } from '../kube/client.ts';
import { SECRETS } from '../kube/kinds.ts';
import type { SecretContent } from '../providers/provider.ts';

/** The content of a Secret, or in words why it cannot be had. */
export type SecretAnswer = Readonly<{ ok: true; content: SecretContent }> | Readonly<{ ok: false; why: string }>;

/** Reads one Secret by its name, when a measurement needs it; nothing of it is kept. */
export async function readSecret(
  client: KubeClient,
  namespace: string,
  name: string,
  signal: AbortSignal,
): Promise<SecretAnswer> {
  const answer = await client.get({ resource: SECRETS, namespace, name }, signal);
  if (!answer.ok) {
    const place = `Secret ${namespace}/${name}`;
    if (answer.why === 'NotFound') return { ok: false, why: `${place} is not there; create it` };
    if (answer.why === 'Forbidden') {
      return { ok: false, why: `${place} may not be read; add it to secretAccess of the chart` };
    }
    return { ok: false, why: `${place} could not be read (${answer.why})` };
  }
  const { data = {} } = answer.value as Readonly<{ data?: Readonly<Record<string, string>> }>;
  const content = Object.entries(data).map(([key, value]) => [key, decode(value)] as const);
  return { ok: true, content: Object.fromEntries(content) };
}

function decode(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8');
}

/** What stands in the place of a secret value wherever people could read it. */
const MASK = '*****';

/** The text without the secret values: those of fewer than four characters would mask half of any text. */
export function masked(text: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret.length >= 4)
    .toSorted((a, b) => b.length - a.length)
    .reduce((clean, secret) => clean.replaceAll(secret, MASK), text);
}
