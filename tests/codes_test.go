package tests

import (
	"fmt"
	"io"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/dialect/yamlfile"
	"github.com/koine-proxy/koine/mappings"
)

// nativeError writes an error in a dialect. It does not use the mapping file, which would then
// be tested against itself.
type nativeError struct {
	dialect string
	has     string // which other part the body has: id, fields
	body    func(native, domain string, status int) string
}

// Parts of every error below. The amount and the count check that numbers are not
// reformatted.
const (
	upstreamMessage = "The amount of 50.00 could not be booked."
	otherMembers    = `"amount":50.00,"count":9007199254740993`
	exampleUUID     = "5d0c1f7e-2f0a-4c59-9d0e-6f6e2b1a7c11"
)

var nativeErrors = []nativeError{
	{"rustbill", "fields", func(native, _ string, _ int) string {
		return `{"error":"` + native + `","message":"` + upstreamMessage + `","fields":{"seats":"Must be at least 1."},` + otherMembers + `}`
	}},
	{"licensekey", "id", func(native, _ string, _ int) string {
		return `{"code":"` + native + `","message":"` + upstreamMessage + `","request_id":"` + exampleUUID + `","metadata":{"hint":"retry"},` + otherMembers + `}`
	}},
	{"orders", "", func(native, _ string, _ int) string {
		return `{"code":"` + native + `","message":"` + upstreamMessage + `",` + otherMembers + `}`
	}},
	{"orders", "", func(native, _ string, _ int) string { // nested
		return `{"error":{"code":"` + native + `","message":"` + upstreamMessage + `"},` + otherMembers + `}`
	}},
	{"success", "id", func(native, _ string, _ int) string {
		return `{"success":false,"data":null,"error":{"code":"` + native + `","message":"` + upstreamMessage + `","details":{"hint":"retry"}},` +
			`"meta":{"request_id":"` + exampleUUID + `"},` + otherMembers + `}`
	}},
	{"validonx", "id", func(native, domain string, status int) string {
		details := `{"hint":"retry"}`
		if native == "VALIDATION.FAILED" {
			details = `{"seats":["Must be at least 1."]}`
		}
		return `{"error":{"code":"` + native + `","message":"` + upstreamMessage + `","type":"` + domain + `","status":` + strconv.Itoa(status) +
			`,"details":` + details + `},"meta":{"request_id":"` + exampleUUID + `","api_version":"1"},` + otherMembers + `}`
	}},
}

// TestCodes sends every native code of these dialects through the proxy.
func TestCodes(t *testing.T) {
	t.Parallel()
	taxonomy := readTaxonomy(t)
	backend := upstream(t, func(w http.ResponseWriter, r *http.Request) {
		nativeError, _ := strconv.Atoi(path.Dir(r.URL.Path)[1:])
		status, _ := strconv.Atoi(r.Header.Get("Status"))
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("X-Request-Id", "id-in-the-header")
		w.Header().Set("Etag", `"1"`)
		w.WriteHeader(status)
		native := path.Base(r.URL.Path)
		domain, _, _ := strings.Cut(strings.ToLower(native), ".")
		_, _ = io.WriteString(w, nativeErrors[nativeError].body(native, domain, status))
	})
	p := serve(t, "", `
http://codes.test:{$PORT} {
	translate_errors {
		dialect auto
		unmapped pass
		expose upstream
	}
	reverse_proxy `+backend+`
}
`)
	seen := map[string]bool{}
	for i, s := range nativeErrors {
		rows := readRows(t, s.dialect)
		t.Run(fmt.Sprintf("%s_%d", s.dialect, i), func(t *testing.T) {
			for _, row := range rows {
				seen[s.dialect+" "+row.Native] = true
				t.Run(row.Native, func(t *testing.T) {
					where := fmt.Sprintf("codes.test/%d/%s", i, row.Native)
					a := p.get(t, where, "Status: "+strconv.Itoa(row.Status), "X-Request-ID: client-1")
					checkCode(t, a, s, row, taxonomy)
				})
			}
		})
	}
	const codes = 122
	if len(seen) != codes {
		t.Errorf("%d native codes were sent, want %d", len(seen), codes)
	}
}

