package koine

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"github.com/tidwall/gjson"

	"github.com/koine-proxy/koine/internal/requestid"
	"github.com/koine-proxy/koine/translate"
)

func TestTrust(t *testing.T) {
	for _, c := range []struct {
		values  []string
		remote  string
		proxied bool
		want    bool
	}{
		{[]string{"proxies"}, "10.0.0.1:1", false, false},
		{[]string{"proxies"}, "10.0.0.1:1", true, true},
		{[]string{"all"}, "203.0.113.7:1", false, true},
		{[]string{"none"}, "10.0.0.1:1", true, false},
		{[]string{"private_ranges"}, "192.168.3.4:1", false, true},
		{[]string{"private_ranges"}, "[::1]:1", false, true},
		{[]string{"private_ranges"}, "203.0.113.7:1", false, false},
		{[]string{"203.0.113.0/24", "2001:db8::1"}, "203.0.113.7:1", false, true},
		{[]string{"203.0.113.0/24", "2001:db8::1"}, "[2001:db8::1]:1", false, true},
		{[]string{"203.0.113.0/24"}, "[::ffff:203.0.113.7]:1", false, true},
		{[]string{"203.0.113.0/24"}, "203.0.114.7:1", false, false},
		{[]string{"203.0.113.0/24"}, "@", false, false}, // a Unix socket has no address
	} {
		trust, err := requestid.ParseTrust(c.values)
		if err != nil {
			t.Fatal(err)
		}
		settings := idSettings{trust: trust}
		r := prepare(httptest.NewRequest("GET", "/", nil), nil)
		r.RemoteAddr = c.remote
		caddyhttp.SetVar(r.Context(), caddyhttp.TrustedProxyVarKey, c.proxied)
		if got := settings.trusts(r); got != c.want {
			t.Errorf("trust %v of %s (behind a trusted proxy: %t) is %t", c.values, c.remote, c.proxied, got)
		}
	}
}

func TestInboundID(t *testing.T) {
	h := provision(t, "request_id {\ntrust all\n}")
	s := serve(t, h, write(200, "", ""))
	for id, kept := range map[string]bool{
		"abc-123": true, "0af7651916cd43dd8448eb211c80319c": true, "a/b+c=d": true,
		strings.Repeat("a", 128): true, strings.Repeat("a", 129): false, strings.Repeat("a", 5000): false,
		"a b": false, `a"b`: false, "<script>": false, "é": false, "a,b": false, "a;b": false,
	} {
		got := get(t, s.URL, "X-Request-ID", id).Header.Get("X-Request-ID")
		if (got == id) != kept {
			t.Errorf("the id %.40q was returned as %.40q", id, got)
		}
	}
}

func TestTraceFormat(t *testing.T) {
	const parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
	for trust, kept := range map[string]bool{"all": true, "none": false} {
		var sent http.Header
		s := serve(t, provision(t, "request_id {\nformat trace\ntrust "+trust+"\n}"), func(w http.ResponseWriter, r *http.Request) error {
			sent = r.Header.Clone()
			return write(404, "", "")(w, r)
		})
		got := get(t, s.URL, "Traceparent", parent, "Tracestate", "a=b")
		got.wantEnvelope(t, 404, "RESOURCE.NOT_FOUND")
		id := got.Header.Get("X-Request-ID")
		if (id == parent[3:35]) != kept || !requestid.IsTraceID(id) {
			t.Errorf("trust %s: the id is %s", trust, id)
		}
		if on, ok := requestid.ParseTraceparent(sent.Get("Traceparent")); !ok || on != id {
			t.Errorf("trust %s: the upstream received the trace %q, want %s", trust, sent.Get("Traceparent"), id)
		}
		if (sent.Get("Tracestate") != "") != kept {
			t.Errorf("trust %s: the upstream received the state %q", trust, sent.Get("Tracestate"))
		}
	}
}

func TestUpstreamIDsAreHeaderNames(t *testing.T) {
	for _, name := range upstreamIDs {
		if http.CanonicalHeaderKey(name) != name {
			t.Errorf("%s is not a key of a header map; %s is", name, http.CanonicalHeaderKey(name))
		}
	}
}

// TestUpstreamIDOrder checks which id is reported if an upstream sends several.
func TestUpstreamIDOrder(t *testing.T) {
	x := &exchange{rt: &runtime{}, record: &record{id: "ours", ids: &idSettings{canonical: "X-Request-Id"}}}
	var tr translate.Translation
	header := http.Header{"Content-Type": {"text/html"}}
	for _, name := range slices.Backward(upstreamIDs) {
		header[name] = []string{"id of " + name}
		for range 10 { // maps have no order
			if got, want := x.upstreamID(&tr, header), "id of "+name; got != want {
				t.Fatalf("got the %s, want the %s", got, want)
			}
		}
	}
	header["X-Request-Id"], header["Request-Id"] = []string{"ours"}, []string{""}
	if got := x.upstreamID(&tr, header); got != "id of X-Correlation-Id" {
		t.Errorf("without an id in the first headers: got the %s", got)
	}
	tr.RequestID = "from the body"
	if got := x.upstreamID(&tr, header); got != "from the body" {
		t.Errorf("an id in the body: got the %s", got)
	}
}

