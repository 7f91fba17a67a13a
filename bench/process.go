package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"text/template"
	"time"
)

// process is a running proxy.
type process struct {
	cmd     *exec.Cmd
	address string
	admin   string
	logs    *strings.Builder
}

// start starts a side of a comparison, in a fresh process, and waits until it answers.
func (b *bench) start(ctx context.Context, s side) (*process, error) {
	path, err := b.build(ctx, s.binary)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(b.dir, "run")
	if err != nil {
		return nil, err
	}
	p := &process{address: freeAddress(), admin: freeAddress(), logs: &strings.Builder{}}
	args, err := b.arguments(ctx, s, p, dir)
	if err != nil {
		return nil, err
	}
	p.cmd = exec.CommandContext(ctx, path, args...)
	p.cmd.Env = append(os.Environ(), "XDG_DATA_HOME="+dir, "XDG_CONFIG_HOME="+dir, "HOME="+dir)
	p.cmd.Env = append(p.cmd.Env, s.env...)
	p.cmd.Stdout, p.cmd.Stderr = p.logs, p.logs
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	if err := p.wait(startTimeout); err != nil {
		p.stop()
		return nil, fmt.Errorf("%w\n%s", err, p.logs)
	}
	return p, nil
}

// startTimeout bounds the start of a process.
const startTimeout = 20 * time.Second

// wait waits until the process accepts connections.
func (p *process) wait(timeout time.Duration) error {
	for deadline := time.Now().Add(timeout); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if c, err := net.Dial("tcp", p.address); err == nil {
			return c.Close()
		}
	}
	return errors.New("the proxy does not accept connections")
}

// stop ends the process.
func (p *process) stop() {
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	done := make(chan struct{})
	go func() { _ = p.cmd.Wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(2 * time.Second):
		_ = p.cmd.Process.Kill()
		<-done
	}
}

// clockTicks is the unit of times in /proc: USER_HZ, 100 on every Linux that Go supports.
const clockTicks = 10 * time.Millisecond

// cpu returns the CPU time that the process and its workers have used: in user and in system mode.
func (p *process) cpu() (time.Duration, error) {
	total := time.Duration(0)
	for _, pid := range append(children(p.cmd.Process.Pid), p.cmd.Process.Pid) {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil {
			return 0, err
		}
		_, rest, _ := strings.Cut(string(text), ") ")
		fields := strings.Fields(rest)
		for _, i := range []int{11, 12} { // utime and stime: fields 14 and 15 of the whole line
			n, err := strconv.ParseInt(fields[i], 10, 64)
			if err != nil {
				return 0, err
			}
			total += time.Duration(n) * clockTicks
		}
	}
	return total, nil
}

// memory returns the resident memory of the process and its workers, in bytes.
func (p *process) memory() int64 {
	total := int64(0)
	for _, pid := range append(children(p.cmd.Process.Pid), p.cmd.Process.Pid) {
		text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
		if fields := strings.Fields(string(text)); len(fields) > 1 {
			pages, _ := strconv.ParseInt(fields[1], 10, 64)
			total += pages * int64(os.Getpagesize())
		}
	}
	return total
}

// children returns the processes that a process has started, such as the workers of nginx.
func children(pid int) []int {
	var all []int
	paths, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, path := range paths {
		text, _ := os.ReadFile(path)
		for _, f := range strings.Fields(string(text)) {
			if n, err := strconv.Atoi(f); err == nil {
				all = append(all, n)
			}
		}
	}
	return all
}

// freeAddress returns an address of this machine on which nothing listens.
func freeAddress() string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// writeConfig fills a template of bench/config, and returns the path of the result.
func writeConfig(name, dir string, data map[string]any) (string, error) {
	text, err := configs.ReadFile("config/" + name)
	if err != nil {
		return "", err
	}
	t, err := template.New(name).Parse(string(text))
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, name)
	f, err := os.Create(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	return path, t.Execute(f, data)
}
