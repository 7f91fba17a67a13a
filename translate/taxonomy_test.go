package translate_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/dialect/yamlfile"
	"github.com/koine-proxy/koine/translate"
	"github.com/koine-proxy/koine/translate/redact"
)

// genericCodes are the codes of errors for which only the status is known. They
// must not change, because clients depend on them.
var genericCodes = map[int]string{
	400: "REQUEST.INVALID", 401: "AUTH.UNAUTHENTICATED", 402: "PAYMENT.REQUIRED", 403: "AUTH.FORBIDDEN",
	404: "RESOURCE.NOT_FOUND", 405: "REQUEST.METHOD_NOT_ALLOWED", 406: "REQUEST.NOT_ACCEPTABLE", 408: "REQUEST.TIMEOUT",
	409: "RESOURCE.CONFLICT", 410: "RESOURCE.GONE", 412: "REQUEST.PRECONDITION_FAILED", 413: "REQUEST.TOO_LARGE",
	414: "REQUEST.URI_TOO_LONG", 415: "REQUEST.UNSUPPORTED_MEDIA_TYPE", 416: "REQUEST.RANGE_NOT_SATISFIABLE",
	422: "REQUEST.UNPROCESSABLE", 423: "RESOURCE.LOCKED", 425: "REQUEST.TOO_EARLY", 428: "REQUEST.PRECONDITION_REQUIRED",
	429: "RATE_LIMIT.EXCEEDED", 431: "REQUEST.HEADERS_TOO_LARGE", 451: "RESOURCE.LEGALLY_RESTRICTED",
	500: "INTERNAL.ERROR", 501: "REQUEST.NOT_IMPLEMENTED", 502: "UPSTREAM.ERROR", 503: "UPSTREAM.UNAVAILABLE", 504: "UPSTREAM.TIMEOUT",
}

// vendorCodes are the generic codes of statuses that only vendors or other RFCs
// define. Their codes may have another status, since the answer keeps that of the
// upstream.
var vendorCodes = map[int]struct {
	code, title string
	category    translate.Category
	retry       translate.Retry
}{
	407: {"AUTH.UNAUTHENTICATED", "Proxy Authentication Required", translate.Unauthenticated, translate.RetryNever},
	419: {"AUTH.CSRF_FAILED", "Page Expired", translate.PermissionDenied, translate.RetryNever},
	420: {"RATE_LIMIT.EXCEEDED", "Enhance Your Calm", translate.RateLimited, translate.RetryWait},
	430: {"AUTH.BLOCKED", "Security Rejection", translate.PermissionDenied, translate.RetryNever},
	440: {"AUTH.LOGIN_EXPIRED", "Login Time-out", translate.Unauthenticated, translate.RetryNever},
	444: {"AUTH.BLOCKED", "No Response", translate.PermissionDenied, translate.RetryNever},
	450: {"AUTH.BLOCKED", "Blocked by Windows Parental Controls", translate.PermissionDenied, translate.RetryNever},
	460: {"REQUEST.CANCELED", "Client Closed Connection", translate.Timeout, translate.RetryBackoff},
	463: {"REQUEST.HEADERS_TOO_LARGE", "Too Many Forwarded Addresses", translate.InvalidRequest, translate.RetryNever},
	464: {"REQUEST.VERSION_UNSUPPORTED", "Incompatible Protocol Version", translate.InvalidRequest, translate.RetryNever},
	494: {"REQUEST.HEADERS_TOO_LARGE", "Request Header Too Large", translate.InvalidRequest, translate.RetryNever},
	495: {"AUTH.UNAUTHENTICATED", "SSL Certificate Error", translate.Unauthenticated, translate.RetryNever},
	496: {"AUTH.UNAUTHENTICATED", "SSL Certificate Required", translate.Unauthenticated, translate.RetryNever},
	497: {"REQUEST.MISDIRECTED", "HTTP Request Sent to HTTPS Port", translate.InvalidRequest, translate.RetryNever},
	498: {"AUTH.TOKEN_INVALID", "Invalid Token", translate.Unauthenticated, translate.RetryNever},
	509: {"UPSTREAM.UNAVAILABLE", "Bandwidth Limit Exceeded", translate.Unavailable, translate.RetryBackoff},
	511: {"UPSTREAM.CONNECTION_FAILED", "Network Authentication Required", translate.Upstream, translate.RetryBackoff},
	520: {"UPSTREAM.BAD_RESPONSE", "Web Server Returned an Unknown Error", translate.Upstream, translate.RetryBackoff},
	521: {"UPSTREAM.CONNECTION_FAILED", "Web Server Is Down", translate.Upstream, translate.RetryBackoff},
	522: {"UPSTREAM.TIMEOUT", "Connection Timed Out", translate.Timeout, translate.RetryBackoff},
	523: {"UPSTREAM.CONNECTION_FAILED", "Origin Is Unreachable", translate.Upstream, translate.RetryBackoff},
	524: {"UPSTREAM.TIMEOUT", "A Timeout Occurred", translate.Timeout, translate.RetryBackoff},
	525: {"UPSTREAM.TLS_FAILED", "SSL Handshake Failed", translate.Upstream, translate.RetryNever},
	526: {"UPSTREAM.TLS_FAILED", "Invalid SSL Certificate", translate.Upstream, translate.RetryNever},
	527: {"UPSTREAM.CONNECTION_FAILED", "Railgun Error", translate.Upstream, translate.RetryBackoff},
	529: {"SYSTEM.OVERLOADED", "Site Is Overloaded", translate.Unavailable, translate.RetryBackoff},
	530: {"UPSTREAM.UNAVAILABLE", "Origin Unavailable", translate.Unavailable, translate.RetryBackoff},
	561: {"UPSTREAM.ERROR", "Identity Provider Error", translate.Upstream, translate.RetryBackoff},
	598: {"UPSTREAM.TIMEOUT", "Network Read Timeout Error", translate.Timeout, translate.RetryBackoff},
	599: {"UPSTREAM.TIMEOUT", "Network Connect Timeout Error", translate.Timeout, translate.RetryBackoff},
}

