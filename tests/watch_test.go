package tests

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
)

// replaceFile renames a new file into the place of an old one.
func replaceFile(t *testing.T, path, text string) {
	t.Helper()
	write(t, path+".new", text)
	if err := os.Rename(path+".new", path); err != nil {
		t.Fatal(err)
	}
}

// TestWatch edits the tables of a running proxy, which loads them on its own.
func TestWatch(t *testing.T) {
	t.Parallel()
	backend := upstream(t, func(w http.ResponseWriter, r *http.Request) { // answers /7 by the error 7
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprintf(w, `{"fault":{"num":%s,"text":"Not here."}}`, strings.TrimPrefix(r.URL.Path, "/"))
	})
	p := serve(t, "\n\tmetrics", `
http://acme.test:{$PORT} {
	translate_errors {
		dialect {$STATE}/acme.yaml auto
		watch 100ms
	}
	reverse_proxy `+backend+`
}
`, "acme.yaml", acme)
	table := filepath.Join(filepath.Dir(p.config), "acme.yaml")
	match := func(n int) string { return p.get(t, fmt.Sprint("acme.test/", n)).envelope(t).Meta.Match }
	if match(100) == "table" {
		t.Fatal("the code 100 is mapped")
	}

	var rows strings.Builder
	for n := 100; n < 140; n++ { // as `unmapped --rows` prints them
		fmt.Fprintf(&rows, "  %d: 404 RESOURCE.GONE\n", n)
	}
	more := strings.Replace(acme, "examples:\n", rows.String()+"examples:\n", 1)
	replaceFile(t, table, more)
	eventually(t, "the new rows are in force", func() bool { return match(100) == "table" })
	for n := 100; n < 140; n++ {
		if match(n) != "table" {
			t.Errorf("the code %d is not mapped", n)
		}
	}

	replaceFile(t, table, strings.Replace(more, "  100: 404 RESOURCE.GONE", "  100: 404 RESOURCE.GON", 1))
	l := p.logged(t, func(l logLine) bool {
		return l["level"] == "error" && strings.HasPrefix(l["msg"].(string), "tables were not reloaded")
	})
	faults, _ := l["faults"].([]any)
	if l["name"] != "acme.test" || len(faults) != 1 || !strings.HasPrefix(faults[0].(string), table+":11:12: ") || !strings.HasSuffix(faults[0].(string), "did you mean RESOURCE.GONE?") {
		t.Errorf("the log is %v", l)
	}
	if match(100) != "table" {
		t.Error("the old tables are not in force")
	}
	p.checkMetrics(t, map[string]float64{`caddy_translate_errors_last_load_successful{name="acme.test"}`: 0})
	if at := p.metrics(t)[`caddy_translate_errors_last_load_success_timestamp_seconds{name="acme.test"}`]; at < 1e9 {
		t.Errorf("the time of the last load is %v", at)
	}

	replaceFile(t, table, acme)
	eventually(t, "the corrected file is in force", func() bool { return match(100) != "table" })
	p.checkMetrics(t, map[string]float64{`caddy_translate_errors_last_load_successful{name="acme.test"}`: 1})
}

// loadResult counts what 64 clients got.
type loadResult struct {
	answers atomic.Int32
	dropped atomic.Int32 // requests that failed twice
	retried atomic.Int32
}

// runLoad sends requests from 64 clients, each with a connection of its own, while
// change runs. As clients do, it sends a request once more if its connection was refused
// or reset. check gets every answer, and what state returned before the request was sent.
func (p *proxy) runLoad(t *testing.T, where string, change func(*loadResult), state func() bool, check func(state bool, status int, body []byte)) *loadResult {
	t.Helper()
	result, stop := new(loadResult), make(chan struct{})
	var all sync.WaitGroup
	for range 64 {
		client := newClient(t, p.addr)
		all.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				before := state()
				resp, err := client.Get("http://" + where)
				if isDropped(err) {
					result.retried.Add(1)
					resp, err = client.Get("http://" + where)
				}
				if err != nil {
					result.dropped.Add(1)
					continue
				}
				body, err := io.ReadAll(resp.Body)
				resp.Body.Close()
				if err != nil {
					t.Errorf("reading an answer: %v", err)
					continue
				}
				result.answers.Add(1)
				check(before, resp.StatusCode, body)
			}
		})
	}
	change(result)
	close(stop)
	all.Wait()
	p.client.CloseIdleConnections()
	return result
}

// stateless is the state of a load whose answers do not depend on the time.
func stateless() bool { return false }

// awaitAnswers waits for 128 more answers: until the clients have connected to the server
// that a reload has started.
func (r *loadResult) awaitAnswers(t *testing.T) {
	t.Helper()
	before := r.answers.Load()
	eventually(t, "the clients have answers", func() bool { return r.answers.Load() >= before+128 })
}

