package koine

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/caddyserver/caddy/v2"
)

// provisionJSON provisions a handler with a JSON configuration.
func provisionJSON(t *testing.T, text string) error {
	t.Helper()
	h := new(Handler)
	if err := json.Unmarshal([]byte(text), h); err != nil {
		t.Fatal(err)
	}
	ctx, err := caddy.ProvisionContext(&caddy.Config{Admin: &caddy.AdminConfig{Disabled: true}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = h.Cleanup() })
	return h.Provision(ctx)
}

// TestNull checks that null in a JSON configuration is a fault or means the default, and
// never ends the process.
func TestNull(t *testing.T) {
	for text, want := range map[string]string{
		`{"rate_limit":[null]}`: "rate_limit: entry 1 is null; expected a policy with limit and per",
		`{"rate_limit":[{"name":"a","limit":1,"per":1000000000},null]}`: "rate_limit: entry 2 is null",
		`{"rate_limit":null}`: "",
		`{"rate_limit":[{"limit":1,"per":1000000000,"key":null,"match":null}]}`: "",
		`{"rate_limit":[{"limit":1,"per":1000000000,"match":[null]}]}`:          "",
		`{"map":[null]}`:                  "map: expected a dialect",
		`{"dialect":[null]}`:              `dialect ""`,
		`{"envelope":[null]}`:             `envelope ""`,
		`{"taxonomy":[null]}`:             "taxonomy",
		`{"only":[null]}`:                 "only 0",
		`{"request_id":null}`:             "",
		`{"request_id":{"trust":[null]}}`: "trust",
	} {
		err := provisionJSON(t, text)
		if (err != nil) != (want != "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", text, err, want)
		}
	}
}

// TestIDHeader checks which headers may have the id.
func TestIDHeader(t *testing.T) {
	for _, name := range []string{"X-Request-ID", "x-correlation-id", "Request-Id", "X-Amzn-Trace-Id", "X-Content-Id", "Correlation-ID"} {
		if err := checkHeaderName(name); err != nil {
			t.Error(err)
		}
	}
	for _, name := range []string{
		"", "a b", "é", "Transfer-Encoding", "content-length", "Content-Type", "HOST", "Connection", "Keep-Alive", "TE", "Trailer", "Upgrade",
		"Authorization", "Cookie", "Set-Cookie", "Location", "Vary", "Cache-Control", "ETag", "If-Match", "Range", "Via", "Date", "Origin", "Referer",
		"Access-Control-Allow-Origin", "Proxy-Authorization", "WWW-Authenticate", "X-Forwarded-For", "X-RateLimit-Limit", "RateLimit", "Retry-After",
		"Proxy-Status", "Traceparent", "Accept", "User-Agent", "Server", "Sec-Fetch-Mode", "Expect",
	} {
		if err := checkHeaderName(name); err == nil {
			t.Errorf("%q is accepted", name)
		}
	}
}

// TestAllFaultsAreReported checks that faults of a taxonomy do not hide those of a mapping
// file.
func TestAllFaultsAreReported(t *testing.T) {
	const (
		sound   = "taxonomy: acme\ncodes:\n  ACME.LOST: {status: 409, category: conflict, retry: never, message: m, description: d, action: a}\n"
		mapping = "dialect: acme\nabout: x\nmatch: {keys: [acme]}\nshape: {code: acme}\ncodes: {a: ACME.LOST, b: ACME.GONE}\n"
		unknown = `acme.yaml:5:26: unknown canonical code "ACME.GONE"`
	)
	for name, c := range map[string]struct {
		taxonomy string
		want     []string
	}{
		"sound":            {sound, []string{unknown}},
		"a wrong category": {strings.Replace(sound, "conflict", "conflicts", 1), []string{"taxonomy.yaml:3:3: category", unknown}},
		"an unknown key":   {strings.Replace(sound, "status", "statuss", 1), []string{`taxonomy.yaml:3:15: unknown key "statuss"`, unknown}},
		"no YAML":          {"taxonomy: acme\ncodes:\n\tA.B: x\n", []string{"taxonomy.yaml:3:1: invalid YAML: a tab"}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for file, text := range map[string]string{"taxonomy.yaml": c.taxonomy, "acme.yaml": mapping} {
				path := filepath.Join(dir, file)
				if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			text, _ := json.Marshal(map[string]any{"taxonomy": []string{filepath.Join(dir, "taxonomy.yaml")}, "dialect": []string{filepath.Join(dir, "acme.yaml"), "auto"}})
			err := provisionJSON(t, string(text))
			if err == nil {
				t.Fatal("no fault")
			}
			for _, want := range c.want {
				if strings.Count(err.Error(), want) != 1 {
					t.Errorf("got %v, want one %q", err, want)
				}
			}
			if got := strings.Count(err.Error(), dir); got > len(c.want)+1 { // a missing key is another fault
				t.Errorf("%d faults: %v", got, err)
			}
		})
	}
}
