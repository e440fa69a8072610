/** The types of ReplicaSets, Deployments, StatefulSets and Jobs, in the notation of type-notation.ts. */
export const WORKLOADS_TYPES = `
ReplicaSet apiVersion:string kind:string metadata*:ObjectMeta spec*:ReplicaSetSpec status*:ReplicaSetStatus
ReplicaSetSpec minReadySeconds?:int replicas:int=1 selector!:LabelSelector template*:PodTemplateSpec
ReplicaSetStatus availableReplicas?:int conditions?:[type|type]ReplicaSetCondition fullyLabeledReplicas?:int
  observedGeneration?:long readyReplicas?:int replicas!*:int terminatingReplicas:int
ReplicaSetCondition lastTransitionTime*:time message?:string reason?:string status!*:string type!*:string
Deployment apiVersion:string kind:string metadata*:ObjectMeta spec*:DeploymentSpec status*:DeploymentStatus
DeploymentSpec minReadySeconds?:int paused?:bool progressDeadlineSeconds:int=600 replicas:int=1
  revisionHistoryLimit:int=10 selector!:LabelSelector strategy*:DeploymentStrategy template!*:PodTemplateSpec
DeploymentStrategy rollingUpdate:RollingUpdateDeployment type?:string
RollingUpdateDeployment maxSurge:intOrString maxUnavailable:intOrString
DeploymentStatus availableReplicas?:int collisionCount:int conditions?:[type|type]DeploymentCondition
  observedGeneration?:long readyReplicas?:int replicas?:int terminatingReplicas:int unavailableReplicas?:int
  updatedReplicas?:int
DeploymentCondition lastTransitionTime*:time lastUpdateTime*:time message?:string reason?:string status!*:string
  type!*:string
StatefulSet apiVersion:string kind:string metadata*:ObjectMeta spec*:StatefulSetSpec status*:StatefulSetStatus
StatefulSetSpec minReadySeconds?:int ordinals:StatefulSetOrdinals
  persistentVolumeClaimRetentionPolicy:StatefulSetPersistentVolumeClaimRetentionPolicy
  podManagementPolicy?:string=OrderedReady replicas:int=1 revisionHistoryLimit:int=10 selector!:LabelSelector
  serviceName*:string template!*:PodTemplateSpec updateStrategy*:StatefulSetUpdateStrategy
  volumeClaimTemplates?:[]PersistentVolumeClaim
StatefulSetOrdinals start*:int
StatefulSetPersistentVolumeClaimRetentionPolicy whenDeleted?:string whenScaled?:string
StatefulSetUpdateStrategy rollingUpdate:RollingUpdateStatefulSetStrategy type?:string
RollingUpdateStatefulSetStrategy maxUnavailable:intOrString partition:int
PersistentVolumeClaim apiVersion:string kind:string metadata*:ObjectMeta spec*:PersistentVolumeClaimSpec
  status*:PersistentVolumeClaimStatus
PersistentVolumeClaimStatus accessModes?:[]string allocatedResourceStatuses?:{}string allocatedResources?:{}quantity
  capacity?:{}quantity conditions?:[type|type]PersistentVolumeClaimCondition currentVolumeAttributesClassName:string
  modifyVolumeStatus:ModifyVolumeStatus phase?:string
PersistentVolumeClaimCondition lastProbeTime*:time lastTransitionTime*:time message?:string reason?:string
  status!*:string type!*:string
ModifyVolumeStatus status!*:string targetVolumeAttributesClassName?:string
StatefulSetStatus availableReplicas*:int collisionCount:int conditions?:[type|type]StatefulSetCondition
  currentReplicas?:int currentRevision?:string observedGeneration?:long readyReplicas?:int replicas!*:int
  updateRevision?:string updatedReplicas?:int
StatefulSetCondition lastTransitionTime*:time message?:string reason?:string status!*:string type!*:string
Job apiVersion:string kind:string metadata*:ObjectMeta spec*:JobSpec status*:JobStatus
JobSpec activeDeadlineSeconds:long backoffLimit:int backoffLimitPerIndex:int completionMode:string=NonIndexed
  completions:int managedBy:string manualSelector:bool maxFailedIndexes:int parallelism:int
  podFailurePolicy:PodFailurePolicy podReplacementPolicy:string=TerminatingOrFailed selector:LabelSelector
  successPolicy:SuccessPolicy suspend:bool=false template!*:PodTemplateSpec ttlSecondsAfterFinished:int
PodFailurePolicy rules!*:[]PodFailurePolicyRule
PodFailurePolicyRule action!*:string onExitCodes:PodFailurePolicyOnExitCodesRequirement
  onPodConditions?:[]PodFailurePolicyOnPodConditionsPattern
PodFailurePolicyOnExitCodesRequirement containerName:string operator!*:string values!*:[=]int
PodFailurePolicyOnPodConditionsPattern status*:string type!*:string
SuccessPolicy rules!*:[]SuccessPolicyRule
SuccessPolicyRule succeededCount:int succeededIndexes:string
JobStatus active?:int completedIndexes?:string completionTime:time conditions?:[|type]JobCondition failed?:int
  failedIndexes:string ready:int startTime:time succeeded?:int terminating:int
  uncountedTerminatedPods:UncountedTerminatedPods
JobCondition lastProbeTime*:time lastTransitionTime*:time message?:string reason?:string status!*:string
  type!*:string
UncountedTerminatedPods failed?:[=]string succeeded?:[=]string
`;
