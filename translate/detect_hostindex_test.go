package translate

import (
	"slices"
	"testing"
)

// TestHostIndex compares the index with matching every glob.
func TestHostIndex(t *testing.T) {
	globs := []string{"api.example.com", "*.example.com", "*.com", "*", "*example.com", "api.*.example.com", "eu-?.example.com", "*.b.example.com", "localhost"}
	var index hostIndex
	for i, glob := range globs {
		index.add(glob, int32(i))
	}
	for _, host := range []string{"", "api.example.com", "example.com", "a.b.example.com", "api.eu.example.com", "eu-1.example.com", "myexample.com", "localhost", ".", "com", ".com", "10.0.0.1"} {
		got := index.find(nil, host)
		for i, glob := range globs {
			if want := matchesGlob(glob, host); slices.Contains(got, int32(i)) != want {
				t.Errorf("%q of %q: want %t", glob, host, want)
			}
		}
	}
	if index.isEmpty() || !new(hostIndex).isEmpty() {
		t.Error("isEmpty is wrong")
	}
}
