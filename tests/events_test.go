package tests

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig"
	parser "github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"
	"github.com/caddyserver/caddy/v2/modules/caddyevents"
	_ "github.com/caddyserver/caddy/v2/modules/standard"

	_ "github.com/koine-proxy/koine"
)

func init() { caddy.RegisterModule(eventSpy{}) }

// eventSpy is a subscriber of events that keeps them in seenEvents. It panics on the first one,
// which must not be noticed by anyone.
type eventSpy struct{}

func (eventSpy) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{ID: "events.handlers.spy", New: func() caddy.Module { return new(eventSpy) }}
}

func (eventSpy) UnmarshalCaddyfile(*parser.Dispenser) error { return nil }

func (eventSpy) Handle(_ context.Context, e caddy.Event) error {
	seenEvents.Lock()
	defer seenEvents.Unlock()
	seenEvents.list = append(seenEvents.list, e)
	if len(seenEvents.list) == 1 {
		panic("the subscriber has a bug")
	}
	return nil
}

var (
	_ caddyevents.Handler = (*eventSpy)(nil)
	_ parser.Unmarshaler  = (*eventSpy)(nil)
)

var seenEvents struct {
	sync.Mutex
	list []caddy.Event
}

// eventsBy returns the events with a name, by the value of one member of their data.
func eventsBy(name, member string) map[string]map[string]any {
	seenEvents.Lock()
	defer seenEvents.Unlock()
	out := map[string]map[string]any{}
	for _, e := range seenEvents.list {
		if e.Name() == name {
			out[fmt.Sprint(e.Data[member])] = e.Data
		}
	}
	return out
}

// runInProcess runs Caddy inside the process of the tests. Only one test can do that at a time.
func runInProcess(t *testing.T, options, sites string) *proxy {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("XDG_DATA_HOME", dir) // has the id of the instance
	p := &proxy{addr: fmt.Sprint("127.0.0.1:", freePort(t)), admin: fmt.Sprint("127.0.0.1:", freePort(t)), log: dir + "/log.json"}
	text := strings.NewReplacer("{$PORT}", portOf(p.addr), "{$ADMIN}", portOf(p.admin), "{$STATE}", dir, "{$LOG}", p.log, "level DEBUG", "level INFO").Replace(caddyfile(options, sites))
	config, _, err := caddyconfig.GetAdapter("caddyfile").Adapt([]byte(text), nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := caddy.Load(config, true); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := caddy.Stop(); err != nil {
			t.Error(err)
		}
	})
	p.client = newClient(t, p.addr)
	return p
}

// TestEvents checks the events of Caddy's events app: the first sight of each code that no
// table has, and refusals, without a storm of either.
func TestEvents(t *testing.T) {
	p := runInProcess(t, `
	events {
		on translate_errors.unmapped spy
		on translate_errors.rate_limited spy
	}`, `
http://events.test:{$PORT} {
	translate_errors {
		dialect rustbill
	}
	request_limit /limited tight {
		limit 1 per 1h
	}
	reverse_proxy `+upstream(t, echoCode)+`
}
`)
	const secret = "sk_live_4eC39HqLyjWDarjtT1zdp7dc"
	for range 3 {
		for _, path := range []string{"first_of_all", "plan_not_found", "seat_gone", "seat_gone", secret} {
			p.get(t, "events.test/"+path)
		}
		p.send(t, http.MethodHead, "events.test/not_read", "")
	}
	for range 30 {
		p.get(t, "events.test/limited")
	}
	eventually(t, "the events were emitted", func() bool {
		return len(eventsBy("translate_errors.unmapped", "code")) == 4 && len(eventsBy("translate_errors.rate_limited", "policy")) == 1
	})
	unmapped := eventsBy("translate_errors.unmapped", "code")
	want := map[string]any{"site": "events.test", "route": "", "dialect": "rustbill", "code": "seat_gone", "masked": false, "status": 400, "canonical": "REQUEST.INVALID",
		"match": "status", "proposed": "RESOURCE.GONE", "row": "seat_gone: RESOURCE.GONE", "dropped": int64(0)}
	for name, value := range want {
		if got := unmapped["seat_gone"][name]; got != value {
			t.Errorf("the %s of the event is %v, want %v", name, got, value)
		}
	}
	if id, _ := unmapped["seat_gone"]["request_id"].(string); !strings.HasPrefix(id, "req_") {
		t.Errorf("the request id is %q", id)
	}
	seenEvents.Lock()
	defer seenEvents.Unlock()
	if n := len(seenEvents.list); n < 5 || n > 7 { // the refusals may take two or three seconds
		t.Errorf("there are %d events", n)
	}
	for _, e := range seenEvents.list {
		text, err := json.Marshal(e.CloudEvent())
		if err != nil || strings.Contains(string(text), secret) {
			t.Errorf("event %s (%v)", text, err)
		}
		if e.Name() == "translate_errors.rate_limited" && (e.Data["site"] != "events.test" || e.Data["limit"] != int64(1) || e.Data["window"] != "1h0m0s" || e.Data["retry_after"] != 3600) {
			t.Errorf("event %s", text)
		}
		if origin := string(e.Origin().CaddyModule().ID); origin != "http.handlers.translate_errors" && origin != "http.handlers.request_limit" {
			t.Errorf("the origin is %s", origin)
		}
	}
	p.logged(t, func(l logLine) bool { return l["msg"] == "a subscriber of an event panicked" })
}
