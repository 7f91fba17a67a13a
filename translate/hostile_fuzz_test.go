package translate_test

import (
	"flag"
	"strings"
	"testing"
	"time"

	"github.com/koine-proxy/koine/translate"
)

// maxFuzzedTime bounds the CPU time for a body of 1 MiB: 50 ms, four times as much in a fuzzer, which
// counts the branches that are taken.
const maxFuzzedTime = 4 * 50 * time.Millisecond

// FuzzTime looks for bodies that cost much time: a start, a part that is repeated, and an
// end. It measures only while fuzzing (make fuzz); otherwise it reads its seeds.
func FuzzTime(f *testing.F) {
	for _, h := range hostile {
		body := h.body(200)
		third := len(body) / 3
		f.Add(body[:third], body[third:2*third], body[2*third:])
	}
	e := library(f)
	fuzzing := flag.Lookup("test.fuzz").Value.String() != ""
	f.Fuzz(func(t *testing.T, start, part, end string) {
		if len(part) == 0 || len(part) > 4096 || len(start)+len(end) > 4096 {
			t.Skip()
		}
		for _, size := range []int{64 << 10, 1 << 20} { // the second only if the first is slow
			body := []byte(start + strings.Repeat(part, max(1, (size-len(start)-len(end))/len(part))) + end)
			limit := maxFuzzedTime * time.Duration(size) >> 20
			took := shortestTime(e, body, limit)
			if took <= limit || !fuzzing {
				return
			}
			if size == 1<<20 {
				t.Errorf("%d bytes take %v: %.80q, then %.80q repeated, then %.80q", len(body), took, start, part, end)
			}
		}
	})
}

// shortestTime returns the CPU time for a body, the shortest of some runs. It ends with the first run
// within the limit: other work of the process may count, too.
func shortestTime(e *translate.Engine, body []byte, limit time.Duration) time.Duration {
	policy := translate.DefaultPolicy()
	shortest := time.Duration(1<<63 - 1)
	for n := 0; n < 6 && shortest > limit; n++ {
		before := cpuTime()
		tr := e.Acquire()
		tr.ReadResponse(translate.Response{Status: 422, Body: body})
		tr.AppendCanonical(nil, &policy, translate.RenderParams{RequestID: "r"})
		tr.Release()
		shortest = min(shortest, cpuTime()-before)
	}
	return shortest
}