func checkCode(t *testing.T, a *answer, s nativeError, row dialect.Row, taxonomy map[string]dialect.CodeEntry) {
	t.Helper()
	e := a.envelope(t)
	code, ok := taxonomy[row.Code]
	if !ok {
		t.Fatalf("%s is not in the taxonomy", row.Code)
	}
	if e.Error.Code != row.Code || e.Error.Category != string(code.Category) || e.Error.Retry.Strategy != string(code.Retry) {
		t.Errorf("the error is %s %s %s, want %s %s %s", e.Error.Code, e.Error.Category, e.Error.Retry.Strategy, row.Code, code.Category, code.Retry)
	}
	if want := strings.ToLower(strings.Split(row.Code, ".")[0]); e.Error.Type != want {
		t.Errorf("type is %q, want %q", e.Error.Type, want)
	}
	if want := expectedStatus(row, code.Status); a.status != want {
		t.Errorf("status is %d, want %d: the upstream's is %d, the code's %d", a.status, want, row.Status, code.Status)
	}
	if e.Meta.Match != "table" || e.Meta.Origin != "upstream" || e.Meta.APIVersion != "1" {
		t.Errorf("meta is %+v", e.Meta)
	}
	want := upstreamInfo{Dialect: s.dialect, Code: row.Native, Status: row.Status, RequestID: "id-in-the-header"}
	if s.has == "id" {
		want.RequestID = exampleUUID
	}
	if e.Meta.Upstream == nil || *e.Meta.Upstream != want {
		t.Errorf("meta.upstream is %+v, want %+v", e.Meta.Upstream, want)
	}
	if e.Meta.RequestID == "client-1" || !strings.HasPrefix(e.Meta.RequestID, "req_") || len(e.Meta.RequestID) != len("req_")+26 {
		t.Errorf("the request id is %q", e.Meta.RequestID)
	}
	if !e.Error.Retry.Safe {
		t.Error("retry.safe is false for a GET")
	}
	checkTexts(t, a, e, s, row, code)
	checkWait(t, a, e)
}

// checkTexts checks which texts of the upstream reach the client: all of a 4xx, none of a 5xx.
func checkTexts(t *testing.T, a *answer, e *envelope, s nativeError, row dialect.Row, code dialect.CodeEntry) {
	t.Helper()
	if row.Status >= 500 {
		if e.Error.Message != code.Message || e.Error.Details != nil {
			t.Errorf("message %q and details %s of a 5xx", e.Error.Message, e.Error.Details)
		}
		for _, f := range e.Error.Fields {
			if f.Message == "Must be at least 1." {
				t.Errorf("fields %v of a 5xx", e.Error.Fields)
			}
		}
		if strings.Contains(string(a.body), "50.00") || strings.Contains(string(a.body), "hint") {
			t.Errorf("a 5xx contains texts of the upstream: %s", a.body)
		}
		return
	}
	if e.Error.Message != upstreamMessage {
		t.Errorf("the message is %q", e.Error.Message)
	}
	details := map[string]string{"amount": "50.00", "count": "9007199254740993"}
	fields := s.has == "fields"
	switch {
	case s.dialect == "validonx" && row.Native == "VALIDATION.FAILED":
		fields = true
	case s.dialect == "licensekey", s.dialect == "success", s.dialect == "validonx":
		details["hint"] = `"retry"`
	}
	got := map[string]string{}
	for name, raw := range e.Error.Details {
		got[name] = string(raw)
	}
	if len(got) != len(details) {
		t.Errorf("the details are %v, want %v", got, details)
	}
	for name, want := range details {
		if got[name] != want {
			t.Errorf("detail %s is %s, want %s", name, got[name], want)
		}
	}
	switch {
	case !fields && len(e.Error.Fields) > 0:
		t.Errorf("the fields are %v", e.Error.Fields)
	case fields && (len(e.Error.Fields) != 1 || e.Error.Fields[0].Field != "seats" || e.Error.Fields[0].Message != "Must be at least 1."):
		t.Errorf("the fields are %v", e.Error.Fields)
	}
}

// checkWait checks that an answer with the strategy wait has a time, and that it also has it
// in Retry-After.
func checkWait(t *testing.T, a *answer, e *envelope) {
	t.Helper()
	header := a.header.Values("Retry-After")
	waits := e.Error.Retry.Strategy == "wait"
	switch {
	case waits && (e.Error.Retry.After == nil || *e.Error.Retry.After != 60):
		t.Errorf("retry is %+v", e.Error.Retry)
	case !waits && e.Error.Retry.After != nil:
		t.Errorf("retry is %+v, although the time is unknown", e.Error.Retry)
	}
	if waits != slices.Equal(header, []string{"60"}) || !waits && len(header) > 0 {
		t.Errorf("Retry-After is %q on a %d with %s", header, a.status, e.Error.Retry.Strategy)
	}
}

