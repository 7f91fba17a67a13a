package translate_test

import (
	"regexp"
	"slices"
	"strings"
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

// TestExamplesFromHosts checks that each example of a dialect with hosts is
// detected as that dialect if it comes from its first host, whatever else is loaded.
func TestExamplesFromHosts(t *testing.T) {
	e := library(t)
	for _, f := range forms(t) {
		if len(f.Hosts) == 0 {
			continue
		}
		for _, x := range f.Examples {
			if x.Is == "none" {
				continue
			}
			r := translate.ExampleResponse(f, &x)
			if r.Host == "" {
				r.Host = hostOf(f)
			}
			if tr := readResponse(t, e, r); tr.DetectedDialect() != f.Name || f.Variant != "" && tr.DetectedVariant() != f.Variant || tr.Code.Name != x.Is {
				t.Errorf("%s:%d (%s) from %s: detected as %q %q, %s, want %s", f.File, x.At.Line, x.About, r.Host, tr.DetectedDialect(), tr.DetectedVariant(), tr.Code.Name, x.Is)
			}
		}
	}
}

// hostGlob is a host name in lower case, with at least two labels after the last *.
var hostGlob = regexp.MustCompile(`^([a-z0-9*]([a-z0-9*-]*[a-z0-9*])?\.)*[a-z0-9][a-z0-9-]*\.[a-z]+$`)

// TestHostGlobs checks the form of all hosts of built-in dialects, and that none is
// listed twice.
func TestHostGlobs(t *testing.T) {
	for _, f := range forms(t) {
		for i, host := range f.Hosts {
			if !hostGlob.MatchString(host) || strings.Contains(host, "**") {
				t.Errorf("%s: %q is not a host name or a glob in lower case", f.Name, host)
			}
			if slices.Contains(f.Hosts[:i], host) {
				t.Errorf("%s: %q is listed twice", f.Name, host)
			}
		}
	}
}

// sharedHosts are the hosts of dialects of different vendors, with the reason.
var sharedHosts = map[string]string{
	"*.supabase.co":  "Supabase has PostgREST and its own authentication",
	"*.supabase.in":  "as supabase.co",
	"*.aliyuncs.com": "Alibaba OSS has the API of S3",
}

// TestSharedHosts checks that dialects of different vendors have no host in common,
// apart from sharedHosts. Dialects of one vendor have the same first word in their name.
func TestSharedHosts(t *testing.T) {
	names := map[string][]string{}
	for _, f := range files(t) {
		vendor, _, _ := strings.Cut(f.Name, "-")
		for _, host := range f.Hosts {
			if !slices.Contains(names[host], vendor) {
				names[host] = append(names[host], vendor)
			}
		}
	}
	for host, vendors := range names {
		if shared := len(vendors) > 1; shared != (sharedHosts[host] != "") {
			t.Errorf("%s: %v; listed as shared: %v", host, vendors, !shared)
		}
	}
	for host := range sharedHosts {
		if names[host] == nil {
			t.Errorf("%s is listed as shared, but no dialect has it", host)
		}
	}
}
