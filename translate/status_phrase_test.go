package translate

import "testing"

func TestIsPhrase(t *testing.T) {
	for text, want := range map[string]bool{
		"Not Found": true, "not found": true, "404 Not Found": true, "404: Not Found": true, "404 - Not Found": true, "Error: 404 Not Found": true,
		"HTTP Error 404: Not Found": true, "Error: Not Found": true, "404 | Not Found": true,
		"": false, "404": false, "Found": false, "Page Not Found": false, "403 Not Found": false, "Not Found: /x": false, "The order was Not Found": false, "1404 Not Found": false,
	} {
		if got := isPhrase(text, 404); got != want {
			t.Errorf("%q: got %t", text, got)
		}
	}
}
