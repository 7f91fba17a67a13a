package koine

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"

	"github.com/koine-proxy/koine/internal/requestid"
)

// keyKinds make the values by which percentages are decided.
var keyKinds = map[string]func(n int) string{
	"req":     generatedID("req"),
	"uuid":    generatedID("uuid"),
	"trace":   generatedID("trace"),
	"numbers": func(n int) string { return fmt.Sprint(n) },
	"tenants": func(n int) string { return fmt.Sprintf("tenant-%06d", n) },
}

func generatedID(format string) func(int) string {
	generate := requestid.NewGenerator(format)
	return func(n int) string { return generate(new(requestid.Buffer), time.UnixMilli(1_700_000_000_000+int64(n))) }
}

// TestPercentIsExact checks that a percentage takes in as many of 20,000 values as it
// says, within five standard deviations of the binomial distribution: one of two million
// runs would fail by chance.
func TestPercentIsExact(t *testing.T) {
	const n = 20_000
	for name, key := range keyKinds {
		for _, percent := range []float64{0, 0.1, 1, 10, 50, 90, 100} {
			rule, count := modeRule{hasPercent: true, part: percent / 100}, 0
			for i := range n {
				if positionOf(key(i)) < rule.part {
					count++
				}
			}
			want, bound := n*rule.part, 5*math.Sqrt(n*rule.part*(1-rule.part))
			if math.Abs(float64(count)-want) > bound {
				t.Errorf("%s: %v%% take in %d of %d, want %v ± %v", name, percent, count, n, want, bound)
			}
		}
	}
}

// TestPercentIsTheSameEverywhere has positions that no later version may change: several
// instances, of several versions, must decide alike.
func TestPercentIsTheSameEverywhere(t *testing.T) {
	for value, want := range map[string]float64{
		"tenant-1":                       0.1548562513,
		"tenant-2":                       0.8587969509,
		"req_01M80H1TPY89NTNWBWH379RXF5": 0.5193768525,
		"":                               0.9367694484,
	} {
		if got := positionOf(value); math.Abs(got-want) > 1e-9 {
			t.Errorf("the position of %q is %.10f, want %.10f", value, got, want)
		}
	}
}

// TestPercentGrows checks that a growing percentage keeps the requests that it has, and that
// the same request is always treated alike.
func TestPercentGrows(t *testing.T) {
	sites := map[string]*Handler{}
	for _, percent := range []string{"10%", "50%", "100%"} {
		sites[percent] = provision(t, "mode translate "+percent+" by {http.request.header.X-Tenant}")
	}
	again := provision(t, "mode translate 10% by {http.request.header.X-Tenant}")
	counts := map[string]int{}
	for i := range 20_000 {
		tenant := keyKinds["tenants"](i)
		in := func(h *Handler) bool { return modeOf(t, h, "/", "X-Tenant", tenant).mode == modeTranslate }
		first := in(sites["10%"])
		if first != in(again) || first && !in(sites["50%"]) || !in(sites["100%"]) {
			t.Fatalf("%s is translated at 10%%: %t, again: %t, at 50%%: %t", tenant, first, in(again), in(sites["50%"]))
		}
		for percent, h := range sites {
			if in(h) {
				counts[percent]++
			}
		}
	}
	if counts["10%"] < 1788 || counts["10%"] > 2212 || counts["50%"] < 9646 || counts["50%"] > 10354 {
		t.Errorf("translated of 20,000: %v", counts)
	}
}

// modeOf returns the exchange of a request to a path with a header, after its mode was
// chosen.
func modeOf(t *testing.T, h *Handler, path string, header ...string) *exchange {
	t.Helper()
	w, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	r = prepare(r, w)
	repl := r.Context().Value(caddy.ReplacerCtxKey).(*caddy.Replacer)
	repl.Map(func(name string) (any, bool) {
		field, ok := strings.CutPrefix(name, "http.request.header.")
		return r.Header.Get(field), ok
	})
	x := h.rt.Load().newExchange(w, r)
	if err := x.chooseMode(); err != nil {
		t.Fatal(err)
	}
	return x
}

