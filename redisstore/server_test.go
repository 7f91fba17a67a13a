package redisstore

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/caddyserver/caddy/v2"
)

// server is a Redis server for one test.
type server struct {
	port  int
	tls   bool
	lines []string // of its config
	cmd   *exec.Cmd
}

// binary returns the path of a program that `make test` installs.
func binary(t testing.TB, name string) string {
	t.Helper()
	if testing.Short() {
		t.Skipf("%s is not started with -short", name)
	}
	path, err := exec.LookPath(name)
	if err != nil {
		t.Fatalf("%s is not installed; `make test` installs it", name)
	}
	return path
}

// startServer starts a Redis server with additional config lines.
func startServer(t testing.TB, lines ...string) *server {
	t.Helper()
	s := &server{lines: lines}
	for range 5 { // another process may take the port
		s.port = freePort(t)
		if s.start(t) {
			t.Cleanup(s.kill)
			return s
		}
	}
	t.Fatal("redis-server does not start")
	return nil
}

// startTLSServer starts a server that accepts only TLS.
func startTLSServer(t testing.TB, lines ...string) *server {
	t.Helper()
	s := &server{lines: lines, tls: true, port: freePort(t)}
	if !s.start(t) {
		t.Fatal("redis-server does not start with TLS")
	}
	t.Cleanup(s.kill)
	return s
}

// start starts the server on its port, and waits until it listens.
func (s *server) start(t testing.TB) bool {
	t.Helper()
	dir := t.TempDir()
	port := "port"
	if s.tls {
		port = "port 0\ntls-port"
	}
	config := filepath.Join(dir, "redis.conf")
	lines := append([]string{fmt.Sprintf("%s %d", port, s.port), "bind 127.0.0.1", `save ""`, "appendonly no", "dir " + dir}, s.lines...)
	if err := os.WriteFile(config, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	s.cmd = exec.Command(binary(t, "redis-server"), config)
	s.cmd.Stdout, s.cmd.Stderr = &log, &log
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func(cmd *exec.Cmd) {
		_ = cmd.Wait()
		close(ended)
	}(s.cmd)
	up := poll(10*time.Second, func() bool {
		select {
		case <-ended:
			return true
		default:
		}
		return s.isListening()
	})
	select {
	case <-ended:
		t.Logf("redis-server ended: %s", log.String())
		return false
	default:
		return up
	}
}

func (s *server) isListening() bool {
	if s.tls {
		c, err := net.Dial("tcp", s.host())
		if err == nil {
			c.Close()
		}
		return err == nil
	}
	reply, _ := s.query("PING")
	return strings.HasPrefix(reply, "+PONG") || strings.HasPrefix(reply, "-NOAUTH")
}

// kill ends the server with SIGKILL, and waits until its port is closed.
func (s *server) kill() {
	_ = s.cmd.Process.Kill()
	poll(10*time.Second, func() bool {
		c, err := net.Dial("tcp", s.host())
		if err == nil {
			c.Close()
		}
		return err != nil
	})
}

func (s *server) signal(t testing.TB, sig syscall.Signal) {
	t.Helper()
	if err := s.cmd.Process.Signal(sig); err != nil {
		t.Fatal(err)
	}
}

func (s *server) host() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)) }
func (s *server) url() string  { return "redis://" + s.host() }

// command sends a command, split at spaces, and returns the first line of the reply.
func (s *server) command(t testing.TB, line string) string {
	t.Helper()
	reply, err := s.query(line)
	if err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	return reply
}

func (s *server) query(line string) (string, error) {
	c, err := net.Dial("tcp", s.host())
	if err != nil {
		return "", err
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(5 * time.Second))
	_, _ = io.WriteString(c, line+"\r\n")
	reply, err := bufio.NewReader(c).ReadString('\n')
	return strings.TrimSpace(reply), err
}

func freePort(t testing.TB) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// poll reports whether done becomes true in time.
func poll(within time.Duration, done func() bool) bool {
	end := time.After(within)
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-tick.C:
		case <-end:
			return done()
		}
	}
	return true
}

// open provisions a store as Caddy does.
func open(t testing.TB, addresses ...string) *Redis {
	t.Helper()
	r := &Redis{Addresses: addresses}
	if err := r.Provision(caddy.Context{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Cleanup(); err != nil {
			t.Error(err)
		}
	})
	return r
}

// openSeparate is like open, but the store has a connection of its own, as in another process.
func openSeparate(t testing.TB, addresses ...string) *Redis {
	t.Helper()
	o, err := parseAddresses(addresses)
	if err != nil {
		t.Fatal(err)
	}
	l := newConnection(o, slog.New(slog.DiscardHandler))
	t.Cleanup(func() { _ = l.Destruct() })
	return &Redis{Prefix: defaultPrefix, Timeout: defaultTimeout, conn: l}
}
