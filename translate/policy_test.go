package translate_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/dialect/yamlfile"
	"github.com/koine-proxy/koine/translate"
)

// guardRailTaxonomy has a code for every status that the guard rails treat
// differently: TO.S401 and so on.
func guardRailTaxonomy(t *testing.T) *translate.Taxonomy {
	t.Helper()
	text := "taxonomy: rails\ngeneric: {4xx: TO.S400, 5xx: TO.S500}\ncodes:\n"
	for _, status := range []int{400, 401, 402, 403, 404, 405, 407, 408, 409, 416, 422, 426, 429, 500, 502, 503, 504} {
		text += fmt.Sprintf("  TO.S%d: {status: %d, category: conflict, retry: never, message: Ours., description: d, action: a}\n", status, status)
	}
	f, err := yamlfile.ReadTaxonomy("rails.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	tax, err := translate.CompileTaxonomy(f)
	if err != nil {
		t.Fatal(err)
	}
	return tax
}

func TestStatus(t *testing.T) {
	for _, c := range []struct {
		about  string
		from   int
		row    string
		policy translate.StatusPolicy
		want   int
	}{
		{"the status of the code", 400, "TO.S402", "canonical", 402},
		{"from 422 to 400", 422, "TO.S400", "canonical", 400},
		{"from 408, on which clients act", 408, "TO.S409", "canonical", 409},
		{"from 401", 401, "TO.S403", "canonical", 403},
		{"within 5xx", 500, "TO.S502", "canonical", 502},
		{"to 429, on which clients do not act", 400, "TO.S429", "canonical", 429},
		{"not from 4xx to 5xx", 400, "TO.S500", "canonical", 400},
		{"not from 5xx to 4xx", 500, "TO.S404", "canonical", 500},
		{"not to 401", 403, "TO.S401", "canonical", 403},
		{"not to 405", 400, "TO.S405", "canonical", 400},
		{"not to 407", 400, "TO.S407", "canonical", 400},
		{"not to 408", 400, "TO.S408", "canonical", 400},
		{"not to 416", 400, "TO.S416", "canonical", 400},
		{"not to 426", 400, "TO.S426", "canonical", 400},
		{"401 stays 401", 401, "TO.S401", "canonical", 401},
		{"408 stays 408", 408, "TO.S408", "canonical", 408},
		{"force to 401", 403, "TO.S401 force", "canonical", 401},
		{"force to 5xx", 404, "TO.S503 force", "canonical", 503},
		{"force to 4xx", 500, "TO.S404 force", "canonical", 404},
		{"policy upstream", 400, "TO.S402", "upstream", 400},
		{"policy upstream, with force", 400, "TO.S503 force", "upstream", 400},
		{"an unusual status of the upstream", 418, "TO.S404", "canonical", 404},
		{"599", 599, "TO.S500", "canonical", 500},
	} {
		t.Run(c.about, func(t *testing.T) {
			f := parseDialect(t, "dialect: d\nabout: d\nmatch: {keys: [code]}\nshape: {code: code}\ncodes: {x: "+c.row+"}")
			e, err := translate.Compile(guardRailTaxonomy(t), []*dialect.File{f}, nil)
			if err != nil {
				t.Fatal(err)
			}
			tr := e.Acquire()
			defer tr.Release()
			tr.Read(c.from, []byte(`{"code":"x"}`))
			p := translate.DefaultPolicy()
			p.Status = c.policy
			if got := tr.HTTPStatus(&p); got != c.want {
				t.Errorf("%d with %s becomes %d, want %d", c.from, c.row, got, c.want)
			}
		})
	}
}

// TestGatewayStatus checks which statuses Policy.GatewayStatus replaces, in every form of an
// answer.
func TestGatewayStatus(t *testing.T) {
	rails := guardRailTaxonomy(t)
	f := parseDialect(t, "dialect: d\nabout: d\nmatch: {keys: [code]}\nshape: {code: code, status: status}\n"+
		"codes: {e502: 502 TO.S502, e504: TO.S504, e503: TO.S503, e404: TO.S404, forced: TO.S502 force}")
	e, err := translate.Compile(rails, []*dialect.File{f}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		about   string
		from    int
		body    string
		gateway int
		want    int
		title   string
	}{
		{"a 502", 502, `{"code":"e502"}`, 503, 503, "Service Unavailable"},
		{"a 504", 504, `{"code":"e504"}`, 500, 500, "Internal Server Error"},
		{"a 500 that becomes a 502", 500, `{"code":"e502"}`, 503, 503, "Service Unavailable"},
		{"a 502 that becomes a 503", 502, `{"code":"e503"}`, 500, 503, "Service Unavailable"},
		{"a 4xx that is forced to 502", 404, `{"code":"forced"}`, 599, 599, "Network Connect Timeout Error"},
		{"by status", 502, `{}`, 555, 555, "Internal Server Error"},
		{"a 4xx", 404, `{"code":"e404"}`, 503, 404, "Not Found"},
		{"a 500", 500, `{}`, 503, 500, "Internal Server Error"},
		{"none", 502, `{"code":"e502"}`, 0, 502, "Bad Gateway"},
	} {
		t.Run(c.about, func(t *testing.T) {
			p := translate.DefaultPolicy()
			p.GatewayStatus = c.gateway
			tr := readResponse(t, e, jsonResponse(c.from, c.body))
			params := translate.RenderParams{RequestID: "r"}
			status := fmt.Sprintf(`"status":%d,`, c.want)
			if got := tr.HTTPStatus(&p); got != c.want || tr.Status != c.from {
				t.Errorf("%d becomes %d, want %d", tr.Status, got, c.want)
			}
			if body := string(tr.AppendCanonical(nil, &p, params)); !strings.Contains(body, status) {
				t.Errorf("no %s in %s", status, body)
			}
			if body := string(tr.AppendProblem(nil, &p, params)); !strings.Contains(body, fmt.Sprintf(`"title":%q,`, c.title)+status) {
				t.Errorf("no %q and %s in %s", c.title, status, body)
			}
			if d := tr.Explain(&p); d.Status != c.want || (d.StatusReason == translate.StatusReasonGateway) != (c.want == c.gateway) {
				t.Errorf("explained as %d by %s", d.Status, d.StatusReason)
			}
			if strings.Contains(c.body, "code") && c.about != "a 502 that becomes a 503" { // the dialect keeps the status of its own errors
				_, got, ok := tr.AppendDialect(nil, "d", &p, params)
				if want := map[bool]int{true: c.gateway, false: c.from}[c.gateway != 0 && (c.from == 502 || c.from == 504)]; !ok || got != want {
					t.Errorf("the status in the dialect is %d, want %d", got, want)
				}
			}
		})
	}
}

// TestGenericKeepsStatus checks that an error for which only the status is known
// keeps it, whatever the status of its generic code.
func TestGenericKeepsStatus(t *testing.T) {
	p := translate.DefaultPolicy()
	e := engine(t)
	for status := 400; status <= 599; status++ {
		for _, body := range []string{"", "not JSON", `{"error":"no_such_code_at_all","message":"m"}`, `{"code":"NO_SUCH_CODE","message":"m"}`} {
			tr := e.Acquire()
			tr.Read(status, []byte(body))
			if got := tr.HTTPStatus(&p); got != status || tr.Code != e.Taxonomy().Generic(status) || tr.Match != translate.ByStatus {
				t.Errorf("%d %s becomes %d %s by %s", status, body, got, tr.Code.Name, tr.Match)
			}
			for _, name := range firstParty {
				if _, got, _ := tr.AppendDialect(nil, name, &p, translate.RenderParams{RequestID: "r"}); got != status {
					t.Errorf("%d %s becomes %d in %s", status, body, got, name)
				}
			}
			tr.Release()
		}
	}
}

// TestHint checks that the upstream's own word on repeating decides the strategy, and
// that a time does not outweigh a no.
func TestHint(t *testing.T) {
	const never, refresh, wait, backoff = translate.RetryNever, translate.RetryRefresh, translate.RetryWait, translate.RetryBackoff
	for _, c := range []struct {
		code        translate.Retry
		after       int
		retry, stop translate.Retry
	}{
		{never, -1, backoff, never}, {never, 0, backoff, never}, {never, 9, wait, never},
		{wait, -1, wait, never}, {wait, 9, wait, never},
		{backoff, -1, backoff, never}, {backoff, 9, backoff, never},
		{refresh, -1, refresh, refresh}, {refresh, 9, refresh, refresh},
	} {
		for hint, want := range map[translate.Hint]translate.Retry{translate.HintRetry: c.retry, translate.HintStop: c.stop} {
			e := translate.Error{Code: &translate.Code{Retry: c.code}, RetryAfter: c.after, Retryable: hint}
			if got := e.Strategy(); got != want {
				t.Errorf("%s, %d seconds, hint %d: %s, want %s", c.code, c.after, hint, got, want)
			}
			if _, known := e.After(&translate.Policy{RetryAfter: 60}); known && want == never {
				t.Errorf("%s, %d seconds, hint %d: a time with never", c.code, c.after, hint)
			}
		}
	}
}