// TestVendorCodes checks the statuses of vendors: their codes, and the title of
// the problem that is sent.
func TestVendorCodes(t *testing.T) {
	p, e := translate.DefaultPolicy(), engine(t)
	for status, want := range vendorCodes {
		code := e.Taxonomy().Generic(status)
		if code.Name != want.code || code.Category != want.category || code.Retry != want.retry {
			t.Errorf("%d is %s, %s, %s; want %s, %s, %s", status, code.Name, code.Category, code.Retry, want.code, want.category, want.retry)
		}
		if code.Status/100 != status/100 {
			t.Errorf("%d is %s, which has the status %d", status, code.Name, code.Status)
		}
		tr := e.Acquire()
		tr.Read(status, nil)
		body := string(tr.AppendProblem(nil, &p, translate.RenderParams{RequestID: "r"}))
		tr.Release()
		if start := fmt.Sprintf(`{"type":"about:blank","title":%q,"status":%d,`, want.title, status); !strings.HasPrefix(body, start) {
			t.Errorf("the problem is %s, want %s", body, start)
		}
	}
}

// TestPhrase checks that every status has a phrase.
func TestPhrase(t *testing.T) {
	for status := 400; status <= 599; status++ {
		if translate.Phrase(status) == "" {
			t.Errorf("%d has no phrase", status)
		}
	}
}

func TestGenericCodes(t *testing.T) {
	tax := taxonomy(t)
	for status := 400; status <= 599; status++ {
		want, ok := genericCodes[status]
		if vendor, isVendor := vendorCodes[status]; isVendor {
			want = vendor.code
		} else if !ok {
			want = map[bool]string{true: "REQUEST.INVALID", false: "INTERNAL.ERROR"}[status < 500]
		}
		if got := tax.Generic(status).Name; got != want {
			t.Errorf("%d is %s, want %s", status, got, want)
		}
		if code := tax.Generic(status); ok && code.Status != status {
			t.Errorf("%s has the status %d, but is generic for %d", code.Name, code.Status, status)
		}
	}
	for _, status := range []int{-1, 0, 200, 399, 600, 1 << 40} {
		if got := tax.Generic(status).Name; got != "INTERNAL.ERROR" {
			t.Errorf("%d is %s, want INTERNAL.ERROR", status, got)
		}
	}
}

// TestCodeStatuses checks that every code has a status that clients know: one that
// is registered. 499 is not.
func TestCodeStatuses(t *testing.T) {
	for _, c := range taxonomy(t).Codes() {
		if http.StatusText(c.Status) == "" {
			t.Errorf("%s has the status %d, which is not registered", c.Name, c.Status)
		}
	}
}

