package translate_test

import (
	"testing"

	"github.com/koine-proxy/koine/dialect"
)

const baseDialect = `dialect: acme
about: Acme
priority: high
auto: pass
success_errors: 409
streams: true
format: [json, xml]
match:
  keys: [job.code]
  types: {job: object}
  equals: {job.ok: false}
  lacks: [run]
  status: [4xx]
  code_is: lower_snake
shape:
  code: job.code
  message: job.text
  request_id: job.id
codes:
  late: 404 ORDER.EXPIRED
  gone: RESOURCE.GONE
  "@402": PAYMENT.REQUIRED
limits:
  - {limit: X-Job-Limit, remaining: X-Job-Limit-Remaining}
examples:
  - {status: 404, body: {"job": {"code": "late", "ok": false}}, is: ORDER.EXPIRED}
`

// TestInheritedDialect reads bodies with a dialect that extends another.
func TestInheritedDialect(t *testing.T) {
	for _, c := range []struct {
		about, words, body string
		status             int
		want, message      string // "" if it is not of the dialect
	}{
		{"a file that only extends another one", "", `{"job":{"code":"late","text":"x","ok":false}}`, 404, "ORDER.EXPIRED", "x"},
		{"a row of its own takes precedence", "codes: {late: RESOURCE.LOCKED}", `{"job":{"code":"late","ok":false}}`, 404, "RESOURCE.LOCKED", ""},
		{"rows of the base are added", "codes: {hot: RESOURCE.LOCKED}", `{"job":{"code":"gone","ok":false}}`, 404, "RESOURCE.GONE", ""},
		{"a row of a status", "codes: {hot: RESOURCE.LOCKED}", `{"job":{"code":"new","ok":false}}`, 402, "PAYMENT.REQUIRED", ""},
		{"a role of its own", "shape: {message: job.words}", `{"job":{"code":"late","words":"y","text":"x","ok":false}}`, 404, "ORDER.EXPIRED", "y"},
		{"a key of match of its own", "match: {keys: [job.name]}", `{"job":{"code":"late","ok":false}}`, 404, "", ""},
		{"a match of its own replaces the equals of the base", "match: {keys: [job.name]}", `{"job":{"code":"late","name":"Tom","ok":true}}`, 404, "ORDER.EXPIRED", ""},
		{"a match of its own replaces the lacks of the base", "match: {keys: [job.code]}", `{"job":{"code":"late","ok":true},"run":1}`, 404, "ORDER.EXPIRED", ""},
		{"a match of its own replaces the status of the base", "match: {keys: [job.code]}", `{"job":{"code":"late","ok":false}}`, 500, "ORDER.EXPIRED", ""},
		{"a match of its own replaces the code form of the base", "match: {keys: [job.code]}", `{"job":{"code":"LATE","ok":false}}`, 404, "RESOURCE.NOT_FOUND", ""},
		{"an empty match of its own", "match: {}", `{"job":{"code":"late","ok":true}}`, 500, "ORDER.EXPIRED", ""},
		{"an inherited equals", "codes: {hot: RESOURCE.LOCKED}", `{"job":{"code":"late","ok":true}}`, 404, "", ""},
		{"an inherited lacks", "codes: {hot: RESOURCE.LOCKED}", `{"job":{"code":"late","ok":false},"run":1}`, 404, "", ""},
		{"an inherited status", "codes: {hot: RESOURCE.LOCKED}", `{"job":{"code":"late","ok":false}}`, 500, "", ""},
		{"an inherited code form", "codes: {hot: RESOURCE.LOCKED}", `{"job":{"code":"LATE","ok":false}}`, 404, "", ""},
		{"a code form of its own", "match: {code_is: listed}", `{"job":{"code":"unknown","ok":false}}`, 404, "", ""},
	} {
		t.Run(c.about, func(t *testing.T) {
			out, err := dialect.Inherit([]*dialect.File{parseDialect(t, "dialect: partner\nabout: Partner\nextends: acme\n"+c.words+"\n")}, []*dialect.File{parseDialect(t, baseDialect)})
			if err != nil {
				t.Fatal(err)
			}
			tr := readResponse(t, compile(t, out), jsonResponse(c.status, c.body))
			got := ""
			if tr.Dialect != "" {
				got = tr.Code.Name
			}
			if got != c.want || tr.Message != c.message {
				t.Errorf("got %q, %q; want %q, %q", got, tr.Message, c.want, c.message)
			}
		})
	}
}
