// Package tests runs the binary against test upstreams, and checks its behaviour from outside.
// Unit tests are in the packages that they test.
//
// The binary is built once. Every test has its own processes, ports and files, so that all
// can run in parallel. With KOINE_RACE=1 in the environment the binary is built with the
// race detector, and a race fails the test that caused it.
package tests

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// timeout bounds every wait. It is long, because it expires only in failing tests.
const timeout = 20 * time.Second

// buildDir is the directory of the binary.
var buildDir string

func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) int {
	var err error
	if buildDir, err = os.MkdirTemp("", "koine-tests-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(buildDir)
	defer func() { stopBrowser() }()
	return m.Run()
}

// raceDetector is true if the binary is built with the race detector.
var raceDetector = os.Getenv("KOINE_RACE") != ""

// binary builds the binary on first use, and returns its path.
var binary = sync.OnceValues(func() (string, error) {
	path := filepath.Join(buildDir, "caddy")
	args := []string{"build", "-pgo=off", "-o", path} // the profile would compile every package of Caddy once more
	if raceDetector {
		args = append(args, "-race")
	}
	build := exec.Command("go", append(args, "./caddy")...)
	build.Dir = ".."
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building the binary: %w\n%s", err, out)
	}
	return path, nil
})

func mustBinary(t *testing.T) string {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// ports assigns unique ports below the ephemeral range of the kernel.
var ports = struct {
	sync.Mutex
	next int
}{next: 20000 + rand.IntN(9000)}

func freePort(t *testing.T) int {
	t.Helper()
	ports.Lock()
	defer ports.Unlock()
	for range 1000 {
		ports.next++
		l, err := net.Listen("tcp", "127.0.0.1:"+strconv.Itoa(ports.next))
		if err != nil {
			continue
		}
		l.Close()
		return ports.next
	}
	t.Fatal("no free port")
	return 0
}

// proxy is a running binary.
type proxy struct {
	addr   string // of the sites, which listen at {$PORT}
	admin  string // of the admin endpoint
	pid    int
	config string // the Caddyfile
	log    string // the file of the log
	output *output
	client *http.Client

	reloaded bool
}

// globals are global options that isolate a process.
const globals = `{
	admin 127.0.0.1:{$ADMIN}
	auto_https off
	persist_config off
	storage file_system {$STATE}
	default_bind 127.0.0.1
	grace_period 1s
	log {
		output file {$LOG} {
			roll_disabled
		}
		format json
		level DEBUG
	}
%s
}
`

// translateAndPassSites are two sites in front of one upstream: host, with the bare
// directive, and pass.test, with `unmapped pass`.
func translateAndPassSites(host, backend string) string {
	return `
http://` + host + `:{$PORT} {
	translate_errors
	reverse_proxy ` + backend + `
}
http://pass.test:{$PORT} {
	translate_errors {
		unmapped pass
	}
	reverse_proxy ` + backend + `
}
`
}

// caddyfile returns a Caddyfile of globals, further global options, and sites.
func caddyfile(options, sites string) string { return fmt.Sprintf(globals, options) + sites }

// serve runs the binary with a Caddyfile of global options and sites, which listen at
// {$PORT}. Files, given as name and contents in turn, are written to the directory
// {$STATE}.
func serve(t *testing.T, options, sites string, files ...string) *proxy {
	t.Helper()
	dir := t.TempDir()
	for i := 0; i+1 < len(files); i += 2 {
		path := filepath.Join(dir, files[i])
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		write(t, path, files[i+1])
	}
	config := filepath.Join(dir, "Caddyfile")
	write(t, config, caddyfile(options, sites))
	return start(t, config)
}

// start runs the binary with a Caddyfile, and with more variables in its environment.
func start(t *testing.T, config string, variables ...string) *proxy {
	t.Helper()
	dir := filepath.Dir(config)
	p := &proxy{
		addr:   "127.0.0.1:" + strconv.Itoa(freePort(t)),
		admin:  "127.0.0.1:" + strconv.Itoa(freePort(t)),
		config: config,
		log:    filepath.Join(dir, "log.json"),
		output: new(output),
	}
	cmd := exec.Command(mustBinary(t), "run", "--adapter", "caddyfile", "--config", config)
	cmd.Dir = dir
	cmd.Env = environment(dir, "PORT="+portOf(p.addr), "ADMIN="+portOf(p.admin), "LOG="+p.log)
	cmd.Env = append(cmd.Env, variables...)
	cmd.Stdout, cmd.Stderr = p.output, p.output
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p.pid = cmd.Process.Pid
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait()
		close(ended)
	}()
	t.Cleanup(func() { p.stop(t, cmd, ended) })
	p.client = newClient(t, p.addr)
	p.awaitReady(t, ended)
	return p
}

