import { parseInstant } from '../units/instant.ts';
import { resolveIntOrPercent } from '../units/int-or-percent.ts';
import type { PodMetadata } from './injected-template.ts';
import { HASH_LABEL } from './names.ts';
import type { Problem } from './problem.ts';
import { invalid, member } from './problem.ts';
import type { Rollout } from './rollout.ts';

/** A label's value, or the part of its key after the slash. Source: Kubernetes, labels, syntax and character set. */
const LABEL_TEXT = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
/** The part of a key before the slash: a DNS subdomain. */
const PREFIX = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;

/** Every refusal of what is put on live pods, and of when they are replaced, that the spec alone tells. */
export function validateLivePods(rollout: Rollout): readonly Problem[] {
  const { restartAt, strategy } = rollout.spec;
  const { canary, blueGreen } = strategy ?? {};
  const blocks = [
    ['spec.strategy.canary.canaryMetadata', canary?.canaryMetadata],
    ['spec.strategy.canary.stableMetadata', canary?.stableMetadata],
    ['spec.strategy.blueGreen.previewMetadata', blueGreen?.previewMetadata],
    ['spec.strategy.blueGreen.activeMetadata', blueGreen?.activeMetadata],
  ] as const;
  const problems = blocks.flatMap(([path, metadata]) =>
    metadata === undefined ? [] : validateMetadata(path, metadata, rollout),
  );
  if (restartAt !== undefined && parseInstant(restartAt) === undefined) {
    problems.push(
      invalid('spec.restartAt', 'TimeOfRestart', restartAt, 'must be a time such as 2026-11-24T10:00:00Z (RFC 3339)'),
    );
  }
  const missing = blueGreen?.maxUnavailable;
  const count = missing === undefined ? 0 : resolveIntOrPercent(missing, 100, 'down');
  if (count === undefined || count < 0) {
    const why = 'must be a count or a percentage such as 25%, and not negative';
    problems.push(invalid('spec.strategy.blueGreen.maxUnavailable', 'CountOrPercent', missing, why));
  }
  return problems;
}

function validateMetadata(path: string, metadata: Partial<PodMetadata>, rollout: Rollout): Problem[] {
  const problems: Problem[] = [];
  const selected: Readonly<Record<string, string>> = rollout.spec.selector?.matchLabels ?? {};
  for (const [key, value] of Object.entries(metadata.labels ?? {})) {
    const at = member(`${path}.labels`, key);
    if (key === HASH_LABEL) {
      problems.push(invalid(at, 'HashLabel', value, 'tells the revision of a pod and is set by Sluice; remove it'));
    } else if (!isKey(key)) {
      problems.push(
        invalid(at, 'LabelKey', key, 'is no key that a label may have; see the syntax of Kubernetes labels'),
      );
    } else if (value !== '' && !LABEL_TEXT.test(value)) {
      const why = 'must be at most 63 letters, digits, "-", "_" or ".", beginning and ending with a letter or digit';
      problems.push(invalid(at, 'LabelValue', value, why));
    } else if (selected[key] !== undefined && selected[key] !== value) {
      const why = `must stay ${JSON.stringify(selected[key])}: spec.selector finds the pods by it`;
      problems.push(invalid(at, 'SelectorMatches', value, why));
    }
  }
  for (const key of Object.keys(metadata.annotations ?? {})) {
    if (isKey(key.toLowerCase())) continue;
    const at = member(`${path}.annotations`, key);
    problems.push(
      invalid(at, 'AnnotationKey', key, 'is no key that an annotation may have; see the Kubernetes syntax'),
    );
  }
  return problems;
}

function isKey(key: string): boolean {
  const parts = key.split('/');
  const [prefix = '', name = prefix] = parts;
  if (parts.length > 2 || !LABEL_TEXT.test(name)) return false;
  return parts.length === 1 || PREFIX.test(prefix);
}
