package translate_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/translate"
)

// commonNames are member names that many APIs use.
var commonNames = []string{"code", "message", "error", "errors", "status", "detail", "details", "type", "msg", "data", "success", "title", "description", "reason", "request_id", "name", "value", "field", "fields"}

// commonWords are codes that many APIs use, in several forms.
var commonWords = []string{"not_found", "NOT_FOUND", "NotFound", "INVALID_AMOUNT", "error", "E1001"}

// foreignBody has the common members of an example, with a common word in each code.
type foreignBody struct {
	from   int    // the status of the example
	status int    // the status that is sent
	word   string // in place of all codes
}

// member returns what another API might have at a member.
func (b foreignBody) member(name string, v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for k, m := range v {
			if slices.Contains(commonNames, k) {
				out[k] = b.member(k, m)
			}
		}
		return out
	case []any:
		out := []any{}
		for _, m := range v {
			out = append(out, b.member(name, m))
		}
		return out
	case json.Number:
		if n, err := v.Int64(); err == nil && int(n) == b.from {
			return b.status
		}
	case string:
		switch {
		case v == "":
		case name == "request_id":
			return "r-1"
		case name == "field" || name == "name":
			return "amount"
		case strings.Contains(v, " ") || slices.Contains([]string{"message", "msg", "detail", "details", "title", "description"}, name):
			return "The amount cannot be used with this order."
		default:
			return b.word
		}
	}
	return v
}

// ownMarks are dialects that an error with only common names may be of: reasons by
// name.
var ownMarks = map[string]string{
	"problem-json": "RFC 9457 gives its meaning to common names",
	"jsonapi":      "the examples with its media type keep it",
	"graphql":      "a list of errors beside `data: null`, or its media type",
	"wordpress":    "data.status repeats the status",
	"cn-envelope":  "common to many APIs, by its name",
}

// provesByCode reports whether a row of a dialect is evidence that an error with
// that code is of this dialect.
func provesByCode(t *testing.T, name, code string) bool {
	return slices.ContainsFunc(files(t, name), func(f *dialect.File) bool {
		return f.Evidence == dialect.EvidenceCode && slices.ContainsFunc(f.Codes, func(row dialect.Row) bool { return row.Native == code })
	})
}

// TestForeignBodies checks that errors that have only common names in common with
// an example, and no header, are not taken for those of its dialect.
func TestForeignBodies(t *testing.T) {
	e, general := library(t), generalRules(t)
	wrong, total := map[string]int{}, 0
	for _, f := range forms(t) {
		if f.Evidence == dialect.EvidenceHost || slices.Contains(firstParty, f.Name) {
			continue
		}
		for _, x := range f.Examples {
			r := translate.ExampleResponse(f, &x)
			d := json.NewDecoder(bytes.NewReader(r.Body))
			d.UseNumber()
			var body any
			if x.Is == "none" || d.Decode(&body) != nil {
				continue
			}
			for _, status := range []int{400, 404, 500} {
				for _, word := range commonWords {
					total++
					data, err := json.Marshal(foreignBody{x.Status, status, word}.member("", body))
					if err != nil {
						t.Fatal(err)
					}
					by := attributedTo(e, general, translate.Response{Status: status, Header: parseHeader("Content-Type: " + http.Header(r.Header).Get("Content-Type")), Body: data})
					if by == "" || ownMarks[by] != "" || provesByCode(t, by, word) {
						continue
					}
					if wrong[by]++; wrong[by] <= 4 {
						t.Errorf("%s:%d (%s): %d %s is attributed to %s", f.File, x.At.Line, x.About, status, data, by)
					}
				}
			}
		}
	}
	t.Logf("%d bodies; attributed: %v", total, wrong)
}
