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
	switch s.captures[0].Format {
	case dialect.FormatText:
		m.Contains = s.commonPrefix()
		return m
	case dialect.FormatHTML:
		m.Contains = s.commonWords()
	}
	keys := s.keys(sh)
	for _, p := range keys {
		m.Keys = append(m.Keys, dialect.PathAt{Path: p})
	}
	if len(keys) == 0 {
		m.Any = s.alternatives(sh)
	}
	if s.captures[0].Format != dialect.FormatHTML { // one heading is a text, several are a list
		m.Types = s.types(keys)
	}
	for _, o := range sh.always {
		if value := s.constant(o); o.flag {
			m.Equals = append(m.Equals, dialect.ValueAt{Path: o.place.Path, Value: value})
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
		if p = s.commonPath(p); len(p) > 0 && len(keys) < maxKeys && !slices.ContainsFunc(keys, func(o dialect.Path) bool { return isWithin(o, p) }) {
			keys = append(keys, p)
		}
	}
	for _, p := range slices.Concat(sh.code, sh.message) {
		if p.Header == "" {
			add(p.Path)
		}
	}
	if len(s.captures) > 1 {
		for _, m := range sh.always {
			add(m.place.Path)
		}
	}
	if len(s.captures) > 2 && s.captures[0].Format != dialect.FormatHTML {
		names(gjson.Parse(s.captures[0].Doc), func(name string) {
			if p := dialect.Keys(name); p.IsWritable() {
				add(p)
			}
		})
	}
	for _, p := range sh.message {
		if slices.ContainsFunc(p.Path, func(s dialect.Step) bool { return s.Kind == dialect.StepGlob }) && len(keys) < maxKeys {
			keys = append(keys, p.Path)
		}
	}
	return keys
}

// isWithin reports whether p is outer or inside it.
func isWithin(p, outer dialect.Path) bool {
	return p.Text() == outer.Text() || strings.HasPrefix(p.Text(), outer.Text()+".")
}

// commonPath returns the path, with the first element of every list, or else the longest part of
// it, that all captures have.
func (s *survey) commonPath(p dialect.Path) dialect.Path {
	first := slices.Clone(p)
	for i := range first {
		if first[i].Kind == dialect.StepEach {
			first[i] = dialect.Step{Key: "0"}
		}
	}
	if s.captures[0].Format == dialect.FormatHTML {
		first = p.Plain()
	}
	if len(first.Plain()) == len(first) && s.allHave(first) {
		return first
	}
	if p = p.Plain(); len(p) > 0 && s.allHave(p) {
		return p
	}
	return nil
}

func (s *survey) allHave(p dialect.Path) bool {
	return !slices.ContainsFunc(s.captures, func(c capture) bool { return !valueAt(c.Doc, p).Exists() })
}

// alternatives returns the places of the code, or of the message, if each capture has one of them.
func (s *survey) alternatives(sh *shape) []dialect.PathAt {
	for _, places := range [][]dialect.Place{sh.code, sh.message} {
		var paths []dialect.PathAt
		for _, p := range places {
			if isPlain(p) {
				paths = append(paths, dialect.PathAt{Path: p.Path})
			}
		}
		missing := slices.ContainsFunc(s.captures, func(c capture) bool {
			return !slices.ContainsFunc(paths, func(p dialect.PathAt) bool { return valueAt(c.Doc, p.Path).Exists() })
		})
		if len(paths) > 1 && !missing {
			return paths
		}
	}
	return nil
}

// types returns the types of the keys and of the objects around them.
func (s *survey) types(keys []dialect.Path) (out []dialect.ValueAt) {
	for _, key := range keys {
		for i := range key {
			p := key[:i+1]
			if len(p.Plain()) < len(p) || slices.ContainsFunc(out, func(o dialect.ValueAt) bool { return o.Path.Text() == p.Text() }) {
				continue
			}
			var types []string
			for _, c := range s.captures {
				if name := typeOf(valueAt(c.Doc, p)); !slices.Contains(types, name) {
					types = append(types, name)
				}
			}
			slices.Sort(types)
			slices.Reverse(types)
			out = append(out, dialect.ValueAt{Path: p, Value: strings.Join(types, "|")})
		}
	}
	return out
}

func typeOf(v gjson.Result) string {
	switch {
	case v.IsObject():
		return "object"
	case v.IsArray():
		return "array"
	}
	return map[gjson.Type]string{gjson.String: "string", gjson.Number: "number", gjson.True: "boolean", gjson.False: "boolean", gjson.Null: "null"}[v.Type]
}

// commonPrefix returns the words that all texts start with.
func (s *survey) commonPrefix() []string {
	if len(s.captures) < 2 {
		return nil
	}
	prefix := strings.TrimSpace(string(s.captures[0].Body))
	for _, c := range s.captures[1:] {
		body, n := strings.TrimSpace(string(c.Body)), 0
		for n < min(len(prefix), len(body)) && prefix[n] == body[n] && prefix[n] >= ' ' && prefix[n] < 0x7f {
			n++
		}
		prefix = prefix[:n]
	}
	prefix = prefix[:min(len(prefix), 60)]
	if i := strings.LastIndexAny(prefix, " <>:=[("); i >= 0 { // whole words only
		prefix = prefix[:i+1]
	}
	if prefix = strings.TrimSpace(prefix); len(prefix) < 3 {
		return nil
	}
	return []string{prefix}
}