// TestIDHeaders checks which headers are taken for ids by their names, and that the
// order of a map does not decide between them.
func TestIDHeaders(t *testing.T) {
	for name, want := range map[string]bool{
		"X-Acme-Request-Id": true, "X-Acme-Requestid": true, "X-Ep-Request-Uuid": true, "Acme-Correlation-Id": true, "X-Acmetraceid": true,
		"X-Acme-Requestlimit": false, "X-Request": false, "Id": false, "-Id": false, "": false, "X-Acme-Session-Id": false,
	} {
		if got := isIDHeader(name); got != want {
			t.Errorf("%s: got %t", name, got)
		}
	}
	x := &exchange{rt: &runtime{}, record: &record{id: "ours", ids: new(idSettings)}}
	var tr translate.Translation
	header := http.Header{"X-B-Request-Id": {"b"}, "X-A-Request-Id": {"a"}, "X-C-Request-Id": {"c"}, "Date": {"now"}}
	for range 20 {
		if got := x.upstreamID(&tr, header); got != "a" {
			t.Fatalf("got %q, want a", got)
		}
	}
	header["X-Varnish"] = []string{"v"}
	if got := x.upstreamID(&tr, header); got != "v" {
		t.Errorf("with a known header: got %q", got)
	}
}

// TestNestedID checks that the outermost handler decides on the id, its header, and
// whether there is one.
func TestNestedID(t *testing.T) {
	const theirs = "theirs-1"
	for _, c := range []struct {
		name, outer, inner string
		header             string // with the id of the request, in the request and the response; "" for none
	}{
		{"defaults", "", "", "X-Request-Id"},
		{"a header outside", "request_id {\nheader X-Correlation-ID\n}", "", "X-Correlation-Id"},
		{"another header inside", "request_id {\nheader X-Correlation-ID\n}", "request_id {\nheader X-Trace\n}", "X-Correlation-Id"},
		{"off inside", "", "request_id off", "X-Request-Id"},
		{"off outside", "request_id off", "", ""},
		{"off outside, a header inside", "request_id off", "request_id {\nheader X-Trace\n}", ""},
	} {
		for path, status := range map[string]int{"/success": 200, "/error": 404, "/passes": 404, "/returned": 502} {
			t.Run(c.name+path, func(t *testing.T) {
				outer, inner := provision(t, c.outer), provision(t, c.inner)
				var seen http.Header
				s := serve(t, outer, func(w http.ResponseWriter, r *http.Request) error {
					return inner.ServeHTTP(w, r, caddyhttp.HandlerFunc(func(w http.ResponseWriter, r *http.Request) error {
						seen = r.Header.Clone()
						if path == "/returned" {
							return caddyhttp.Error(502, io.EOF)
						}
						w.Header().Set("X-Request-Id", theirs)
						w.Header().Set("Access-Control-Allow-Origin", "*")
						contentType := "application/json"
						if path == "/passes" {
							contentType = "image/png"
						}
						return write(status, contentType, notFound)(w, r)
					}))
				})
				res := get(t, s.URL+path)
				if res.StatusCode != status {
					t.Fatalf("got %d %s", res.StatusCode, res.body)
				}
				id := gjson.Get(res.body, "meta.request_id").String()
				for _, header := range []string{"X-Request-Id", "X-Correlation-Id", "X-Trace"} {
					values := res.Header.Values(header)
					switch {
					case header == c.header:
						if len(values) != 1 || values[0] != seen.Get(header) || values[0] == theirs || id != "" && id != values[0] {
							t.Errorf("%s is %q, %q for the upstream, %q in the envelope", header, values, seen.Get(header), id)
						}
						if path != "/returned" && !strings.EqualFold(strings.Split(res.Header.Get("Access-Control-Expose-Headers"), ",")[0], header) {
							t.Errorf("exposed: %s", res.Header.Get("Access-Control-Expose-Headers"))
						}
					case header == "X-Request-Id" && path != "/returned":
						if len(values) != 1 || values[0] != theirs || seen.Get(header) != "" || c.header == "" && id != "" && id != theirs {
							t.Errorf("%s is %q, %q for the upstream, %q in the envelope", header, values, seen.Get(header), id)
						}
					default:
						if len(values) > 0 || seen.Get(header) != "" {
							t.Errorf("%s is %q, %q for the upstream", header, values, seen.Get(header))
						}
					}
				}
			})
		}
	}
}

// TestUpstreamKeepsID checks which ids of an upstream are those of the envelope, if the site
// leaves the header to its upstreams.
func TestUpstreamKeepsID(t *testing.T) {
	for name, c := range map[string]struct {
		values []string
		want   string // "": an id of ours
	}{
		"one":     {[]string{"abc-1"}, "abc-1"},
		"none":    {nil, ""},
		"two":     {[]string{"a", "b"}, ""},
		"invalid": {[]string{`<script>`}, ""},
	} {
		s := serve(t, provision(t, "request_id off"), func(w http.ResponseWriter, r *http.Request) error {
			w.Header()["X-Request-Id"] = c.values
			return write(404, "application/json", notFound)(w, r)
		})
		res := get(t, s.URL)
		id := gjson.Get(res.body, "meta.request_id").String()
		if id != c.want && !(c.want == "" && strings.HasPrefix(id, "req_")) || !slices.Equal(res.Header.Values("X-Request-Id"), c.values) {
			t.Errorf("%s: the id is %q, the header %q", name, id, res.Header.Values("X-Request-Id"))
		}
	}
}