// expectedStatus returns the expected status of an answer: that of the code, unless it would
// change between 4xx and 5xx, or is one on which clients or caches act automatically.
func expectedStatus(row dialect.Row, to int) int {
	switch {
	case row.Force:
		return to
	case row.Status < 500 != (to < 500), slices.Contains([]int{401, 405, 407, 408, 416, 426}, to):
		return row.Status
	}
	return to
}

func readRows(t *testing.T, dialect string) []dialect.Row {
	t.Helper()
	name, data, err := mappings.Dialect(dialect)
	if err != nil {
		t.Fatal(err)
	}
	f, err := yamlfile.ReadDialect(name, data)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range f.Codes {
		if row.Status == 0 {
			t.Errorf("%s: %s has no documented status", name, row.Native)
		}
	}
	return f.Codes
}

func readTaxonomy(t *testing.T) map[string]dialect.CodeEntry {
	t.Helper()
	data, err := mappings.Files.ReadFile(mappings.TaxonomyFile)
	if err != nil {
		t.Fatal(err)
	}
	f, err := yamlfile.ReadTaxonomy(mappings.TaxonomyFile, data)
	if err != nil {
		t.Fatal(err)
	}
	codes := make(map[string]dialect.CodeEntry, len(f.Codes))
	for _, c := range f.Codes {
		codes[c.Name] = c
	}
	return codes
}

// TestCodesAsProblem sends errors to a client that prefers RFC 9457.
func TestCodesAsProblem(t *testing.T) {
	t.Parallel()
	backend := respondWith(t, map[string]response{
		"/form":     {400, []string{asJSON}, `{"error":"validation_error","message":"Please check the form.","fields":{"items.0.sku":"Unknown."},"paid":50.00}`},
		"/internal": {500, []string{asJSON}, `{"error":"internal_error","message":"panic: nil map"}`},
		"/busy":     {429, []string{asJSON, "Retry-After: 7"}, `{"code":"RATE_LIMIT_EXCEEDED","message":"Slow down, please."}`},
	})
	p := serve(t, "", `
http://problem.test:{$PORT} {
	translate_errors {
		envelope canonical problem
		expose upstream
	}
	reverse_proxy `+backend+`
}
http://docs.test:{$PORT} {
	translate_errors {
		envelope problem
		docs https://docs.example.com/errors
		request_id {
			trust all
		}
	}
	reverse_proxy `+backend+`
}
`)
	form := p.get(t, "problem.test/form", "Accept: application/problem+json")
	got := form.problem(t)
	if got.Code != "VALIDATION.FAILED" || got.Status != 422 || got.Type != "about:blank" || got.Title != "Unprocessable Content" || got.Detail != "Please check the form." {
		t.Errorf("the problem is %+v", got)
	}
	if len(got.Errors) != 1 || got.Errors[0].Pointer != "#/items/0/sku" || got.Errors[0].Detail != "Unknown." {
		t.Errorf("the errors are %+v", got.Errors)
	}
	if len(got.Details) != 1 || string(got.Details["paid"]) != "50.00" {
		t.Errorf("the details are %s", got.Details)
	}
	if vary := strings.Join(form.header.Values("Vary"), ","); !strings.Contains(vary, "Accept") {
		t.Errorf("Vary is %q", vary)
	}
	if internal := p.get(t, "problem.test/internal", "Accept: application/problem+json, application/json;q=0.5").problem(t); internal.Code != "INTERNAL.ERROR" || strings.Contains(internal.Detail, "panic") {
		t.Errorf("the problem is %+v", internal)
	}
	p.get(t, "problem.test/form", "Accept: application/json").envelope(t)
	p.get(t, "problem.test/form", "Accept: application/problem+json;q=0").envelope(t)
	p.get(t, "problem.test/form").envelope(t)

	busy := p.get(t, "docs.test/busy", "X-Request-ID: "+exampleUUID).problem(t)
	if busy.Type != "https://docs.example.com/errors/RATE_LIMIT.EXCEEDED" || busy.Instance != "urn:uuid:"+exampleUUID || busy.RequestID != exampleUUID {
		t.Errorf("the problem is %+v", busy)
	}
	if busy.Retry.After == nil || *busy.Retry.After != 7 || busy.Upstream != nil {
		t.Errorf("the problem is %+v", busy)
	}
}
