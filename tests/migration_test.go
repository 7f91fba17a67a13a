package tests

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// migrationPage is the guide from the first day of looking to the removal of the old format.
const migrationPage = "../docs/migration.md"

// migrationWants are what commands of the guide print, in the order of the guide. Commands that
// are not listed only have to succeed.
var migrationWants = []struct{ command, want string }{
	{"curl -si api.example.com", `{"error":"seat_gone"`},
	{"caddy translate-errors unmapped\n", "seat_gone"},
	{"caddy translate-errors try", `"code":"RESOURCE.GONE"`},
	{"caddy translate-errors replay", "mapped"},
	{"curl -s localhost:2019", `"dialect":"rustbill"`},
	{"curl -si api.example.com", `"code":"RESOURCE.GONE"`},
	{"curl -si -H 'X-Api-Version: 1'", "Deprecation: "},
}

// TestDocsMigration follows the guide: each Caddyfile takes the place of the one before, and
// each command is run.
func TestDocsMigration(t *testing.T) {
	t.Parallel()
	backend := respondWith(t, map[string]response{
		"/seats/7": {404, []string{asJSON}, `{"error":"seat_gone","message":"This seat is not part of the plan any more."}`},
		"/plans/1": {404, []string{asJSON}, `{"error":"plan_not_found","message":"There is no plan with this id."}`},
	})
	guide, _, ok := strings.Cut(readText(t, migrationPage), "\n## Rolling back")
	if !ok {
		t.Fatal("the guide has no section on rolling back")
	}
	var p *proxy
	var tools string
	commands, wants := 0, migrationWants
	for _, block := range codeBlock.FindAllStringSubmatch(guide, -1) {
		switch block[1] {
		case "caddyfile":
			site := strings.Replace(block[2], "api.example.com {", "http://api.example.com:{$PORT} {", 1)
			config := caddyfile("", "\n"+strings.ReplaceAll(site, "localhost:9000", backend))
			if p == nil {
				dir := t.TempDir()
				write(t, filepath.Join(dir, "Caddyfile"), config)
				p = start(t, filepath.Join(dir, "Caddyfile"))
				tools = migrationTools(t, p, backend)
				continue
			}
			write(t, p.config, config)
		case "sh":
			for command := range strings.Lines(block[2]) {
				commands++
				out := p.runStep(t, tools, command)
				if len(wants) > 0 && strings.HasPrefix(command, wants[0].command) {
					if !strings.Contains(out, wants[0].want) {
						t.Errorf("%sprinted no %q:\n%s", command, wants[0].want, out)
					}
					wants = wants[1:]
				}
				if strings.HasPrefix(command, "caddy reload") {
					p.client.CloseIdleConnections()
					p.reloaded = true
					p.get(t, "api.example.com/plans/1")
					p.get(t, "api.example.com/seats/7")
				}
			}
		}
	}
	if len(wants) > 0 || commands < 15 {
		t.Errorf("the guide has %d commands, and none that prints %v", commands, wants)
	}
	if a := p.get(t, "api.example.com/seats/7"); a.envelope(t).Error.Status != http.StatusNotFound {
		t.Errorf("at the end: %s", a.body)
	}
}

// migrationTools writes commands that stand in for caddy and curl, as the addresses of the guide
// are not those of the test.
func migrationTools(t *testing.T, p *proxy, backend string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	curl, err := exec.LookPath("curl")
	if err != nil {
		t.Fatal("curl is missing; `make test` installs it")
	}
	caddy := fmt.Sprintf("#!/bin/sh\nif [ \"$2\" = unmapped ]; then set -- \"$@\" --address %s; fi\nexec %s \"$@\"\n", p.admin, mustBinary(t))
	proxied := fmt.Sprintf("#!/bin/sh\nexec %s --fail-early --connect-to api.example.com:80:%s --connect-to localhost:9000:%s \"$@\"\n", curl, p.addr, backend)
	for name, text := range map[string]string{"caddy": caddy, "curl": proxied} {
		write(t, filepath.Join(dir, name), text)
		if err := os.Chmod(filepath.Join(dir, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// runStep runs a command of the guide in the directory of the Caddyfile, and returns what it
// prints.
func (p *proxy) runStep(t *testing.T, tools, command string) string {
	t.Helper()
	dir := filepath.Dir(p.config)
	cmd := exec.Command("sh", "-eu", "-c", strings.ReplaceAll(command, "localhost:2019", p.admin)) // which checks the host
	cmd.Dir = dir
	cmd.Env = append(environment(dir, "PORT="+portOf(p.addr), "ADMIN="+portOf(p.admin), "LOG="+p.log), "PATH="+tools+":"+os.Getenv("PATH"))
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s%v\n%s", command, err, out)
	}
	return string(out)
}
