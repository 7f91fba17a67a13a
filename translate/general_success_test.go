package translate_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/koine-proxy/koine/translate"
)

// successWords are the words of errors, in the spellings of data.
var successWords = []string{
	"error", "errors", "Error", "ERROR", "failed", "failure", "FAILED", "fault", "exception", "NullPointerException", "message", "code", "status", "invalid",
	"not_found", "ERR_TIMEOUT", "denied", "error_free",
}

// largeSuccesses are successes that are long or deep.
var largeSuccesses = []string{
	`[` + strings.TrimSuffix(strings.Repeat(`{"status":"failed","error":"x"},`, 300), ",") + `]`,
	`{"status":"failed",` + strings.Repeat(`"message":"Late.",`, 300) + `"a":1}`,
	strings.Repeat(`{"result":`, 50) + `{"success":false}` + strings.Repeat(`}`, 50),
	strings.Repeat(`{"errors":[{"id":1,"error":`, 12) + `1` + strings.Repeat(`}]}`, 12),
	strings.Repeat(`{"errors":[{"error":`, 28) + `1` + strings.Repeat(`}]}`, 28),
}

// successes returns bodies of successes that carry words of errors: those of the
// shapes in a file, with every word in place of %s, and the large ones. They are data
// of every kind: records that failed, lists of errors, catalogues, logs, counters,
// texts of pages, results of validations, and what well-known APIs send.
func successes(t *testing.T) (out []translate.Response) {
	t.Helper()
	data, err := os.ReadFile("../tests/testdata/successes.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(data) {
		var shape struct{ Media, Body string }
		if err := json.Unmarshal(line, &shape); err != nil {
			t.Fatal(err)
		}
		words := successWords
		if !strings.Contains(shape.Body, "%s") {
			words = words[:1]
		}
		for _, word := range words {
			out = append(out, successResponse(shape.Media, strings.ReplaceAll(shape.Body, "%s", word)))
		}
	}
	for _, body := range largeSuccesses {
		out = append(out, successResponse(jsonMedia, body))
	}
	return out
}

// TestSuccesses reads more than a thousand successes as `dialect all` and
// `success_errors guess` do: none of them is an error, and none is buffered once it
// is known whole.
func TestSuccesses(t *testing.T) {
	e, all := guessing(t), successes(t)
	general := compileGuessing(t, files(t, "general"))
	if len(all) < 1000 {
		t.Fatalf("only %d successes", len(all))
	}
	for _, r := range all {
		if isError(e, r) {
			t.Errorf("%s %s is an error of %s", http.Header(r.Header).Get("Content-Type"), r.Body, dialectOf(e, r))
		}
		if general.MayBeError(r, true) {
			t.Errorf("%s is buffered after the first part", r.Body)
		}
	}
}
