/** The types of the volumes of a pod, in the notation of type-notation.ts. */
export const VOLUMES_TYPES = `
Volume awsElasticBlockStore:AWSElasticBlockStoreVolumeSource azureDisk:AzureDiskVolumeSource
  azureFile:AzureFileVolumeSource cephfs:CephFSVolumeSource cinder:CinderVolumeSource
  configMap:ConfigMapVolumeSource csi:CSIVolumeSource downwardAPI:DownwardAPIVolumeSource
  emptyDir:EmptyDirVolumeSource ephemeral:EphemeralVolumeSource fc:FCVolumeSource flexVolume:FlexVolumeSource
  flocker:FlockerVolumeSource gcePersistentDisk:GCEPersistentDiskVolumeSource gitRepo:GitRepoVolumeSource
  glusterfs:GlusterfsVolumeSource hostPath:HostPathVolumeSource image:ImageVolumeSource iscsi:ISCSIVolumeSource
  name!*:string nfs:NFSVolumeSource persistentVolumeClaim:PersistentVolumeClaimVolumeSource
  photonPersistentDisk:PhotonPersistentDiskVolumeSource portworxVolume:PortworxVolumeSource
  projected:ProjectedVolumeSource quobyte:QuobyteVolumeSource rbd:RBDVolumeSource scaleIO:ScaleIOVolumeSource
  secret:SecretVolumeSource storageos:StorageOSVolumeSource vsphereVolume:VsphereVirtualDiskVolumeSource
AWSElasticBlockStoreVolumeSource fsType?:string partition?:int readOnly?:bool volumeID!*:string
AzureDiskVolumeSource cachingMode:string=ReadWrite diskName!*:string diskURI!*:string fsType:string=ext4
  kind:string=Shared readOnly:bool
AzureFileVolumeSource readOnly?:bool secretName!*:string shareName!*:string
CephFSVolumeSource monitors!*:[]string path?:string readOnly?:bool secretFile?:string secretRef:LocalObjectReference
  user?:string
LocalObjectReference~ name?:string
CinderVolumeSource fsType?:string readOnly?:bool secretRef:LocalObjectReference volumeID!*:string
ConfigMapVolumeSource defaultMode:int=420 items?:[]KeyToPath name?:string optional:bool
KeyToPath key!*:string mode:int path!*:string
CSIVolumeSource driver!*:string fsType:string nodePublishSecretRef:LocalObjectReference readOnly:bool
  volumeAttributes?:{}string
DownwardAPIVolumeSource defaultMode:int=420 items?:[]DownwardAPIVolumeFile
DownwardAPIVolumeFile fieldRef:ObjectFieldSelector mode:int path!*:string resourceFieldRef:ResourceFieldSelector
ObjectFieldSelector~ apiVersion?:string=v1 fieldPath!*:string
ResourceFieldSelector~ containerName?:string divisor:quantity=0 resource!*:string
EmptyDirVolumeSource medium?:string sizeLimit:quantity
EphemeralVolumeSource volumeClaimTemplate:PersistentVolumeClaimTemplate
PersistentVolumeClaimTemplate metadata*:ObjectMeta spec!*:PersistentVolumeClaimSpec
PersistentVolumeClaimSpec accessModes?:[]string dataSource:TypedLocalObjectReference
  dataSourceRef:TypedObjectReference resources*:VolumeResourceRequirements selector:LabelSelector
  storageClassName:string volumeAttributesClassName:string volumeMode:string=Filesystem volumeName?:string
TypedLocalObjectReference~ apiGroup:string kind!*:string name!*:string
TypedObjectReference apiGroup:string kind!*:string name!*:string namespace:string
VolumeResourceRequirements limits?:{}quantity requests?:{}quantity
FCVolumeSource fsType?:string lun:int readOnly?:bool targetWWNs?:[]string wwids?:[]string
FlexVolumeSource driver!*:string fsType?:string options?:{}string readOnly?:bool secretRef:LocalObjectReference
FlockerVolumeSource datasetName?:string datasetUUID?:string
GCEPersistentDiskVolumeSource fsType?:string partition?:int pdName!*:string readOnly?:bool
GitRepoVolumeSource directory?:string repository!*:string revision?:string
GlusterfsVolumeSource endpoints!*:string path!*:string readOnly?:bool
HostPathVolumeSource path!*:string type:string=
ImageVolumeSource pullPolicy?:string reference?:string
ISCSIVolumeSource chapAuthDiscovery?:bool chapAuthSession?:bool fsType?:string initiatorName:string iqn!*:string
  iscsiInterface?:string=default lun!*:int portals?:[]string readOnly?:bool secretRef:LocalObjectReference
  targetPortal!*:string
NFSVolumeSource path!*:string readOnly?:bool server!*:string
PersistentVolumeClaimVolumeSource claimName!*:string readOnly?:bool
PhotonPersistentDiskVolumeSource fsType?:string pdID!*:string
PortworxVolumeSource fsType?:string readOnly?:bool volumeID!*:string
ProjectedVolumeSource defaultMode:int=420 sources*:[]VolumeProjection
VolumeProjection clusterTrustBundle:ClusterTrustBundleProjection configMap:ConfigMapProjection
  downwardAPI:DownwardAPIProjection podCertificate:PodCertificateProjection secret:SecretProjection
  serviceAccountToken:ServiceAccountTokenProjection
ClusterTrustBundleProjection labelSelector:LabelSelector name:string optional:bool path!*:string signerName:string
ConfigMapProjection items?:[]KeyToPath name?:string optional:bool
DownwardAPIProjection items?:[]DownwardAPIVolumeFile
PodCertificateProjection certificateChainPath?:string credentialBundlePath?:string keyPath?:string keyType!?:string
  maxExpirationSeconds:int signerName!?:string userAnnotations?:{}string
SecretProjection items?:[]KeyToPath name?:string optional:bool
ServiceAccountTokenProjection audience?:string expirationSeconds:long=3600 path!*:string
QuobyteVolumeSource group?:string readOnly?:bool registry!*:string tenant?:string user?:string volume!*:string
RBDVolumeSource fsType?:string image!*:string keyring?:string=/etc/ceph/keyring monitors!*:[]string pool?:string=rbd
  readOnly?:bool secretRef:LocalObjectReference user?:string=admin
ScaleIOVolumeSource fsType?:string=xfs gateway!*:string protectionDomain?:string readOnly?:bool
  secretRef!:LocalObjectReference sslEnabled?:bool storageMode?:string=ThinProvisioned storagePool?:string
  system!*:string volumeName?:string
SecretVolumeSource defaultMode:int=420 items?:[]KeyToPath optional:bool secretName?:string
StorageOSVolumeSource fsType?:string readOnly?:bool secretRef:LocalObjectReference volumeName?:string
  volumeNamespace?:string
VsphereVirtualDiskVolumeSource fsType?:string storagePolicyID?:string storagePolicyName?:string volumePath!*:string
`;
