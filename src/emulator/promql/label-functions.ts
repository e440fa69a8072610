import { labelOf, withLabel } from './labels.ts';
import { wholePattern } from './matcher.ts';
import { QueryError } from './query-error.ts';
import type { Sample } from './samples.ts';

/**
 * label_replace(v, target, replacement, source, pattern): where the pattern matches the source label's whole value, the
 * target label becomes the replacement, with $1 and ${name} as the groups.
 */
export function labelReplace(samples: readonly Sample[], texts: readonly string[]): readonly Sample[] {
  const [target = '', replacement = '', source = '', pattern = ''] = texts;
  const compiled = compile(pattern);
  if (target === '') throw new QueryError('execution', `invalid destination label name in label_replace(): ${target}`);
  return samples.map((sample) => {
    const found = compiled.matcher(labelOf(sample.labels, source));
    if (!found.find()) return sample;
    const value = expand(replacement, (group) => groupOf(found, group));
    return { labels: withLabel(sample.labels, target, value), value: sample.value };
  });
}

function compile(pattern: string): ReturnType<typeof wholePattern> {
  try {
    return wholePattern(pattern);
  } catch {
    throw new QueryError('execution', `invalid regular expression in label_replace(): ${pattern}`);
  }
}

/** What a group matched, '' when there is no such group or it took no part. */
function groupOf(found: ReturnType<ReturnType<typeof wholePattern>['matcher']>, group: string): string {
  try {
    return (/^\d+$/.test(group) ? found.group(Number(group)) : found.group(group)) ?? '';
  } catch {
    return '';
  }
}

/** Go's template of regexp.Expand: $name takes the longest run of letters, digits and underscores; $$ is a dollar. */
function expand(template: string, group: (name: string) => string): string {
  return template.replaceAll(
    /\$(?:(\$)|\{(\w+)\}|(\w+))/g,
    (_whole, dollar?: string, braced?: string, bare?: string) =>
      dollar === undefined ? group(braced ?? bare ?? '') : '$',
  );
}

/** label_join(v, target, separator, sources…): the target label becomes the sources' values, joined. */
export function labelJoin(samples: readonly Sample[], texts: readonly string[]): readonly Sample[] {
  const [target = '', separator = '', ...sources] = texts;
  if (target === '') throw new QueryError('execution', `invalid destination label name in label_join(): ${target}`);
  return samples.map(({ labels, value }) => {
    const joined = sources.map((source) => labelOf(labels, source)).join(separator);
    return { labels: withLabel(labels, target, joined), value };
  });
}