// TestPercentWithoutValue checks that requests without a value are decided by their id.
func TestPercentWithoutValue(t *testing.T) {
	h, count := provision(t, "mode translate 50% by {http.request.header.X-Tenant}"), 0
	for range 2000 {
		if modeOf(t, h, "/").mode == modeTranslate {
			count++
		}
	}
	if count < 850 || count > 1150 {
		t.Errorf("translated %d of 2000", count)
	}
}

// provisionMode returns a handler of a JSON configuration.
func provisionMode(t *testing.T, config string) (*Handler, error) {
	t.Helper()
	h := new(Handler)
	if err := json.Unmarshal([]byte(config), h); err != nil {
		t.Fatal(err)
	}
	ctx, err := caddy.ProvisionContext(&caddy.Config{Admin: &caddy.AdminConfig{Disabled: true}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = h.Cleanup() })
	return h, h.Provision(ctx)
}

func TestFirstModeWins(t *testing.T) {
	h, err := provisionMode(t, `{"mode":[
		{"mode":"off","match":[{"path":["/health"]}]},
		{"mode":"translate","match":[{"header":{"X-Beta":["1"]}}]},
		{"mode":"translate","percent":0,"match":[{"path":["/v2/*"]}]},
		{"mode":"off","match":[{"path":["/old/*"],"method":["GET"]}]}
	]}`)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		path    string
		header  []string
		mode    mode
		private bool
	}{
		{"/health", nil, modeOff, false}, // decided by the path alone
		{"/health", []string{"X-Beta", "1"}, modeOff, false},
		{"/v2/plans", []string{"X-Beta", "1"}, modeTranslate, true},
		{"/v2/plans", nil, modeObserve, true},
		{"/old/plans", nil, modeOff, true}, // the header was read, too
		{"/plans", nil, modeObserve, true}, // the rest: there is a percentage
	} {
		x := modeOf(t, h, c.path, c.header...)
		if x.mode != c.mode || x.private != c.private {
			t.Errorf("%s %v: mode %d, private %t; want %d, %t", c.path, c.header, x.mode, x.private, c.mode, c.private)
		}
	}
}

func TestRestOfModes(t *testing.T) {
	for block, want := range map[string]mode{
		"":                          modeTranslate,
		"mode off 0%":               modeTranslate,
		"mode observe 0%":           modeTranslate,
		"mode translate 0%":         modeObserve,
		"mode translate":            modeTranslate,
		"mode off":                  modeOff,
		"mode observe":              modeObserve,
		"mode translate 100%":       modeTranslate,
		"mode off 0%\nmode observe": modeObserve,
	} {
		if got := modeOf(t, provision(t, block), "/").mode; got != want {
			t.Errorf("%q: mode %d, want %d", block, got, want)
		}
	}
}

func TestMatchersOfTargets(t *testing.T) {
	for config, want := range map[string]bool{
		`[]`:                       true,
		`[{"path":["/v2/*"]}]`:     true,
		`[{"host":["a.example"]}]`: true,
		`[{"method":["GET"]}]`:     true,
		`[{"path_regexp":{"pattern":"^/v[0-9]{1,2}/"}}]`:    true,
		`[{"not":[{"path":["/v2/*"]}]}]`:                    true,
		`[{"path":["/{http.request.header.X-Version}/*"]}]`: false,
		`[{"header":{"X-Beta":["1"]}}]`:                     false,
		`[{"not":[{"header":{"X-Beta":["1"]}}]}]`:           false,
		`[{"path":["/v2/*"]},{"remote_ip":{}}]`:             false,
		`[{"query":{"beta":["1"]}}]`:                        false,
		`[{"expression":"{http.request.method} == 'GET'"}]`: false,
	} {
		var sets caddyhttp.RawMatcherSets
		if err := json.Unmarshal([]byte(config), &sets); err != nil {
			t.Fatal(err)
		}
		if got := readsTargetOnly(sets); got != want {
			t.Errorf("%s: %t", config, got)
		}
	}
}

