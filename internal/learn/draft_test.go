package learn_test

import (
	"flag"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/dialect/yamlfile"
	"github.com/koine-proxy/koine/internal/capture"
	"github.com/koine-proxy/koine/internal/learn"
	"github.com/koine-proxy/koine/mappings"
	"github.com/koine-proxy/koine/translate"
)

var update = flag.Bool("update", false, "rewrite the golden drafts")

// options returns the options of the command.
func options(tb testing.TB) learn.Options {
	tb.Helper()
	data, err := mappings.Files.ReadFile(mappings.TaxonomyFile)
	if err != nil {
		tb.Fatal(err)
	}
	f, err := yamlfile.ReadTaxonomy(mappings.TaxonomyFile, data)
	if err != nil {
		tb.Fatal(err)
	}
	taxonomy, err := translate.CompileTaxonomy(f)
	if err != nil {
		tb.Fatal(err)
	}
	return learn.Options{Taxonomy: taxonomy, General: builtIn(tb, "general")}
}

func builtIn(tb testing.TB, name string) *dialect.File {
	tb.Helper()
	file, data, err := mappings.Dialect(name)
	if err != nil {
		tb.Fatal(err)
	}
	f, err := yamlfile.ReadDialect(file, data)
	if err != nil {
		tb.Fatal(err)
	}
	return f
}

// samples reads the files of a folder by name.
func samples(tb testing.TB, dir string) (out []capture.Response) {
	tb.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		tb.Fatal(err)
	}
	for _, e := range entries {
		if e.IsDir() || e.Name() == "draft.yaml" {
			continue
		}
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			tb.Fatal(err)
		}
		some, err := capture.Read(e.Name(), data)
		if err != nil {
			tb.Fatal(err)
		}
		out = append(out, some...)
	}
	return out
}

// draftOf drafts from some samples.
func draftOf(tb testing.TB, some []capture.Response, o learn.Options) []byte {
	tb.Helper()
	result, err := learn.Draft(some, o)
	if err != nil {
		tb.Fatalf("%v\n%s", err, strings.Join(result.Notes, "\n"))
	}
	return result.File
}

// checkDraft checks the requirements for every draft, and compiles it.
func checkDraft(tb testing.TB, o learn.Options, draft []byte) (*dialect.File, *translate.Engine) {
	tb.Helper()
	f, err := yamlfile.ReadDialect("draft.yaml", draft)
	if err != nil {
		tb.Fatalf("%v\n%s", err, draft)
	}
	if err := translate.CheckExamples(o.Taxonomy, f); err != nil {
		tb.Fatalf("%v\n%s", err, draft)
	}
	e, err := translate.Compile(o.Taxonomy, []*dialect.File{f}, nil)
	if err != nil {
		tb.Fatal(err)
	}
	return f, e
}

