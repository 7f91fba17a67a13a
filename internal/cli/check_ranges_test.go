package cli

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/koine-proxy/koine/dialect"
)

// TestRangeRows compares with the definitions, for random ranges.
func TestRangeRows(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		rows := make([]dialect.Row, 1+random.IntN(7))
		keys := make([]dialect.RowKey, len(rows))
		for i := range rows {
			from := random.Int64N(12)
			switch random.IntN(8) {
			case 0:
				rows[i].Native = "not_found"
			case 1:
				rows[i].Native = fmt.Sprintf("%d..%d", from, int64(math.MaxInt64)-random.Int64N(3))
			default:
				rows[i].Native = fmt.Sprintf("%d..%d", from-4, from+random.Int64N(5))
			}
			keys[i] = dialect.ParseRowKey(rows[i].Native)
		}
		got := newRangeRows(rows)
		for i, k := range keys {
			if _, hidden := got.hidden[i]; hidden != isHidden(keys, i) {
				t.Fatalf("%v: row %d %s: hidden is %t", keys, i, rows[i].Native, hidden)
			}
			want := -1
			for j := i + 1; j < len(keys) && k.Range && want < 0; j++ {
				if o := keys[j]; o.Range && o.From <= k.To && k.From <= o.To {
					if want = len(keys); o.From <= k.From && k.To <= o.To {
						want = j
					}
				}
			}
			if around, ok := got.around[i]; ok != (want >= 0 && want < len(keys)) || ok && around != want {
				t.Fatalf("%v: row %d %s: the range around is %d, %t, want %d", keys, i, rows[i].Native, around, ok, want)
			}
		}
	}
}

// isHidden reports whether every number of range i is in an earlier one.
func isHidden(keys []dialect.RowKey, i int) bool {
	if !keys[i].Range {
		return false
	}
	for n := keys[i].From; ; n++ {
		found := false
		for _, k := range keys[:i] {
			found = found || k.Range && k.From <= n && n <= k.To
		}
		switch {
		case !found:
			return false
		case n == keys[i].To:
			return true
		case n == 30: // beyond it, all numbers are in the same ranges
			n = math.MaxInt64 - 5
		}
	}
}

// TestManyRows checks files with 40,000 rows of each kind. Each took up to minutes if
// every row was compared with every other.
func TestManyRows(t *testing.T) {
	const n = 40_000
	for name, row := range map[string]func(i int) string{
		"codes":              func(i int) string { return fmt.Sprintf("code_%d: RESOURCE.NOT_FOUND", i) },
		"codes of a status":  func(i int) string { return fmt.Sprintf("code_%d@%d: RESOURCE.NOT_FOUND", i/2, 404+i%2) },
		"subcodes":           func(i int) string { return fmt.Sprintf("a%d/b: RESOURCE.NOT_FOUND", i) },
		"prefixes":           func(i int) string { return fmt.Sprintf("p%d_*: RESOURCE.NOT_FOUND", i) },
		"prefixes, reversed": func(i int) string { return fmt.Sprintf("p%d_*: RESOURCE.NOT_FOUND", n-i) },
		"ranges":             func(i int) string { return fmt.Sprintf("%d..%d: RESOURCE.NOT_FOUND", i*10, i*10+5) },
		"overlapping ranges": func(i int) string { return fmt.Sprintf("%d..%d: RESOURCE.NOT_FOUND", i, i+5) },
		"ranges in ranges":   func(i int) string { return fmt.Sprintf("%d..%d: RESOURCE.NOT_FOUND", i, 2*n-i) },
		"long ranges":        func(i int) string { return fmt.Sprintf("%d..%d: RESOURCE.NOT_FOUND", i, i+1_000_000) },
		"unknown codes":      func(i int) string { return fmt.Sprintf("code_%d: RESOURCE.NOT_FUOND_%d", i, i) },
		"malformed codes":    func(i int) string { return fmt.Sprintf("code_%d: nothing at all", i) },
		"duplicates":         func(i int) string { return fmt.Sprintf("code_%d: RESOURCE.NOT_FOUND", i/2) },
		"impossible":         func(i int) string { return fmt.Sprintf("code_%d@200: RESOURCE.NOT_FOUND", i) },
		"without an effect": func(i int) string {
			if i == 0 {
				return "code_*: RESOURCE.NOT_FOUND"
			}
			return fmt.Sprintf("code_%d: RESOURCE.NOT_FOUND", i)
		},
	} {
		t.Run(name, func(t *testing.T) {
			text := []byte("dialect: acme\nabout: x\nmatch: {keys: [zcode]}\nshape: {code: zcode, message: text}\ncodes:\n")
			for i := range n {
				text = fmt.Appendf(text, "  %s\n", row(i))
			}
			text = append(text, "examples:\n  - {status: 404, body: {b: code_1}, is: none}\n"...)
			checkQuickly(t, text)
		})
	}
	t.Run("unknown keys", func(t *testing.T) {
		text := []byte("taxonomy: mine\ncodes:\n")
		for i := range n {
			text = fmt.Appendf(text, "  RESOURCE.NOT_FOUND_%d: {statuss: 404}\n", i)
		}
		checkQuickly(t, text)
	})
}

// checkQuickly checks a file, which must take a few seconds at most.
func checkQuickly(t *testing.T, text []byte) {
	t.Helper()
	start := time.Now()
	CheckOptions{}.Check(Streams{In: bytes.NewReader(text), Out: io.Discard, Err: io.Discard}, []string{"-"})
	took := time.Since(start)
	t.Logf("took %v", took)
	if took > 10*time.Second {
		t.Error("want at most 10s")
	}
}
