package translate_test

import (
	"strings"
	"testing"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/translate"
)

// TestUpstream checks what meta.upstream has, and when.
func TestUpstream(t *testing.T) {
	long := strings.Repeat("x", 300)
	for _, c := range []struct {
		about  string
		status int
		body   string
		expose bool
		want   string
	}{
		{"a known code", 404, `{"error":"not_found","message":"m"}`, false, ``},
		{"an unknown code", 404, `{"error":"no_such_job","message":"m"}`, false, `{"code":"no_such_job"}`},
		{"an unknown code of a server error", 500, `{"error":"no_such_job","message":"m"}`, false, ``},
		{"no dialect", 404, `{"oops":1}`, false, ``},
		{"a code that is too long", 404, `{"error":"` + long + `","message":"m"}`, false, `{"code":"` + long[:128] + `"}`},

		{"exposed: a known code", 400, `{"error":"coupon_expired","message":"m"}`, true, `{"dialect":"rustbill","code":"coupon_expired","status":400}`},
		{"exposed: with its id", 404, `{"code":"not_found","message":"m","request_id":"req_1"}`, true,
			`{"dialect":"licensekey","code":"not_found","status":404,"request_id":"req_1"}`},
		{"exposed: a server error", 500, `{"error":"internal_error","message":"m"}`, true, `{"dialect":"rustbill","code":"internal_error","status":500}`},
		{"exposed: no dialect", 503, ``, true, `{"status":503}`},
	} {
		t.Run(c.about, func(t *testing.T) {
			tr := read(t, c.status, c.body)
			p := translate.DefaultPolicy()
			p.Expose = c.expose
			a := translate.RenderParams{RequestID: "r"}
			s := compileSchemas(t)
			out := tr.AppendCanonical(nil, &p, a)
			validateJSON(t, s.envelope, out)
			if got := rawMember(t, out, "meta.upstream"); got != c.want {
				t.Errorf("meta.upstream is %s, want %s", got, c.want)
			}
			out = tr.AppendProblem(nil, &p, a)
			validateJSON(t, s.problem, out)
			if got := rawMember(t, out, "upstream"); got != c.want {
				t.Errorf("upstream of the problem is %s, want %s", got, c.want)
			}
		})
	}
	tr := engine(t).Acquire()
	defer tr.Release()
	tr.ReadStatus(502, translate.FromProxy)
	p := translate.DefaultPolicy()
	p.Expose = true
	if out := tr.AppendCanonical(nil, &p, translate.RenderParams{RequestID: "r"}); rawMember(t, out, "meta.upstream") != "" || rawMember(t, out, "meta.origin") != `"proxy"` {
		t.Errorf("an error of the proxy has an upstream: %s", out)
	}
}

// TestUpstreamCodeIsRedacted checks that native codes are filtered like other
// texts.
func TestUpstreamCodeIsRedacted(t *testing.T) {
	f := parseDialect(t, "dialect: loose\nabout: codes of any form\nmatch: {keys: [code]}\nshape: {code: code}\ncodes: {x: ORDER.NOT_FOUND}")
	e, err := translate.Compile(taxonomy(t), []*dialect.File{f}, nil)
	if err != nil {
		t.Fatal(err)
	}
	tr := e.Acquire()
	defer tr.Release()
	tr.Read(400, []byte(`{"code":"password=hunter2"}`))
	if out := string(renderCanonical(t, tr)); strings.Contains(out, "hunter2") {
		t.Errorf("the code has a secret: %s", out)
	}
}
