package tests

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
)

// TestInventedCodes lets an attacker invent 1,000,000 codes, in a stream whose frames are
// errors. The memory and the number of metric series stay as they are, and the ten codes that
// are really frequent are in the ledger, with counts within the stated error.
func TestInventedCodes(t *testing.T) {
	t.Parallel()
	const frequent = 10
	distinct := 1_000_000
	if raceDetector { // which makes everything slower
		distinct = 100_000
	}
	sent := make(chan []int64, 1) // how often each frequent code was sent
	backend := upstream(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		out := bufio.NewWriterSize(w, 32<<10)
		defer out.Flush()
		send := func(code string) {
			_, _ = io.WriteString(out, "event: error\ndata: {\"error\":\""+code+"\",\"message\":\"It failed.\"}\n\n")
		}
		if r.URL.Path == "/first" {
			send("first_code")
			return
		}
		counts, rnd := make([]int64, frequent), rand.New(rand.NewPCG(1, 2))
		for i := range distinct {
			send(fmt.Sprintf("invented_%d", i))
			if n := rnd.IntN(50); n < frequent {
				counts[n]++
				send(fmt.Sprintf("frequent_%c", 'a'+n))
			}
		}
		sent <- counts
	})
	p := serve(t, "", `
http://invented.test:{$PORT} {
	translate_errors {
		dialect rustbill
		streams translate
	}
	reverse_proxy `+backend+`
}
`)
	p.client.Timeout = 0
	p.get(t, "invented.test/first")
	series, memory := p.countSeries(t), p.heap(t)
	frames := p.countLines(t, "invented.test/all", "event: ")
	truth, all := receive(t, "the counts", sent), int64(distinct)
	for _, n := range truth {
		all += n
	}
	if frames != all {
		t.Errorf("there are %d frames, want %d", frames, all)
	}
	grown := p.heap(t) - memory
	t.Logf("after %d codes, the memory has grown by %.1f MiB", distinct, float64(grown)/(1<<20))
	if grown > 20<<20 {
		t.Errorf("the memory has grown by %d bytes, want at most 20 MiB", grown)
	}
	if now := p.countSeries(t); now != series {
		t.Errorf("there were %d series, and are %d", series, now)
	}
	var s struct {
		Strata  []struct{ Errors int64 }
		Entries []struct {
			Code     string
			Count    int64
			MaxError int64 `json:"max_error"`
		}
	}
	p.askAdmin(t, http.MethodGet, "/translate_errors/stats", "", &s)
	if len(s.Entries) > 4096 || len(s.Strata) != 1 || s.Strata[0].Errors != all+1 {
		t.Errorf("there are %d entries, and the totals are %+v", len(s.Entries), s.Strata)
	}
	found := 0
	for i, e := range s.Entries {
		if !strings.HasPrefix(e.Code, "frequent_") {
			continue
		}
		found++
		if n := truth[e.Code[len("frequent_")]-'a']; e.Count < n || e.Count-e.MaxError > n || i >= frequent {
			t.Errorf("%s occurred %d times; the ledger has %d with an error of %d, at place %d", e.Code, n, e.Count, e.MaxError, i+1)
		}
	}
	if found != frequent {
		t.Errorf("of %d frequent codes, the ledger has %d", frequent, found)
	}
}

// countLines reads a response, and returns how many of its lines begin with a text.
func (p *proxy) countLines(t *testing.T, where, prefix string) (n int64) {
	t.Helper()
	resp, err := p.client.Get("http://" + where)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	lines := bufio.NewScanner(resp.Body)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), prefix) {
			n++
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return n
}

// countSeries returns the number of series of Koine.
func (p *proxy) countSeries(t *testing.T) (n int) {
	t.Helper()
	for sample := range p.metrics(t) {
		if strings.HasPrefix(sample, "caddy_translate_errors_") {
			n++
		}
	}
	return n
}

// heap returns the bytes that the process uses after a collection of garbage.
func (p *proxy) heap(t *testing.T) int64 {
	t.Helper()
	for range 2 { // pools keep their values for one collection
		if status := p.askAdmin(t, http.MethodGet, "/debug/pprof/heap?gc=1", "", nil); status != http.StatusOK {
			t.Fatalf("the status is %d", status)
		}
	}
	return int64(p.metrics(t)["go_memstats_heap_inuse_bytes"])
}
