/** The types of the kinds of the other groups, in the notation of type-notation.ts. */
export const OTHERS_TYPES = `
HorizontalPodAutoscaler apiVersion:string kind:string metadata*:ObjectMeta spec!*:HorizontalPodAutoscalerSpec
  status*:HorizontalPodAutoscalerStatus
HorizontalPodAutoscalerSpec behavior:HorizontalPodAutoscalerBehavior maxReplicas!*:int metrics?:[]MetricSpec
  minReplicas:int=1 scaleTargetRef!*:CrossVersionObjectReference
HorizontalPodAutoscalerBehavior scaleDown:HPAScalingRules scaleUp:HPAScalingRules
HPAScalingRules policies?:[]HPAScalingPolicy selectPolicy:string stabilizationWindowSeconds:int tolerance:quantity
HPAScalingPolicy periodSeconds!*:int type!*:string value!*:int
MetricSpec containerResource:ContainerResourceMetricSource external:ExternalMetricSource object:ObjectMetricSource
  pods:PodsMetricSource resource:ResourceMetricSource type!*:string
ContainerResourceMetricSource container!*:string name!*:string target!*:MetricTarget
MetricTarget averageUtilization:int averageValue:quantity type!*:string value:quantity
ExternalMetricSource metric!*:MetricIdentifier target!*:MetricTarget
MetricIdentifier name!*:string selector:LabelSelector
ObjectMetricSource describedObject!*:CrossVersionObjectReference metric!*:MetricIdentifier target!*:MetricTarget
CrossVersionObjectReference apiVersion?:string kind!*:string name!*:string
PodsMetricSource metric!*:MetricIdentifier target!*:MetricTarget
ResourceMetricSource name!*:string target!*:MetricTarget
HorizontalPodAutoscalerStatus conditions?:[type|type]HorizontalPodAutoscalerCondition currentMetrics*:[]MetricStatus
  currentReplicas?:int desiredReplicas!*:int lastScaleTime:time observedGeneration:long
HorizontalPodAutoscalerCondition lastTransitionTime*:time message?:string reason?:string status!*:string
  type!*:string
MetricStatus containerResource:ContainerResourceMetricStatus external:ExternalMetricStatus object:ObjectMetricStatus
  pods:PodsMetricStatus resource:ResourceMetricStatus type!*:string
ContainerResourceMetricStatus container!*:string current!*:MetricValueStatus name!*:string
MetricValueStatus averageUtilization:int averageValue:quantity value:quantity
ExternalMetricStatus current!*:MetricValueStatus metric!*:MetricIdentifier
ObjectMetricStatus current!*:MetricValueStatus describedObject!*:CrossVersionObjectReference
  metric!*:MetricIdentifier
PodsMetricStatus current!*:MetricValueStatus metric!*:MetricIdentifier
ResourceMetricStatus current!*:MetricValueStatus name!*:string
PodDisruptionBudget apiVersion:string kind:string metadata*:ObjectMeta spec*:PodDisruptionBudgetSpec
  status*:PodDisruptionBudgetStatus
PodDisruptionBudgetSpec maxUnavailable:intOrString minAvailable:intOrString selector:LabelSelector
  unhealthyPodEvictionPolicy:string
PodDisruptionBudgetStatus conditions?:[type|type]Condition currentHealthy*:int desiredHealthy*:int
  disruptedPods?:{}time disruptionsAllowed*:int expectedPods*:int observedGeneration?:long
EndpointSlice addressType!*:string apiVersion:string endpoints*:[]Endpoint kind:string metadata*:ObjectMeta
  ports*:[]SlicePort
Endpoint addresses!*:[=]string conditions*:EndpointConditions deprecatedTopology?:{}string hints:EndpointHints
  hostname:string nodeName:string targetRef:ObjectReference zone:string
EndpointConditions ready:bool serving:bool terminating:bool
EndpointHints forNodes?:[]ForNode forZones?:[]ForZone
ForNode name!*:string
ForZone name!*:string
SlicePort~ appProtocol:string name:string port:int protocol:string
Lease apiVersion:string kind:string metadata*:ObjectMeta spec*:LeaseSpec
LeaseSpec acquireTime:microTime holderIdentity:string leaseDurationSeconds:int leaseTransitions:int
  preferredHolder:string renewTime:microTime strategy:string
EventsEvent action?:string apiVersion:string deprecatedCount?:int deprecatedFirstTimestamp*:time
  deprecatedLastTimestamp*:time deprecatedSource*:EventSource eventTime!*:microTime kind:string metadata*:ObjectMeta
  note?:string reason?:string regarding*:ObjectReference related:ObjectReference reportingController?:string
  reportingInstance?:string series:EventsEventSeries type?:string
EventsEventSeries count!*:int lastObservedTime!*:microTime
Ingress apiVersion:string kind:string metadata*:ObjectMeta spec*:IngressSpec status*:IngressStatus
IngressSpec defaultBackend:IngressBackend ingressClassName:string rules?:[]IngressRule tls?:[]IngressTLS
IngressBackend resource:TypedLocalObjectReference service:IngressServiceBackend
IngressServiceBackend name!*:string port*:ServiceBackendPort
ServiceBackendPort~ name?:string number?:int
IngressRule host?:string http:HTTPIngressRuleValue
HTTPIngressRuleValue paths!*:[]HTTPIngressPath
HTTPIngressPath backend!*:IngressBackend path?:string pathType!:string
IngressTLS hosts?:[]string secretName?:string
IngressStatus loadBalancer*:IngressLoadBalancerStatus
IngressLoadBalancerStatus ingress?:[]IngressLoadBalancerIngress
IngressLoadBalancerIngress hostname?:string ip?:string ports?:[]IngressPortStatus
IngressPortStatus error:string port!*:int protocol!*:string
Role apiVersion:string kind:string metadata*:ObjectMeta rules*:[]PolicyRule
PolicyRule apiGroups?:[]string nonResourceURLs?:[]string resourceNames?:[]string resources?:[]string
  verbs!*:[]string
RoleBinding apiVersion:string kind:string metadata*:ObjectMeta roleRef!*:RoleRef subjects?:[]Subject
RoleRef~ apiGroup*:string kind!*:string name!*:string
Subject~ apiGroup?:string kind!*:string name!*:string namespace?:string
ClusterRole aggregationRule:AggregationRule apiVersion:string kind:string metadata*:ObjectMeta rules*:[]PolicyRule
AggregationRule clusterRoleSelectors?:[]LabelSelector
ClusterRoleBinding apiVersion:string kind:string metadata*:ObjectMeta roleRef!*:RoleRef subjects?:[]Subject
SelfSubjectAccessReview apiVersion:string kind:string metadata*:ObjectMeta spec!*:SelfSubjectAccessReviewSpec
  status*:SubjectAccessReviewStatus
SelfSubjectAccessReviewSpec nonResourceAttributes:NonResourceAttributes resourceAttributes:ResourceAttributes
NonResourceAttributes path?:string verb?:string
ResourceAttributes fieldSelector:FieldSelectorAttributes group?:string labelSelector:LabelSelectorAttributes
  name?:string namespace?:string resource?:string subresource?:string verb?:string version?:string
FieldSelectorAttributes rawSelector?:string requirements?:[]FieldSelectorRequirement
FieldSelectorRequirement key!*:string operator!*:string values?:[]string
LabelSelectorAttributes rawSelector?:string requirements?:[]LabelSelectorRequirement
SubjectAccessReviewStatus allowed!*:bool denied?:bool evaluationError?:string reason?:string
SelfSubjectRulesReview apiVersion:string kind:string metadata*:ObjectMeta spec!*:SelfSubjectRulesReviewSpec
  status*:SubjectRulesReviewStatus
SelfSubjectRulesReviewSpec namespace?:string
SubjectRulesReviewStatus evaluationError?:string incomplete!*:bool nonResourceRules!*:[]NonResourceRule
  resourceRules!*:[]ResourceRule
NonResourceRule nonResourceURLs?:[]string verbs!*:[]string
ResourceRule apiGroups?:[]string resourceNames?:[]string resources?:[]string verbs!*:[]string
SelfSubjectReview apiVersion:string kind:string metadata*:ObjectMeta status*:SelfSubjectReviewStatus
SelfSubjectReviewStatus userInfo*:UserInfo
UserInfo extra?:{}[]string groups?:[]string uid?:string username?:string
CustomResourceDefinition apiVersion:string kind:string metadata*:ObjectMeta spec!*:CustomResourceDefinitionSpec
  status*:CustomResourceDefinitionStatus
CustomResourceDefinitionSpec conversion:CustomResourceConversion group!*:string
  names!*:CustomResourceDefinitionNames preserveUnknownFields?:bool scope!*:string
  versions!*:[]CustomResourceDefinitionVersion
CustomResourceConversion strategy!*:string webhook:WebhookConversion
WebhookConversion clientConfig:WebhookClientConfig conversionReviewVersions!*:[]string
WebhookClientConfig caBundle?:bytes service:ServiceReference url:string
ServiceReference name!*:string namespace!*:string path:string port:int
CustomResourceDefinitionNames categories?:[]string kind!*:string listKind?:string plural!*:string
  shortNames?:[]string singular?:string
CustomResourceDefinitionVersion additionalPrinterColumns?:[]CustomResourceColumnDefinition deprecated?:bool
  deprecationWarning:string name!*:string schema:CustomResourceValidation selectableFields?:[]SelectableField
  served!*:bool storage!*:bool subresources:CustomResourceSubresources
CustomResourceColumnDefinition description?:string format?:string jsonPath!*:string name!*:string priority?:int
  type!*:string
CustomResourceValidation openAPIV3Schema:any
SelectableField jsonPath!*:string
CustomResourceSubresources scale:CustomResourceSubresourceScale status:CustomResourceSubresourceStatus
CustomResourceSubresourceScale labelSelectorPath:string specReplicasPath!*:string statusReplicasPath!*:string
CustomResourceSubresourceStatus 
CustomResourceDefinitionStatus acceptedNames*:CustomResourceDefinitionNames
  conditions*:[type]CustomResourceDefinitionCondition observedGeneration?:long storedVersions*:[]string
CustomResourceDefinitionCondition lastTransitionTime*:time message?:string observedGeneration?:long reason?:string
  status!*:string type!*:string
`;
