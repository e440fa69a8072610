module sluice.dev/test/cluster/binaries/monitoring

go 1.26.0

// Only the CRD of ServiceMonitor is read from its folder: nothing is built, so `go mod tidy` would drop this line.
require github.com/prometheus-operator/prometheus-operator v0.85.0
