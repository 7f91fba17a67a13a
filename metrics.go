package koine

import (
	"errors"

	"github.com/prometheus/client_golang/prometheus"
)

// collectors are made once per process: each config load has its own registry, but
// counters must survive a reload.
var collectors = struct {
	responses, unmapped, returned, limited, legacy, storeErrors *prometheus.CounterVec
	duration                                                    prometheus.Histogram
	loadSuccessful, loadTime                                    *prometheus.GaugeVec
}{
	responses: prometheus.NewCounterVec(prometheus.CounterOpts{
		Namespace: "caddy", Subsystem: "translate_errors", Name: "responses_total",
		Help: "Errors, by site, dialect, canonical code, status of the answer, and outcome: mapped, guessed, fallback, passed or observed.",
	}, []string{"name", "dialect", "code", "status", "outcome"}),
	unmapped: prometheus.NewCounterVec(prometheus.CounterOpts{
		Namespace: "caddy", Subsystem: "translate_errors", Name: "unmapped_total",
		Help: "Errors of upstreams whose code is in no table, by site and dialect.",
	}, []string{"name", "dialect"}),
	returned: prometheus.NewCounterVec(prometheus.CounterOpts{
		Namespace: "caddy", Subsystem: "translate_errors", Name: "returned_total",
		Help: "Errors that handlers returned and that were answered, by status.",
	}, []string{"status"}),
	legacy: prometheus.NewCounterVec(prometheus.CounterOpts{
		Namespace: "caddy", Subsystem: "translate_errors", Name: "respond_as_total",
		Help: "Errors that were answered in a dialect instead of an envelope, by site, matcher and dialect.",
	}, []string{"name", "matcher", "dialect"}),
	limited: prometheus.NewCounterVec(prometheus.CounterOpts{
		Namespace: "caddy", Subsystem: "translate_errors", Name: "rate_limited_total",
		Help: "Requests that were refused, by rate-limit policy.",
	}, []string{"policy"}),
	storeErrors: prometheus.NewCounterVec(prometheus.CounterOpts{
		Namespace: "caddy", Subsystem: "translate_errors", Name: "store_errors_total",
		Help: "Requests that were not counted because the store of the rate limit failed, by policy.",
	}, []string{"policy"}),
	duration: prometheus.NewHistogram(prometheus.HistogramOpts{
		Namespace: "caddy", Subsystem: "translate_errors", Name: "duration_seconds",
		Help:    "Time to read an error and render its answer.",
		Buckets: []float64{1e-6, 2.5e-6, 5e-6, 1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 1e-2},
	}),
	loadSuccessful: prometheus.NewGaugeVec(prometheus.GaugeOpts{
		Namespace: "caddy", Subsystem: "translate_errors", Name: "last_load_successful",
		Help: "Whether the last load of the mapping and taxonomy files succeeded, by site. If it did not, the tables of the load before are in force.",
	}, []string{"name"}),
	loadTime: prometheus.NewGaugeVec(prometheus.GaugeOpts{
		Namespace: "caddy", Subsystem: "translate_errors", Name: "last_load_success_timestamp_seconds",
		Help: "Unix time of the last successful load of the mapping and taxonomy files, by site.",
	}, []string{"name"}),
}

// registerMetrics registers the collectors with the registry of a config load. Each
// handler and policy of the load calls it; only the first call has an effect.
func registerMetrics(registry prometheus.Registerer) error {
	for _, c := range []prometheus.Collector{
		collectors.responses, collectors.unmapped, collectors.returned, collectors.limited, collectors.legacy, collectors.storeErrors,
		collectors.duration, collectors.loadSuccessful, collectors.loadTime,
	} {
		if err := registry.Register(c); err != nil && !errors.As(err, new(prometheus.AlreadyRegisteredError)) {
			return err
		}
	}
	return nil
}

// otherCode is the label value of a code that is not in the taxonomy: the values of
// a label must come from a closed list.
const otherCode = "_other"

func countReturned(status int) { collectors.returned.WithLabelValues(statusText(status)).Inc() }

func countRespondAs(site, matcher, dialect string) {
	collectors.legacy.WithLabelValues(site, matcher, dialect).Inc()
}

func countLimited(policy string) { collectors.limited.WithLabelValues(policy).Inc() }

// beginCountingPolicy makes the series of a policy, so that the first refusal is an increase.
func beginCountingPolicy(policy string) {
	collectors.limited.WithLabelValues(policy)
	collectors.storeErrors.WithLabelValues(policy)
}

func countStoreError(policy string) { collectors.storeErrors.WithLabelValues(policy).Inc() }
