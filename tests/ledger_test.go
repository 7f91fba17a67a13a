package tests

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// unmappedError is an error as the admin endpoint lists it.
type unmappedError struct {
	ID, Site, Route, Dialect, Code, State, Reason, Canonical, Match, Proposed, Row string
	Status                                                                         int
	Count                                                                          int64
	FirstSeen                                                                      time.Time `json:"first_seen"`
	LastSeen                                                                       time.Time `json:"last_seen"`
	Sample                                                                         *struct{ Message, Body string }
}

// stats is what the admin endpoint says of everything that was seen.
type stats struct {
	Instances int
	Sites     []struct {
		Site    string
		Answers int64
	}
	Readiness []struct{ Site, Dialect, Answer, Words string }
	Strata    []struct {
		Site, Route, Dialect     string
		Errors, Mapped, Fallback int64
	}
	Entries []struct {
		Site, Route, Dialect, Code, Canonical, Match, State string
		Status                                              int
		Count, Mapped                                       int64
	}
}

// askAdmin sends a request to the admin endpoint, and decodes the answer.
func (p *proxy) askAdmin(t *testing.T, method, path, body string, into any) int {
	t.Helper()
	r, err := http.NewRequest(method, "http://"+p.admin+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := newClient(t, p.admin).Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if into != nil && resp.StatusCode == http.StatusOK {
		if err := json.Unmarshal(text, into); err != nil {
			t.Fatalf("%s: %v\n%s", path, err, text)
		}
	}
	return resp.StatusCode
}

// unmapped returns the list of the admin endpoint.
func (p *proxy) unmapped(t *testing.T) (list []unmappedError) {
	t.Helper()
	if status := p.askAdmin(t, http.MethodGet, "/translate_errors/unmapped", "", &list); status != 200 {
		t.Fatalf("the status is %d", status)
	}
	return list
}

// countOf returns how often a code occurred, and in which state it is.
func (p *proxy) countOf(t *testing.T, code string) (count int64, state string) {
	t.Helper()
	var s stats
	p.askAdmin(t, http.MethodGet, "/translate_errors/stats", "", &s)
	for _, e := range s.Entries {
		if e.Code == code {
			return e.Count, e.State
		}
	}
	return 0, ""
}

// terminate ends the process as `systemctl stop` does, and waits for its end.
func (p *proxy) terminate(t *testing.T) {
	t.Helper()
	if err := syscall.Kill(p.pid, syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the process has ended", func() bool { return syscall.Kill(p.pid, 0) != nil })
}

// billing is a mapping file for the errors of echoCode.
const billing = `dialect: billing
about: A test API
match: {keys: [error, message]}
shape: {code: error, message: message}
codes:
  plan_not_found: PLAN.NOT_FOUND
`

const billingSites = `
http://billing.test:{$PORT} {
	translate_errors {
		dialect {$STATE}/billing.yaml
		unmapped pass
	}
	handle /v1/* {
		reverse_proxy %[1]s
	}
	reverse_proxy %[1]s
}
`

// TestUnmappedStory goes from unknown codes to mapped ones, through a reload and a restart, with
// a second instance on the same storage.
func TestUnmappedStory(t *testing.T) {
	t.Parallel()
	sites := fmt.Sprintf(billingSites, upstream(t, echoCode))
	p := serve(t, "", sites, "billing.yaml", billing)
	dir := filepath.Dir(p.config)
	codes := make([]string, 40)
	for i := range codes {
		codes[i] = fmt.Sprintf("code_%c%c_gone", 'a'+i%26, 'a'+i/26)
	}
	send := func(p *proxy) {
		for _, code := range codes {
			p.get(t, "billing.test/"+code)
		}
	}
	send(p)
	p.get(t, "billing.test/plan_not_found").envelope(t)
	sent := time.Now()
	list := p.unmapped(t)
	if took := time.Since(sent); len(list) != len(codes) || took > time.Second {
		t.Fatalf("the admin endpoint lists %d unmapped codes after %v, want %d within a second", len(list), took, len(codes))
	}
	for _, u := range list {
		if u.Site != "billing.test" || u.Dialect != "billing" || u.Status != 400 || u.Count != 1 || u.State != "new" || u.Row != u.Code+": "+u.Proposed ||
			u.Sample == nil || u.Sample.Message != "It failed." || time.Since(u.LastSeen) > time.Minute {
			t.Errorf("the admin endpoint lists %+v", u)
		}
	}

	// The rows are pasted into the file, and the config is loaded again.
	rows := command(t, dir, "", "unmapped", "--address", p.admin, "--rows")
	if rows.status != 0 || strings.Count(rows.out, "\n") != len(codes)+1 {
		t.Fatalf("unmapped --rows: %+v", rows)
	}
	write(t, filepath.Join(dir, "billing.yaml"), billing+rows.out)
	if message := p.reload(t, "", sites); message != "" {
		t.Fatal(message)
	}
	if list := p.unmapped(t); len(list) != 0 {
		t.Errorf("after the reload, the admin endpoint lists %+v", list)
	}
	if n, state := p.countOf(t, codes[0]); n != 1 || state != "waiting" {
		t.Errorf("after the reload, %s was seen %d times, and is %s", codes[0], n, state)
	}
	send(p)
	for _, code := range codes {
		if e := p.get(t, "billing.test/"+code).envelope(t); e.Meta.Match != "table" {
			t.Errorf("%s: %+v", code, e)
		}
	}
	if n, state := p.countOf(t, codes[0]); n != 3 || state != "known" {
		t.Errorf("%s was seen %d times, and is %s", codes[0], n, state)
	}

	// Counts survive a restart, and two instances add up.
	p.get(t, "billing.test/v1/left_over")
	p.terminate(t)
	p = start(t, p.config)
	eventually(t, "the ledger was loaded", func() bool { n, _ := p.countOf(t, codes[0]); return n == 3 })
	q := start(t, p.config)
	send(q)
	q.get(t, "billing.test/v1/left_over")
	eventually(t, "both instances are read as one", func() bool {
		n, _ := p.countOf(t, codes[0])
		list := p.unmapped(t)
		return n == 4 && len(list) == 1 && list[0].Code == "v1/left_over" && list[0].Route == "/v1/*" && list[0].Count == 2
	})
	q.terminate(t)
	p.terminate(t)
	fromStorage := command(t, dir, "", "unmapped", "--storage", dir, "--json")
	list = nil
	if err := json.Unmarshal([]byte(fromStorage.out), &list); err != nil || len(list) != 1 || list[0].Count != 2 || list[0].Row == "" {
		t.Errorf("unmapped --storage --json: %v, %+v", err, fromStorage)
	}
	if table := command(t, dir, "", "unmapped", "--storage", dir); table.status != 0 || !strings.Contains(table.out, "v1/left_over") {
		t.Errorf("unmapped --storage: %+v", table)
	}
}

// TestLedgerDecisions checks ignore and forget, and what is not an unmapped error.
func TestLedgerDecisions(t *testing.T) {
	t.Parallel()
	backend := respondWith(t, map[string]response{
		"/ok":    {200, []string{asJSON}, "{}"},
		"/empty": {404, nil, ""},
		"/a":     {400, []string{asJSON}, `{"error":"code_a","message":"x"}`},
		"/b":     {400, []string{asJSON}, `{"error":"code_b","message":"x"}`},
		"/text":  {500, []string{asPlain}, "Order 4711 was not found"},
		"/text2": {500, []string{asPlain}, "Order 4712 was not found"},
		"/json":  {500, []string{asJSON}, `{"trouble":"Alice Liddell","since":17}`},
		"/json2": {500, []string{asJSON}, `{"trouble":"Edith Liddell","since":18}`},
	})
	p := serve(t, "", fmt.Sprintf(strings.Replace(billingSites, "unmapped pass", "", 1), backend), "billing.yaml", billing) // without general rules
	for _, path := range []string{"/ok", "/empty", "/a", "/b", "/text", "/text2", "/json", "/json2"} {
		p.get(t, "billing.test"+path)
	}
	p.send(t, http.MethodHead, "billing.test/a", "")
	list := p.unmapped(t)
	byCode := map[string]unmappedError{}
	for _, u := range list {
		byCode[u.Code] = u
	}
	if len(list) != 4 || byCode["members: trouble since"].Count != 2 || byCode["code_a"].Count != 1 || byCode["code_b"].Count != 1 || byCode["Order * was not found"].Count != 2 {
		t.Fatalf("unmapped: %+v", list)
	}
	var s stats
	p.askAdmin(t, http.MethodGet, "/translate_errors/stats", "", &s)
	errors := int64(0)
	for _, stratum := range s.Strata {
		errors += stratum.Errors
	}
	if len(s.Sites) != 1 || s.Sites[0].Answers != 9 || errors != 7 || s.Instances != 1 {
		t.Errorf("got %+v", s)
	}
	for _, r := range s.Readiness {
		if r.Answer == "" || !strings.Contains(r.Words, "would lose their status class: below ") {
			t.Errorf("readiness: %+v", r)
		}
	}

	decision := fmt.Sprintf(`{"id":%q,"reason":"a test"}`, byCode["code_a"].ID)
	if status := p.askAdmin(t, http.MethodPost, "/translate_errors/unmapped/ignore", decision, nil); status != 200 {
		t.Errorf("ignore: status %d", status)
	}
	for _, bad := range []struct {
		method, path, body string
		status             int
	}{
		{http.MethodPost, "/translate_errors/unmapped/ignore", `{"id":"none"}`, 404}, {http.MethodPost, "/translate_errors/unmapped/ignore", `x`, 400},
		{http.MethodPost, "/translate_errors/unmapped", "", 405}, {http.MethodGet, "/translate_errors/unmapped/ignore", "", 405},
	} {
		if status := p.askAdmin(t, bad.method, bad.path, bad.body, nil); status != bad.status {
			t.Errorf("%s %s: status %d, want %d", bad.method, bad.path, status, bad.status)
		}
	}
	if n, state := p.countOf(t, "code_a"); n != 1 || state != "ignored" {
		t.Errorf("the ignored code was seen %d times, and is %s", n, state)
	}
	if rows := command(t, t.TempDir(), "", "unmapped", "--address", p.admin, "--rows"); strings.Contains(rows.out, "code_a") || !strings.Contains(rows.out, "  code_b: ") {
		t.Errorf("unmapped --rows: %+v", rows)
	}
	if status := p.askAdmin(t, http.MethodDelete, "/translate_errors/unmapped?id="+byCode["code_b"].ID, "", nil); status != 200 {
		t.Errorf("forget: status %d", status)
	}
	if n, _ := p.countOf(t, "code_b"); n != 0 {
		t.Errorf("the forgotten code was seen %d times", n)
	}
	p.get(t, "billing.test/b")
	if n, state := p.countOf(t, "code_b"); n != 1 || state != "came_back" {
		t.Errorf("the forgotten code was seen %d times, and is %s", n, state)
	}
	if status := p.askAdmin(t, http.MethodDelete, "/translate_errors/unmapped", "", nil); status != 200 {
		t.Errorf("forget: status %d", status)
	}
	if list := p.unmapped(t); len(list) != 0 {
		t.Errorf("after all were forgotten: %+v", list)
	}
}

// TestPassedLogFields checks the fields of the access log for errors that pass, and for refusals.
func TestPassedLogFields(t *testing.T) {
	t.Parallel()
	p := serve(t, "", `
http://pass.test:{$PORT} {
	log
	translate_errors {
		dialect {$STATE}/billing.yaml
		unmapped pass
	}
	request_limit /limited tight {
		limit 1 per 1h
	}
	request_body /limited {
		max_size 1
	}
	reverse_proxy `+upstream(t, echoCode)+`
}
`, "billing.yaml", billing)
	line := p.access(t, p.get(t, "pass.test/new_code").id(t))
	if line["error_dialect"] != "billing" || line["error_match"] != "status" || line["upstream_code"] != "new_code" || line["upstream_status"] != 400.0 || line["error_code"] != nil {
		t.Errorf("the access log of an error that passes: %v", line)
	}
	p.get(t, "pass.test/limited")
	line = p.access(t, p.get(t, "pass.test/limited").id(t))
	if line["rate_limit_policy"] != "tight" || line["error_code"] != "RATE_LIMIT.EXCEEDED" || line["upstream_status"] != nil {
		t.Errorf("the access log of a refusal: %v", line)
	}
}

// TestRowsWithWatch checks that pasted rows are in force, and seen by the ledger, without a
// reload.
func TestRowsWithWatch(t *testing.T) {
	t.Parallel()
	p := serve(t, "", fmt.Sprintf(strings.Replace(billingSites, "unmapped pass", "watch 1s", 1), upstream(t, echoCode)), "billing.yaml", billing)
	dir := filepath.Dir(p.config)
	p.get(t, "billing.test/plan_lost").envelope(t)
	rows := command(t, dir, "", "unmapped", "--address", p.admin, "--rows")
	write(t, filepath.Join(dir, "billing.yaml"), billing+rows.out)
	eventually(t, "the row is in force", func() bool { _, state := p.countOf(t, "plan_lost"); return state == "waiting" })
	if e := p.get(t, "billing.test/plan_lost").envelope(t); e.Meta.Match != "table" {
		t.Errorf("the answer is %+v", e)
	}
}

// TestLedgerObserves checks that observed errors are in the ledger as ones that would map, with
// the differences to their answers.
func TestLedgerObserves(t *testing.T) {
	t.Parallel()
	p := serve(t, "", fmt.Sprintf(strings.Replace(billingSites, "unmapped pass", "mode observe", 1), upstream(t, echoCode)), "billing.yaml", billing)
	p.get(t, "billing.test/plan_not_found").checkPassed(t, 400, "application/json", `{"error":"plan_not_found","message":"It failed."}`)
	p.get(t, "billing.test/plan_lost")
	eventually(t, "the errors were read", func() bool { n, _ := p.countOf(t, "plan_lost"); return n == 1 })
	if n, state := p.countOf(t, "plan_not_found"); n != 1 || state != "will_map" {
		t.Errorf("the known code was seen %d times, and is %s", n, state)
	}
	if list := p.unmapped(t); len(list) != 1 || list[0].Code != "plan_lost" || list[0].State != "new" {
		t.Errorf("unmapped: %+v", list)
	}
	var s struct {
		Entries []struct {
			Code    string
			Changes map[string]int
		}
	}
	p.askAdmin(t, http.MethodGet, "/translate_errors/stats", "", &s)
	for _, e := range s.Entries {
		if e.Code == "plan_not_found" && (e.Changes["code_known"] != 1 || e.Changes["status_changed"] != 1) {
			t.Errorf("got %+v", s)
		}
	}
}
