package redact_test

import (
	"strings"
	"testing"

	"github.com/koine-proxy/koine/translate/redact"
)

// Messages of about 500 bytes: an everyday one, one with words that programs use, too,
// and one that has something for many rules.
const (
	everyday = "We could not deliver your parcel to the pick-up point that you have chosen, because it is closed until next Monday. " +
		"Please choose another pick-up point or a new delivery address in your account, or contact our support team at any time. " +
		"If you do nothing, we will try again on the first working day after the holidays and send you a message with the new delivery window. " +
		"The costs of a second delivery are on us, of course, and your voucher of 5.00 EUR stays valid for a year."
	technical = "The value of the field must be a number, and the type of each object in the list must be known. " +
		"The property total is missing in line 3 of the file, the column name is not unique, and the query has no filter. " +
		"At most 500 rows can be selected from a table; use a cursor to get the next page, and set a limit in the request. " +
		"The index of an element starts at 0, a key has at most 40 characters, and a string must not be empty. See https://docs.example.com/api#fields for the format."
)

var hostile = strings.Repeat(`at x/y select from update set where key -a1b2c a.b 1:2 a9 error line "file" `, 8)[:480]

func benchmarkMessage(b *testing.B, s string) {
	b.SetBytes(int64(len(s)))
	b.ReportAllocs()
	for b.Loop() {
		redact.AllowsMessage(s)
	}
}

func BenchmarkEveryday(b *testing.B)  { benchmarkMessage(b, everyday) }
func BenchmarkTechnical(b *testing.B) { benchmarkMessage(b, technical) }
func BenchmarkHostile(b *testing.B)   { benchmarkMessage(b, hostile) }

// TestBenchmarkTexts checks that the texts of the benchmarks are shown: others are
// not read to the end.
func TestBenchmarkTexts(t *testing.T) {
	for _, s := range []string{everyday, technical} {
		if !redact.AllowsMessage(s) {
			t.Errorf("%q is not allowed; found by %q", s, redact.Leaks(s))
		}
	}
}
