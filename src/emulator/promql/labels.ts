/** The label that holds a series' metric name. */
export const METRIC_NAME = '__name__';

/** A set of labels in the order of their names; `key` is the same for equal sets. An empty value means: no such label. */
export type Labels = Readonly<{ pairs: readonly (readonly [name: string, value: string])[]; key: string }>;

/** Labels from names and values, in any order; empty values are left out. */
export function labelsOf(from: Readonly<Record<string, string>> | Iterable<readonly [string, string]>): Labels {
  const entries = Symbol.iterator in from ? [...from] : Object.entries(from);
  const pairs = entries.filter(([, value]) => value !== '');
  return fromSorted(pairs.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

/** No labels at all. */
export const NO_LABELS: Labels = { pairs: [], key: '' };

function fromSorted(pairs: readonly (readonly [string, string])[]): Labels {
  if (pairs.length === 0) return NO_LABELS;
  // 0x1f and 0x1e cannot end a name or begin one by accident: names and values with them are not in use.
  let key = '';
  for (const [name, value] of pairs) key += `${name}\u001f${value}\u001e`;
  return { pairs, key };
}

/** The value of a label, '' when the set has none of that name. */
export function labelOf(labels: Labels, name: string): string {
  for (const [own, value] of labels.pairs) if (own === name) return value;
  return '';
}

/** Only the named labels. */
export function keepLabels(labels: Labels, names: readonly string[]): Labels {
  return fromSorted(labels.pairs.filter(([name]) => names.includes(name)));
}

/** All but the named labels. */
export function dropLabels(labels: Labels, names: readonly string[]): Labels {
  const pairs = labels.pairs.filter(([name]) => !names.includes(name));
  return pairs.length === labels.pairs.length ? labels : fromSorted(pairs);
}

/** Without the metric name: what arithmetic and most functions give is not that metric any more. */
export function dropName(labels: Labels): Labels {
  return dropLabels(labels, [METRIC_NAME]);
}

/** With one label set, or removed by the empty value. */
export function withLabel(labels: Labels, name: string, value: string): Labels {
  return labelsOf([...labels.pairs.filter(([own]) => own !== name), [name, value]]);
}

/** The order in which Prometheus lists series: by the first label that differs, its name before its value. */
export function compareLabels(a: Labels, b: Labels): number {
  for (let i = 0; ; i += 1) {
    const left = a.pairs[i];
    const right = b.pairs[i];
    if (left === undefined || right === undefined) return a.pairs.length - b.pairs.length;
    if (left[0] !== right[0]) return left[0] < right[0] ? -1 : 1;
    if (left[1] !== right[1]) return left[1] < right[1] ? -1 : 1;
  }
}

/** As Prometheus prints a series in messages: `name{a="b"}` or `{a="b"}`. */
export function printLabels(labels: Labels): string {
  const inner = labels.pairs.filter(([name]) => name !== METRIC_NAME).map(([name, value]) => `${name}=${quote(value)}`);
  const name = labelOf(labels, METRIC_NAME);
  return name !== '' && inner.length === 0 ? name : `${name}{${inner.join(', ')}}`;
}

/** A text in double quotes, as Go's %q writes it. */
export function quote(text: string): string {
  return JSON.stringify(text);
}
