package translate_test

import (
	"testing"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/translate"
)

// TestHosts checks that a match of the upstream host takes precedence over known
// codes and the order.
func TestHosts(t *testing.T) {
	file := func(name, words, codes string) *dialect.File {
		return parseDialect(t, "dialect: "+name+"\nabout: x\nmatch: {keys: [code]}\nshape: {code: code}\ncodes: {"+codes+"}\n"+words)
	}
	e := compile(t, []*dialect.File{
		file("first", "", ""),
		file("known", "", "declined: PAYMENT.DECLINED"),
		file("billing", "hosts: [billing.example.com, \"*.billing.example.com\"]\n", ""),
		file("payments", "hosts: [\"*.example.com\"]\n", "declined: PAYMENT.REQUIRED"),
	})
	for _, c := range []struct{ about, host, code, want string }{
		{"no host: the code", "", "declined", "known"},
		{"no host: the order", "", "other", "first"},
		{"a host before a known code", "eu.billing.example.com", "other", "billing"},
		{"a host before the order", "billing.example.com", "other", "billing"},
		{"two with the host: the known code", "billing.example.com", "declined", "payments"},
		{"a glob", "api.example.com", "other", "payments"},
		{"a glob with a dot does not match without it", "example.com", "declined", "known"},
		{"another host: the code", "shop.example.org", "declined", "known"},
		{"another host: the order", "shop.example.org", "other", "first"},
	} {
		r := jsonResponse(402, `{"code":"`+c.code+`"}`)
		r.Host = c.host
		if tr := readResponse(t, e, r); tr.DetectedDialect() != c.want {
			t.Errorf("%s: detected %q, want %q", c.about, tr.DetectedDialect(), c.want)
		}
	}

	r := jsonResponse(402, `{"error":"declined"}`)
	r.Host = "billing.example.com"
	if tr := readResponse(t, e, r); tr.DetectedDialect() != "" {
		t.Errorf("detected %q by the host alone", tr.DetectedDialect())
	}
}

// TestHostOfExample checks an example with a host.
func TestHostOfExample(t *testing.T) {
	const file = `dialect: billing
about: x
hosts: [billing.example.com]
match: {keys: [code]}
shape: {code: code}
codes: {}
variants:
  - {name: legacy, hosts: [old.example.com], match: {keys: [code]}, examples: [
      {status: 402, body: {code: declined}, is: PAYMENT.REQUIRED},
      {status: 402, host: billing.example.com, body: {code: declined}, is: none},
      {status: 402, host: Old.example.com, body: {code: declined}, is: PAYMENT.REQUIRED}]}
`
	if err := translate.CheckExamples(taxonomy(t), parseDialect(t, file)); err != nil {
		t.Error(err)
	}
}