// TestCodeTexts checks the texts of codes that end users see.
func TestCodeTexts(t *testing.T) {
	inside := regexp.MustCompile(`(?i)database|sql|stripe|cron`)
	for _, c := range taxonomy(t).Codes() {
		if c.Message == "" || c.Description == "" || c.Action == "" {
			t.Errorf("%s has an empty text", c.Name)
		}
		if m := inside.FindString(c.Message); m != "" {
			t.Errorf("the message of %s mentions %q", c.Name, m)
		}
		if n := utf8.RuneCountInString(c.Message); n > 160 {
			t.Errorf("the message of %s has %d characters", c.Name, n)
		}
		for what, text := range map[string]string{"message": c.Message, "description": c.Description, "action": c.Action} {
			if !strings.HasSuffix(text, ".") || strings.HasSuffix(text, "..") {
				t.Errorf("the %s of %s does not end with a full stop: %q", what, c.Name, text)
			}
			if strings.Contains(text, "\n") || strings.Contains(text, "  ") {
				t.Errorf("the %s of %s is not a single line: %q", what, c.Name, text)
			}
		}
		if !redact.AllowsMessage(c.Message) {
			t.Errorf("the message of %s is not allowed by redact: %q", c.Name, c.Message)
		}
	}
}

// TestCodesAreConsistent checks that status, category and retry strategy of a code
// agree.
func TestCodesAreConsistent(t *testing.T) {
	statuses := map[translate.Category][]int{
		translate.Unauthenticated: {401}, translate.PaymentRequired: {402}, translate.PermissionDenied: {403, 451, 429}, // 429: an account that is locked
		translate.NotFound: {404}, translate.Gone: {410}, translate.Internal: {500, 501},
	}
	for _, c := range taxonomy(t).Codes() {
		if list, ok := statuses[c.Category]; ok && !contains(list, c.Status) {
			t.Errorf("%s is %s with the status %d", c.Name, c.Category, c.Status)
		}
		if server := c.Category == translate.Upstream || c.Category == translate.Internal; server && c.Status < 500 {
			t.Errorf("%s is %s, but its status %d is a client error", c.Name, c.Category, c.Status)
		}
		if c.Retry == translate.RetryRefresh && c.Status != 401 {
			t.Errorf("%s requires a new token with the status %d", c.Name, c.Status)
		}
		if !strings.HasPrefix(strings.ToUpper(c.Type()), c.Name[:strings.IndexByte(c.Name, '.')]) {
			t.Errorf("the type of %s is %s", c.Name, c.Type())
		}
	}
}

func contains(list []int, n int) bool {
	for _, i := range list {
		if i == n {
			return true
		}
	}
	return false
}

// TestEveryCodeIsUsed checks that every code is generic or in some table.
func TestEveryCodeIsUsed(t *testing.T) {
	used := map[string]bool{}
	for _, name := range genericCodes {
		used[name] = true
	}
	for _, f := range files(t) {
		for _, row := range f.Codes {
			used[row.Code] = true
		}
	}
	for _, c := range taxonomy(t).Codes() {
		if !used[c.Name] {
			t.Errorf("no row has %s", c.Name)
		}
	}
}

func TestLookup(t *testing.T) {
	tax := taxonomy(t)
	for _, name := range []string{"", "ORDER", "order.not_found", "ORDER.NOT_FOUND "} {
		if c := tax.Lookup(name); c != nil {
			t.Errorf("%q is %s", name, c.Name)
		}
	}
	for _, c := range tax.Codes() {
		if tax.Lookup(c.Name) != c {
			t.Errorf("%s is not found", c.Name)
		}
	}
}

func TestIsCodeName(t *testing.T) {
	for name, want := range map[string]bool{
		"A.B": true, "ORDER.NOT_FOUND": true, "TENANT.STATUS.SUSPENDED": true, "A1.B_2.C3": true,
		"": false, "A": false, "A.": false, ".B": false, "A..B": false, "A.B.C.D": false, "a.b": false, "A.b": false, "1A.B": false,
		"_A.B": false, "A.B ": false, "A-B.C": false, "A.B\n": false, "Ä.B": false,
	} {
		if got := dialect.IsCodeName(name); got != want {
			t.Errorf("IsCodeName(%q) = %t", name, got)
		}
	}
}

