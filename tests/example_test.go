package tests

import (
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestExample runs Caddyfile.example unchanged, on the ports that it contains.
func TestExample(t *testing.T) {
	t.Parallel()
	served := []string{"8080", "9001", "9002", "9003", "9004", "9005"}
	for _, port := range append(slices.Clone(served), "9009") {
		l, err := net.Listen("tcp", ":"+port)
		if err != nil {
			t.Skipf("port %s of the example is in use: %v", port, err)
		}
		l.Close()
	}
	config, err := filepath.Abs("../Caddyfile.example")
	if err != nil {
		t.Fatal(err)
	}
	p := startExample(t, config, served)

	if a := p.get(t, "localhost:8080/"); a.status != 200 || !strings.HasPrefix(string(a.body), "Koine is up.") {
		t.Errorf("the first page is %d %s", a.status, a.body)
	}
	if a := p.get(t, "localhost:8080/rustbill/ok"); a.status != 200 || string(a.body) != `{"plan":"basic","price":50.00}` {
		t.Errorf("the success is %d %s", a.status, a.body)
	}
	if a := p.get(t, "localhost:8080/board", acceptHTML); a.status != 200 || !strings.Contains(string(a.body), "<h1>Migration board</h1>") {
		t.Errorf("the board is %d %s", a.status, a.body)
	}
	for path, want := range map[string]struct {
		code    string
		status  int
		message string
		from    upstreamInfo
	}{
		"rustbill/missing":   {"PLAN.NOT_FOUND", 404, "There is no plan with this id.", upstreamInfo{"rustbill", "plan_not_found", 404, ""}},
		"rustbill/form":      {"VALIDATION.FAILED", 422, "Please check the form.", upstreamInfo{"rustbill", "validation_error", 400, ""}},
		"rustbill/other":     {"INTERNAL.ERROR", 500, "", upstreamInfo{"rustbill", "internal_error", 500, ""}},
		"licensekey/missing": {"CUSTOMER.NOT_FOUND", 404, "No customer has this id.", upstreamInfo{"licensekey", "customer_not_found", 404, "req_7f3a2b1c"}},
		"licensekey/other":   {"AUTH.LICENSE_KEY_EXPIRED", 401, "Your license key ended in May.", upstreamInfo{"licensekey", "license_expired", 401, "req_7f3a2b1d"}},
		"orders/late":        {"ORDER.TIMEOUT", 409, "The order takes too long.", upstreamInfo{"orders", "ORDER_TIMEOUT", 408, ""}},
		"orders/other":       {"ORDER.NOT_FOUND", 404, "There is no such order.", upstreamInfo{"orders", "ORDER_NOT_FOUND", 404, ""}},
		"success/broke":      {"BILLING.INSUFFICIENT_BALANCE", 402, "Your balance is too low.", upstreamInfo{"success", "INSUFFICIENT_BALANCE", 402, "req_b1"}},
		"success/busy":       {"RATE_LIMIT.EXCEEDED", 429, "Slow down, please.", upstreamInfo{"success", "RATE_LIMIT_EXCEEDED", 429, "req_b2"}},
		"validonx/form":      {"VALIDATION.FAILED", 422, "Please check the form.", upstreamInfo{"validonx", "VALIDATION.FAILED", 422, "5d0c1f7e"}},
		"validonx/other":     {"TENANT.NOT_FOUND", 404, "There is no such tenant.", upstreamInfo{"validonx", "TENANT.NOT_FOUND", 404, "5d0c1f7f"}},
	} {
		a := p.get(t, "localhost:8080/"+path)
		e := a.envelope(t)
		if e.Error.Code != want.code || a.status != want.status || (want.message != "" && e.Error.Message != want.message) || e.Meta.Upstream == nil || *e.Meta.Upstream != want.from {
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
		if strings.Contains(string(a.body), "panicked") {
			t.Errorf("%s: %s", path, a.body)
		}
		if problem := p.get(t, "localhost:8080/"+path, "Accept: application/problem+json").problem(t); problem.Code != want.code {
			t.Errorf("%s: the problem is %s", path, problem.Code)
		}
	}
	checkReadmeAnswers(t, p)
	busy := p.get(t, "localhost:8080/success/busy")
	if busy.header.Get("Retry-After") != "30" || busy.header.Get("RateLimit-Policy") != `"default";q=100` || busy.header.Get("X-RateLimit-Remaining") != "0" {
		t.Errorf("the rate limit is %v", busy.header)
	}
	if down := p.get(t, "localhost:8080/down/"); down.checkByStatus(t, 502, "UPSTREAM.ERROR").Meta.Origin != "proxy" {
		t.Errorf("the unavailable upstream: %s", down.body)
	}
}

// readmeAnswer matches a curl command in the README and its output.
var readmeAnswer = regexp.MustCompile(`(?m)^\$ curl -i (localhost:\d+)(/\S+)\nHTTP/1\.1 (\d+) .*\n((?:[A-Z].*\n)+)\n((?s:[{].*?))\n` + "```")

// checkReadmeAnswers compares the answers in the README with those of the example.
// Headers may be left out, and ids differ.
func checkReadmeAnswers(t *testing.T, p *proxy) {
	t.Helper()
	id := regexp.MustCompile(`req_[0-9A-Z]{26}`)
	commands := readmeAnswer.FindAllStringSubmatch(readText(t, "../README.md"), -1)
	if len(commands) < 2 {
		t.Errorf("the README has %d answers", len(commands))
	}
	for _, m := range commands {
		resp, err := http.Get("http://" + m[1] + m[2]) // the ports differ, so the client of the proxy cannot be used
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		if strconv.Itoa(resp.StatusCode) != m[3] {
			t.Errorf("%s%s is %d, but %s in the README", m[1], m[2], resp.StatusCode, m[3])
		}
		for line := range strings.Lines(m[4]) {
			name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
			if got := resp.Header.Get(name); id.ReplaceAllString(got, "id") != id.ReplaceAllString(value, "id") {
				t.Errorf("%s%s: %s is %q, but %q in the README", m[1], m[2], name, got, value)
			}
		}
		var got, want any
		if err := errors.Join(json.Unmarshal(id.ReplaceAll(body, []byte("id")), &got), json.Unmarshal([]byte(id.ReplaceAllString(m[5], "id")), &want)); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s%s is\n%s\nbut in the README\n%s", m[1], m[2], body, m[5])
		}
	}
}

// startExample runs a Caddyfile that has no admin endpoint, and waits until
// all its ports are open. The first one is that of the proxy.
func startExample(t *testing.T, config string, served []string) *proxy {
	t.Helper()
	dir, addr := t.TempDir(), "127.0.0.1:"+served[0]
	p := &proxy{addr: addr, log: os.DevNull, output: new(output), client: newClient(t, addr)}
	cmd := exec.Command(mustBinary(t), "run", "--adapter", "caddyfile", "--config", config)
	cmd.Dir, cmd.Env = dir, environment(dir)
	cmd.Stdout, cmd.Stderr = p.output, p.output
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait()
		close(ended)
	}()
	t.Cleanup(func() { p.stop(t, cmd, ended) })
	eventually(t, "the example answers", func() bool {
		select {
		case <-ended:
			t.Fatalf("the example ended:\n%s", p.output)
		default:
		}
		for _, port := range served { // the servers begin to listen one after the other
			conn, err := net.DialTimeout("tcp", "127.0.0.1:"+port, time.Second)
			if err != nil {
				return false
			}
			conn.Close()
		}
		return true
	})
	return p
}
