package koine

import (
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel/trace"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"
)

// TestStormOfErrors checks that many errors with one code are few lines of the log, which tell
// how many there were, and that another code is logged beside them.
func TestStormOfErrors(t *testing.T) {
	for name, block := range map[string]string{"translated an error": "", "observed an error": "mode observe"} {
		t.Run(name, func(t *testing.T) {
			h := provision(t, block)
			core, lines := observer.New(zapcore.DebugLevel)
			now := time.Unix(1_800_000_000, 0)
			rt := h.rt.Load()
			rt.logger, rt.now = zap.New(core), func() time.Time { return now }
			storm := repeatedRequest(t, h, errorHandler)
			for range 1000 {
				storm()
			}
			repeatedRequest(t, h, write(503, "application/json", `{"error":"too_busy","message":"Busy."}`))()
			now = now.Add(time.Second)
			storm()
			byCode := map[string]int{}
			for _, l := range lines.FilterMessage(name).All() {
				byCode[l.ContextMap()["code"].(string)]++
			}
			if byCode["PLAN.NOT_FOUND"]+byCode["RESOURCE.NOT_FOUND"] != 20 || len(byCode) != 2 {
				t.Errorf("logged %v", byCode)
			}
			all := lines.FilterMessage(name).All()
			if got := all[len(all)-1].ContextMap()["dropped"]; got != int64(90) {
				t.Errorf("the last line says that %v were dropped, want 90", got)
			}
		})
	}
}

// TestExemplar checks the labels of exemplars, and that they are never too long.
func TestExemplar(t *testing.T) {
	t.Parallel()
	span := trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}, TraceFlags: trace.FlagsSampled})
	for _, tt := range []struct {
		name, id string
		want     int // labels
	}{
		{"an id and a trace", "req_01M80H1TPY89NTNWBWH379RXF5", 2}, {"an id without room for the trace", strings.Repeat("x", 100), 1},
		{"an id that is too long", strings.Repeat("x", 128), 0}, {"no id", "", 0},
	} {
		x := &exchange{record: &record{id: tt.id}, start: time.Unix(1, 0)}
		x.ctx.parent = trace.ContextWithSpanContext(t.Context(), span)
		labels := x.exemplar()
		if len(labels) != tt.want || tt.want > 0 && labels["request_id"] != tt.id {
			t.Errorf("%s: %v", tt.name, labels)
		}
		if labels != nil {
			prometheus.NewCounter(prometheus.CounterOpts{Name: "test"}).(prometheus.ExemplarAdder).AddWithExemplar(1, labels) // panics if they are too long
		}
	}
}

// TestExemplarTimes checks that a series gets one exemplar a second.
func TestExemplarTimes(t *testing.T) {
	t.Parallel()
	e, now := new(exemplarTimes), time.Unix(1_800_000_000, 0)
	got := []bool{e.allows(1, now), e.allows(1, now), e.allows(2, now), e.allows(1, now.Add(time.Second))}
	for i, want := range []bool{true, false, true, true} {
		if got[i] != want {
			t.Errorf("got %v", got)
		}
	}
}
