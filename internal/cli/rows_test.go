package cli_test

import (
	"testing"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/internal/cli"
	"github.com/koine-proxy/koine/mappings"
	"github.com/koine-proxy/koine/translate"
)

func TestFindRow(t *testing.T) {
	rows := []dialect.Row{
		{Native: "a", Code: "X.A"}, {Native: "a/1", Code: "X.FINE"}, {Native: "a@404", Code: "X.AT"}, {Native: "th*", Code: "X.SHORT"},
		{Native: "thr*", Code: "X.LONG"}, {Native: "5..9", Code: "X.RANGE"}, {Native: "@503", Code: "X.STATUS"},
	}
	for _, c := range []struct {
		native    string
		subcode   string
		status    int
		canonical string
		want      string
	}{
		{"a", "", 400, "X.A", "a"},
		{"a", "1", 400, "X.FINE", "a/1"},
		{"a", "", 404, "X.AT", "a@404"},
		{"throttle", "", 400, "X.LONG", "thr*"},
		{"this", "", 400, "X.SHORT", "th*"},
		{"7", "", 400, "X.RANGE", "5..9"},
		{"", "", 503, "X.STATUS", "@503"},
		{"z", "", 503, "X.STATUS", "@503"},
		{"z", "", 400, "X.A", ""},
		{"7", "", 400, "X.A", ""},
	} {
		got, ok := cli.FindRow(rows, c.native, c.subcode, c.status, c.canonical)
		if got.Native != c.want || ok != (c.want != "") {
			t.Errorf("%s at %d: got %q, want %q", c.native, c.status, got.Native, c.want)
		}
	}
}

// TestFindRowAgrees holds FindRow to the engine: whatever a table knows has a row.
func TestFindRowAgrees(t *testing.T) {
	l, err := mappings.Read()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range l.Forms() {
		if f.Identity || f.General {
			continue
		}
		e, err := translate.Compile(taxonomy(t), []*dialect.File{f}, nil)
		if err != nil {
			t.Fatal(err)
		}
		for i := range f.Examples {
			tr := e.Acquire()
			tr.ReadResponse(translate.ExampleResponse(f, &f.Examples[i]))
			if tr.Match == translate.ByTable {
				form := f
				for _, one := range f.Expand() {
					if one.Variant == tr.DetectedVariant() {
						form = one
					}
				}
				if _, ok := cli.FindRow(form.Codes, tr.Native, tr.Subcode(), tr.Status, tr.Code.Name); !ok {
					t.Errorf("%s: no row for %q at %d, which is %s", f.Name, tr.Native, tr.Status, tr.Code.Name)
				}
			}
			tr.Release()
		}
	}
}
