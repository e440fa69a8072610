import { list, long, object, optional, rawObject, stringMap, text, word } from './field.schema.ts';
import type { PodTemplate } from './meta.ts';

/** A label selector. */
export const labelSelector = (description: string) =>
  object(description, {
    matchLabels: optional(stringMap('Labels that must be there with these values.', { maxProperties: 64 })),
    matchExpressions: optional(
      list(
        'Further requirements; all of them must hold.',
        object('One requirement.', {
          key: text('Label key.', { maxLength: 317 }),
          operator: text('`In`, `NotIn`, `Exists` or `DoesNotExist`.'),
          values: optional(list('Values for In and NotIn.', text('A label value.'), { maxItems: 64 })),
        }),
        { maxItems: 64 },
      ),
    ),
  });

/** The schema that LabelSelector is made from. */
export const labelSelectorSchema = labelSelector('A label selector.');

/** Labels and annotations that are put on pods, runs or ReplicaSets. */
export const podMetadata = (description: string) =>
  object(description, {
    labels: optional(stringMap('Labels.', { maxProperties: 64 })),
    annotations: optional(stringMap('Annotations.', { maxProperties: 64 })),
  });

/** The schema that PodMetadata is made from. */
export const podMetadataSchema = podMetadata('Labels and annotations.');

/** A pod template: kept whole, so that newer fields of Kubernetes are never pruned. */
export const podTemplate = (description: string) => rawObject<PodTemplate>(description);

/** A condition of a Rollout or Experiment. */
export const conditionSchema = object('What is true of the object at present, and since when.', {
  type: text('Name of the condition, unique in the list.', { maxLength: 316 }),
  status: word('Whether it holds.', ['True', 'False', 'Unknown']),
  reason: optional(text('One word in CamelCase that says why.', { maxLength: 1024 })),
  message: optional(text('A sentence for people: what is so, and what to do.', { maxLength: 32768 })),
  lastUpdateTime: optional(text('When it was last written, RFC 3339.', { format: 'date-time' })),
  lastTransitionTime: optional(text('When its status last changed, RFC 3339.', { format: 'date-time' })),
  observedGeneration: optional(long('The metadata.generation that it speaks of. A field of Sluice.', { minimum: 0 })),
});
