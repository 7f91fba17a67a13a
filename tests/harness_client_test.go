package tests

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
)

// newClient returns a client that connects to one address, whatever the host of a URL. It
// neither follows redirects nor decodes bodies.
func newClient(t *testing.T, addr string) *http.Client {
	t.Helper()
	transport := &http.Transport{
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, addr)
		},
		DisableCompression: true,
	}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{
		Transport:     transport,
		Timeout:       timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// newRequest returns a request for "host/path", with header lines such as "Accept:
// text/html".
func newRequest(t *testing.T, method, where, body string, lines ...string) *http.Request {
	t.Helper()
	var content io.Reader
	if body != "" {
		content = strings.NewReader(body)
	}
	r, err := http.NewRequest(method, "http://"+where, content)
	if err != nil {
		t.Fatal(err)
	}
	r.Header["User-Agent"] = []string{"koine-tests"}
	for _, line := range lines {
		name, value, ok := strings.Cut(line, ": ")
		if !ok {
			t.Fatalf("header line %q has no `: `", line)
		}
		r.Header.Add(name, value)
	}
	return r
}

// answer is a complete response.
type answer struct {
	status  int
	header  http.Header
	body    []byte
	trailer http.Header
}

// get requests "host/path".
func (p *proxy) get(t *testing.T, where string, lines ...string) *answer {
	t.Helper()
	return p.send(t, http.MethodGet, where, "", lines...)
}

// send sends a request to "host/path".
func (p *proxy) send(t *testing.T, method, where, body string, lines ...string) *answer {
	t.Helper()
	return p.do(t, newRequest(t, method, where, body, lines...))
}

func (p *proxy) do(t *testing.T, r *http.Request) *answer {
	t.Helper()
	resp, err := p.client.Do(r)
	if err != nil && p.reloaded { // Caddy replaces servers, and drops connections
		eventually(t, "the new server answers", func() bool {
			resp, err = p.client.Do(r.Clone(r.Context()))
			return err == nil
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatalf("%s %s: reading the body: %v", r.Method, r.URL, err)
	}
	return &answer{resp.StatusCode, resp.Header, body, resp.Trailer}
}

// envelope is the canonical envelope.
type envelope struct {
	Error struct {
		Code     string
		Type     string
		Category string
		Status   int
		Message  string
		Fields   []struct{ Field, Message, Code string }
		Details  map[string]json.RawMessage
		Retry    retry
		Docs     string
	}
	Meta struct {
		RequestID  string `json:"request_id"`
		APIVersion string `json:"api_version"`
		Origin     string
		Match      string
		Upstream   *upstreamInfo
	}
}

type retry struct {
	Strategy string
	After    *int
	Safe     bool
}

type upstreamInfo struct {
	Dialect   string
	Code      string
	Status    int
	RequestID string `json:"request_id"`
}

// envelope reads the answer as a canonical envelope, and checks the properties that
// every envelope has.
func (a *answer) envelope(t *testing.T) *envelope {
	t.Helper()
	e := new(envelope)
	a.read(t, "application/json", envelopeSchema(t), e)
	if e.Error.Status != a.status {
		t.Errorf("error.status is %d in a response of status %d", e.Error.Status, a.status)
	}
	a.checkID(t, e.Meta.RequestID)
	return e
}

// problem is the envelope of RFC 9457.
type problem struct {
	Type      string
	Title     string
	Status    int
	Detail    string
	Instance  string
	Code      string
	Category  string
	Errors    []struct{ Pointer, Detail, Code string }
	Details   map[string]json.RawMessage
	Retry     retry
	RequestID string `json:"request_id"`
	Upstream  *upstreamInfo
}

// problem reads the answer as a problem.
func (a *answer) problem(t *testing.T) *problem {
	t.Helper()
	p := new(problem)
	a.read(t, "application/problem+json", problemSchema(t), p)
	if p.Status != a.status {
		t.Errorf("status is %d in a response of status %d", p.Status, a.status)
	}
	a.checkID(t, p.RequestID)
	return p
}

// read checks the properties that every translated response has, and decodes the body.
func (a *answer) read(t *testing.T, mediaType string, validate func([]byte) error, into any) {
	t.Helper()
	if got := a.header.Values("Content-Type"); len(got) != 1 || got[0] != mediaType {
		t.Fatalf("Content-Type is %q, want %s; status %d, body: %s", got, mediaType, a.status, tail(string(a.body)))
	}
	if err := validate(a.body); err != nil {
		t.Fatalf("invalid answer: %v\n%s", err, tail(string(a.body)))
	}
	d := json.NewDecoder(bytes.NewReader(a.body))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		t.Fatalf("%v\n%s", err, a.body)
	}
	for _, name := range []string{"Content-Encoding", "Etag", "Last-Modified", "Accept-Ranges", "Content-Language", "Trailer"} {
		if a.header.Get(name) != "" {
			t.Errorf("a translated response has %s: %s", name, a.header.Get(name))
		}
	}
	if got := a.header.Get("Content-Length"); got != strconv.Itoa(len(a.body)) {
		t.Errorf("Content-Length is %q for %d bytes", got, len(a.body))
	}
	if len(a.trailer) > 0 {
		t.Errorf("a translated response has trailers: %v", a.trailer)
	}
	if a.header.Get("Cache-Control") == "" {
		t.Error("a translated response has no Cache-Control")
	}
	if !strings.Contains(strings.Join(a.header.Values("Proxy-Status"), ", "), "koine; ") {
		t.Errorf("Proxy-Status is %q", a.header.Values("Proxy-Status"))
	}
}

// checkID checks that the response has exactly one request id, which is want.
func (a *answer) checkID(t *testing.T, want string) {
	t.Helper()
	if got := a.header.Values("X-Request-Id"); len(got) != 1 || got[0] != want {
		t.Errorf("X-Request-ID is %q, but %q in the body", got, want)
	}
}

// id returns the request id of the response, which must have exactly one.
func (a *answer) id(t *testing.T) string {
	t.Helper()
	ids := a.header.Values("X-Request-Id")
	if len(ids) != 1 {
		t.Fatalf("X-Request-ID has %d values: %q", len(ids), ids)
	}
	return ids[0]
}

// checkPassed checks that the response passed through unchanged.
func (a *answer) checkPassed(t *testing.T, status int, contentType, body string) {
	t.Helper()
	if a.status != status {
		t.Errorf("status is %d, want %d", a.status, status)
	}
	if got := a.header.Get("Content-Type"); got != contentType {
		t.Errorf("Content-Type is %q, want %q", got, contentType)
	}
	if string(a.body) != body {
		t.Errorf("the body has %d bytes, and differs from the %d bytes that were sent: %s", len(a.body), len(body), tail(string(a.body)))
	}
	if ids := a.header.Values("X-Request-Id"); len(ids) != 1 {
		t.Errorf("X-Request-ID has %d values: %q", len(ids), ids)
	}
	if got := a.header.Get("Proxy-Status"); strings.Contains(got, "koine") {
		t.Errorf("a response that passed through has Proxy-Status: %s", got)
	}
}

// missing is an error body of the dialect rustbill.
const missing = `{"error":"plan_not_found","message":"There is no such plan."}`

// checkMissing checks that an answer is the translation of missing.
func (a *answer) checkMissing(t *testing.T) *envelope {
	t.Helper()
	e := a.envelope(t)
	if a.status != 404 || e.Error.Code != "PLAN.NOT_FOUND" || e.Error.Message != "There is no such plan." {
		t.Errorf("the answer is %d %s %q", a.status, e.Error.Code, e.Error.Message)
	}
	return e
}

// checkByStatus checks an answer that was determined by the status alone.
func (a *answer) checkByStatus(t *testing.T, status int, code string) *envelope {
	t.Helper()
	return a.checkMatch(t, status, code, "status")
}

// checkByGeneralRules checks an answer whose body the general rules read.
func (a *answer) checkByGeneralRules(t *testing.T, status int, code string) *envelope {
	t.Helper()
	return a.checkMatch(t, status, code, "guess")
}

func (a *answer) checkMatch(t *testing.T, status int, code, match string) *envelope {
	t.Helper()
	e := a.envelope(t)
	if a.status != status || e.Error.Code != code || e.Meta.Match != match {
		t.Errorf("the answer is %d %s by %s, want %d %s by %s", a.status, e.Error.Code, e.Meta.Match, status, code, match)
	}
	return e
}
