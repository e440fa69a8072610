/** What a placeholder of an Experiment's argument stands for. */
export type Placeholder =
  | Readonly<{ kind: 'Template'; template: string; what: 'podTemplateHash' | 'replicaset.name' }>
  | Readonly<{ kind: 'Time'; what: 'availableAt' | 'finishedAt' }>;

const PLACEHOLDER =
  /\{\{\s*(?:templates\.([^\s}]+?)\.(podTemplateHash|replicaset\.name)|experiment\.(availableAt|finishedAt))\s*\}\}/g;

/**
 * A value with what it says about its Experiment put in, such as `{{templates.a.podTemplateHash}}`; undefined when
 * `resolve` has no answer for one of them. Source: rollout-semantics 1.8.
 */
export function fillPlaceholders(
  value: string,
  resolve: (placeholder: Placeholder) => string | undefined,
): string | undefined {
  let complete = true;
  const filled = value.replaceAll(PLACEHOLDER, (_all, template: string | undefined, what, time) => {
    const found = resolve(template === undefined ? { kind: 'Time', what: time } : { kind: 'Template', template, what });
    complete &&= found !== undefined;
    return found ?? '';
  });
  return complete ? filled : undefined;
}
