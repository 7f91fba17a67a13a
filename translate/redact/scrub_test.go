package redact_test

import (
	"testing"

	"github.com/koine-proxy/koine/translate/redact"
)

func TestScrub(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"There is no such seat.", "There is no such seat."},
		{"Der Artikel 4711 ist nicht vorhanden.", "Der Artikel 4711 ist nicht vorhanden."},
		{"Write to anna.muster@firma.example for more.", "Write to someone@example.com for more."},
		{"Bearer eyJhbGciOiJIUzI1NiJ9.e30.abc is too old.", "Bearer [redacted] is too old."},
		{"see https://api.corp.example/v1?key=1 now", "see https://example.com/ now"},
		{"db-7.internal refused", "host.example.com refused"},
		{"10.1.2.3 refused", "192.0.2.1 refused"},
		{"id 550e8400-e29b-41d4-a716-446655440000", "id 00000000-0000-4000-8000-000000000001"},
		{"card 4111 1111 1111 1111 was refused", "card 1234 5678 9012 3456 was refused"},
		{"DE89 3704 0044 0532 0130 00 is unknown", "XX00 0000 0000 0000 is unknown"},
		{"call 8f14e45fceea167a", "call 8f00x00xxxxx000x"},
		{"token=abcd1234 is bad", "token=[redacted] is bad"},
		{"password: hunter2", "password: [redacted]"},
		{"on 2026-03-01", "on 2026-03-01"},
		{"at /var/lib/app/main.py", "at [redacted]"},
		{"lieferung.datum is missing", "lieferung.datum is missing"},
		{"CODE_4711_2024_0815: no", "CODE_4711_2024_0815: no"},
		{"", ""},
	} {
		if got := redact.Scrub(c.text, "CODE_4711_2024_0815"); got != c.want {
			t.Errorf("%q became %q, want %q", c.text, got, c.want)
		}
	}
}
