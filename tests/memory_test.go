package tests

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
)

// bodiesAtOnce is the number of hostile bodies that an upstream sends at once.
const bodiesAtOnce = 64

// hostileBodies are bodies of 1 MiB, or of few bytes that are decoded to as many.
func hostileBodies(t *testing.T) map[string]response {
	const size = 1<<20 - 64
	fill := func(start, part, end string) string {
		return start + strings.Repeat(part, (size-len(start)-len(end))/len(part)) + end
	}
	details := fill(`{"error":"plan_not_found","message":"x","details":{`, `"a":"b c","d":"e",`, `"z":0}}`)
	asEncoded := func(coding string) []string { return []string{asJSON, "Content-Encoding: " + coding} }
	return map[string]response{
		"members":      {404, []string{asJSON}, details},
		"numbers":      {404, []string{asJSON}, fill(`{"error":"plan_not_found","details":[0`, `,0`, `]}`)},
		"fields":       {400, []string{asJSON}, fill(`{"error":"validation_error","fields":[`, `{"field":"a","message":"Must be set."},`, `0]}`)},
		"escapes":      {400, []string{asJSON}, fill(`{"error":"a","message":"`, `\u0001`, `"}`)},
		"a page":       {400, []string{asHTML}, fill(`<html><body>`, `<p>a<b>b</b></p>`, `</body></html>`)},
		"gzip":         {404, asEncoded("gzip"), encode(t, "gzip", details)},
		"br":           {404, asEncoded("br"), encode(t, "br", details)},
		"zstd in gzip": {404, asEncoded("zstd, gzip"), encode(t, "gzip", encode(t, "zstd", details))},
		"br, 16 MiB":   {404, asEncoded("br"), "\xcf\xff\xff\xff" + strings.Repeat("x", 448)},
	}
}

// TestMemoryOfHostileBodies sends many hostile bodies at once, which all end at the same
// time, and checks how much more memory the process has used.
func TestMemoryOfHostileBodies(t *testing.T) {
	t.Parallel()
	for name, hostile := range hostileBodies(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			arrived := new(sync.WaitGroup)
			arrived.Add(bodiesAtOnce)
			backend := upstream(t, func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/small" {
					w.Header().Set("Content-Type", "application/json")
					w.WriteHeader(404)
					_, _ = io.WriteString(w, missing)
					return
				}
				for _, line := range hostile.header {
					name, value, _ := strings.Cut(line, ": ")
					w.Header().Add(name, value)
				}
				w.WriteHeader(hostile.status)
				_, _ = io.WriteString(w, hostile.body[:len(hostile.body)-1])
				_ = http.NewResponseController(w).Flush()
				arrived.Done()
				arrived.Wait()
				_, _ = io.WriteString(w, hostile.body[len(hostile.body)-1:])
			})
			p := serve(t, "", translateAndPassSites("memory.test", backend))
			together(bodiesAtOnce, func() { p.get(t, "memory.test/small").checkMissing(t) })
			before := p.peakMemory(t)
			together(bodiesAtOnce, func() {
				a := p.get(t, "memory.test/")
				if a.status != hostile.status || a.header.Get("Content-Type") != "application/json" || !json.Valid(a.body) {
					t.Errorf("got %d %s %.100s", a.status, a.header.Get("Content-Type"), a.body)
				}
			})
			grown := p.peakMemory(t) - before
			t.Logf("the peak memory grew by %d MiB", grown>>20)
			if grown > 128<<20 && !raceDetector { // which needs additional memory
				t.Error("want at most 128 MiB")
			}
		})
	}
}

// together calls a function n times at once.
func together(n int, call func()) {
	var group sync.WaitGroup
	for range n {
		group.Go(call)
	}
	group.Wait()
}
