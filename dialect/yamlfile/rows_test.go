package yamlfile

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// TestRows: a table that is read line by line is the one that the YAML reader
// finds, in every built-in file.
func TestRows(t *testing.T) {
	paths, err := filepath.Glob("../../mappings/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	tables, fast := 0, 0
	for _, path := range paths {
		name := filepath.Base(path)
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if name == "taxonomy.yaml" || name == "limits.yaml" {
			continue
		}
		slow, err := readDialect(name, data)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(data), "\n"+codesWord) {
			tables++
		}
		if _, _, ok := cutRows(string(data)); ok {
			fast++
		}
		got, err := ReadDialect(name, data)
		if err != nil || !reflect.DeepEqual(got, slow) {
			t.Errorf("%s: %v; it is\n%+v, want\n%+v", name, err, got, slow)
		}
	}
	if fast < tables*3/4 {
		t.Errorf("only %d of %d tables are read the fast way", fast, tables)
	}
}

// FuzzRows: whatever the table, both ways find the same rows or faults.
func FuzzRows(f *testing.F) {
	for _, rows := range []string{
		"  a: 404 RESOURCE.NOT_FOUND\n", "  \"1..9\": AUTH.FORBIDDEN   # why\n", "  a: [RESOURCE.GONE]\n", "  a: RESOURCE.GONE force\n\n  # b\n  c: RESOURCE.GONE\n",
		"  a: RESOURCE.GONE\n  a: RESOURCE.GONE\n", "  ~: RESOURCE.GONE\n", "  a : RESOURCE.GONE\n", "   a: RESOURCE.GONE\n", "  a: RESOURCE.GONE\nexamples: []\n", "  a: x: y\n",
		"  a: RESOURCE.GONE\n    more\n", "  a: 99 RESOURCE.GONE\n", "  RESOURCE.GONE: 404  RESOURCE.GONE  force  \n", "  a: RESOURCE.GONE\n...\n", "  a: RESOURCE.GONE\n---\nb: c\n",
	} {
		f.Add(rows)
	}
	const head = "dialect: cats\nabout: cats\nshape: {code: cat}\ncodes:\n"
	f.Fuzz(func(t *testing.T, rows string) {
		data := []byte(head + rows)
		got, err := ReadDialect("f.yaml", data)
		want, wantErr := readDialect("f.yaml", data)
		if (err == nil) != (wantErr == nil) || err != nil && err.Error() != wantErr.Error() {
			t.Fatalf("the faults are %v, want %v", err, wantErr)
		}
		if err == nil && !reflect.DeepEqual(got, want) {
			t.Errorf("it is %+v, want %+v", got, want)
		}
	})
}
