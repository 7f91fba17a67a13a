package ledger

import (
	"slices"
	"strings"
	"testing"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/mappings/builtin"
)

func TestGroupOf(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		code, message, want string
		masked              bool
	}{
		{"plan_not_found", "x", "plan_not_found", false},
		{"E1001", "", "E1001", false},
		{"40401", "", "40401", false},
		{"ORA-00942", "", "ORA-00942", false},
		{"AADSTS50020", "", "AADSTS50020", false},
		{"InvalidParameter.Image", "", "InvalidParameter.Image", false},
		{"MethodArgumentTypeMismatchException", "", "MethodArgumentTypeMismatchException", false},
		{"AWS.SimpleQueueService.NonExistentQueue", "", "AWS.SimpleQueueService.NonExistentQueue", false},
		{"EC2ThrottledException", "", "EC2ThrottledException", false},
		{"database-connection-timeout", "", "database-connection-timeout", false},
		{"org.acme.FooException", "", "org.acme.FooException", false},
		{"https://example.com/probs/out-of-credit", "", "https://example.com/probs/out-of-credit", false},
		{"no such plan", "", "no such plan", false},
		{"42P01", "", "42P01", false},
		{"kein_guthaben_mehr_für_käufe", "", "kein_guthaben_mehr_für_käufe", false},
		// Values of one request in place of a code.
		{"550e8400-e29b-41d4-a716-446655440000", "", "*", true},
		{"AKIAIOSFODNN7EXAMPLE", "", "*", true},
		{"sk_live_4eC39HqLyjWDarjtT1zdp7dc", "", "*", true},
		{"alice@example.com", "", "*", true},
		{"10.0.12.7", "", "*", true},
		{"db-primary.internal", "", "*", true},
		{"4111111111111111", "", "*", true},
		{"/srv/app/main", "", "*", true},
		{strings.Repeat("a", 200), "", "*", true},
		// Messages.
		{"", "Order 12345 was not found", "Order * was not found", true},
		{"", "Order ord_8x7f3 for alice@example.com was not found.\nat line 2", "Order * for * was not found.", true},
		{"", `No route matches "foo bar" here`, "No route matches * here", true},
		{"", "limit=10 exceeded", "limit=* exceeded", true},
		{"", "", "", false},
	} {
		got, masked := groupOf(&Error{Code: tt.code, Message: tt.message, Match: ByStatus})
		if got != tt.want && !(tt.masked && strings.HasPrefix(got, "withheld ")) || masked != tt.masked {
			t.Errorf("groupOf(%q, %q) = %q, %v; want %q, %v", tt.code, tt.message, got, masked, tt.want, tt.masked)
		}
	}
}

// planted are texts that no ledger may have.
var planted = []string{
	"hunter2secret", "sk_live_4eC39HqLyjWDarjtT1zdp7dc", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N", "AKIAIOSFODNN7EXAMPLE",
	"alice@example.com", "10.3.7.12", "db-primary.internal", "192.0.2.44:5432", "4111 1111 1111 1111", "/srv/app/models/user.py",
	"com.acme.billing.PlanService.find(PlanService.java:42)", "SELECT * FROM users", "postgres://app:pw@db/prod",
}

func TestNothingPlanted(t *testing.T) {
	t.Parallel()
	for i, secret := range planted {
		quoted := strings.ReplaceAll(secret, `"`, `\"`)
		for _, body := range []string{
			`{"code":"plan_gone","message":"Failed for ` + quoted + `","password":"` + quoted + `","customer":"` + quoted + `"}`,
			`{"code":"plan_gone","error":{"stackTrace":["at ` + quoted + `"],"token":"` + quoted + `","debug":"` + quoted + `"}}`,
			`{"fields":[{"field":"password","value":"` + quoted + `"}],"` + quoted + `":1}`,
		} {
			l := New("run", start, 0)
			o := &Error{Site: l.Site("api"), Code: "plan_gone", Message: "Failed for " + secret, Status: 400, Match: Match(i % 3), Now: start}
			l.Record(o).AddSample(NewSample(o, "req_1", []byte(body)))
			if o.Code = secret; secret != "hunter2secret" { // as a code, it is a word like others
				l.Record(o)
			}
			o.Code = ""
			l.Record(o)
			l.Record(&Error{Site: o.Site, Message: secret, Status: 500, Now: start})
			text, err := l.Snapshot(start.Unix()).Encode()
			if err != nil {
				t.Fatal(err)
			}
			s, err := Decode(text)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range s.Entries {
				sample := Sample{}
				if e.Sample != nil {
					sample = *e.Sample
				}
				if all := e.Code + sample.Body + sample.Message; strings.Contains(all, secret) {
					t.Errorf("the ledger has %q: %q, %+v", secret, e.Code, sample)
				}
			}
		}
	}
}

func TestSample(t *testing.T) {
	t.Parallel()
	o := &Error{Code: "plan_gone", Message: "Plan 4711 is gone", Now: start}
	for _, tt := range []struct{ body, want string }{
		{`{"code":"plan_gone","message":"Plan 4711 is gone","id":123456,"n":7}`, `{"code":"plan_gone","message":"Plan * is gone","id":0,"n":7}`},
		{`{"error":{"type":"invalid_request","customer":"Alice Liddell"},"list":[1,2,3]}`, `{"error":{"type":"invalid_request","customer":"*"},"list":[1,2]}`},
		{`{"password":"correct","apiKey":{"a":"b"}}`, `{"password":"[redacted]","apiKey":{}}`},
		{"plain text", ""},
		{`"text"`, ""},
		{`{"a":"` + strings.Repeat("word_", 2000) + `"}`, `{"a":"*"}`},
	} {
		if got := NewSample(o, "", []byte(tt.body)).Body; got != tt.want {
			t.Errorf("the sample of %.60s\nis   %s\nwant %s", tt.body, got, tt.want)
		}
	}
}

func TestOutline(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ body, want string }{
		{`{"fault":{"a":1},"since":17,"alice@example.com":1}`, "members: fault since *"},
		{"Order 7 failed\nat x", "Order * failed"},
		{`[1,2]`, "*"},
		{"", ""},
		{"<html><body>Sorry</body></html>", "*"},
	} {
		if got := Mask(Outline([]byte(tt.body))); got != tt.want {
			t.Errorf("the outline of %q is %q, want %q", tt.body, got, tt.want)
		}
	}
}

// TestBuiltinCodes checks that the codes of real APIs are codes. Those with spaces are messages,
// which are shown only if they may reach clients, and else have a mask.
func TestBuiltinCodes(t *testing.T) {
	t.Parallel()
	exceptions := []string{
		"isv.not-support-app-auth",                                         // reads like a host
		"/IWFND/MED/170", "/IWFND/CM_CONSUMER/101", "/IWBEP/CM_MGW_RT/020", // read like paths
	}
	for _, d := range builtin.Library().Dialects {
		for _, r := range d.Codes {
			k := dialect.ParseRowKey(r.Native)
			if k.Code == "" || k.Prefix || strings.Contains(k.Code, " ") || slices.Contains(exceptions, k.Code) {
				continue
			}
			if o := (&Error{Code: k.Code, Match: ByStatus}); !o.isShown() || !AllowsCode(k.Code) {
				t.Errorf("%s: %q is not shown", d.Name, k.Code)
			}
		}
	}
}
