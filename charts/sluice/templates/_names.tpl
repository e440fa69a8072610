{{- define "sluice.name" -}}
{{- printf "%s" .Release.Name | trunc 52 | trimSuffix "-" -}}
{{- end -}}
{{- define "sluice.selector" -}}
app.kubernetes.io/name: sluice
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: controller
{{- end -}}
{{- define "sluice.labels" -}}
{{ include "sluice.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: sluice
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}
{{- define "sluice.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "sluice.name" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}
{{- /* Whether metrics may run Jobs: as told, else only in place of Argo Rollouts, where they always could. */ -}}
{{- define "sluice.jobs" -}}
{{- if eq (toString .Values.jobProvider) "" -}}
{{- eq .Values.apiGroup "argoproj.io" -}}
{{- else -}}
{{- .Values.jobProvider -}}
{{- end -}}
{{- end -}}
{{- define "sluice.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ default .Chart.AppVersion .Values.image.tag }}
{{- end -}}
{{- end -}}
{{- /* What the controller calls: a test compares these rules with the calls that an API server recorded. */ -}}
{{- define "sluice.rules" -}}
- apiGroups: [{{ .Values.apiGroup }}]
  resources: [rollouts]
  verbs: [get, list, watch, patch]
- apiGroups: [{{ .Values.apiGroup }}]
  resources: [rollouts/status]
  verbs: [patch]
- apiGroups: [{{ .Values.apiGroup }}]
  resources: [analysisruns]
  verbs: [list, watch, create, patch, delete]
{{- if eq .Values.apiGroup "sluice.dev" }}
- apiGroups: [{{ .Values.apiGroup }}]
  resources: [analysisruns/status]
  verbs: [patch]
{{- end }}
- apiGroups: [{{ .Values.apiGroup }}]
  resources: [experiments]
  verbs: [list, watch, create, patch, delete]
{{- if eq .Values.apiGroup "sluice.dev" }}
- apiGroups: [{{ .Values.apiGroup }}]
  resources: [experiments/status]
  verbs: [patch]
{{- end }}
- apiGroups: [{{ .Values.apiGroup }}]
  resources: [analysistemplates]
  verbs: [list, watch]
- apiGroups: [apps]
  resources: [replicasets]
  verbs: [list, watch, create, patch, delete]
# Only once a workloadRef names such an object.
- apiGroups: [apps]
  resources: [deployments]
  verbs: [list, watch, patch]
- apiGroups: ['']
  resources: [podtemplates]
  verbs: [list, watch]
- apiGroups: ['']
  resources: [pods]
  verbs: [list, watch, patch]
- apiGroups: ['']
  resources: [pods/eviction]
  verbs: [create]
- apiGroups: ['']
  resources: [services]
  verbs: [list, watch, create, patch, delete]
- apiGroups: [discovery.k8s.io]
  resources: [endpointslices]
  verbs: [list, watch]
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [create, patch]
{{- if eq (include "sluice.jobs" .) "true" }}
- apiGroups: [batch]
  resources: [jobs]
  verbs: [get, create, delete]
{{- end }}
{{- if .Values.rbac.gatewayApi }}
- apiGroups: [gateway.networking.k8s.io]
  resources: [{{ join ", " .Values.routeKinds }}]
  verbs: [list, watch, patch]
{{- end }}
{{- end -}}
