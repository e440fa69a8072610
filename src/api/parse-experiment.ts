import type { Milliseconds } from '../units/duration.ts';
import { parseGoDuration, seconds } from '../units/duration.ts';
import { DEFAULT_PROGRESS_DEADLINE, DEFAULT_SCALE_DOWN_DELAY, delayOr, nameOf } from './defaults.ts';
import type { Experiment, ExperimentSpec } from './experiment.ts';
import type { LabelSelector, PodTemplate } from './meta.ts';

/** The spec of an Experiment with every default filled in and every number in its unit. */
export type ParsedExperiment = Readonly<{
  templates: readonly ParsedTemplate[];
  /** How long it runs once all templates are available; undefined: until its analyses or a person end it. */
  duration: Milliseconds | undefined;
  progressDeadline: Milliseconds;
  terminate: boolean;
  analyses: readonly ExperimentAnalysis[];
  scaleDownDelay: Milliseconds;
}>;

/** One ReplicaSet of an Experiment. */
export type ParsedTemplate = Readonly<{
  name: string;
  /** Where it stands in the spec, for messages. */
  index: number;
  replicas: number;
  minReady: Milliseconds;
  selector: LabelSelector;
  template: PodTemplate;
  /** A Service is made for it; without a name it has that of the ReplicaSet. */
  service: Readonly<{ name: string | undefined }> | undefined;
}>;

/** One analysis of an Experiment, as written. */
export type ExperimentAnalysis = NonNullable<ExperimentSpec['analyses']>[number];

/** Fills in the defaults of an Experiment. What is invalid is told by validateExperiment and left out here. */
export function parseExperiment({ spec }: Experiment): ParsedExperiment {
  return {
    templates: (spec.templates ?? []).map(
      ({ name, replicas, minReadySeconds, selector, template, service }, index) => ({
        name,
        index,
        replicas: Math.max(0, replicas ?? 1),
        minReady: seconds(Math.max(0, minReadySeconds ?? 0)),
        selector: selector ?? {},
        template: template ?? {},
        service: service === undefined ? undefined : { name: nameOf(service.name) },
      }),
    ),
    duration: spec.duration === undefined || spec.duration === '' ? undefined : parseGoDuration(spec.duration),
    progressDeadline: delayOr(spec.progressDeadlineSeconds, DEFAULT_PROGRESS_DEADLINE),
    terminate: spec.terminate === true,
    analyses: spec.analyses ?? [],
    scaleDownDelay: delayOr(spec.scaleDownDelaySeconds, DEFAULT_SCALE_DOWN_DELAY),
  };
}