// TestModeFaults checks the faults that only a JSON configuration can have.
func TestModeFaults(t *testing.T) {
	for config, want := range map[string]string{
		`[null]`:                               "mode: entry 1 is null",
		`[{}]`:                                 `mode "": expected one of observe, translate, off`,
		`[{"mode":"translate","percent":101}]`: "mode translate 101%: must be between 0% and 100%",
		`[{"mode":"observe","by":"{http.request.header.X-Tenant}"}]`:                               "expected a percentage before it",
		`[{"mode":"observe","percent":5,"by":"X-Tenant"}]`:                                         "not a placeholder",
		`[{"mode":"observe"},{"mode":"off"}]`:                                                      "mode off: never used",
		`[{"mode":"translate","match":[{"path":["/v2/*"]}]}]`:                                      "mode translate with a matcher: has no effect",
		`[{"mode":"observe","match":[{"pth":["/v2/*"]}]}]`:                                         "mode observe with a matcher: loading matchers",
		`[{"mode":"observe","percent":20},{"mode":"off","percent":30},{"mode":"off","percent":9}]`: "mode off 9%: never used",
	} {
		_, err := provisionMode(t, `{"mode":`+config+`}`)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v; want %s", config, err, want)
		}
	}
}

func TestModeText(t *testing.T) {
	for _, text := range []string{
		"mode off", "mode observe 10%", "mode translate 0.5% by {http.request.header.X-Tenant} @beta",
	} {
		h := new(Handler)
		if err := h.UnmarshalCaddyfile(caddyfile.NewTestDispenser("translate_errors {\n" + text + "\n}")); err != nil {
			t.Fatal(err)
		}
		if got := h.Mode[0].String(); got != text {
			t.Errorf("got %q, want %q", got, text)
		}
	}
}

// brokenMatcher is a matcher that fails.
type brokenMatcher struct{}

func (brokenMatcher) MatchWithError(*http.Request) (bool, error) {
	return false, caddyhttp.Error(http.StatusBadRequest, errors.New("the request cannot be read"))
}

// TestModeOfFailedMatcher checks that the error of a matcher goes to the error routes, and
// that no handler receives the request.
func TestModeOfFailedMatcher(t *testing.T) {
	h := provision(t, "mode observe")
	h.rt.Load().modes[0].matchers = caddyhttp.MatcherSets{{brokenMatcher{}}}
	got := get(t, serve(t, h, func(http.ResponseWriter, *http.Request) error {
		t.Error("the handler received the request")
		return nil
	}).URL)
	if got.StatusCode != 400 || got.body != "" || got.Header.Get("X-Request-ID") == "" {
		t.Errorf("got %d %s %v", got.StatusCode, got.body, got.Header)
	}
}

// TestRateLimitsOfModes checks that limits are enforced with every mode, and that clients
// get an envelope only if errors are translated.
func TestRateLimitsOfModes(t *testing.T) {
	for _, c := range []struct {
		mode     string
		envelope bool
	}{{"translate", true}, {"observe", false}, {"off", false}} {
		counter := fmt.Sprintf("%s-%d", c.mode, time.Now().UnixNano()) // counters outlive a test
		url := serve(t, provision(t, "mode "+c.mode+"\nrate_limit "+counter+" {\nkey global\nlimit 1 per 1h\n}"), okHandler).URL
		if got := get(t, url); got.StatusCode != 200 || got.Header.Get("X-RateLimit-Limit") != "1" {
			t.Errorf("%s: got %d %v", c.mode, got.StatusCode, got.Header)
		}
		got := get(t, url)
		if got.StatusCode != 429 || got.Header.Get("Retry-After") == "" || got.Header.Get("X-RateLimit-Remaining") != "0" || (got.body != "") != c.envelope {
			t.Errorf("%s: a refused request got %d %q %v", c.mode, got.StatusCode, got.body, got.Header)
		}
	}
}
