package learn

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/translate"
)

// maxKeys bounds the number of keys, because a member that all captures have may be missing in
// other errors.
const maxKeys = 6

// findMatch finds what all captures have in common.
func (s *survey) findMatch(sh *shape, successErrors bool) (m dialect.Match) {
	html := s.captures[0].Format == dialect.FormatHTML
	switch {
	case s.captures[0].Format == dialect.FormatText:
		m.Contains = s.commonPrefix()
		return m
	case html:
		m.Contains = s.commonWords()
	}
	for _, p := range s.keys(sh) {
		m.Keys = append(m.Keys, dialect.PathAt{Path: p})
		if !html && len(p.Plain()) == len(p) { // one heading is a text, several are a list
			m.Types = append(m.Types, dialect.ValueAt{Path: p, Value: s.typesAt(p)})
		}
	}
	for _, p := range slices.Concat(sh.code, sh.message) {
		if m.Keys == nil && isPlain(p) {
			m.Any = append(m.Any, dialect.PathAt{Path: p.Path})
		}
	}
	for _, o := range sh.always {
		if o.flag {
			m.Equals = append(m.Equals, dialect.ValueAt{Path: o.place.Path, Value: s.constant(o)})
		}
	}
	if successErrors && len(sh.code) == 1 && isPlain(sh.code[0]) {
		m.Not = []dialect.ValuesAt{{Path: sh.code[0].Path, Values: []string{`null`, `0`, `"0"`, `"00"`, `"000"`, `"0000"`, `"00000"`, `"OK"`, `"ok"`, `"SUCCESS"`, `"success"`}}}
	}
	return m
}

// keys returns the members that all captures have, those with a role first.
func (s *survey) keys(sh *shape) (keys []dialect.Path) {
	add := func(p dialect.Path) {
		if p = s.commonPath(p); len(p) > 0 && len(keys) < maxKeys && !slices.ContainsFunc(keys, func(o dialect.Path) bool { return strings.HasPrefix(o.Text()+".", p.Text()+".") }) {
			keys = append(keys, p)
		}
	}
	for _, p := range slices.Concat(sh.code, sh.message) {
		add(p.Path)
	}
	for _, m := range sh.always {
		if len(s.captures) > 1 {
			add(m.place.Path)
		}
	}
	if len(s.captures) > 2 && s.captures[0].Format != dialect.FormatHTML {
		for _, name := range namesIn(gjson.Parse(s.captures[0].Doc)) {
			add(dialect.Keys(name))
		}
	}
	for _, p := range sh.message {
		if slices.ContainsFunc(p.Path, func(s dialect.Step) bool { return s.Kind == dialect.StepGlob }) && len(keys) < maxKeys {
			keys = append(keys, p.Path)
		}
	}
	return keys
}

// commonPath returns the path, with the first element of every list, or else the part of it before
// the first list, if all captures have it.
func (s *survey) commonPath(p dialect.Path) dialect.Path {
	first := slices.Clone(p)
	for i := range first {
		if first[i].Kind == dialect.StepEach {
			first[i] = dialect.Step{Key: "0"}
		}
	}
	for _, p := range []dialect.Path{first, p.Plain()} {
		pages := s.captures[0].Format == dialect.FormatHTML && len(p) > 1
		missing := func(c sample) bool { return !valueAt(c.Doc, p).Exists() }
		if len(p) > 0 && p.IsWritable() && len(p.Plain()) == len(p) && !pages && !slices.ContainsFunc(s.captures, missing) {
			return p
		}
	}
	return nil
}

// typesAt returns the types of a member in all captures.
func (s *survey) typesAt(p dialect.Path) string {
	var types []string
	for _, c := range s.captures {
		v := valueAt(c.Doc, p)
		name := strings.ToLower(v.Type.String())
		switch {
		case v.IsObject():
			name = "object"
		case v.IsArray():
			name = "array"
		case v.IsBool():
			name = "boolean"
		}
		types = append(types, name)
	}
	types = distinct(types)
	slices.Reverse(types)
	return strings.Join(types, "|")
}

