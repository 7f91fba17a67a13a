package tests

import (
	"io"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"
)

// TestOthersDuringLargeBodies reads many large bodies at once, and measures the requests
// of others meanwhile.
func TestOthersDuringLargeBodies(t *testing.T) {
	hostile := hostileBodies(t)["members"]
	arrived := new(sync.WaitGroup)
	arrived.Add(16)
	backend := upstream(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		switch r.URL.Path {
		case "/small":
			w.WriteHeader(404)
			_, _ = io.WriteString(w, missing)
			return
		case "/success":
			_, _ = io.WriteString(w, `{"ok":true}`)
			return
		}
		w.WriteHeader(404)
		_, _ = io.WriteString(w, hostile.body)
		_ = http.NewResponseController(w).Flush()
		arrived.Done()
		arrived.Wait()
		_, _ = io.WriteString(w, " ")
	})
	p := serve(t, "", translateAndPassSites("memory.test", backend))
	p.get(t, "memory.test/small")
	p.get(t, "memory.test/success")
	done := make(chan struct{})
	go func() {
		defer close(done)
		together(16, func() { p.get(t, "memory.test/large") })
	}()
	arrived.Wait()
	var took []time.Duration
	for ended := false; !ended; {
		for _, path := range []string{"/small", "/success"} {
			start := time.Now()
			p.get(t, "memory.test"+path)
			took = append(took, time.Since(start))
		}
		select {
		case <-done:
			ended = true
		default:
		}
	}
	slices.Sort(took)
	most := took[len(took)*9/10]
	t.Logf("%d requests: median %v, nine of ten up to %v, longest %v", len(took), took[len(took)/2], most, took[len(took)-1])
	if most > 100*time.Millisecond && !raceDetector {
		t.Error("nine of ten must take at most 100ms")
	}
}
