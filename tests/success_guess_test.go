package tests

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
)

// guessSites returns sites with the values of success_errors.
func guessSites(backend string) string {
	site := func(host, block string) string {
		return fmt.Sprintf("http://%s:{$PORT} {\n\ttranslate_errors {\n\t\t%s\n\t}\n\treverse_proxy %s\n}\n", host, block, backend)
	}
	return site("guess.test", "dialect all\n\t\tsuccess_errors guess") + site("guessauto.test", "success_errors guess") + site("default.test", "dialect all") +
		site("nowhere.test", "dialect all\n\t\tsuccess_errors pass")
}

// TestSuccessErrors checks where errors with a 2xx are looked for.
func TestSuccessErrors(t *testing.T) {
	t.Parallel()
	const failure = `{"success":false,"message":"There is no such seat.","code":"SEAT_7"}`
	p := serve(t, "", guessSites(respondWith(t, map[string]response{
		"/slack":   {200, []string{asJSON}, slackError},
		"/failure": {200, []string{asJSON}, failure},
		"/status":  {200, []string{asJSON}, `{"status":404,"message":"There is no such page."}`},
		"/code":    {200, []string{asJSON}, `{"ok":false,"error":"rate_limit_exceeded"}`},
		"/soap":    {200, []string{"Content-Type: text/xml"}, `<r><Fault><faultcode>s:Late</faultcode><faultstring>That is late.</faultstring></Fault></r>`},
		"/file":    {200, []string{asJSON, "Content-Disposition: attachment"}, failure},
		"/null":    {204, nil, ``},
		"/error":   {404, []string{asJSON}, failure},
	})))
	for host, want := range map[string]struct{ slack, failure bool }{
		"guess.test": {true, true}, "guessauto.test": {false, true}, "default.test": {true, false}, "nowhere.test": {false, false},
	} {
		if a := p.get(t, host+"/slack"); a.isTranslated() != want.slack && host != "guessauto.test" {
			t.Errorf("%s: an error of Slack: got %d %s", host, a.status, a.body)
		}
		if a := p.get(t, host+"/failure"); a.isTranslated() != want.failure {
			t.Errorf("%s: a failure: got %d %s", host, a.status, a.body)
		}
		p.get(t, host+"/file").checkPassed(t, 200, "application/json", failure)
		p.get(t, host+"/error").checkMatch(t, 404, "RESOURCE.NOT_FOUND", "guess")
	}
	if e := p.get(t, "guess.test/failure").checkMatch(t, 400, "REQUEST.INVALID", "guess"); e.Error.Message != "There is no such seat." {
		t.Errorf("the message is %q", e.Error.Message)
	}
	p.get(t, "guess.test/status").checkMatch(t, 404, "RESOURCE.NOT_FOUND", "guess")
	p.get(t, "guess.test/code").checkMatch(t, 429, "RATE_LIMIT.EXCEEDED", "guess")
	p.get(t, "guess.test/soap").checkMatch(t, 400, "REQUEST.INVALID", "guess")
}

// TestSuccessesPass sends successes that carry words of errors. They pass byte for
// byte with `dialect all` and `success_errors guess`.
func TestSuccessesPass(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/successes.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	byPath := map[string]response{}
	for line := range bytes.Lines(data) {
		var shape struct{ Media, Body string }
		if err := json.Unmarshal(line, &shape); err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{"error", "FAILED"} {
			byPath[fmt.Sprint("/", len(byPath))] = response{200, []string{"Content-Type: " + shape.Media}, strings.ReplaceAll(shape.Body, "%s", word)}
		}
	}
	if len(byPath) < 200 {
		t.Errorf("only %d successes", len(byPath))
	}
	p := serve(t, "", guessSites(respondWith(t, byPath)))
	for path, r := range byPath {
		if a := p.get(t, "guess.test"+path); a.status != 200 || string(a.body) != r.body || a.isTranslated() {
			t.Errorf("%s: got %d %s", r.body, a.status, a.body)
		}
	}
}

// TestFailureInPieces checks that a failure is found however its body is split, and
// that a success reaches the client as soon as it has data.
func TestFailureInPieces(t *testing.T) {
	t.Parallel()
	const failure, success = `{"status":"error","message":"There is no such seat."}`, `{"status":"error","items":[1`
	next := make(chan struct{})
	backend := upstream(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		at := len(r.URL.Path)
		pieces := []string{failure[:at], failure[at:]}
		if r.URL.Query().Has("success") {
			pieces = []string{success, `,2]}`}
		}
		for i, piece := range pieces {
			if i > 0 && r.URL.Query().Has("success") {
				select {
				case <-next:
				case <-r.Context().Done():
					return
				}
			}
			_, _ = io.WriteString(w, piece)
			_ = http.NewResponseController(w).Flush()
		}
	})
	p := serve(t, "", guessSites(backend))
	for at := 1; at < len(failure); at++ {
		p.get(t, "guess.test/"+strings.Repeat("x", at-1)).checkMatch(t, 400, "REQUEST.INVALID", "guess")
	}
	resp, err := p.client.Do(newRequest(t, "GET", "guess.test/?success", ""))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	got := make([]byte, len(success))
	if _, err := io.ReadFull(bufio.NewReader(resp.Body), got); err != nil || string(got) != success {
		t.Errorf("the first piece is %q: %v", got, err)
	}
	close(next)
}
