package redisstore

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"
)

func TestCaddyfile(t *testing.T) {
	for name, c := range map[string]struct{ text, want, fault string }{
		"address":       {`redis redis://localhost`, `{"addresses":["redis://localhost"]}`, ""},
		"cluster":       {`redis redis://a redis://b`, `{"addresses":["redis://a","redis://b"]}`, ""},
		"placeholder":   {`redis redis://:{env.X}@a`, `{"addresses":["redis://:{env.X}@a"]}`, ""},
		"prefix":        {"redis redis://a {\n prefix shop:eu\n}", `{"addresses":["redis://a"],"prefix":"shop:eu"}`, ""},
		"empty block":   {"redis redis://a {\n}", `{"addresses":["redis://a"]}`, ""},
		"no address":    {`redis`, "", "no address given"},
		"unknown name":  {"redis redis://a {\n prefux x\n}", "", `unknown subdirective "prefux"; expected prefix`},
		"two prefixes":  {"redis redis://a {\n prefix x\n prefix y\n}", "", "duplicate prefix"},
		"no prefix":     {"redis redis://a {\n prefix\n}", "", "prefix: expected 1 argument, got 0"},
		"two arguments": {"redis redis://a {\n prefix a b\n}", "", "prefix: expected 1 argument, got 2"},
		"invalid":       {"redis redis://a {\n prefix a{b\n}", "", `prefix "a{b": must be`},
		"block in line": {"redis redis://a {\n prefix x {\n y\n }\n}", "", "store redis"},
	} {
		t.Run(name, func(t *testing.T) {
			r := new(Redis)
			err := r.UnmarshalCaddyfile(caddyfile.NewTestDispenser(c.text))
			if c.fault != "" {
				if err == nil || !strings.Contains(err.Error(), c.fault) {
					t.Errorf("got %v, want %q", err, c.fault)
				}
				return
			}
			got, _ := json.Marshal(r)
			if err != nil || string(got) != c.want {
				t.Errorf("got %s and %v, want %s", got, err, c.want)
			}
		})
	}
}

func TestBounds(t *testing.T) {
	for _, c := range []struct {
		timeout time.Duration
		ok      bool
	}{
		{0, true}, {10 * time.Millisecond, true}, {250 * time.Millisecond, true},
		{9 * time.Millisecond, false}, {251 * time.Millisecond, false}, {-1, false},
	} {
		r := &Redis{Addresses: []string{"redis://127.0.0.1:1"}, Timeout: caddy.Duration(c.timeout)}
		if err := r.Provision(caddy.Context{}); (err == nil) != c.ok {
			t.Errorf("timeout %s: %v", c.timeout, err)
		}
		if err := r.Cleanup(); err != nil {
			t.Error(err)
		}
	}
}

func TestRegistered(t *testing.T) {
	m, err := caddy.GetModule("http.translate_errors.stores.redis")
	if err != nil || m.New() == m.New() {
		t.Errorf("got %v, %v", m, err)
	}
}
