package translate_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"testing"

	"github.com/koine-proxy/koine/translate"
)

// wantFailures is the minimum share, in percent, of captured failures with a 2xx that
// are found. The others are in HTML, multipart, text or broken markup, or nothing in
// them says that they failed: {"response":"INVALID ACCOUNT"}.
const wantFailures = 82

// TestCapturedFailures reads captured responses with a 2xx. No success is an error.
func TestCapturedFailures(t *testing.T) {
	data, err := os.ReadFile("../tests/testdata/captured.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	e := guessing(t)
	found, total := 0, 0
	for line := range bytes.Lines(data) {
		var s struct {
			ID      string
			Status  int
			Headers map[string]string
			Body    string
			Expect  struct {
				IsError bool `json:"is_error"`
			}
		}
		if err := json.Unmarshal(line, &s); err != nil {
			t.Fatal(err)
		}
		if s.Status < 200 || s.Status > 299 {
			continue
		}
		header := http.Header{}
		for name, value := range s.Headers {
			header.Set(name, value)
		}
		is := isError(e, translate.Response{Status: s.Status, Header: header, Body: []byte(s.Body)})
		switch {
		case !s.Expect.IsError && is:
			t.Errorf("%s is a success", s.ID)
		case s.Expect.IsError && !is:
			t.Logf("%s is not found", s.ID)
			total++
		case s.Expect.IsError:
			found++
			total++
		}
	}
	if t.Logf("%d of %d failures are found", found, total); found*100 < total*wantFailures {
		t.Errorf("want %d %%", wantFailures)
	}
}
