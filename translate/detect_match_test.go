package translate_test

import (
	"testing"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/translate"
)

// TestCodeIs detects bodies by the format of their codes.
func TestCodeIs(t *testing.T) {
	for _, c := range []struct {
		words string
		fits  map[string]bool // by the code; "" for none
	}{
		{"", map[string]bool{"declined": true, "DECLINED": true, "other": true, "": false}},
		{", code_is: lower_snake", map[string]bool{"declined": true, "DECLINED": false, "other": true, "": false}},
		{", code_is: listed", map[string]bool{"declined": true, "DECLINED": false, "other": false, "": false}},
		{", code_is: optional", map[string]bool{"declined": true, "DECLINED": true, "other": true, "": true}},
		{", code_is: [lower_snake, optional]", map[string]bool{"declined": true, "DECLINED": false, "other": true, "": true}},
		{", code_is: [listed, optional]", map[string]bool{"declined": true, "DECLINED": false, "other": false, "": true}},
		{", code_is: [optional, listed, lower_snake]", map[string]bool{"declined": true, "DECLINED": false, "other": false, "": true}},
	} {
		e := compile(t, []*dialect.File{parseDialect(t, "dialect: billing\nabout: x\nmatch: {keys: [message]"+c.words+"}\nshape: {code: code, message: message}\ncodes: {declined: PAYMENT.DECLINED}\n")})
		for code, want := range c.fits {
			body := `{"code":"` + code + `","message":"m"}`
			if got := readResponse(t, e, jsonResponse(402, body)).DetectedDialect() == "billing"; got != want {
				t.Errorf("with %q, the code %q matches: %t", c.words, code, got)
			}
		}
	}
}

// TestTypesOfAllMembers checks types of "*": all members at the top.
func TestTypesOfAllMembers(t *testing.T) {
	e := compile(t, []*dialect.File{parseDialect(t, "dialect: forms\nabout: x\nmatch: {types: {\"*\": array|string}}\nshape: {fields: $}\ncodes: {}\n")})
	for body, want := range map[string]bool{
		`{"email":["Required."],"name":"Too long."}`: true,
		`{"email":["Required."],"id":7}`:             false,
		`{"email":{"x":"y"}}`:                        false,
		`["Required.","Too long."]`:                  true,
		`[7]`:                                        false,
		`{}`:                                         false,
	} {
		if got := readResponse(t, e, jsonResponse(422, body)).DetectedDialect() == "forms"; got != want {
			t.Errorf("%s matches: %t", body, got)
		}
	}
}

// TestContentType checks that a media type is compared without its parameters, and
// other headers as a whole.
func TestContentType(t *testing.T) {
	e := compile(t, []*dialect.File{parseDialect(t, "dialect: billing\nabout: x\nmatch: {header: {Content-Type: [application/vnd.billing+json, \"application/*.error\"], Server: billing/*}}\nshape: {message: m}\ncodes: {}\n")})
	for header, want := range map[string]bool{
		"Content-Type: application/vnd.billing+json\nServer: billing/2":                true,
		"Content-Type: Application/VND.Billing+JSON; charset=utf-8\nServer: Billing/2": true,
		"Content-Type: application/x.error\nServer: billing/2":                         true,
		"Content-Type: application/json\nServer: billing/2":                            false,
		"Content-Type: application/vnd.billing+json\nServer: nginx":                    false,
		"Content-Type: application/vnd.billing+json":                                   false,
	} {
		tr := readResponse(t, e, translate.Response{Status: 400, Header: parseHeader(header), Body: []byte(`{"m":"x"}`)})
		if got := tr.DetectedDialect() == "billing"; got != want {
			t.Errorf("%q matches: %t", header, got)
		}
	}
}
