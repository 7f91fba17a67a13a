package tests

import (
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// storyCodes is the number of codes that no table knows at first.
const storyCodes = 40

// storyBackend is an upstream that sends the codes in turn.
type storyBackend struct {
	addr string
	sent atomic.Int64
}

func startStoryBackend(t *testing.T) *storyBackend {
	b := new(storyBackend)
	b.addr = upstream(t, func(w http.ResponseWriter, _ *http.Request) {
		n := b.sent.Add(1) % storyCodes
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = fmt.Fprintf(w, `{"error":"code_%c%c_gone","message":"It failed."}`, 'a'+n%26, 'a'+n/26)
	})
	return b
}

// seen returns how many errors the ledger and the metrics have counted. A restart begins the
// metrics anew.
func (p *proxy) seen(t *testing.T) (inLedger, inMetrics int64) {
	t.Helper()
	var s stats
	p.askAdmin(t, http.MethodGet, "/translate_errors/stats", "", &s)
	for _, e := range s.Entries {
		inLedger += e.Count
	}
	for sample, value := range p.metrics(t) {
		if strings.HasPrefix(sample, "caddy_translate_errors_responses_total{") {
			inMetrics += int64(value)
		}
	}
	return inLedger, inMetrics
}

// checkSeen waits until all errors that the upstream has sent are in the ledger.
func (b *storyBackend) checkSeen(t *testing.T, p *proxy) {
	t.Helper()
	eventually(t, "the ledger has every error", func() bool {
		inLedger, _ := p.seen(t)
		return inLedger == b.sent.Load()
	})
}

// TestStoryUnderLoad goes from 40 unknown codes to rows that `watch` takes, and then through 20
// reloads, while 64 clients send requests. No answer is wrong or missing, and the ledger and
// the metrics have every error; the ledger has them after a restart, too, and together with
// those of a second instance.
func TestStoryUnderLoad(t *testing.T) {
	t.Parallel()
	backend := startStoryBackend(t)
	sites := "\nhttp://story.test:{$PORT} {\n\ttranslate_errors {\n\t\tdialect {$STATE}/billing.yaml\n\t\texpose upstream\n\t\twatch 100ms\n\t}\n\treverse_proxy " + backend.addr + "\n}\n"
	p := serve(t, "", sites, "billing.yaml", billing)
	dir := filepath.Dir(p.config)
	var mapped atomic.Bool // for all requests that are sent from now on
	validate := envelopeSchema(t)
	check := func(wasMapped bool, status int, body []byte) {
		var e envelope
		if err := validate(body); err != nil {
			t.Errorf("invalid answer: %v\n%s", err, body)
			return
		}
		_ = json.Unmarshal(body, &e)
		isMapped := status == http.StatusGone && e.Error.Code == "RESOURCE.GONE" && e.Meta.Match == "table"
		isUnmapped := status == http.StatusBadRequest && e.Error.Code == "REQUEST.INVALID" && e.Meta.Match == "status"
		if !isMapped && !isUnmapped || wasMapped && !isMapped || !strings.HasPrefix(e.Meta.Upstream.Code, "code_") {
			t.Errorf("a wrong answer: %d %s", status, body)
		}
	}
	began := time.Now()
	result := p.runLoad(t, "story.test/", func(r *loadResult) {
		eventually(t, "all unknown codes are listed", func() bool { return len(p.unmapped(t)) == storyCodes })
		took := time.Since(began)
		t.Logf("%d unknown codes were listed after %v", storyCodes, took)
		if took > time.Second && !raceDetector { // which makes everything slower
			t.Errorf("the unknown codes were listed after %v, want a second", took)
		}
		rows := command(t, dir, "", "unmapped", "--address", p.admin, "--rows")
		if rows.status != 0 || strings.Count(rows.out, ": RESOURCE.GONE") != storyCodes {
			t.Errorf("unmapped --rows: %+v", rows)
		}
		replaceFile(t, filepath.Join(dir, "billing.yaml"), billing+rows.out)
		eventually(t, "the rows are in force", func() bool { return len(p.unmapped(t)) == 0 })
		r.awaitAnswers(t)
		mapped.Store(true)
		for range 20 {
			r.awaitAnswers(t)
			if message := p.reload(t, "", sites); message != "" {
				t.Error(message)
			}
		}
		r.awaitAnswers(t)
	}, mapped.Load, check)
	t.Logf("%d answers, %d sent twice, %d failed", result.answers.Load(), result.retried.Load(), result.dropped.Load())
	if result.dropped.Load() > 0 || result.answers.Load() < 1000 {
		t.Errorf("%d answers, %d failed", result.answers.Load(), result.dropped.Load())
	}
	backend.checkSeen(t, p)
	if inLedger, inMetrics := p.seen(t); inMetrics != inLedger {
		t.Errorf("the ledger has %d errors, the metrics have %d", inLedger, inMetrics)
	}

	p.terminate(t)
	p = start(t, p.config)
	backend.checkSeen(t, p)
	q := start(t, p.config)
	for range 2 * storyCodes {
		p.get(t, "story.test/")
		q.get(t, "story.test/")
	}
	backend.checkSeen(t, p) // reads both
	backend.checkSeen(t, q)
	for _, e := range []*proxy{p, q} {
		if list := e.unmapped(t); len(list) != 0 {
			t.Errorf("unmapped: %+v", list)
		}
	}
}
