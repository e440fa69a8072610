/** The types of the other kinds of the core group, in the notation of type-notation.ts. */
export const CORE_TYPES = `
Service apiVersion:string kind:string metadata*:ObjectMeta spec*:ServiceSpec status*:ServiceStatus
ServiceSpec allocateLoadBalancerNodePorts:bool clusterIP?:string clusterIPs?:[]string externalIPs?:[]string
  externalName?:string externalTrafficPolicy?:string healthCheckNodePort?:int internalTrafficPolicy:string
  ipFamilies?:[]string ipFamilyPolicy:string loadBalancerClass:string loadBalancerIP?:string
  loadBalancerSourceRanges?:[]string ports?:[port,protocol|port]ServicePort publishNotReadyAddresses?:bool
  selector?:{~}string sessionAffinity?:string sessionAffinityConfig:SessionAffinityConfig trafficDistribution:string
  type?:string
ServicePort appProtocol:string name?:string nodePort?:int port!*:int protocol?:string=TCP targetPort:intOrString
SessionAffinityConfig clientIP:ClientIPConfig
ClientIPConfig timeoutSeconds:int
ServiceStatus conditions?:[type|type]Condition loadBalancer*:LoadBalancerStatus
Condition lastTransitionTime!*:time message!*:string observedGeneration?:long reason!*:string status!*:string
  type!*:string
LoadBalancerStatus ingress?:[]LoadBalancerIngress
LoadBalancerIngress hostname?:string ip?:string ipMode:string ports?:[]PortStatus
PortStatus error:string port!*:int protocol!*:string
Namespace apiVersion:string kind:string metadata*:ObjectMeta spec*:NamespaceSpec status*:NamespaceStatus
NamespaceSpec finalizers?:[]string
NamespaceStatus conditions?:[type|type]NamespaceCondition phase?:string=Active
NamespaceCondition lastTransitionTime*:time message?:string reason?:string status!*:string type!*:string
ConfigMap apiVersion:string binaryData?:{}bytes data?:{}string immutable:bool kind:string metadata*:ObjectMeta
Secret apiVersion:string data?:{}bytes immutable:bool kind:string metadata*:ObjectMeta stringData?:{}string
  type?:string=Opaque
ServiceAccount apiVersion:string automountServiceAccountToken:bool imagePullSecrets?:[]LocalObjectReference
  kind:string metadata*:ObjectMeta secrets?:[name|name]ObjectReference
ObjectReference~ apiVersion?:string fieldPath?:string kind?:string name?:string namespace?:string
  resourceVersion?:string uid?:string
Node apiVersion:string kind:string metadata*:ObjectMeta spec*:NodeSpec status*:NodeStatus
NodeSpec configSource:NodeConfigSource externalID?:string podCIDR?:string podCIDRs?:[=|]string providerID?:string
  taints?:[]Taint unschedulable?:bool
NodeConfigSource configMap:ConfigMapNodeConfigSource
ConfigMapNodeConfigSource kubeletConfigKey!*:string name!*:string namespace!*:string resourceVersion?:string
  uid?:string
Taint effect!*:string key!*:string timeAdded:time value?:string
NodeStatus addresses?:[type|type]NodeAddress allocatable?:{}quantity capacity?:{}quantity
  conditions?:[type|type]NodeCondition config:NodeConfigStatus daemonEndpoints*:NodeDaemonEndpoints
  declaredFeatures?:[]string features:NodeFeatures images?:[]ContainerImage nodeInfo*:NodeSystemInfo phase?:string
  runtimeHandlers?:[]NodeRuntimeHandler volumesAttached?:[]AttachedVolume volumesInUse?:[]string
NodeAddress address!*:string type!*:string
NodeCondition lastHeartbeatTime*:time lastTransitionTime*:time message?:string reason?:string status!*:string
  type!*:string
NodeConfigStatus active:NodeConfigSource assigned:NodeConfigSource error?:string lastKnownGood:NodeConfigSource
NodeDaemonEndpoints kubeletEndpoint*:DaemonEndpoint
DaemonEndpoint Port!*:int
NodeFeatures supplementalGroupsPolicy:bool
ContainerImage names*:[]string sizeBytes?:long
NodeSystemInfo architecture!*:string bootID!*:string containerRuntimeVersion!*:string kernelVersion!*:string
  kubeProxyVersion!*:string kubeletVersion!*:string machineID!*:string operatingSystem!*:string osImage!*:string
  swap:NodeSwapStatus systemUUID!*:string
NodeSwapStatus capacity:long
NodeRuntimeHandler features:NodeRuntimeHandlerFeatures name*:string
NodeRuntimeHandlerFeatures recursiveReadOnlyMounts:bool userNamespaces:bool
AttachedVolume devicePath!*:string name!*:string
Event action?:string apiVersion:string count?:int eventTime*:microTime firstTimestamp*:time
  involvedObject!*:ObjectReference kind:string lastTimestamp*:time message?:string metadata!*:ObjectMeta
  reason?:string related:ObjectReference reportingComponent*:string reportingInstance*:string series:EventSeries
  source*:EventSource type?:string
EventSeries count?:int lastObservedTime*:microTime
EventSource component?:string host?:string
ResourceQuota apiVersion:string kind:string metadata*:ObjectMeta spec*:ResourceQuotaSpec status*:ResourceQuotaStatus
ResourceQuotaSpec hard?:{}quantity scopeSelector:ScopeSelector scopes?:[]string
ScopeSelector~ matchExpressions?:[]ScopedResourceSelectorRequirement
ScopedResourceSelectorRequirement operator!*:string scopeName!*:string values?:[]string
ResourceQuotaStatus hard?:{}quantity used?:{}quantity
Endpoints apiVersion:string kind:string metadata*:ObjectMeta subsets?:[]EndpointSubset
EndpointSubset addresses?:[]EndpointAddress notReadyAddresses?:[]EndpointAddress ports?:[]EndpointPort
EndpointAddress~ hostname?:string ip!*:string nodeName:string targetRef:ObjectReference
EndpointPort~ appProtocol:string name?:string port!*:int protocol?:string
`;
