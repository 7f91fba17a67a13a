package koine

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"
)

// largeError returns an error of the dialect rustbill with size bytes.
func largeError(size int) string {
	start, end := `{"error":"plan_not_found","message":"There is no such plan.","details":{"a":"`, `"}}`
	return start + strings.Repeat("x", size-len(start)-len(end)) + end
}

func TestReservation(t *testing.T) {
	t.Cleanup(func() { checkNothingHeld(t) })
	const mib = 1 << 20
	var r, other reservation
	for _, c := range []struct {
		name    string
		r       *reservation
		size    int
		maxBody int64
		ok      bool
		want    int64
	}{
		{"a small body", &r, smallBody, mib, true, 0},
		{"a large body", &r, largeBodies - 5, mib, true, largeBodies - 5},
		{"no place", &other, smallBody + 1, mib, false, largeBodies - 5},
		{"a site with a larger max_body", &other, smallBody + 1, largeBodies, true, largeBodies - 5 + smallBody + 1},
		{"no place to grow", &r, largeBodies, mib, false, largeBodies - 5 + smallBody + 1},
		{"a smaller body", &r, mib, mib, true, mib + smallBody + 1},
		{"a small body after that", &r, 10, mib, true, smallBody + 1},
		{"nothing", &other, 0, mib, true, 0},
	} {
		if ok := c.r.resize(c.size, c.maxBody); ok != c.ok || largeBytes.Load() != c.want {
			t.Fatalf("%s: got %t and %d bytes, want %t and %d", c.name, ok, largeBytes.Load(), c.ok, c.want)
		}
	}
}

// checkNothingHeld checks that all memory for bodies was given back.
func checkNothingHeld(t *testing.T) {
	t.Helper()
	if n := largeBytes.Load(); n != 0 {
		t.Errorf("%d bytes are still reserved", n)
	}
	if n := len(largeReaders()); n != 0 {
		t.Errorf("%d readers are still active", n)
	}
}

func TestBuffers(t *testing.T) {
	for _, size := range []int{0, 1, smallestBuffer, smallestBuffer + 1, 100_000, 1 << 20, 1<<20 + 1, maxPooled, maxPooled + 1} {
		b := getBufferOf(size)
		if b.Cap() < size || b.Len() != 0 {
			t.Fatalf("size %d: got a capacity of %d and %d bytes", size, b.Cap(), b.Len())
		}
		b.WriteString("x")
		putBuffer(b)
	}
	grown := bytes.NewBuffer(make([]byte, 5, 3*smallestBuffer))
	putBuffer(grown)
	if b := getBufferOf(2*smallestBuffer + 1); b.Cap() < 2*smallestBuffer+1 {
		t.Errorf("got a buffer of %d bytes", b.Cap())
	}
	putBuffer(new(bytes.Buffer)) // useless: it is not kept
}

// TestNoPlaceForLargeBodies lets other bodies have all of the memory.
func TestNoPlaceForLargeBodies(t *testing.T) {
	var others reservation
	if !others.resize(largeBodies-smallBody-2, 1<<20) {
		t.Fatal("no place for the others")
	}
	t.Cleanup(func() {
		others.release()
		checkNothingHeld(t)
	})
	large := largeError(100_000)
	for _, c := range []struct {
		name, block string
		status      int
		contentType string
		body        string
		code        string // "": the body passes
	}{
		{"a small error", "", 404, "application/json", largeError(smallBody), "PLAN.NOT_FOUND"},
		{"a large error", "", 404, "application/json", large, "RESOURCE.NOT_FOUND"},
		{"a large error, unmapped pass", "unmapped pass", 404, "application/json", large, ""},
		{"a large error with a vague media type", "", 404, "application/octet-stream", large, ""},
		{"a large page of a named dialect", "dialect nginx auto", 404, "text/html", "<html>" + large, ""},
		{"a large success", "dialect slack", 200, "application/json", `{"ok":false,"error":"x","a":"` + large + `"}`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := serve(t, provision(t, c.block), func(w http.ResponseWriter, _ *http.Request) error {
				w.Header().Set("Content-Type", c.contentType)
				w.WriteHeader(c.status)
				_, err := io.Copy(writerOnly{w}, strings.NewReader(c.body)) // in parts
				return err
			})
			res := get(t, s.URL, "Accept", "text/html")
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

// TestNoPlaceForAnswer gives an answer less memory than it needs: it is much larger than
// the body.
func TestNoPlaceForAnswer(t *testing.T) {
	var others reservation
	if !others.resize(largeBodies-40_000, 1<<20) {
		t.Fatal("no place for the others")
	}
	t.Cleanup(func() {
		others.release()
		checkNothingHeld(t)
	})
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, _ = io.WriteString(w, largeError(200_000))
	_ = w.Close()
	s := serve(t, provision(t, ""), func(w http.ResponseWriter, _ *http.Request) error {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Encoding", "gzip")
		w.WriteHeader(404)
		_, err := w.Write(packed.Bytes())
		return err
	})
	get(t, s.URL).wantEnvelope(t, 404, "RESOURCE.NOT_FOUND")
	others.release()
	get(t, s.URL).wantEnvelope(t, 404, "PLAN.NOT_FOUND")
}

// TestMemoryIsGivenBack sends large bodies in all the ways in which a response can end.
func TestMemoryIsGivenBack(t *testing.T) {
	large := largeError(300_000)
	for name, c := range map[string]struct{ block, contentType, body string }{
		"answered":              {"", "application/json", large},
		"too large":             {"max_body 200KB", "application/json", large},
		"too large, passed":     {"max_body 200KB\nunmapped pass", "application/json", large},
		"unmapped, passed":      {"unmapped pass", "application/json", strings.Replace(large, "plan_not_found", "zzz", 1)},
		"untyped, passed":       {"", "", "\x89PNG\x0d\x0a\x1a\x0a" + large},
		"aborted":               {"", "application/json", large},
		"body_timeout":          {"body_timeout 1ms", "application/json", large},
		"abandoned by the user": {"", "application/json", large},
	} {
		t.Run(name, func(t *testing.T) {
			h := provision(t, c.block)
			var group sync.WaitGroup
			s := serve(t, h, func(w http.ResponseWriter, r *http.Request) error {
				w.Header()["Content-Type"] = []string{c.contentType}
				if c.contentType == "" {
					w.Header()["Content-Type"] = nil
				}
				w.WriteHeader(404)
				_, _ = io.WriteString(w, c.body)
				switch name {
				case "aborted":
					panic(http.ErrAbortHandler)
				case "body_timeout", "abandoned by the user":
					<-r.Context().Done()
				}
				return nil
			})
			s.Config.ErrorLog = quiet
			for range 4 {
				group.Go(func() {
					client := &http.Client{}
					if name == "abandoned by the user" {
						client.Timeout = 10 * time.Millisecond
					}
					if res, err := client.Get(s.URL); err == nil {
						_, _ = io.Copy(io.Discard, res.Body)
						res.Body.Close()
					}
				})
			}
			group.Wait()
			s.CloseClientConnections()
			s.Close() // waits for the handlers
			checkNothingHeld(t)
		})
	}
}
