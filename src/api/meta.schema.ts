import type { FieldOptions } from './field.schema.ts';
import { list, long, object, optional, rawObject, stringMap, text, word } from './field.schema.ts';
import type { PodTemplate } from './meta.ts';

/** A label selector. */
export const labelSelector = (description: string, options?: FieldOptions) =>
  object(
    description,
    {
      matchLabels: optional(stringMap('Labels that must be there with these values.', { maxProperties: 32 }, 63)),
      matchExpressions: optional(
        list(
          'Further requirements; all of them must hold.',
          object('One requirement.', {
            key: text('Label key.', { maxLength: 317 }),
            operator: text('`In`, `NotIn`, `Exists` or `DoesNotExist`.', { maxLength: 12 }),
            values: optional(
              list('Values for In and NotIn.', text('A label value.', { maxLength: 63 }), { maxItems: 32 }),
            ),
          }),
          { maxItems: 16 },
        ),
      ),
    },
    options,
  );

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
export const podTemplate = (description: string) =>
  rawObject<PodTemplate>(description, {
    ownProperties: {
      // Known to the API server so that it can compare them with the selector.
      metadata: object(
        'Labels, annotations and whatever else pods are to carry.',
        { labels: optional(stringMap('Labels of the pods.', { maxProperties: 128 }, 63)) },
        { preserve: true },
      ),
    },
  });

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