// TestDraft drafts unknown dialects, and reads with each draft an error that was not among
// its samples.
func TestDraft(t *testing.T) {
	o := options(t)
	for _, c := range []struct {
		dir, code, message, id string
		fields                 map[string]string
		rows                   map[string]string // some of the proposals
	}{
		{
			dir: "german-erp", code: "E-13", message: "Die Lieferung hat kein Datum.",
			fields: map[string]string{"lieferung.datum": "Ein Datum wird benötigt."},
			rows:   map[string]string{"E-12": "VALIDATION.FAILED", "E-77": "RESOURCE.NOT_FOUND"},
		},
		{
			dir: "cobol", code: "0013", message: "ORDER RECORD NOT FOUND",
			rows: map[string]string{"0016": "RESOURCE.LOCKED", "0012": "CUSTOMER.NOT_FOUND"},
		},
		{
			dir: "success-errors", code: "-13", message: "the meter is sealed",
			rows: map[string]string{"-7": "RATE_LIMIT.EXCEEDED"},
		},
		{dir: "sentence", code: "E1403", message: "this basket belongs to somebody else"},
		{dir: "top-list", code: "BRAK_PRAW", message: "Tego nie wolno panu robić."},
		{dir: "wrapper-key", code: "InvoicePaid", message: "This invoice was paid in March."},
		{dir: "own-xml", code: "E102", message: "Eine Angabe fehlt.", fields: map[string]string{"name": "Der Name fehlt ganz."}},
		{dir: "text-lines", code: "51", message: "table is being rebuilt"},
		{dir: "pairs", code: "E3", message: "first class only on this train"},
		{
			dir: "parallel-maps", code: "inputIncomplete", message: "One input is missing.",
			fields: map[string]string{"phone": "A number is needed here."},
			rows:   map[string]string{"tokenExpired": "AUTH.TOKEN_EXPIRED", "inputRejected": "VALIDATION.FAILED"},
		},
		{dir: "traces", code: "not-your-seat", message: "This seat is somebody else's.", id: "6512bd43d9caa6e0"},
		{dir: "own-pages", code: "HD-1107", message: "A ship needs a draught to be moored."},
		{dir: "key-value", code: "BADLABEL", message: "a label may not begin with a dash", id: "T20240302-000101"},
		{dir: "japanese", code: "K-103", message: "この操作は許可されていません。", id: "e6b1c2d4e5b60752"},
		{
			dir: "codes-by-name", code: "not_owner", message: "This plan is not yours.", id: "c-91827368",
			rows: map[string]string{"plan_not_found": "PLAN.NOT_FOUND", "token_expired": "AUTH.TOKEN_EXPIRED", "upstream_timeout": "UPSTREAM.TIMEOUT"},
		},
	} {
		t.Run(c.dir, func(t *testing.T) {
			dir := filepath.Join("testdata", c.dir)
			draft := draftOf(t, samples(t, dir), o)
			golden(t, filepath.Join(dir, "draft.yaml"), draft)
			f, e := checkDraft(t, o, draft)
			wantExamples(t, f)
			for native, code := range c.rows {
				i := slices.IndexFunc(f.Codes, func(r dialect.Row) bool { return r.Native == native })
				if i < 0 || f.Codes[i].Code != code {
					t.Errorf("no row from %q to %s", native, code)
				}
			}
			tr := e.Acquire()
			defer tr.Release()
			unseen := samples(t, filepath.Join(dir, "unseen"))[0]
			tr.ReadResponse(translate.Response{Status: unseen.Status, Header: unseen.Header, Body: unseen.Body})
			if tr.Dialect != "mine" || tr.Native != c.code || tr.Message != c.message || tr.RequestID != c.id {
				t.Errorf("the unseen sample was read as %q, code %q, message %q, id %q", tr.Dialect, tr.Native, tr.Message, tr.RequestID)
			}
			if got := tr.Fields(); !maps.Equal(got, c.fields) {
				t.Errorf("fields of the unseen sample: %v, want %v", got, c.fields)
			}
		})
	}
}

func golden(t *testing.T, file string, draft []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, draft, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != string(draft) {
		t.Errorf("the draft differs from %s; run the test with -update if it is correct:\n%s", file, draft)
	}
}

// wantExamples checks that there are several examples that match, and a success that does
// not.
func wantExamples(t *testing.T, f *dialect.File) {
	t.Helper()
	read, none := 0, 0
	for _, x := range f.Examples {
		if x.Is == "none" {
			none++
		} else {
			read++
		}
	}
	if read < 4 || none < 2 {
		t.Errorf("%d examples match and %d do not; want 4 and 2", read, none)
	}
}

// TestNoSecrets checks that no secret of a capture is in a draft.
func TestNoSecrets(t *testing.T) {
	draft := draftOf(t, samples(t, filepath.Join("testdata", "codes-by-name")), options(t))
	for _, secret := range []string{"eyJhbGci", "anna.muster", "4111111111111111"} {
		if strings.Contains(string(draft), secret) {
			t.Errorf("the draft contains %q:\n%s", secret, draft)
		}
	}
}

// body returns a sample of a body.
func body(status int, text string) capture.Response {
	return capture.Response{Status: status, Body: []byte(text)}
}

