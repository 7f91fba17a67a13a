package translate_test

import (
	"encoding/json"
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

// sourceError returns the body of an error of sourceEngine with a field, in which the texts may
// be any.
func sourceError(code, message, name, why string) []byte {
	body, _ := json.Marshal(map[string]any{"src": map[string]any{
		"code": code, "text": message, "invalid": []map[string]string{{"name": name, "why": why}},
	}})
	return body
}

// clientEngine loads all dialects; one of them is named unless it has hosts.
func clientEngine(tb testing.TB, f *dialect.File, shared *translate.Engine) (*translate.Engine, string) {
	tb.Helper()
	if len(f.Hosts) > 0 && f.Name != "bedrock" { // whose hosts are those of other services, too
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

// minWritable is the number of built-in dialects that must be writable.
const minWritable = 150

// TestWriteEveryCode writes an error of every canonical code in every built-in dialect that
// can be written. The dialect must read it back as that code, or as the nearest of its
// category, with message, fields and request id where it has places for them.
func TestWriteEveryCode(t *testing.T) {
	source, shared := sourceEngine(t), library(t)
	writable := 0
	for _, f := range files(t) {
		r, err := source.DialectRenderer(f.Name)
		if err != nil {
			if f.Write == nil && !f.General && len(f.Codes) > 2 && (len(f.Formats) == 0 || slices.Contains(f.Formats, dialect.FormatXML)) {
				t.Errorf("%s is not writable: %v", f.Name, err)
			}
			continue
		}
		writable++
		t.Run(f.Name, func(t *testing.T) {
			e, host := clientEngine(t, f, shared)
			for _, c := range source.Taxonomy().Codes() {
				if problem, out := roundTrip(source, e, r, f.Name, host, c); problem != "" {
					t.Errorf("%s: %s\n%.300s", c.Name, problem, out)
				}
			}
			for _, row := range f.Codes {
				if problem := ownRoundTrip(source, e, r, f, host, row); problem != "" {
					t.Errorf("%s: %s", row.Native, problem)
				}
			}
		})
	}
	if t.Logf("%d dialects are writable", writable); writable < minWritable {
		t.Errorf("only %d dialects are writable, not %d", writable, minWritable)
	}
}

// ownRoundTrip writes an error of the dialect itself, reads it, and answers it in the dialect:
// code and status must not change. Rows of several codes, of subcodes and of statuses have no
// code of their own.
func ownRoundTrip(source, e *translate.Engine, r *translate.DialectRenderer, f *dialect.File, host string, row dialect.Row) string {
	if _, _, isRange := dialect.CutRange(row.Native); isRange || strings.ContainsAny(row.Native, "@*/") || !r.HasPlace(dialect.RoleCode) || row.Status/100 == 3 || row.Inherited {
		return ""
	}
	status := row.Status
	if status == 0 {
		status = e.Taxonomy().Lookup(row.Code).Status
	}
	p, params := translate.DefaultPolicy(), translate.RenderParams{RequestID: "req_ours", Time: testNow}
	tr := source.Acquire()
	defer tr.Release()
	tr.Read(status, sourceBody(row.Code, false))
	tr.Dialect, tr.Native = f.Name, row.Native
	body, answer := r.Append(nil, tr, &p, params)
	header := map[string][]string{"Content-Type": {answer.MediaType}}
	answer.SetHeaders(header)
	for range 2 {
		back := e.Acquire()
		back.ReadResponse(translate.Response{Status: answer.Status, Header: header, Host: host, Body: body, Now: testNow})
		if back.Dialect != f.Name || back.Native != row.Native || back.Status != status {
			defer back.Release()
			return fmt.Sprintf("read as %q %q with %d, want %d: %.300s", back.Dialect, back.Native, back.Status, status, body)
		}
		body, answer = r.Append(nil, back, &p, params)
		header = map[string][]string{"Content-Type": {answer.MediaType}}
		answer.SetHeaders(header)
		back.Release()
	}
	return ""
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
		x := e.Explain(translate.Response{Status: answer.Status, Header: header, Host: host, Body: out, Now: testNow})
		var why []string
		for _, trial := range x.Trials {
			if trial.Dialect == name {
				why = append(why, trial.Title()+": "+trial.Reason())
			}
		}
		return fmt.Sprintf("detected: %q, status %d: %s", back.DetectedDialect(), answer.Status, why), out
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
	if w := writes(r, "fields"); w && c.Status < 500 && strings.Contains(string(out), sourceField) && len(back.Fields()) == 0 {
		return "fields: none", out
	}
	if w := writes(r, "request_id"); w && strings.Contains(fmt.Sprint(string(out), header), "req_ours") && back.RequestID != "req_ours" {
		return fmt.Sprintf("request id: %q", back.RequestID), out
	}
	return "", out
}

func writes(r *translate.DialectRenderer, role string) bool { return r.HasPlace(dialect.Role(role)) }
