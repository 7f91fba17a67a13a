package translate_test

import (
	"strings"
	"testing"

	"github.com/koine-proxy/koine/translate"
)

func TestTextChanges(t *testing.T) {
	const address, stack = "Open 10.1.2.3:80 failed.", "at com.acme.Shop.sell(Shop.java:17)"
	entries := strings.TrimSuffix(strings.Repeat(`{"name":"a","why":"Low."},`, 10_001), ",")
	for name, c := range map[string]struct {
		status int
		body   string
		policy translate.MessagePolicy
		want   translate.TextChanges
	}{
		"the same words":             {status: 422, body: `{"id":"bad","text":"No."}`},
		"space around the words":     {status: 422, body: `{"id":"bad","text":" No. "}`},
		"no words":                   {status: 422, body: `{"id":"bad"}`},
		"words that do not pass":     {status: 422, body: `{"id":"bad","text":"` + stack + `"}`, want: translate.TextChanges{Message: true}},
		"words of a 5xx":             {status: 500, body: `{"id":"bad","text":"No."}`, want: translate.TextChanges{Message: true}},
		"words of the code":          {status: 422, body: `{"id":"bad","text":"No."}`, policy: translate.MessageCanonical, want: translate.TextChanges{Message: true}},
		"all words of the upstream":  {status: 500, body: `{"id":"bad","text":"` + stack + `"}`, policy: translate.MessageUpstream},
		"fields":                     {status: 422, body: `{"id":"bad","errors":[{"name":"a","why":"Low."}]}`},
		"a field that does not pass": {status: 422, body: `{"id":"bad","errors":[{"name":"a","why":"Low."},{"name":"b","why":"` + address + `"}]}`, want: translate.TextChanges{FieldsLost: true}},
		"a field without words":      {status: 422, body: `{"id":"bad","errors":[{"name":"a","rule":"E7"}]}`, want: translate.TextChanges{FieldsGained: true}},
		"too many fields":            {status: 422, body: `{"id":"bad","errors":[` + entries + `]}`, want: translate.TextChanges{FieldsLost: true}},
	} {
		t.Run(name, func(t *testing.T) {
			e := testDialect(t, "shape: {code: id, message: text, fields: {at: errors, field: name, message: why, code: rule}}\nmatch: {keys: [id]}\ncodes: {bad: VALIDATION.FAILED}")
			tr := readResponse(t, e, jsonResponse(c.status, c.body))
			p := translate.DefaultPolicy()
			if c.policy != "" {
				p.Message = c.policy
			}
			for name, render := range map[string]func([]byte, *translate.Policy, translate.RenderParams) []byte{"canonical": tr.AppendCanonical, "problem": tr.AppendProblem} {
				answer := render(nil, &p, translate.RenderParams{})
				if got := tr.TextChanges(&p); got != c.want {
					t.Errorf("%s: got %+v, want %+v; the answer is %.300s", name, got, c.want, answer)
				}
			}
		})
	}
}