const small = `taxonomy: small
generic: {4xx: ORDER.BAD, 5xx: ORDER.BROKEN}
codes:
  ORDER.BAD: {status: 400, category: conflict, retry: never, message: Bad., description: d, action: a}
  ORDER.BROKEN: {status: 500, category: internal, retry: never, message: Broken., description: d, action: a}
`

// compileTaxonomies compiles valid taxonomy files.
func compileTaxonomies(t *testing.T, texts ...string) (*translate.Taxonomy, error) {
	t.Helper()
	var files []*dialect.TaxonomyFile
	for i, text := range texts {
		f, err := yamlfile.ReadTaxonomy([]string{"one.yaml", "two.yaml"}[i], []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	return translate.CompileTaxonomy(files...)
}

func TestTaxonomyOverrides(t *testing.T) {
	tax, err := compileTaxonomies(t, small, `taxonomy: more
generic: {404: ORDER.GONE, 5xx: ORDER.GONE}
codes:
  ORDER.BAD: {status: 422, category: conflict, retry: never, message: Very bad., description: d, action: a}
  ORDER.GONE: {status: 410, category: gone, retry: never, message: Gone., description: d, action: a}
`)
	if err != nil {
		t.Fatal(err)
	}
	for status, want := range map[int]string{400: "ORDER.BAD", 404: "ORDER.GONE", 503: "ORDER.GONE"} {
		if got := tax.Generic(status).Name; got != want {
			t.Errorf("%d is %s, want %s", status, got, want)
		}
	}
	if bad := tax.Lookup("ORDER.BAD"); bad.Status != 422 || tax.Generic(400) != bad {
		t.Errorf("the first ORDER.BAD is not overridden: %+v", bad)
	}
}

func TestTaxonomyFaults(t *testing.T) {
	for _, c := range []struct {
		about string
		texts []string
		want  []string
	}{
		{"everything about a code", []string{`taxonomy: t
generic: {4xx: A.B, 5xx: A.B}
codes:
  A.B: {status: 200, category: oops, retry: maybe, message: "", description: d, action: ""}
  bad: {status: 400, category: conflict, retry: never, message: m, description: d, action: a}
`}, []string{
			`one.yaml:4:3: status of A.B must be from 400 to 599, not 200`,
			`one.yaml:4:3: category of A.B is "oops"; it must be one of invalid_request, unauthenticated, payment_required, permission_denied, not_found, conflict, gone, rate_limited, timeout, unavailable, upstream, internal`,
			`one.yaml:4:3: retry of A.B is "maybe"; it must be one of never, refresh, wait, backoff`,
			`one.yaml:4:3: A.B has no message`,
			`one.yaml:4:3: A.B has no action`,
			`one.yaml:5:3: code "bad" does not have the form DOMAIN.REASON or DOMAIN.SUBJECT.REASON in upper case`,
		}},
		{"generic codes", []string{small, `taxonomy: t
generic:
  404: ORDER.BAAD
  9xx: ORDER.BAD
  200: ORDER.BAD
  x: ORDER.BAD
  500: SOMETHING.ELSE_ENTIRELY
codes: {}
`}, []string{
			`two.yaml:3:8: unknown canonical code "ORDER.BAAD"; did you mean ORDER.BAD?`,
			`two.yaml:4:3: generic "9xx" must be a status from 400 to 599, 4xx or 5xx`,
			`two.yaml:5:3: generic "200" must be a status from 400 to 599, 4xx or 5xx`,
			`two.yaml:6:3: generic "x" must be a status from 400 to 599, 4xx or 5xx`,
			`two.yaml:7:8: unknown canonical code "SOMETHING.ELSE_ENTIRELY"; add it to a taxonomy file, or use one that exists`,
		}},
		{"no generic codes", []string{"taxonomy: t\ncodes: {}\n"}, []string{
			`one.yaml: generic: 4xx is missing; add the code for 4xx statuses that are not listed`,
			`one.yaml: generic: 5xx is missing; add the code for 5xx statuses that are not listed`,
		}},
	} {
		t.Run(c.about, func(t *testing.T) {
			_, err := compileTaxonomies(t, c.texts...)
			wantFaults(t, err, c.want)
		})
	}
	if _, err := translate.CompileTaxonomy(); err == nil {
		t.Error("an empty taxonomy compiles")
	}
}
