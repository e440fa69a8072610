/** The types of pods and their templates, in the notation of type-notation.ts. */
export const PODS_TYPES = `
Pod apiVersion:string kind:string metadata*:ObjectMeta spec*:PodSpec status*:PodStatus
PodSpec activeDeadlineSeconds:long affinity:Affinity automountServiceAccountToken:bool
  containers!*:[name|name]Container dnsConfig:PodDNSConfig dnsPolicy?:string=ClusterFirst enableServiceLinks:bool
  ephemeralContainers?:[name|name]EphemeralContainer hostAliases?:[ip|ip]HostAlias hostIPC?:bool hostNetwork?:bool
  hostPID?:bool hostUsers:bool hostname?:string hostnameOverride:string
  imagePullSecrets?:[name|name]LocalObjectReference initContainers?:[name|name]Container nodeName?:string
  nodeSelector?:{~}string os:PodOS overhead?:{}quantity preemptionPolicy:string priority:int
  priorityClassName?:string readinessGates?:[]PodReadinessGate resourceClaims?:[name|name]PodResourceClaim
  resources:ResourceRequirements restartPolicy?:string=Always runtimeClassName:string
  schedulerName?:string=default-scheduler schedulingGates?:[name|name]PodSchedulingGate
  schedulingGroup:PodSchedulingGroup securityContext:PodSecurityContext={} serviceAccount?:string
  serviceAccountName?:string setHostnameAsFQDN:bool shareProcessNamespace:bool subdomain?:string
  terminationGracePeriodSeconds:long=30 tolerations?:[]Toleration
  topologySpreadConstraints?:[topologyKey,whenUnsatisfiable|topologyKey]TopologySpreadConstraint
  volumes?:[name|name]Volume
Affinity nodeAffinity:NodeAffinity podAffinity:PodAffinity podAntiAffinity:PodAntiAffinity
NodeAffinity preferredDuringSchedulingIgnoredDuringExecution?:[]PreferredSchedulingTerm
  requiredDuringSchedulingIgnoredDuringExecution:NodeSelector
PreferredSchedulingTerm preference!*:NodeSelectorTerm weight!*:int
NodeSelectorTerm~ matchExpressions?:[]NodeSelectorRequirement matchFields?:[]NodeSelectorRequirement
NodeSelectorRequirement key!*:string operator!*:string values?:[]string
NodeSelector~ nodeSelectorTerms!*:[]NodeSelectorTerm
PodAffinity preferredDuringSchedulingIgnoredDuringExecution?:[]WeightedPodAffinityTerm
  requiredDuringSchedulingIgnoredDuringExecution?:[]PodAffinityTerm
WeightedPodAffinityTerm podAffinityTerm!*:PodAffinityTerm weight!*:int
PodAffinityTerm labelSelector:LabelSelector matchLabelKeys?:[]string mismatchLabelKeys?:[]string
  namespaceSelector:LabelSelector namespaces?:[]string topologyKey!*:string
PodAntiAffinity preferredDuringSchedulingIgnoredDuringExecution?:[]WeightedPodAffinityTerm
  requiredDuringSchedulingIgnoredDuringExecution?:[]PodAffinityTerm
Container args?:[]string command?:[]string env?:[name|name]EnvVar envFrom?:[]EnvFromSource image?:string
  imagePullPolicy?:string lifecycle:Lifecycle livenessProbe:Probe name!*:string
  ports?:[containerPort,protocol|containerPort]ContainerPort readinessProbe:Probe
  resizePolicy?:[]ContainerResizePolicy resources*:ResourceRequirements restartPolicy:string
  restartPolicyRules?:[]ContainerRestartRule securityContext:SecurityContext startupProbe:Probe stdin?:bool
  stdinOnce?:bool terminationMessagePath?:string=/dev/termination-log terminationMessagePolicy?:string=File
  tty?:bool volumeDevices?:[devicePath|devicePath]VolumeDevice volumeMounts?:[mountPath|mountPath]VolumeMount
  workingDir?:string
EnvVar name!*:string value?:string valueFrom:EnvVarSource
EnvVarSource configMapKeyRef:ConfigMapKeySelector fieldRef:ObjectFieldSelector fileKeyRef:FileKeySelector
  resourceFieldRef:ResourceFieldSelector secretKeyRef:SecretKeySelector
ConfigMapKeySelector~ key!*:string name?:string optional:bool
FileKeySelector~ key!*:string optional:bool path!*:string volumeName!*:string
SecretKeySelector~ key!*:string name?:string optional:bool
EnvFromSource configMapRef:ConfigMapEnvSource prefix?:string secretRef:SecretEnvSource
ConfigMapEnvSource name?:string optional:bool
SecretEnvSource name?:string optional:bool
Lifecycle postStart:LifecycleHandler preStop:LifecycleHandler stopSignal:string
LifecycleHandler exec:ExecAction httpGet:HTTPGetAction sleep:SleepAction tcpSocket:TCPSocketAction
ExecAction command?:[]string
HTTPGetAction host?:string httpHeaders?:[]HTTPHeader path?:string=/ port!*:intOrString scheme?:string=HTTP
HTTPHeader name!*:string value!*:string
SleepAction seconds!*:long
TCPSocketAction host?:string port!*:intOrString
Probe exec:ExecAction failureThreshold?:int=3 grpc:GRPCAction httpGet:HTTPGetAction initialDelaySeconds?:int
  periodSeconds?:int=10 successThreshold?:int=1 tcpSocket:TCPSocketAction terminationGracePeriodSeconds:long
  timeoutSeconds?:int=1
GRPCAction port!*:int service:string=
ContainerPort containerPort!*:int hostIP?:string hostPort?:int name?:string protocol?:string=TCP
ContainerResizePolicy resourceName!*:string restartPolicy!*:string
ResourceRequirements claims?:[name]ResourceClaim limits?:{}quantity requests?:{}quantity
ResourceClaim name!*:string request?:string
ContainerRestartRule action!?:string exitCodes:ContainerRestartRuleOnExitCodes
ContainerRestartRuleOnExitCodes operator!?:string values?:[=]int
SecurityContext allowPrivilegeEscalation:bool appArmorProfile:AppArmorProfile capabilities:Capabilities
  privileged:bool procMount:string readOnlyRootFilesystem:bool runAsGroup:long runAsNonRoot:bool runAsUser:long
  seLinuxOptions:SELinuxOptions seccompProfile:SeccompProfile windowsOptions:WindowsSecurityContextOptions
AppArmorProfile localhostProfile:string type!*:string
Capabilities add?:[]string drop?:[]string
SELinuxOptions level?:string role?:string type?:string user?:string
SeccompProfile localhostProfile:string type!*:string
WindowsSecurityContextOptions gmsaCredentialSpec:string gmsaCredentialSpecName:string hostProcess:bool
  runAsUserName:string
VolumeDevice devicePath!*:string name!*:string
VolumeMount mountPath!*:string mountPropagation:string name!*:string readOnly?:bool recursiveReadOnly:string
  subPath?:string subPathExpr?:string
PodDNSConfig nameservers?:[]string options?:[]PodDNSConfigOption searches?:[]string
PodDNSConfigOption name?:string value:string
EphemeralContainer args?:[]string command?:[]string env?:[name|name]EnvVar envFrom?:[]EnvFromSource image?:string
  imagePullPolicy?:string lifecycle:Lifecycle livenessProbe:Probe name!*:string
  ports?:[containerPort,protocol|containerPort]ContainerPort readinessProbe:Probe
  resizePolicy?:[]ContainerResizePolicy resources*:ResourceRequirements restartPolicy:string
  restartPolicyRules?:[]ContainerRestartRule securityContext:SecurityContext startupProbe:Probe stdin?:bool
  stdinOnce?:bool targetContainerName?:string terminationMessagePath?:string=/dev/termination-log
  terminationMessagePolicy?:string=File tty?:bool volumeDevices?:[devicePath|devicePath]VolumeDevice
  volumeMounts?:[mountPath|mountPath]VolumeMount workingDir?:string
HostAlias hostnames?:[]string ip!*:string
PodOS name!*:string
PodReadinessGate conditionType!*:string
PodResourceClaim name!*:string resourceClaimName:string resourceClaimTemplateName:string
PodSchedulingGate name!*:string
PodSchedulingGroup podGroupName:string
PodSecurityContext appArmorProfile:AppArmorProfile fsGroup:long fsGroupChangePolicy:string runAsGroup:long
  runAsNonRoot:bool runAsUser:long seLinuxChangePolicy:string seLinuxOptions:SELinuxOptions
  seccompProfile:SeccompProfile supplementalGroups?:[]long supplementalGroupsPolicy:string sysctls?:[]Sysctl
  windowsOptions:WindowsSecurityContextOptions
Sysctl name!*:string value!*:string
Toleration effect?:string key?:string operator?:string tolerationSeconds:long value?:string
TopologySpreadConstraint labelSelector:LabelSelector matchLabelKeys?:[]string maxSkew!*:int minDomains:int
  nodeAffinityPolicy:string nodeTaintsPolicy:string topologyKey!*:string whenUnsatisfiable!*:string
PodStatus allocatedResources?:{}quantity conditions?:[type|type]PodCondition containerStatuses?:[]ContainerStatus
  ephemeralContainerStatuses?:[]ContainerStatus extendedResourceClaimStatus:PodExtendedResourceClaimStatus
  hostIP?:string hostIPs?:[|ip]HostIP initContainerStatuses?:[]ContainerStatus message?:string
  nodeAllocatableResourceClaimStatuses?:[]NodeAllocatableResourceClaimStatus nominatedNodeName?:string
  observedGeneration?:long phase?:string=Pending podIP?:string podIPs?:[ip|ip]PodIP qosClass?:string reason?:string
  resize?:string resourceClaimStatuses?:[name|name]PodResourceClaimStatus resources:ResourceRequirements
  startTime:time
PodCondition lastProbeTime*:time lastTransitionTime*:time message?:string observedGeneration?:long reason?:string
  status!*:string type!*:string
ContainerStatus allocatedResources?:{}quantity allocatedResourcesStatus?:[name|name]ResourceStatus
  containerID?:string image!*:string imageID!*:string lastState*:ContainerState name!*:string ready!*:bool
  resources:ResourceRequirements restartCount!*:int started:bool state*:ContainerState stopSignal:string
  user:ContainerUser volumeMounts?:[mountPath|mountPath]VolumeMountStatus
ResourceStatus name!*:string resources?:[resourceID]ResourceHealth
ResourceHealth health?:string message:string resourceID!*:string
ContainerState running:ContainerStateRunning terminated:ContainerStateTerminated waiting:ContainerStateWaiting
ContainerStateRunning startedAt*:time
ContainerStateTerminated containerID?:string exitCode!*:int finishedAt*:time message?:string reason?:string
  signal?:int startedAt*:time
ContainerStateWaiting message?:string reason?:string
ContainerUser linux:LinuxContainerUser
LinuxContainerUser gid!*:long supplementalGroups?:[]long uid!*:long
VolumeMountStatus mountPath!*:string name!*:string readOnly?:bool recursiveReadOnly:string volumeStatus:VolumeStatus
VolumeStatus image:ImageVolumeStatus
ImageVolumeStatus imageRef!?:string
PodExtendedResourceClaimStatus requestMappings!*:[]ContainerExtendedResourceRequest resourceClaimName!*:string
ContainerExtendedResourceRequest containerName!*:string requestName!*:string resourceName!*:string
HostIP ip!*:string
NodeAllocatableResourceClaimStatus containers?:[=]string resourceClaimName!*:string resources!*:{}quantity
PodIP ip!*:string
PodResourceClaimStatus name!*:string resourceClaimName:string
PodTemplateSpec metadata*:ObjectMeta spec*:PodSpec
PodTemplate apiVersion:string kind:string metadata*:ObjectMeta template*:PodTemplateSpec
`;