// commonWords returns texts that all pages have, such as the name of a site.
func (s *survey) commonWords() (out []string) {
	for _, m := range s.others {
		if text := m.list()[0]; len(s.captures) > 1 && s.isConstantText(m) && len(text) >= 5 && len(text) <= 80 && len(out) < 2 {
			out = append(out, text)
		}
	}
	return out
}

func (s *survey) isConstantText(m *member) bool {
	return len(m.texts) == len(s.captures) && !m.differs()
}

// codeForm returns the form that all codes have, if there are enough of them.
func codeForm(codes []string) dialect.CodeForm {
	if len(codes) < 3 || !strings.ContainsAny(strings.Join(codes, ""), "_.") {
		return ""
	}
	for _, form := range dialect.CodeForms() {
		if !slices.ContainsFunc(codes, func(c string) bool { return !form.Matches(c) }) {
			return form
		}
	}
	return ""
}

// Bodies of other APIs, with everyday words as the code. A dialect that matches one of them needs
// evidence.
var (
	otherShapes = []string{
		`{"code":%s,"message":%q}`, `{"code":%s,"msg":%q}`, `{"code":%s,"detail":%q}`, `{"code":%s,"error":%q}`, `{"error":%s,"message":%q}`, `{"error":%s,"error_description":%q}`,
		`{"error":{"code":%s,"message":%q}}`, `{"error":{"type":%s,"message":%q}}`, `{"error":{"code":%s,"message":%q,"details":[]}}`, `{"errors":[{"code":%s,"message":%q}]}`,
		`{"success":false,"error":{"code":%s,"message":%q}}`, `{"success":false,"code":%s,"message":%q}`, `{"status":"error","code":%s,"message":%q}`, `{"status":%s,"message":%q}`,
		`{"statusCode":400,"error":%s,"message":%q}`, `{"error_code":%s,"error_message":%q}`, `{"errorCode":%s,"errorMessage":%q}`, `{"errorCode":%s,"message":%q}`, `{"errcode":%s,"errmsg":%q}`,
		`{"Code":%s,"Message":%q}`, `{"type":%s,"message":%q}`, `{"name":%s,"message":%q}`, `{"fault":{"code":%s,"message":%q}}`, `[{"code":%s,"message":%q}]`, `{"title":%s,"detail":%q}`,
		`{"ok":false,"error":%s,"message":%q}`, `{"message":%[2]q}`, `{"ok":false,"message":%[2]q}`, `{"success":false,"message":%[2]q}`, `{"detail":%[2]q}`, `{"error":%[2]q}`, `{"errors":[%[2]q]}`,
		`<Error><Code>%s</Code><Message>%s</Message></Error>`, `<error><code>%s</code><message>%s</message></error>`, `<errors><error><code>%s</code><message>%s</message></error></errors>`,
		`<response><status>%s</status><message>%s</message></response>`, `<fault><code>%s</code><reason>%s</reason></fault>`, `<html><body><h1>%s</h1><p>%s</p></body></html>`,
		`code=%s&message=%s`, `%s: %s`, `ERROR %s: %s`, `[%s] %s`, `%[2]s`,
	}
	otherCodes = []string{
		"not_found", "NotFound", "NOT_FOUND", "bad_request", "BadRequest", "invalid_request", "VALIDATION_ERROR", "validation_failed", "forbidden", "unauthorized", "internal",
		"INTERNAL_ERROR", "conflict", "rate_limited", "timeout", "unavailable", "error", "1", "2", "3", "5", "7", "8", "13", "14", "16", "40", "42", "100", "400", "404", "1001", "4001",
	}
)

// claims reports whether an engine takes an error of another API for one of the dialect.
func claims(e *translate.Engine, formats []dialect.Format) bool {
	const message = "The coupon cannot be used with this order."
	for _, shape := range otherShapes {
		for _, code := range otherCodes {
			body := fillShape(shape, code, message)
			for _, status := range []int{400, 401, 403, 404, 409, 422, 429, 500, 503} {
				r := translate.Response{Status: status, Body: []byte(body), Header: map[string][]string{"Content-Type": {mediaTypes[formats[0]]}}}
				if readWith(e, r).matched {
					return true
				}
			}
		}
	}
	return false
}

// mediaTypes are the media types of formats.
var mediaTypes = map[dialect.Format]string{
	dialect.FormatJSON: "application/json", dialect.FormatXML: "application/xml", dialect.FormatHTML: "text/html", dialect.FormatText: "text/plain",
	dialect.FormatForm: "application/x-www-form-urlencoded",
}

// fillShape returns the body of another API.
func fillShape(shape, code, message string) string {
	if strings.HasPrefix(shape, "{") || strings.HasPrefix(shape, "[{") {
		if _, err := strconv.Atoi(code); err != nil {
			code = strconv.Quote(code)
		}
	}
	return fmt.Sprintf(shape+"%.0[1]s%.0[2]s", code, message)
}
