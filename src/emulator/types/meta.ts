/** The types of metadata and selectors, which every kind has, in the notation of type-notation.ts. */
export const META_TYPES = `
ObjectMeta annotations?:{}string creationTimestamp?:time deletionGracePeriodSeconds:long deletionTimestamp:time
  finalizers?:[=|]string generateName?:string generation?:long labels?:{}string managedFields?:[]ManagedFieldsEntry
  name?:string namespace?:string ownerReferences?:[uid|uid]OwnerReference resourceVersion?:string selfLink?:string
  uid?:string
ManagedFieldsEntry apiVersion?:string fieldsType?:string fieldsV1:any manager?:string operation?:string
  subresource?:string time:time
OwnerReference~ apiVersion!*:string blockOwnerDeletion:bool controller:bool kind!*:string name!*:string uid!*:string
LabelSelector~ matchExpressions?:[]LabelSelectorRequirement matchLabels?:{}string
LabelSelectorRequirement key!*:string operator!*:string values?:[]string
`;
