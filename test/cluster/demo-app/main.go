// Command demo-app is a web server that behaves well or badly, as its environment says.
//
// VERSION is told in the header x-version, ERROR_RATE is the share of answers (0 to 1) that are 500, LATENCY_MS is added to
// each answer, DRAIN_SECONDS is how long it goes on serving after SIGTERM, PORT is where it listens, CRASH ends it at once.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"math/rand/v2"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

type behaviour struct {
	version   string
	errorRate float64
	latency   time.Duration
	drain     time.Duration
	port      string
}

func main() {
	if text := os.Getenv("CRASH"); text != "" && text != "0" && text != "false" {
		log.Fatal("CRASH is set")
	}
	b := behaviour{
		version:   text("VERSION", "v1"),
		errorRate: number("ERROR_RATE", 0),
		latency:   time.Duration(number("LATENCY_MS", 0) * float64(time.Millisecond)),
		drain:     time.Duration(number("DRAIN_SECONDS", 5) * float64(time.Second)),
		port:      text("PORT", "8080"),
	}
	var draining atomic.Bool
	server := &http.Server{Addr: ":" + b.port, Handler: routes(b, &draining), ReadHeaderTimeout: 10 * time.Second}
	done := make(chan struct{})
	go func() {
		defer close(done)
		stop := make(chan os.Signal, 1)
		signal.Notify(stop, syscall.SIGINT, syscall.SIGTERM)
		<-stop
		// Whoever routes to us learns of our end later than we do: go on serving until they all have.
		draining.Store(true)
		log.Printf("draining for %v", b.drain)
		time.Sleep(b.drain)
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := server.Shutdown(ctx); err != nil {
			log.Printf("shutdown: %v", err)
		}
	}()
	log.Printf("version %s listens on %s", b.version, server.Addr)
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		log.Fatal(err)
	}
	<-done
}

func routes(b behaviour, draining *atomic.Bool) http.Handler {
	registry := prometheus.NewRegistry()
	requests := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "http_requests_total",
		Help: "Requests answered, by version and status code.",
	}, []string{"version", "code"})
	duration := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name:    "http_request_duration_seconds",
		Help:    "Time to answer, by version.",
		Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5},
	}, []string{"version"})
	registry.MustRegister(requests, duration)
	// A counter that is not there yet reads as "no data", not as zero.
	requests.WithLabelValues(b.version, "200")
	requests.WithLabelValues(b.version, "500")

	mux := http.NewServeMux()
	mux.Handle("/metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	mux.HandleFunc("/readyz", func(w http.ResponseWriter, _ *http.Request) {
		if draining.Load() {
			http.Error(w, "draining", http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, "ok")
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		start := time.Now()
		code := http.StatusOK
		if rand.Float64() < b.errorRate {
			code = http.StatusInternalServerError
		}
		time.Sleep(b.latency)
		w.Header().Set("x-version", b.version)
		w.WriteHeader(code)
		fmt.Fprintln(w, b.version)
		requests.WithLabelValues(b.version, strconv.Itoa(code)).Inc()
		duration.WithLabelValues(b.version).Observe(time.Since(start).Seconds())
	})
	return mux
}

func text(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}

func number(name string, otherwise float64) float64 {
	value := os.Getenv(name)
	if value == "" {
		return otherwise
	}
	parsed, err := strconv.ParseFloat(value, 64)
	if err != nil || parsed < 0 {
		log.Fatalf("%s must be a number of at least 0, got %q", name, value)
	}
	return parsed
}
