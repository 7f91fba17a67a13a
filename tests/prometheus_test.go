package tests

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"
)

// The files for operators.
const (
	dashboardFile = "../docs/grafana/koine.json"
	rulesFile     = "../docs/prometheus/koine.rules.yml"
)

// dashboard is a dashboard of Grafana, as far as it is tested.
type dashboard struct {
	Title  string
	Panels []struct {
		ID      int
		Type    string
		Title   string
		GridPos struct{ X, Y, W, H int }
		Targets []struct{ Expr string }
	}
	Templating struct{ List []struct{ Name string } }
}

// alertRules is a file of rules.
type alertRules struct {
	Groups []struct {
		Rules []struct{ Alert, Expr string }
	}
}

func readDashboard(t *testing.T) (d dashboard) {
	t.Helper()
	if err := json.Unmarshal([]byte(readText(t, dashboardFile)), &d); err != nil {
		t.Fatal(err)
	}
	return d
}

func readRules(t *testing.T) (rules alertRules) {
	t.Helper()
	if err := yaml.Unmarshal([]byte(readText(t, rulesFile)), &rules); err != nil {
		t.Fatal(err)
	}
	return rules
}

// prometheus is a running Prometheus.
type prometheus struct {
	addr   string
	client *http.Client
}

// startPrometheus runs a Prometheus that scrapes a target, as address and path, five times a
// second, and evaluates a file of rules as often.
func startPrometheus(t *testing.T, addr, host, path, rules string) *prometheus {
	t.Helper()
	dir := t.TempDir()
	p := &prometheus{addr: "127.0.0.1:" + strconv.Itoa(freePort(t))}
	p.client = newClient(t, p.addr)
	write(t, filepath.Join(dir, "rules.yml"), rules)
	write(t, filepath.Join(dir, "prometheus.yml"), fmt.Sprintf(`
global: {scrape_interval: 200ms, scrape_timeout: 200ms, evaluation_interval: 200ms}
rule_files: [rules.yml]
scrape_configs:
  - job_name: koine
    metrics_path: %s
    proxy_url: http://%s
    static_configs: [{targets: ["%s"]}]
`, path, addr, host))
	cmd := exec.Command("prometheus", "--config.file=prometheus.yml", "--storage.tsdb.path=data", "--web.listen-address="+p.addr, "--enable-feature=exemplar-storage", "--log.level=warn")
	cmd.Dir = dir
	written := new(output)
	cmd.Stdout, cmd.Stderr = written, written
	if err := cmd.Start(); err != nil {
		t.Fatalf("%v; `make deps` installs Prometheus", err)
	}
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait()
		close(ended)
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		select {
		case <-ended:
		case <-time.After(timeout):
			_ = cmd.Process.Kill()
			<-ended
		}
		if t.Failed() {
			t.Logf("Prometheus wrote:\n%s", tail(written.String()))
		}
	})
	eventually(t, "Prometheus is ready", func() bool {
		resp, err := p.client.Get("http://" + p.addr + "/-/ready")
		if err != nil {
			return false
		}
		resp.Body.Close()
		return resp.StatusCode == http.StatusOK
	})
	return p
}

// ask asks the API of Prometheus, and decodes the data of its answer. It returns the message of
// an error.
func (p *prometheus) ask(t *testing.T, path string, query url.Values, data any) string {
	t.Helper()
	resp, err := p.client.Get("http://" + p.addr + path + "?" + query.Encode())
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	answer := struct {
		Error string
		Data  any
	}{Data: data}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	return answer.Error
}

// series returns the series of an expression that have a value.
func (p *prometheus) series(t *testing.T, expr string) (found []map[string]string) {
	t.Helper()
	var data struct {
		Result []struct {
			Metric map[string]string
			Value  [2]any
		}
	}
	if message := p.ask(t, "/api/v1/query", url.Values{"query": {expr}}, &data); message != "" {
		t.Fatalf("%s: %s", expr, message)
	}
	for _, r := range data.Result {
		if r.Value[1] != "NaN" {
			found = append(found, r.Metric)
		}
	}
	return found
}

