package koine

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	goruntime "runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"
)

func zipped(t *testing.T, body string) string {
	t.Helper()
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := io.WriteString(w, body); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return packed.String()
}

// occupyReaders lets other bodies be read, until the returned function is called.
func occupyReaders(t *testing.T) (end func()) {
	readers := largeReaders()
	for range cap(readers) {
		readers <- struct{}{}
	}
	end = sync.OnceFunc(func() {
		for range cap(readers) {
			<-readers
		}
	})
	t.Cleanup(end)
	return end
}

// TestNoReaderForLargeBodies keeps all readers occupied.
func TestNoReaderForLargeBodies(t *testing.T) {
	occupyReaders(t)
	small, large := largeError(smallBody), largeError(smallBody+1)
	slack := `{"ok":false,"error":"not_authed","a":"` + strings.Repeat("x", smallBody) + `"}`
	for _, c := range []struct {
		name, block string
		status      int
		coding      string
		body        string
		code        string // "": the body passes
	}{
		{"a small error", "", 404, "", small, "PLAN.NOT_FOUND"},
		{"a small compressed error", "", 404, "gzip", zipped(t, small), "PLAN.NOT_FOUND"},
		{"an error without a body", "", 404, "", "", "RESOURCE.NOT_FOUND"},
		{"a small max_body", "max_body 1KB", 404, "gzip", zipped(t, small), "RESOURCE.NOT_FOUND"},
		{"a large error", "", 404, "", large, "RESOURCE.NOT_FOUND"},
		{"a compressed error that is large", "", 404, "gzip", zipped(t, large), "RESOURCE.NOT_FOUND"},
		{"a large error, unmapped pass", "unmapped pass", 404, "", large, ""},
		{"a large error on 2xx", "dialect slack", 200, "", slack, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := provision(t, c.block)
			h.rt.Load().readerWait = time.Millisecond
			s := serve(t, h, func(w http.ResponseWriter, _ *http.Request) error {
				w.Header().Set("Content-Type", "application/json")
				if c.coding != "" {
					w.Header().Set("Content-Encoding", c.coding)
				}
				w.WriteHeader(c.status)
				_, err := io.WriteString(w, c.body)
				return err
			})
			res := get(t, s.URL)
			if c.code == "" {
				if res.StatusCode != c.status || res.body != c.body {
					t.Errorf("got %d and %d bytes", res.StatusCode, len(res.body))
				}
				return
			}
			res.wantEnvelope(t, c.status, c.code)
		})
	}
}

// TestLargeBodyWaitsForReader checks that a large body is read as soon as there is a
// reader for it.
func TestLargeBodyWaitsForReader(t *testing.T) {
	end := occupyReaders(t)
	h := provision(t, "")
	h.rt.Load().readerWait = time.Hour
	s := serve(t, h, write(404, "application/json", largeError(100_000)))
	answered := make(chan response)
	go func() { answered <- get(t, s.URL) }()
	for deadline := time.Now().Add(time.Minute); largeBytes.Load() == 0; goruntime.Gosched() { // until the body is there
		if time.Now().After(deadline) {
			t.Fatal("the body does not arrive")
		}
	}
	select {
	case <-answered:
		t.Fatal("the body was read while there was no reader")
	default:
	}
	end()
	(<-answered).wantEnvelope(t, 404, "PLAN.NOT_FOUND")
}

// TestClientLeavesWhileWaiting checks that nobody waits for a reader without a client.
func TestClientLeavesWhileWaiting(t *testing.T) {
	occupyReaders(t)
	h := provision(t, "")
	h.rt.Load().readerWait = time.Hour
	ctx, cancel := context.WithCancel(t.Context())
	w := httptest.NewRecorder()
	r := prepare(httptest.NewRequestWithContext(ctx, http.MethodGet, "/", nil), w)
	cancel()
	if err := h.ServeHTTP(w, r, write(404, "application/json", largeError(100_000))); err != nil {
		t.Fatal(err)
	}
}

// slowClient is a client that reads nothing until it is told to.
type slowClient struct {
	http.ResponseWriter
	writing, proceed chan struct{}
}

func (c slowClient) Write(p []byte) (int, error) {
	close(c.writing)
	<-c.proceed
	return c.ResponseWriter.Write(p)
}

// TestSlowClientOccupiesNoReader checks that a client that does not read its answer keeps
// no other body from being read.
func TestSlowClientOccupiesNoReader(t *testing.T) {
	passed := strings.Replace(largeError(100_000), "plan_not_found", "zzz", 1)
	for name, c := range map[string]struct{ block, body string }{
		"an answer": {"", largeError(100_000)}, "an error that passes": {"unmapped pass", passed},
	} {
		t.Run(name, func(t *testing.T) {
			h := provision(t, c.block)
			done := make(chan struct{})
			w := slowClient{httptest.NewRecorder(), make(chan struct{}), make(chan struct{})}
			go func() {
				defer close(done)
				r := prepare(httptest.NewRequest(http.MethodGet, "/", nil), w)
				_ = h.ServeHTTP(w, r, write(404, "application/json", c.body))
			}()
			<-w.writing
			if n := len(largeReaders()); n != 0 {
				t.Errorf("%d readers are occupied", n)
			}
			if largeBytes.Load() == 0 {
				t.Error("the memory of the answer does not count")
			}
			close(w.proceed)
			<-done
			checkNothingHeld(t)
		})
	}
}
