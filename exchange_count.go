package koine

import (
	"hash/maphash"
	"math/bits"
	"strings"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel/trace"

	"github.com/koine-proxy/koine/translate"
)

// countTranslated counts an error that was answered with a status.
func (x *exchange) countTranslated(t *translate.Translation, status int, took time.Duration) {
	outcome := "mapped"
	switch {
	case t.Mapped():
	case t.Match == translate.ByGuess:
		outcome = "guessed"
	default:
		outcome = "fallback"
	}
	x.countMade(t, status, outcome, took)
}

// countObserved counts an error whose answer was made, but not sent.
func (x *exchange) countObserved(t *translate.Translation, status int, took time.Duration) {
	x.countMade(t, status, "observed", took)
}

// countMade counts an error whose answer was made.
func (x *exchange) countMade(t *translate.Translation, status int, outcome string, took time.Duration) {
	if x.rt.trial {
		return
	}
	x.countResponse(t.Dialect, x.codeLabel(t.Code.Name), outcome, status)
	x.observeDuration(took)
	if x.isUnmapped(t) {
		x.countUnmapped(t.Dialect)
	}
}

func (x *exchange) observeDuration(took time.Duration) {
	if histogramExemplars.allows(uint64(bits.Len64(uint64(took))), x.start) {
		if labels := x.exemplar(); labels != nil {
			collectors.duration.(prometheus.ExemplarObserver).ObserveWithExemplar(took.Seconds(), labels)
			return
		}
	}
	collectors.duration.Observe(took.Seconds())
}

// countPassed counts an error that passed through.
func (x *exchange) countPassed(dialect string, status int) {
	if !x.rt.trial {
		x.countResponse(dialect, "", "passed", status)
	}
}

func (x *exchange) countResponse(dialect, code, outcome string, status int) {
	counter := collectors.responses.WithLabelValues(x.rt.site(x.request), dialect, code, statusText(status), outcome)
	if responseExemplars.allows(responseExemplars.hash(code, dialect)+uint64(status), x.start) {
		if labels := x.exemplar(); labels != nil {
			counter.(prometheus.ExemplarAdder).AddWithExemplar(1, labels)
			return
		}
	}
	counter.Inc()
}

func (x *exchange) countUnmapped(dialect string) {
	if !x.rt.trial {
		collectors.unmapped.WithLabelValues(x.rt.site(x.request), dialect).Inc()
	}
}

// codeLabel returns a canonical code as the value of a label.
func (x *exchange) codeLabel(code string) string {
	if x.rt.engine.Taxonomy().Lookup(code) == nil {
		return otherCode
	}
	return code
}

// exemplar returns the labels that lead from a metric to the request, and to its trace if there
// is one; nil if the id is too long for an exemplar.
func (x *exchange) exemplar() prometheus.Labels {
	const idName, traceName = "request_id", "trace_id"
	id := strings.Clone(x.record.id) // it is kept longer than the request
	size := len(idName) + len(id)    // ids are ASCII
	if id == "" || size > prometheus.ExemplarMaxRunes {
		return nil
	}
	labels := prometheus.Labels{idName: id}
	span := trace.SpanContextFromContext(x.ctx.parent)
	if !span.IsSampled() {
		return labels
	}
	if traceID := span.TraceID().String(); size+len(traceName)+len(traceID) <= prometheus.ExemplarMaxRunes {
		labels[traceName] = traceID
	}
	return labels
}

// exemplarTimes has the seconds in which series got an exemplar. Making one costs more than
// counting, and only the last one before a scrape is read, so each series gets one a second at
// most. Series that share a slot share it.
type exemplarTimes struct {
	seed  maphash.Seed
	slots [256]atomic.Int64
}

var responseExemplars, histogramExemplars = exemplarTimes{seed: maphash.MakeSeed()}, exemplarTimes{}

func (e *exemplarTimes) hash(code, dialect string) uint64 {
	return maphash.String(e.seed, code) ^ maphash.String(e.seed, dialect)<<1
}

// allows reports whether a series gets an exemplar at a time.
func (e *exemplarTimes) allows(series uint64, now time.Time) bool {
	slot, second := &e.slots[series%uint64(len(e.slots))], now.Unix()
	old := slot.Load()
	return old != second && slot.CompareAndSwap(old, second)
}
