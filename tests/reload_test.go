package tests

import (
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// acme is a mapping file.
const acme = `dialect: acme
about: the errors of ACME
match:
  keys: [fault.num]
shape:
  code: fault.num
  message: fault.text
codes:
  7: 404 RESOURCE.NOT_FOUND
  8: 400 PLAN.NOT_FOUND force
examples:
  - status: 404
    body: {"fault": {"num": 7, "text": "Not here."}}
    is: RESOURCE.NOT_FOUND
`

// TestReload edits mapping files of a running proxy.
func TestReload(t *testing.T) {
	t.Parallel()
	backend := respondWith(t, map[string]response{
		"/7": {404, []string{asJSON}, `{"fault":{"num":7,"text":"Not here."}}`},
		"/8": {400, []string{asJSON}, `{"fault":{"num":8,"text":"No such plan."}}`},
	})
	sites := `
http://acme.test:{$PORT} {
	translate_errors {
		dialect {$STATE}/acme.yaml auto
	}
	reverse_proxy ` + backend + `
}
http://builtin.test:{$PORT} {
	translate_errors
	reverse_proxy ` + backend + `
}
`
	p := serve(t, "", sites, "acme.yaml", acme)
	table := filepath.Join(filepath.Dir(p.config), "acme.yaml")
	check := func(t *testing.T, code string, status int) {
		t.Helper()
		if e := p.get(t, "acme.test/7").envelope(t); e.Error.Code != code || e.Error.Status != status || e.Error.Message != "Not here." || e.Meta.Match != "table" {
			t.Errorf("the answer is %+v", e)
		}
	}
	check(t, "RESOURCE.NOT_FOUND", 404)
	if e := p.get(t, "acme.test/8").envelope(t); e.Error.Code != "PLAN.NOT_FOUND" || e.Error.Status != 404 {
		t.Errorf("the answer is %+v", e)
	}
	if e := p.get(t, "builtin.test/7").envelope(t); e.Meta.Match == "table" {
		t.Errorf("a site uses the dialect of another site: %+v", e)
	}

	t.Run("an edited file", func(t *testing.T) {
		write(t, table, strings.Replace(acme, "404 RESOURCE.NOT_FOUND", "404 RESOURCE.GONE", 1))
		check(t, "RESOURCE.NOT_FOUND", 404) // files are read only when a config is loaded
		if message := p.reload(t, "", sites); message != "" {
			t.Fatal(message)
		}
		check(t, "RESOURCE.GONE", 410)
	})
	t.Run("an invalid file", func(t *testing.T) {
		write(t, table, strings.Replace(acme, "404 RESOURCE.NOT_FOUND", "404 RESOURCE.NOT_FUOND", 1))
		message := p.reload(t, "", sites)
		for _, part := range []string{table + ":9:10: ", `unknown canonical code \"RESOURCE.NOT_FUOND\"`, "did you mean RESOURCE.NOT_FOUND?"} {
			if !strings.Contains(message, part) {
				t.Errorf("the error does not contain %s: %s", part, message)
			}
		}
		check(t, "RESOURCE.GONE", 410) // the old config stays active
		if message := p.reload(t, "", sites); message == "" {
			t.Error("the second load of an invalid file succeeded")
		}
		check(t, "RESOURCE.GONE", 410)
		p.checkMetrics(t, map[string]float64{
			`caddy_translate_errors_last_load_successful{name="acme.test"}`: 0, `caddy_translate_errors_last_load_successful{name="builtin.test"}`: 1,
		})
	})
	t.Run("a corrected file", func(t *testing.T) {
		write(t, table, acme)
		if message := p.reload(t, "", sites); message != "" {
			t.Fatal(message)
		}
		check(t, "RESOURCE.NOT_FOUND", 404)
		p.checkMetrics(t, map[string]float64{`caddy_translate_errors_last_load_successful{name="acme.test"}`: 1})
	})
	t.Run("under load", func(t *testing.T) {
		stop := make(chan struct{})
		var all sync.WaitGroup
		var answers atomic.Int32
		for range 4 {
			all.Go(func() {
				for {
					select {
					case <-stop:
						return
					default:
					}
					resp, err := p.client.Get("http://acme.test/7")
					if err != nil {
						continue // Caddy replaces servers, and drops connections that are not accepted yet
					}
					answers.Add(1)
					resp.Body.Close()
					if resp.StatusCode != 404 && resp.StatusCode != 410 {
						t.Errorf("status is %d", resp.StatusCode)
					}
				}
			})
		}
		for i := range 10 {
			code := []string{"RESOURCE.NOT_FOUND", "RESOURCE.GONE"}[i%2]
			write(t, table, strings.Replace(acme, "404 RESOURCE.NOT_FOUND", "404 "+code, 1))
			if message := p.reload(t, "", sites); message != "" {
				t.Error(message)
			}
		}
		close(stop)
		all.Wait()
		p.client.CloseIdleConnections()
		if answers.Load() == 0 {
			t.Error("no answers")
		}
		check(t, "RESOURCE.GONE", 410)
	})
}

// TestTaxonomy adds codes for one site, and overrides built-in ones.
func TestTaxonomy(t *testing.T) {
	t.Parallel()
	const taxonomy = acmeTaxonomy + `  PLAN.NOT_FOUND:
    status: 410
    category: gone
    retry: never
    message: That plan no longer exists.
    description: The plan was removed.
    action: Choose another.
`
	p := serve(t, "", `
http://own.test:{$PORT} {
	translate_errors {
		taxonomy {$STATE}/acme-taxonomy.yaml
		message canonical
		map rustbill warp_lost ACME.WARP.LOST
	}
	reverse_proxy `+upstream(t, echoCode)+`
}
http://builtin.test:{$PORT} {
	translate_errors {
		dialect rustbill
	}
	reverse_proxy `+upstream(t, echoCode)+`
}
`, "acme-taxonomy.yaml", taxonomy)
	if e := p.get(t, "own.test/warp_lost").envelope(t); e.Error.Code != "ACME.WARP.LOST" || e.Error.Type != "acme" || e.Error.Status != 409 || e.Error.Message != "The warp drive is lost." || e.Error.Retry.Strategy != "backoff" {
		t.Errorf("the answer is %+v", e)
	}
	if e := p.get(t, "own.test/plan_not_found").envelope(t); e.Error.Status != 410 || e.Error.Category != "gone" {
		t.Errorf("the answer is %+v", e)
	}
	if e := p.get(t, "builtin.test/plan_not_found").envelope(t); e.Error.Status != 404 {
		t.Errorf("the taxonomy of another site applies: %+v", e)
	}
}

// TestGlobalOption checks global defaults, and sites that override them.
func TestGlobalOption(t *testing.T) {
	t.Parallel()
	p := serve(t, `
	translate_errors {
		dialect rustbill
		docs https://docs.example.com/
		map rustbill some_code RESOURCE.GONE
		map rustbill other_code RESOURCE.GONE
	}`, `
http://inherits.test:{$PORT} {
	translate_errors
	reverse_proxy `+upstream(t, echoCode)+`
}
http://overrides.test:{$PORT} {
	translate_errors {
		docs /errors
		map rustbill some_code RESOURCE.LOCKED
	}
	reverse_proxy `+upstream(t, echoCode)+`
}
http://without.test:{$PORT} {
	reverse_proxy `+upstream(t, echoCode)+`
}
`)
	for where, want := range map[string]string{
		"inherits.test/some_code":   "https://docs.example.com/RESOURCE.GONE",
		"inherits.test/other_code":  "https://docs.example.com/RESOURCE.GONE",
		"overrides.test/some_code":  "/errors/RESOURCE.LOCKED",
		"overrides.test/other_code": "/errors/RESOURCE.GONE",
	} {
		if e := p.get(t, where).envelope(t); e.Error.Docs != want {
			t.Errorf("%s: %s, want %s", where, e.Error.Docs, want)
		}
	}
	if a := p.get(t, "without.test/some_code"); a.status != 400 || a.header.Get("X-Request-Id") != "" {
		t.Errorf("a response of a site without the directive was changed: %d %v", a.status, a.header)
	}
}