// environment returns the environment of an isolated process.
func environment(dir string, more ...string) []string {
	return append([]string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "XDG_CONFIG_HOME=" + dir, "XDG_DATA_HOME=" + dir, "STATE=" + dir,
	}, more...)
}

func portOf(addr string) string {
	_, port, _ := net.SplitHostPort(addr)
	return port
}

// awaitReady waits until the admin endpoint returns the config of the process.
func (p *proxy) awaitReady(t *testing.T, ended <-chan struct{}) {
	t.Helper()
	admin := newClient(t, p.admin)
	eventually(t, "the proxy is ready", func() bool {
		select {
		case <-ended:
			t.Fatalf("the proxy ended:\n%s", p.output)
		default:
		}
		resp, err := admin.Get("http://" + p.admin + "/config/")
		if err != nil {
			return false
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		return err == nil && bytes.Contains(body, []byte(p.log))
	})
}

// stop ends the process, and checks its output for panics and races.
func (p *proxy) stop(t *testing.T, cmd *exec.Cmd, ended <-chan struct{}) {
	_ = cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-ended:
	case <-time.After(timeout):
		_ = cmd.Process.Kill()
		<-ended
		t.Error("the proxy did not stop")
	}
	written := p.output.String()
	logged, _ := os.ReadFile(p.log)
	for _, bad := range []string{"DATA RACE", "panic serving", "panic: ", "goroutine 1 ["} {
		if strings.Contains(written, bad) || bytes.Contains(logged, []byte(bad)) {
			t.Errorf("the proxy wrote %q", bad)
		}
	}
	if t.Failed() {
		t.Logf("output:\n%s\nlog:\n%s", tail(written), tail(string(logged)))
	}
}

// tail returns the end of a text.
func tail(s string) string {
	const maxLength = 6000
	if len(s) <= maxLength {
		return s
	}
	return "…" + s[len(s)-maxLength:]
}

// reload loads another Caddyfile into the process. It returns the error of the admin
// endpoint, or "".
func (p *proxy) reload(t *testing.T, options, sites string) string {
	t.Helper()
	var resp *http.Response
	eventually(t, "the admin endpoint answers", func() bool { // it may still be restarting after an earlier reload
		r, err := http.NewRequest(http.MethodPost, "http://"+p.admin+"/load", strings.NewReader(caddyfile(options, sites)))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "text/caddyfile")
		r.Header.Set("Cache-Control", "must-revalidate") // like `caddy reload --force`: also if only other files changed
		resp, err = newClient(t, p.admin).Do(r)
		return err == nil
	})
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	p.client.CloseIdleConnections() // of the old server
	p.reloaded = true
	if resp.StatusCode == http.StatusOK {
		return ""
	}
	return string(body)
}

// validate returns the error message of `caddy validate` for a Caddyfile, or "". Files, given
// as name and contents in turn, are written to the same directory.
func validate(t *testing.T, config string, files ...string) string {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "Caddyfile"), config)
	for i := 0; i+1 < len(files); i += 2 {
		path := filepath.Join(dir, files[i])
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		write(t, path, files[i+1])
	}
	cmd := exec.Command(mustBinary(t), "validate", "--adapter", "caddyfile", "--config", "Caddyfile")
	cmd.Dir = dir
	cmd.Env = environment(dir)
	out, err := cmd.CombinedOutput()
	if err == nil {
		return ""
	}
	if !errors.As(err, new(*exec.ExitError)) {
		t.Fatal(err)
	}
	message := string(out)
	for line := range strings.Lines(message) { // the error is a line of the log
		var l logLine
		if json.Unmarshal([]byte(line), &l) == nil && l["level"] == "error" {
			message, _ = l["msg"].(string)
		}
	}
	return message
}

// write writes a file of a test.
func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// eventually waits until done returns true.
func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	deadline := time.After(timeout)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("timeout after %v, waiting until %s", timeout, what)
		}
	}
}

// receive receives from a channel with a timeout.
func receive[T any](t *testing.T, what string, c <-chan T) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(timeout):
		t.Fatalf("timeout after %v, waiting for %s", timeout, what)
	}
	panic("unreachable")
}

// output collects the output of a process.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}
