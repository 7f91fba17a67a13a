package translate_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/translate"
)

// sourceEngine reads errors of any canonical code, with a message and a field, and can
// write every built-in dialect.
func sourceEngine(tb testing.TB) *translate.Engine {
	tb.Helper()
	f := &dialect.File{
		Name: "source", Given: []string{"codes"},
		Match: dialect.Match{Keys: []dialect.PathAt{{Path: dialect.ParsePath("src.code")}}},
		Shape: []dialect.ShapeEntry{
			{Role: dialect.RoleCode, Places: []dialect.Place{{Path: dialect.ParsePath("src.code")}}},
			{Role: dialect.RoleMessage, Places: []dialect.Place{{Path: dialect.ParsePath("src.text")}}},
			{Role: dialect.RoleFields, Fields: []dialect.Fields{{
				Places:  []dialect.Place{{Path: dialect.ParsePath("src.invalid")}},
				Field:   []dialect.Path{dialect.ParsePath("name")},
				Message: []dialect.Path{dialect.ParsePath("why")},
			}}},
		},
	}
	for _, c := range taxonomy(tb).Codes() {
		f.Codes = append(f.Codes, dialect.Row{Native: c.Name, Status: c.Status, Code: c.Name})
	}
	e, err := translate.NewEngine(translate.Inputs{Taxonomy: taxonomy(tb), Dialects: []*dialect.File{f}, Writable: files(tb)})
	if err != nil {
		tb.Fatal(err)
	}
	return e
}

// The texts of the errors of sourceEngine.
const (
	sourceMessage      = "Please look at this again."
	sourceField        = "email"
	sourceFieldMessage = "This address is unknown."
)

// sourceBody returns the body of an error of sourceEngine.
func sourceBody(code string, fields bool) []byte {
	invalid := ""
	if fields {
		invalid = `,"invalid":[{"name":"` + sourceField + `","why":"` + sourceFieldMessage + `"}]`
	}
	return fmt.Appendf(nil, `{"src":{"code":%q,"text":%q%s}}`, code, sourceMessage, invalid)
}

// clientEngine loads all dialects; one of them is named unless it has hosts.
func clientEngine(tb testing.TB, f *dialect.File, shared *translate.Engine) (*translate.Engine, string) {
	tb.Helper()
	if len(f.Hosts) > 0 {
		return shared, strings.NewReplacer("*.", "api.", "*", "x").Replace(f.Hosts[0])
	}
	in := translate.Inputs{Taxonomy: taxonomy(tb), Dialects: forms(tb), Named: []string{f.Name}}
	slices.SortStableFunc(in.Dialects, func(a, b *dialect.File) int {
		return boolInt(b.Name == f.Name) - boolInt(a.Name == f.Name)
	})
	for _, other := range in.Dialects {
		if other.Name != f.Name {
			in.Unnamed = append(in.Unnamed, other.Name)
		}
	}
	e, err := translate.NewEngine(in)
	if err != nil {
		tb.Fatal(err)
	}
	return e, ""
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// wantReadBack is the number of built-in dialects whose errors are all read back.
const wantReadBack = 90

// TestWriteEveryCode writes an error of every canonical code in every built-in dialect that
// can be written. The dialect must read it back as that code, or as the nearest of its
// category.
func TestWriteEveryCode(t *testing.T) {
	source, shared := sourceEngine(t), library(t)
	writable, fine := 0, 0
	for _, f := range files(t) {
		r, err := source.DialectRenderer(f.Name)
		if err != nil {
			continue
		}
		writable++
		e, host := clientEngine(t, f, shared)
		problems := 0
		for _, c := range source.Taxonomy().Codes() {
			if problem, out := roundTrip(source, e, r, f.Name, host, c); problem != "" {
				if problems++; problems <= 3 {
					t.Logf("%s: %s: %s\n%.300s", f.Name, c.Name, problem, out)
				}
			}
		}
		if problems == 0 {
			fine++
		}
	}
	if t.Logf("%d of %d", fine, writable); fine < wantReadBack {
		t.Errorf("only %d of %d dialects are read back, not %d", fine, writable, wantReadBack)
	}
}

// roundTrip writes an error of a code, and reads it back. It returns what is wrong.
func roundTrip(source, e *translate.Engine, r *translate.DialectRenderer, name, host string, c *translate.Code) (problem string, out []byte) {
	tr, back := source.Acquire(), e.Acquire()
	defer tr.Release()
	defer back.Release()
	tr.Read(c.Status, sourceBody(c.Name, true))
	p := translate.DefaultPolicy()
	params := translate.RenderParams{RequestID: "req_ours", Time: testNow}
	out, answer := r.Append(nil, tr, &p, params)
	header := map[string][]string{"Content-Type": {answer.MediaType}}
	answer.SetHeaders(header)
	back.ReadResponse(translate.Response{Status: answer.Status, Header: header, Host: host, Body: out, Now: testNow})
	if back.DetectedDialect() != name {
		return fmt.Sprintf("detected: %q, status %d", back.DetectedDialect(), answer.Status), out
	}
	native, want, ok := r.Said(c)
	switch {
	case !ok:
		return "no nearest: " + string(c.Category), out
	case want.Category != c.Category && native != "":
		return "nearest in another category: " + want.Name + " for " + c.Name, out
	case back.Code.Name != want.Name:
		return fmt.Sprintf("code: read %q as %s, want %s, status %d", back.Native, back.Code.Name, want.Name, answer.Status), out
	}
	if w := writes(r, "message"); w && c.Status < 500 && back.Message != sourceMessage {
		return fmt.Sprintf("message: %q", back.Message), out
	}
	if w := writes(r, "fields"); w && c.Status < 500 && len(back.Fields()) == 0 {
		return "fields: none", out
	}
	if w := writes(r, "request_id"); w && back.RequestID != "req_ours" {
		return fmt.Sprintf("request id: %q", back.RequestID), out
	}
	return "", out
}

func writes(r *translate.DialectRenderer, role string) bool { return r.HasPlace(dialect.Role(role)) }