// isDropped reports whether a connection was refused, reset or closed.
func isDropped(err error) bool {
	return errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) || errors.Is(err, io.EOF)
}

// TestReloadUnderLoad reloads edited tables 20 times under the load of 64 clients. No
// answer is wrong, and no more requests fail than with Caddy alone.
func TestReloadUnderLoad(t *testing.T) {
	t.Parallel()
	const body = `{"fault":{"num":7,"text":"Not here."}}`
	backend := respondWith(t, map[string]response{"/": {404, []string{asJSON}, body}})
	const reloads = 20

	plain := "\nhttp://acme.test:{$PORT} {\n\treverse_proxy " + backend + "\n}\n"
	stock := serve(t, "", plain)
	alone := stock.runLoad(t, "acme.test/", func(r *loadResult) {
		for range reloads {
			r.awaitAnswers(t)
			if message := stock.reload(t, "", plain); message != "" {
				t.Error(message)
			}
		}
	}, stateless, func(_ bool, status int, got []byte) {
		if status != 404 || string(got) != body {
			t.Errorf("without Koine: %d %s", status, got)
		}
	})

	sites := "\nhttp://acme.test:{$PORT} {\n\ttranslate_errors {\n\t\tdialect {$STATE}/acme.yaml auto\n\t}\n\treverse_proxy " + backend + "\n}\n"
	codes := []string{"RESOURCE.NOT_FOUND", "RESOURCE.GONE"}
	p := serve(t, "", sites, "acme.yaml", acme)
	table := filepath.Join(filepath.Dir(p.config), "acme.yaml")
	translated := p.runLoad(t, "acme.test/", func(r *loadResult) {
		for i := range reloads {
			r.awaitAnswers(t)
			replaceFile(t, table, strings.Replace(acme, "404 RESOURCE.NOT_FOUND", "404 "+codes[(i+1)%2], 1))
			if message := p.reload(t, "", sites); message != "" {
				t.Error(message)
			}
		}
	}, stateless, wantOneOf(t, codes))
	t.Logf("with Koine: %d answers, %d sent twice, %d failed; without: %d, %d, %d", translated.answers.Load(), translated.retried.Load(),
		translated.dropped.Load(), alone.answers.Load(), alone.retried.Load(), alone.dropped.Load())
	const chance = 3 // which connections a reload drops is chance
	if translated.dropped.Load() > alone.dropped.Load()+chance {
		t.Errorf("%d requests failed, %d without Koine", translated.dropped.Load(), alone.dropped.Load())
	}
	if translated.answers.Load() < 1000 {
		t.Errorf("only %d answers", translated.answers.Load())
	}
}

// TestWatchUnderLoad edits tables 20 times under the load of 64 clients. No answer is
// wrong, and no connection is touched.
func TestWatchUnderLoad(t *testing.T) {
	t.Parallel()
	backend := respondWith(t, map[string]response{"/": {404, []string{asJSON}, `{"fault":{"num":7,"text":"Not here."}}`}})
	codes := []string{"RESOURCE.NOT_FOUND", "RESOURCE.GONE"}
	p := serve(t, "", "\nhttp://acme.test:{$PORT} {\n\ttranslate_errors {\n\t\tdialect {$STATE}/acme.yaml auto\n\t\twatch 100ms\n\t}\n\treverse_proxy "+backend+"\n}\n", "acme.yaml", acme)
	table := filepath.Join(filepath.Dir(p.config), "acme.yaml")
	result := p.runLoad(t, "acme.test/", func(*loadResult) {
		for i := range 20 {
			code := codes[(i+1)%2]
			replaceFile(t, table, strings.Replace(acme, "404 RESOURCE.NOT_FOUND", "404 "+code, 1))
			eventually(t, "the edited file is in force", func() bool { return p.get(t, "acme.test/").envelope(t).Error.Code == code })
		}
	}, stateless, wantOneOf(t, codes))
	if result.dropped.Load() > 0 || result.retried.Load() > 0 || result.answers.Load() < 1000 {
		t.Errorf("%d answers, %d sent twice, %d failed", result.answers.Load(), result.retried.Load(), result.dropped.Load())
	}
}

// wantOneOf checks that an answer is a complete envelope with one of the codes, and the
// status of the code.
func wantOneOf(t *testing.T, codes []string) func(bool, int, []byte) {
	statuses := map[string]int{"RESOURCE.NOT_FOUND": 404, "RESOURCE.GONE": 410}
	validate := envelopeSchema(t)
	return func(_ bool, status int, body []byte) {
		var e envelope
		if err := validate(body); err != nil {
			t.Errorf("invalid answer: %v\n%s", err, body)
			return
		}
		if err := json.Unmarshal(body, &e); err != nil || !slices.Contains(codes, e.Error.Code) || statuses[e.Error.Code] != status || e.Meta.Match != "table" {
			t.Errorf("a wrong answer: %d %s", status, body)
		}
	}
}
