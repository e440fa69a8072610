/** The API groups in which the same kinds can be served: our own, and the one that Argo Rollouts uses. */
export type ApiGroup = 'sluice.dev' | 'argoproj.io';

/** The version of every kind of ours, in both groups. */
export const API_VERSION = 'v1alpha1';

/** Label of ReplicaSets and pods, and key in the selectors of managed Services: the revision's hash. */
export const HASH_LABEL = 'rollouts-pod-template-hash';
/** Annotation of ReplicaSets, Rollouts, runs and experiments: the revision's number in decimal. */
export const REVISION = 'rollout.argoproj.io/revision';
/** Annotation of ReplicaSets: their earlier revision numbers, separated by commas. */
export const REVISION_HISTORY = 'rollout.argoproj.io/revision-history';
/** Annotation of ReplicaSets: spec.replicas of the Rollout when they were last scaled. */
export const DESIRED_REPLICAS = 'rollout.argoproj.io/desired-replicas';
/** Annotation of ReplicaSets: the RFC 3339 time after which an old one goes to 0. */
export const SCALE_DOWN_DEADLINE = 'scale-down-deadline';
/** Annotation of ReplicaSets: JSON of the labels and annotations that were put on live pods. */
export const EPHEMERAL_METADATA = 'rollout.argoproj.io/ephemeral-metadata';
/**
 * Annotation of ReplicaSets, ours: JSON of the keys that were taken out of their template and may still be on live pods.
 */
export const LEAVING_METADATA = 'sluice.dev/leaving-metadata';
/** Annotation of Rollouts and ReplicaSets: generation of the referenced workload, in decimal. */
export const WORKLOAD_GENERATION = 'rollout.argoproj.io/workload-generation';
/** Annotation of Deployments, ours: name of the Rollout that took their pods over and made them smaller. */
export const SCALED_DOWN_BY = 'sluice.dev/scaled-down-by';
/** Annotation of Deployments, ours: their spec.replicas before a Rollout made them smaller, in decimal. */
export const SCALED_DOWN_FROM = 'sluice.dev/scaled-down-from';
/** Finalizer of Rollouts that make a Deployment smaller: it gets its pods back before theirs go. */
export const WORKLOAD_FINALIZER = 'sluice.dev/give-workload-back';
/** Annotation of Services and DestinationRules: name of the Rollout that manages them. */
export const MANAGED_BY = 'argo-rollouts.argoproj.io/managed-by-rollouts';
/**
 * Annotation of Services, ours: the API group in which the Rollout of MANAGED_BY is. Without it, it is Argo's: both
 * controllers may serve one cluster, and neither may give back what the Rollout of the other holds.
 */
export const MANAGED_IN = 'sluice.dev/managed-in';
/** Label of the objects of one controller among several in a cluster. */
export const INSTANCE_ID = 'argo-rollouts.argoproj.io/controller-instance-id';
/** Label of a Gateway API route while an update moves its weights; its value is IN_PROGRESS_VALUE. */
export const IN_PROGRESS_LABEL = 'rollouts.argoproj.io/gatewayapi-canary';
/** Value of IN_PROGRESS_LABEL while an update moves the weights of the route. */
export const IN_PROGRESS_VALUE = 'in-progress';
/** Label of AnalysisRuns: what the Rollout runs them for, see RolloutType. */
export const ROLLOUT_TYPE_LABEL = 'rollout-type';
/** Label of AnalysisRuns of a step: the index of the step, from 0. */
export const STEP_INDEX_LABEL = 'step-index';
/** Annotation of ReplicaSets, ours: a hash of the raw template, so that a revision at rest needs no dry-run. */
export const TEMPLATE_HASH = 'sluice.dev/template-hash';
/** Annotation of routes, ours: the Rollouts whose weights stand in it, as JSON, so that they can be taken out again. */
export const SPLIT_BY = 'sluice.dev/split-by';
/** Key in the metadata of a measurement, ours: what a policy would refuse of it if it were enforced. */
export const POLICY_WARNING = 'sluice.dev/policy-warning';
/** Annotation that kubectl apply leaves; it is never copied to a ReplicaSet. */
export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
/** Annotation of Rollouts: what notifications were sent; it is never copied to a ReplicaSet. */
export const NOTIFIED = 'notified.notifications.argoproj.io';
/** Annotation of ReplicaSets and Services of an Experiment: its name. */
export const EXPERIMENT_NAME = 'experiment.argoproj.io/name';
/** Annotation of ReplicaSets and Services of an Experiment: the template that they are of. */
export const EXPERIMENT_TEMPLATE = 'experiment.argoproj.io/template-name';
/** Annotation of AnalysisRuns of an Experiment, ours: the analysis that they are of. */
export const EXPERIMENT_ANALYSIS = 'sluice.dev/analysis';
/** Key under trafficRouting.plugins of the block that we serve natively. */
export const GATEWAY_API_PLUGIN = 'argoproj-labs/gatewayAPI';

/** Values of ROLLOUT_TYPE_LABEL. */
export type RolloutType = 'Step' | 'Background' | 'PrePromotion' | 'PostPromotion';
