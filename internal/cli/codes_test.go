package cli_test

import (
	"testing"

	"github.com/koine-proxy/koine/internal/cli"
)

func TestCodes(t *testing.T) {
	for _, c := range []struct {
		about      string
		taxonomies []string
		words      []string
		status     cli.Status
		out        string
		errors     string
	}{
		{about: "all", out: "RATE_LIMIT.EXCEEDED"},
		{about: "those that contain a word", words: []string{"coupon"}, out: "BILLING.COUPON_EXPIRED"},
		{about: "one", words: []string{"PLAN.NOT_FOUND"}, out: "\nmeaning     "},
		{about: "one in lower case", words: []string{"plan.not_found"}, out: "\n  rustbill  plan_not_found\n"},
		{about: "the only one that contains a word", words: []string{"dns_failed"}, out: "retry       backoff: Repeat the request"},
		{about: "one of a file", taxonomies: []string{"seats.yaml"}, words: []string{"SEAT.TAKEN"}, out: "\noperator    "},
		{about: "a misspelled one", words: []string{"PLAN.NOT_FUOND"}, status: cli.InvalidInput, errors: "did you mean PLAN.NOT_FOUND?"},
		{about: "two words", words: []string{"a", "b"}, status: cli.WrongUsage, errors: "expected at most 1 word, got 2"},
		{about: "a missing file", taxonomies: []string{"none.yaml"}, status: cli.InvalidInput, errors: "none.yaml: no such file"},
	} {
		t.Run(c.about, func(t *testing.T) {
			files(t, map[string]string{"seats.yaml": seats})
			call("", func(s cli.Streams) cli.Status { return cli.Codes(s, c.taxonomies, c.words) }).want(t, c.status, c.out, c.errors)
		})
	}
}