// commonPrefix returns the words that all texts start with.
func (s *survey) commonPrefix() []string {
	prefix := strings.TrimSpace(string(s.captures[0].Body))
	for _, c := range s.captures[1:] {
		body, n := strings.TrimSpace(string(c.Body)), 0
		for n < min(len(prefix), len(body), 60) && prefix[n] == body[n] && prefix[n] >= ' ' && prefix[n] < 0x7f {
			n++
		}
		prefix = prefix[:n]
	}
	if i := strings.LastIndexAny(prefix, " <>:=[("); i >= 0 { // whole words only
		prefix = prefix[:i+1]
	}
	if prefix = strings.TrimSpace(prefix); len(prefix) < 3 || len(s.captures) < 2 {
		return nil
	}
	return []string{prefix}
}

// commonWords returns texts that all pages have, such as the name of a site.
func (s *survey) commonWords() (out []string) {
	for _, m := range s.others {
		if text := m.texts()[0]; len(s.captures) > 1 && len(m.found) == len(s.captures) && !m.differs() && len(text) >= 5 && len(text) <= 80 && len(out) < 2 {
			out = append(out, text)
		}
	}
	return out
}

// formOf returns the form that all codes have, if there are enough of them.
func formOf(codes []string) dialect.CodeForm {
	for _, form := range dialect.CodeForms() {
		if len(codes) > 2 && strings.ContainsAny(strings.Join(codes, ""), "_.") && !slices.ContainsFunc(codes, func(c string) bool { return !form.Matches(c) }) {
			return form
		}
	}
	return ""
}

// Bodies and codes of many APIs. A dialect that matches one of them needs evidence.
var (
	otherShapes = strings.Fields(`{"code":%s,"message":%q} {"code":%s,"msg":%q} {"code":%s,"detail":%q} {"code":%s,"error":%q} {"error":%s,"message":%q} {"error":%s,"error_description":%q}
{"error":{"code":%s,"message":%q}} {"error":{"type":%s,"message":%q}} {"errors":[{"code":%s,"message":%q}]} {"errors":[{"code":%s,"detail":%q}]} {"title":%s,"detail":%q}
{"success":false,"error":{"code":%s,"message":%q}} {"success":false,"code":%s,"message":%q} {"status":"error","code":%s,"message":%q} {"status":%s,"message":%q}
{"statusCode":400,"error":%s,"message":%q} {"error_code":%s,"error_message":%q} {"errorCode":%s,"errorMessage":%q} {"errorCode":%s,"message":%q} {"errcode":%s,"errmsg":%q}
{"Code":%s,"Message":%q} {"type":%s,"message":%q} {"name":%s,"message":%q} {"fault":{"code":%s,"message":%q}} [{"code":%s,"message":%q}] {"ok":false,"error":%s,"message":%q}
{"message":%[2]q} {"ok":false,"message":%[2]q} {"success":false,"message":%[2]q} {"detail":%[2]q} {"error":%[2]q} {"error":{"message":%[2]q}} {"errors":[%[2]q]} {"text":%[2]q}
<Error><Code>%s</Code><Message>%s</Message></Error> <error><code>%s</code><message>%s</message></error> <errors><error><code>%s</code><message>%s</message></error></errors>
<response><status>%s</status><message>%s</message></response> <fault><code>%s</code><reason>%s</reason></fault> <error>%[2]s</error> <html><body><h1>%s</h1><p>%s</p></body></html>
code=%s&message=%s %s:%s ERROR:%s:%s [%s]%s %[2]s`)
	otherCodes = strings.Fields(`not_found NotFound NOT_FOUND bad_request BadRequest invalid_request VALIDATION_ERROR validation_failed forbidden unauthorized internal INTERNAL_ERROR conflict
rate_limited timeout unavailable error 1 2 3 5 7 8 13 14 16 40 42 100 400 404 1001 4001`)
)

// claims reports whether an engine takes an error of another API for one of its dialect.
func claims(e *translate.Engine, mediaType string) bool {
	for _, shape := range otherShapes {
		for _, code := range otherCodes {
			if _, err := strconv.Atoi(code); err != nil && strings.Contains(shape, "{") {
				code = strconv.Quote(code)
			}
			body := fmt.Sprintf(shape+"%.0[1]s%.0[2]s", code, "The coupon cannot be used with this order.")
			for _, status := range []int{400, 401, 403, 404, 409, 422, 429, 500, 503} {
				r := translate.Response{Status: status, Body: []byte(body), Header: map[string][]string{"Content-Type": {mediaType}}}
				if readWith(e, r).matched {
					return true
				}
			}
		}
	}
	return false
}