// TestDashboardAndAlerts lets a real Prometheus scrape a real run in which everything happens
// that is to be seen, and checks that every expression of the dashboard has a series, and that
// every alert fires.
func TestDashboardAndAlerts(t *testing.T) {
	t.Parallel()
	backend := respondWith(t, map[string]response{
		"/missing": {404, []string{asJSON}, missing},
		"/unknown": {400, []string{asJSON}, `{"error":"planet_lost","message":"x"}`},
		"/guess":   {503, []string{asJSON}, `{"trouble":{"text":"Not now."}}`},
	})
	server := startRedis(t)
	server.kill()
	p := serve(t, "", `
http://api.test:{$PORT} {
	handle /metrics {
		metrics
	}
	handle {
		translate_errors {
			dialect {$STATE}/billing.yaml auto
			watch 100ms
			rate_limit shared {
				limit 1000000 per 1s
				store redis `+server.url()+`
			}
		}
		request_limit /limited tight {
			limit 1 per 1h
		}
		reverse_proxy /down `+refusedAddress+`
		reverse_proxy `+backend+`
	}
}
http://observed.test:{$PORT} {
	translate_errors {
		mode observe
	}
	reverse_proxy `+backend+`
}
http://legacy.test:{$PORT} {
	@old header X-Client old
	translate_errors {
		respond_as @old rustbill
	}
	reverse_proxy `+backend+`
}
http://pass.test:{$PORT} {
	translate_errors {
		unmapped pass
	}
	reverse_proxy `+backend+`
}
`, "billing.yaml", billing)
	write(t, filepath.Join(filepath.Dir(p.config), "billing.yaml"), billing+"  again: NO.SUCH_CODE\n")
	rules := strings.ReplaceAll(readText(t, rulesFile), "> 0.005", "> 0")
	lines := strings.Split(rules, "\n")
	for i, line := range lines {
		if strings.Contains(line, " for: ") {
			lines[i] = ""
		}
	}
	prom := startPrometheus(t, p.addr, "api.test", "/metrics", strings.Join(lines, "\n"))
	traffic := func() {
		for _, where := range []string{"api.test/missing", "api.test/unknown", "api.test/down", "observed.test/missing", "pass.test/unknown"} {
			p.get(t, where)
		}
		p.get(t, "legacy.test/missing", "X-Client: old")
		for range 4 {
			p.get(t, "api.test/guess")
			p.get(t, "api.test/guess")
			p.get(t, "api.test/limited")
		}
	}
	for _, rule := range readRules(t).Groups[0].Rules {
		eventually(t, "the alert "+rule.Alert+" fires", func() bool {
			traffic()
			return len(prom.series(t, `ALERTS{alertname="`+rule.Alert+`", alertstate="firing"}`)) > 0
		})
	}
	variables := strings.NewReplacer("$__rate_interval", "10s", "$name", ".*")
	count := 0
	for _, panel := range readDashboard(t).Panels {
		for _, target := range panel.Targets {
			count++
			eventually(t, panel.Title+" has a series: "+target.Expr, func() bool {
				traffic()
				return len(prom.series(t, variables.Replace(target.Expr))) > 0
			})
		}
	}
	if outcomes := prom.series(t, "sum by (outcome) (caddy_translate_errors_responses_total)"); len(outcomes) != 5 {
		t.Errorf("the outcomes are %v", outcomes)
	}
	var exemplars []struct {
		Exemplars []struct{ Labels map[string]string }
	}
	prom.ask(t, "/api/v1/query_exemplars", url.Values{"query": {"caddy_translate_errors_duration_seconds_bucket"}, "start": {"0"}, "end": {strconv.FormatInt(time.Now().Unix()+1, 10)}}, &exemplars)
	if len(exemplars) == 0 || !strings.HasPrefix(exemplars[0].Exemplars[0].Labels["request_id"], "req_") {
		t.Errorf("the exemplars are %v", exemplars)
	}
	t.Logf("%d expressions of the dashboard have series, and all alerts fire", count)
}

// TestDashboardFile checks what Grafana needs: ids and titles, and panels that do not overlap.
func TestDashboardFile(t *testing.T) {
	t.Parallel()
	d := readDashboard(t)
	ids, used := map[int]bool{}, map[[2]int]string{}
	for _, p := range d.Panels {
		if ids[p.ID] || p.ID == 0 || p.Title == "" || p.Type != "row" && len(p.Targets) == 0 {
			t.Errorf("panel %d %q", p.ID, p.Title)
		}
		ids[p.ID] = true
		for x := p.GridPos.X; x < p.GridPos.X+p.GridPos.W; x++ {
			for y := p.GridPos.Y; y < p.GridPos.Y+p.GridPos.H; y++ {
				if other := used[[2]int{x, y}]; other != "" || x >= 24 {
					t.Fatalf("%q overlaps with %q, or is too wide", p.Title, other)
				}
				used[[2]int{x, y}] = p.Title
			}
		}
	}
	if d.Title != "Koine" || len(ids) < 15 {
		t.Errorf("the dashboard %q has %d panels", d.Title, len(ids))
	}
}

// TestMetricsAreDocumented checks that the dashboard and the alerts use only metrics that the
// documentation has, and all of them.
func TestMetricsAreDocumented(t *testing.T) {
	t.Parallel()
	used := readText(t, dashboardFile) + readText(t, rulesFile)
	documented := readText(t, "../docs/observability.md")
	for _, text := range []string{used, documented} {
		for _, part := range strings.Split(text, "caddy_translate_errors_")[1:] {
			name := part[:strings.IndexFunc(part, func(r rune) bool { return (r < 'a' || r > 'z') && r != '_' })]
			name = strings.TrimSuffix(strings.TrimSuffix(name, "_bucket"), "_count")
			for where, other := range map[string]string{"documentation": documented, "dashboard": used} {
				if !strings.Contains(other, "caddy_translate_errors_"+name) {
					t.Errorf("the %s does not have caddy_translate_errors_%s", where, name)
				}
			}
		}
	}
}

// TestPromtool runs promtool on the alerts and their tests.
func TestPromtool(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"check", "rules", "koine.rules.yml"}, {"test", "rules", "koine.rules.test.yml"}} {
		cmd := exec.Command("promtool", args...)
		cmd.Dir = filepath.Dir(rulesFile)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("promtool %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
	text, err := os.ReadFile(filepath.Join(filepath.Dir(rulesFile), "koine.rules.test.yml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, rule := range readRules(t).Groups[0].Rules {
		if !strings.Contains(string(text), "alertname: "+rule.Alert+"\n") {
			t.Errorf("%s has no test", rule.Alert)
		}
	}
}
