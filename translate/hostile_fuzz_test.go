package translate_test

import (
	"flag"
	"strings"
	"testing"
	"time"

	"github.com/koine-proxy/koine/translate"
)

// maxFuzzedTime bounds the CPU time for a body of 64 KiB, the shortest of several runs. The bound
// for a MiB is 50 ms; a fuzzer counts the branches that are taken, which makes code several times
// slower, so that half of it is allowed here.
const maxFuzzedTime = 25 * time.Millisecond

// FuzzTime looks for bodies that cost much time: a start, a part that is repeated, and an
// end. It measures only while fuzzing (make fuzz); otherwise it reads its seeds.
func FuzzTime(f *testing.F) {
	for _, h := range hostile {
		body := h.body(200)
		third := len(body) / 3
		f.Add(body[:third], body[third:2*third], body[2*third:])
	}
	e := library(f)
	policy := translate.DefaultPolicy()
	fuzzing := flag.Lookup("test.fuzz").Value.String() != ""
	f.Fuzz(func(t *testing.T, start, part, end string) {
		if len(part) == 0 || len(part) > 4096 || len(start)+len(end) > 4096 {
			t.Skip()
		}
		body := []byte(start + strings.Repeat(part, max(1, (64<<10-len(start)-len(end))/len(part))) + end)
		shortest := time.Duration(1<<63 - 1)
		for range 6 {
			began := cpuTime()
			tr := e.Acquire()
			tr.ReadResponse(translate.Response{Status: 422, Body: body})
			tr.AppendCanonical(nil, &policy, translate.RenderParams{RequestID: "r"})
			tr.Release()
			if shortest = min(shortest, cpuTime()-began); !fuzzing || shortest < maxFuzzedTime {
				break
			}
		}
		if fuzzing && shortest > maxFuzzedTime {
			t.Errorf("%d bytes take %v: %.80q, then %.80q repeated, then %.80q", len(body), shortest, start, part, end)
		}
	})
}
