package translate_test

import (
	"testing"

	"github.com/koine-proxy/koine/translate"
)

func TestHeaderParam(t *testing.T) {
	for _, c := range []struct{ about, param, header, want string }{
		{"a token", "error", `Bearer error=invalid_token`, "invalid_token"},
		{"a quoted string", "error", `Bearer error="invalid_token"`, "invalid_token"},
		{"after others", "error", `Bearer realm="acme", error="invalid_token"`, "invalid_token"},
		{"without white space", "error", `Bearer realm="acme",error=invalid_token,x=y`, "invalid_token"},
		{"after semicolons", "error", `koine; received-status=400; error=connection_refused`, "connection_refused"},
		{"a name in another case", "error", `Bearer ERROR=invalid_token`, "invalid_token"},
		{"a name with this suffix", "error", `Bearer x_error=a, error=b`, "b"},
		{"a name with this prefix", "error", `Bearer error_description="No.", error=b`, "b"},
		{"the name inside a string", "error", `Bearer realm="error=a", error=b`, "b"},
		{"quotes in a string", "error", `Bearer realm="say \"error=a\"", error="b \"c\""`, `b "c"`},
		{"a backslash in a string", "error", `Bearer error="a\\b"`, `a\b`},
		{"commas in a string", "error", `Bearer error="a, b; c=d"`, "a, b; c=d"},
		{"an equals sign in a string", "error", `Bearer realm="a=", error="b=c"`, "b=c"},
		{"several challenges", "error", `Basic realm="acme", Bearer realm="beta", error="invalid_token"`, "invalid_token"},
		{"several challenges: the first is used", "error", `Bearer error=a, DPoP error=b`, "a"},
		{"credentials that look like a parameter", "error", `Negotiate YWJj==, Bearer error=b`, "b"},
		{"a challenge with the name of the parameter", "error", `error realm="acme"`, ""},
		{"a string that does not end", "error", `Bearer error="a, b`, "a, b"},
		{"an escape at the end", "error", `Bearer error="a\`, `a\`},
		{"nothing after the equals sign", "error", `Bearer error=, realm=x`, ""},
		{"an empty string", "error", `Bearer error=""`, ""},
		{"white space around the equals sign", "error", `Bearer error = x`, ""}, // allowed by RFC 9110 section 11.2, but not used
		{"no such parameter", "error", `Bearer realm="acme"`, ""},
		{"an empty header", "error", ``, ""},
	} {
		t.Run(c.about, func(t *testing.T) {
			e := testDialect(t, "format: empty\nshape: {message: {header: WWW-Authenticate, param: "+c.param+"}}\ncodes: {}\n")
			tr := readResponse(t, e, translate.Response{Status: 401, Header: map[string][]string{"Www-Authenticate": {c.header}}})
			if tr.Dialect != "acme" || tr.Message != c.want {
				t.Errorf("%q of %s is %q, want %q", c.param, c.header, tr.Message, c.want)
			}
		})
	}

	// All values of the header are searched, as if they were one.
	e := testDialect(t, "format: empty\nshape: {message: {header: WWW-Authenticate, param: error}}\ncodes: {}\n")
	r := translate.Response{Status: 401, Header: parseHeader("WWW-Authenticate: Basic realm=acme\nWWW-Authenticate: Bearer error=invalid_token")}
	if got := readResponse(t, e, r).Message; got != "invalid_token" {
		t.Errorf("got %q of two challenges in two lines", got)
	}
}