// TestDraftContains drafts from few bodies, and checks what the file contains.
func TestDraftContains(t *testing.T) {
	html := capture.Response{Status: 502, Header: map[string][]string{"Content-Type": {"text/html"}}, Body: []byte("<html><body><h1>Bad Gateway</h1></body></html>")}
	for _, c := range []struct {
		name      string
		samples   []capture.Response
		want, not []string
	}{
		{
			"a single sample", []capture.Response{body(404, `{"err": {"num": 17, "why": "There is no such boat."}}`)},
			[]string{"code: err.num", "message: err.why", "17: 404 RESOURCE.NOT_FOUND"}, []string{"equals"},
		},
		{
			"a sample without a code", []capture.Response{
				body(404, `{"code": "no_boat", "why": "There is no such boat."}`), body(409, `{"code": "boat_taken", "why": "Somebody has this boat."}`),
				body(500, `{"code": null, "why": "It broke in two."}`),
			},
			[]string{"code_is: optional", "code: code"}, nil,
		},
		{
			"a page among JSON", []capture.Response{body(404, `{"code": "no_boat", "why": "There is no such boat."}`), body(409, `{"code": "boat_taken", "why": "Somebody has this boat."}`), html},
			[]string{"code: code"}, []string{"<h1>"},
		},
		{
			"a status in the body", []capture.Response{body(0, `{"st": 1, "httpStatus": 423, "kz": "B-1", "txt": "The boat is locked."}`), body(0, `{"st": 1, "httpStatus": 404, "kz": "B-2", "txt": "No boat is there."}`)},
			[]string{"ignore: httpStatus", "status: 423", "# Some samples have no HTTP status"}, []string{"423 RESOURCE"},
		},
		{
			"errors with a 2xx status, beside a success", []capture.Response{
				body(404, `{"rc": 12, "txt": "No boat is there."}`), body(409, `{"rc": 14, "txt": "The boat is taken."}`),
				body(200, `{"rc": 15, "txt": "The boat is too small."}`), body(200, `{"rc": 0, "txt": "", "boat": {"id": 7}}`),
			},
			[]string{"success_errors: 400", `15: `, `body: {"rc": 0, "txt": "", "boat": {"id": 7}}`}, []string{"\n  0: "},
		},
		{
			"a success that is not an error", []capture.Response{
				body(404, `{"ok": false, "rc": "B12", "txt": "No boat is there."}`), body(409, `{"ok": false, "rc": "B14", "txt": "The boat is taken."}`),
				body(200, `{"ok": true, "boat": 7}`),
			},
			[]string{"equals: {ok: false}", `body: {"ok": true, "boat": 7}`}, []string{"success_errors"},
		},
		{
			"an object that holds fields for one code only", []capture.Response{
				body(422, `{"code": "form_refused", "why": "Look at the form again.", "data": {"mast": ["It is too high."]}}`),
				body(409, `{"code": "boat_taken", "why": "Somebody has this boat.", "data": {"until": "12:30"}}`),
			},
			[]string{`fields: {at: data, for_codes: [form_refused]}`, "form_refused: 422 VALIDATION.FAILED"}, nil,
		},
		{
			"names that need quotes", []capture.Response{body(404, `{"a.b": {"it's": "no_boat", "c*": "There is no such boat."}}`), body(409, `{"a.b": {"it's": "boat_taken", "c*": "Somebody has this boat."}}`)},
			[]string{`'a\.b.c\*'`, `a\.b.it's`}, nil,
		},
		{
			"codes that look like other kinds of rows", []capture.Response{body(404, `{"code": "1..9", "why": "There is no such boat."}`), body(409, `{"code": "boat@409", "why": "Somebody has this boat."}`)},
			nil, []string{`1..9": 404`},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := options(t)
			draft := draftOf(t, c.samples, o)
			checkDraft(t, o, draft)
			for _, want := range c.want {
				if !strings.Contains(string(draft), want) {
					t.Errorf("%q is missing:\n%s", want, draft)
				}
			}
			for _, not := range c.not {
				if strings.Contains(string(draft), not) {
					t.Errorf("unexpected %q:\n%s", not, draft)
				}
			}
		})
	}
}

func TestDraftFaults(t *testing.T) {
	o := options(t)
	for _, c := range []struct {
		name    string
		samples []capture.Response
		o       learn.Options
		want    string
	}{
		{"no taxonomy", []capture.Response{body(404, "{}")}, learn.Options{}, "needs a taxonomy"},
		{"no samples", nil, o, "learn: no samples"},
		{"only empty bodies", []capture.Response{body(404, " \n")}, o, "no sample is an error with a body"},
		{"an invalid name", []capture.Response{body(404, `{"code": "a_b"}`)}, learn.Options{Name: "My API", Taxonomy: o.Taxonomy, General: o.General}, "use lower-case letters, digits and hyphens"},
	} {
		if _, err := learn.Draft(c.samples, c.o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got error %v, want %q", c.name, err, c.want)
		}
	}
}

// TestKnown checks that a draft has a note if a built-in dialect matches the samples.
func TestKnown(t *testing.T) {
	o := options(t)
	o.Known = []*dialect.File{builtIn(t, "success"), builtIn(t, "licensekey"), builtIn(t, "general")}
	var known []capture.Response
	for _, x := range o.Known[1].Examples {
		if x.Is != "none" {
			known = append(known, body(x.Status, x.Body))
		}
	}
	draft := draftOf(t, known, o)
	if want := "# The built-in dialect licensekey matches "; !strings.Contains(string(draft), want) {
		t.Errorf("%q is missing:\n%s", want, draft)
	}
	draft = draftOf(t, samples(t, filepath.Join("testdata", "german-erp")), o)
	if strings.Contains(string(draft), "built-in") {
		t.Errorf("unexpected note about a built-in dialect:\n%s", draft)
	}
}

// TestDeterministic checks that drafts do not depend on the order of maps.
func TestDeterministic(t *testing.T) {
	o := options(t)
	for _, dir := range []string{"parallel-maps", "wrapper-key", "key-value"} {
		some := samples(t, filepath.Join("testdata", dir))
		first := draftOf(t, some, o)
		for range 5 {
			if again := draftOf(t, some, o); string(again) != string(first) {
				t.Fatalf("%s: two drafts differ:\n%s\n%s", dir, first, again)
			}
		}
	}
}
