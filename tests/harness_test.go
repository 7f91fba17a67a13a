// Package tests runs the real binary against real backends: what is asserted
// here is what a user of the proxy sees. The tests of the parts lie next to the
// parts.
//
// The binary is built once a run. Every test has processes, ports and files of
// its own, so that all can run at once. With KOINE_RACE=1 in the environment
// the binary is built with the race detector, and a race fails the test that
// provoked it.
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

// patience bounds every wait. It is long, since it is only ever waited for in
// full where something is broken.
const patience = 20 * time.Second

// workshop is where the binary is built.
var workshop string

func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) int {
	var err error
	if workshop, err = os.MkdirTemp("", "koine-tests-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(workshop)
	return m.Run()
}

// raceDetector tells whether the binary is built with the race detector.
var raceDetector = os.Getenv("KOINE_RACE") != ""

// binary builds the binary when a test first needs it, and returns its path.
var binary = sync.OnceValues(func() (string, error) {
	path := filepath.Join(workshop, "caddy")
	args := []string{"build", "-o", path}
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

// ports hands out ports below the range from which the kernel takes those of
// clients, and none twice.
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
	addr   string // of the sites: they listen at {$PORT}
	admin  string // of the admin endpoint
	pid    int
	config string // the Caddyfile
	log    string // the file of the log
	output *output
	client *http.Client

	reloaded bool
}

// globals are the options that keep a process to itself.
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

// bothWays are two sites in front of one backend: the host that is named, where
// unmapped errors fall back, and pass.test, where they pass.
func bothWays(host, backend string) string {
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

// caddyfile puts the globals, and options beside them, before sites.
func caddyfile(options, sites string) string { return fmt.Sprintf(globals, options) + sites }

// serve runs the binary with a Caddyfile of these global options and sites. A
// site listens at {$PORT}: http://a.test:{$PORT}. Files are written to the
// directory that {$STATE} names: name and contents in turn.
func serve(t *testing.T, options, sites string, files ...string) *proxy {
	t.Helper()
	dir := t.TempDir()
	for i := 0; i+1 < len(files); i += 2 {
		write(t, filepath.Join(dir, files[i]), files[i+1])
	}
	config := filepath.Join(dir, "Caddyfile")
	write(t, config, caddyfile(options, sites))
	return start(t, config)
}

// start runs the binary with the Caddyfile at that path.
func start(t *testing.T, config string) *proxy {
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

// environment is that of a process that keeps to itself.
func environment(dir string, more ...string) []string {
	return append([]string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "XDG_CONFIG_HOME=" + dir, "XDG_DATA_HOME=" + dir, "STATE=" + dir,
	}, more...)
}

func portOf(addr string) string {
	_, port, _ := net.SplitHostPort(addr)
	return port
}

// awaitReady waits until the process serves this config: that its admin
// endpoint names the log proves that it is this process.
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

// stop ends the process, and looks for what a process must never say.
func (p *proxy) stop(t *testing.T, cmd *exec.Cmd, ended <-chan struct{}) {
	_ = cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-ended:
	case <-time.After(patience):
		_ = cmd.Process.Kill()
		<-ended
		t.Error("the proxy did not end when it was told to")
	}
	said := p.output.String()
	logged, _ := os.ReadFile(p.log)
	for _, bad := range []string{"DATA RACE", "panic serving", "panic: ", "goroutine 1 ["} {
		if strings.Contains(said, bad) || bytes.Contains(logged, []byte(bad)) {
			t.Errorf("the proxy said %q", bad)
		}
	}
	if t.Failed() {
		t.Logf("the proxy said:\n%s\nand logged:\n%s", tail(said), tail(string(logged)))
	}
}

// tail is the end of a text.
func tail(s string) string {
	const most = 6000
	if len(s) <= most {
		return s
	}
	return "…" + s[len(s)-most:]
}

// reload loads another Caddyfile of these options and sites into the process.
// It returns what the admin endpoint said against it, or "".
func (p *proxy) reload(t *testing.T, options, sites string) string {
	t.Helper()
	var resp *http.Response
	eventually(t, "the admin endpoint answers", func() bool { // a reload before this one may still be changing it
		r, err := http.NewRequest(http.MethodPost, "http://"+p.admin+"/load", strings.NewReader(caddyfile(options, sites)))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "text/caddyfile")
		r.Header.Set("Cache-Control", "must-revalidate") // as `caddy reload --force`: also where only other files changed
		resp, err = newClient(t, p.admin).Do(r)
		return err == nil
	})
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	p.client.CloseIdleConnections() // those of the server before
	p.reloaded = true
	if resp.StatusCode == http.StatusOK {
		return ""
	}
	return string(body)
}

// validate says what the binary complains of in a Caddyfile, or "". Files are
// written beside it: name and contents in turn.
func validate(t *testing.T, config string, files ...string) string {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "Caddyfile"), config)
	for i := 0; i+1 < len(files); i += 2 {
		write(t, filepath.Join(dir, files[i]), files[i+1])
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
	said := string(out)
	for line := range strings.Lines(said) { // the complaint is the message of the one error
		var l logLine
		if json.Unmarshal([]byte(line), &l) == nil && l["level"] == "error" {
			said, _ = l["msg"].(string)
		}
	}
	return said
}

// write writes a file of a test.
func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// eventually waits until is is true.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	deadline := time.After(patience)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !is() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("waited %v in vain until %s", patience, what)
		}
	}
}

// receive takes from a channel, but does not wait for ever.
func receive[T any](t *testing.T, what string, c <-chan T) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(patience):
		t.Fatalf("waited %v in vain for %s", patience, what)
	}
	panic("unreachable")
}

// output collects what a process says.
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
