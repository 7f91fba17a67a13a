package yamlfile_test

import (
	"bytes"
	"io/fs"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/dialect/yamlfile"
	"github.com/koine-proxy/koine/mappings"
)

// TestWriteDialect writes all built-in mapping files, and reads them again.
func TestWriteDialect(t *testing.T) {
	err := fs.WalkDir(mappings.Files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := mappings.Files.ReadFile(name)
		if err != nil || !bytes.Contains(data, []byte("\ndialect: ")) {
			return err
		}
		f, err := yamlfile.ReadDialect(name, data)
		if err == nil {
			checkWritten(t, f)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// checkWritten checks that a file that was written is read as the same file.
func checkWritten(t *testing.T, f *dialect.File) {
	t.Helper()
	data, err := yamlfile.WriteDialect(f, yamlfile.Comments{})
	if err != nil {
		t.Errorf("%s: %v", f.Name, err)
		return
	}
	again, err := yamlfile.ReadDialect(f.File, data)
	if err != nil {
		t.Errorf("%s: %v\n%s", f.Name, err, data)
		return
	}
	for _, one := range []*dialect.File{f, again} {
		for _, form := range append([]*dialect.File{one}, one.Variants...) {
			slices.Sort(form.Given)
		}
		clearPositions(reflect.ValueOf(one).Elem())
	}
	if !reflect.DeepEqual(f, again) {
		t.Errorf("%s is read differently: %s\n%s", f.Name, difference(reflect.ValueOf(*f), reflect.ValueOf(*again)), data)
	}
}

// clearPositions sets all positions in a value to zero.
func clearPositions(v reflect.Value) {
	switch {
	case v.Type() == reflect.TypeFor[dialect.Pos]():
		v.SetZero()
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			clearPositions(v.Field(i))
		}
	case v.Kind() == reflect.Slice:
		for i := range v.Len() {
			clearPositions(v.Index(i))
		}
	case v.Kind() == reflect.Pointer && !v.IsNil():
		clearPositions(v.Elem())
	}
}

// difference returns the name of the first field of two structs that differs.
func difference(a, b reflect.Value) string {
	for i := range a.NumField() {
		if !reflect.DeepEqual(a.Field(i).Interface(), b.Field(i).Interface()) {
			return a.Type().Field(i).Name
		}
	}
	return "nothing"
}

// TestWriteTexts writes texts that YAML could read as something else.
func TestWriteTexts(t *testing.T) {
	for _, text := range []string{
		"null", "~", "true", "yes", "off", "0012", "1e3", "0x1f", "1_000", ".5", "- a", "a: b", "a #b", "#a", "'a'", `"a"`, `a\b`, `it's "quoted" \n`, "<<", "*a", "&a", "!a", "%a", "@a", "`a`",
		"{a}", "[a]", "a, b", "a\nb", "a\n\nb\n c", "a\tb", "2024-01-01", "12:30", "=", "?", "-", "|", ">", "é", "エラー", "\ufeff", "\U0001F600", "a:", "no", "y", "-7", "+7", "7..9", "a@404",
	} {
		f := &dialect.File{
			Name: "mine", File: "mine.yaml", About: text,
			Match: dialect.Match{Contains: []string{text}, Equals: []dialect.ValueAt{{Path: dialect.Keys("a"), Value: `{"b":[1,2.50,null,true,"x"]}`}}},
			Shape: []dialect.ShapeEntry{{Role: dialect.RoleMessage, Places: []dialect.Place{{Path: dialect.Keys("m"), Pattern: text + " "}}}},
			Examples: []dialect.Example{
				{About: text, Status: 404, Body: text, Is: "none", After: -1},
				{Status: 404, Body: `{"a":50.00,"b":12345678901234567890,"c":["x",{}],"null":null}`, Is: "A.B", Message: text, Fields: map[string]string{text: text}, After: 0},
			},
			Given: []string{"about", "codes", "dialect", "examples", "match", "shape"},
		}
		if row, message := dialect.ParseRow(text, []string{"404", "A.B"}); message == "" {
			f.Codes = append(f.Codes, row)
		}
		checkWritten(t, f)
	}
}

func TestWriteComments(t *testing.T) {
	f := &dialect.File{Name: "mine", Codes: []dialect.Row{{Native: "a", Status: 404, Code: "A.B"}, {Native: "7", Code: "A.C"}}}
	data, err := yamlfile.WriteDialect(f, yamlfile.Comments{Head: "Line one.\nLine two.", Rows: map[string]string{"a": "review: why"}})
	if err != nil {
		t.Fatal(err)
	}
	want := "# Line one.\n# Line two.\n\ndialect: mine\n\nshape: {}\n\ncodes:\n  a: 404 A.B # review: why\n  7: A.C\n"
	if string(data) != want {
		t.Errorf("wrote\n%s\nwant\n%s", data, want)
	}
	if strings.Contains(string(data), "about") {
		t.Error("an empty text was written")
	}
}
