package redact_test

import (
	"strings"
	"testing"
	"time"

	"github.com/koine-proxy/koine/translate/redact"
)

// wakers are pieces of texts that have something for many rules, and for one rule at
// many places.
var wakers = []string{
	`at x/y select from update set where key -a1b2c a.b 1:2 a9 error line "file" `,
	"select a, ", "at a.b.c ", "key is ", "a.b.c.d.", "a-b1-c2-", "a:1 ", "1.2.3 ", "4 4 4 4 ", "DE12 ", "AKIA ", "eyJ ", "http://a.b ", "amazonaws.", "amazonaws.com.", "cn=a ", "{[(=", "a::", `\\`, "$a ",
	"password ", "token: ", "パスワード ", "null value ", "unexpected token ", "unable to ", `"'`, "object of type ", "not ", "index out ",
}

// TestFilterIsLinear checks the time of texts that wake rules. The bound is a hundred
// times what they take, for busy machines.
func TestFilterIsLinear(t *testing.T) {
	for _, piece := range wakers {
		text := strings.Repeat(piece, 480/len(piece))
		start := time.Now()
		for range 100 {
			redact.AllowsMessage(text)
			redact.AllowsValue(text)
		}
		if took := time.Since(start); took > 2*time.Second {
			t.Errorf("%q: 200 texts of %d bytes took %v", piece, len(text), took)
		}
	}
}

// TestFilterBudget checks that texts which need a closer look are not shown after
// MaxLooked bytes, and that others are.
func TestFilterBudget(t *testing.T) {
	const simple, close = "Your parcel is late.", "The object of this order is a number."
	var f redact.Filter
	for looked := 0; looked+len(close) <= redact.MaxLooked; looked += len(close) {
		if _, ok := f.Message(close); !ok {
			t.Fatalf("not shown after %d bytes; found by %q", looked, redact.Leaks(close))
		}
	}
	if _, ok := f.Message(close); ok {
		t.Errorf("shown after %d bytes", redact.MaxLooked)
	}
	if _, ok := f.Message(simple); !ok {
		t.Errorf("%q is not shown", simple)
	}
}
