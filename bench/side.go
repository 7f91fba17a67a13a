package main

import (
	"context"
	"embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

//go:embed config
var configs embed.FS

// binary is a program that is built or installed: a package of this module and flags of the compiler, or a command.
type binary struct {
	pkg   string // a package; empty: command
	flags string
	path  string // the command
}

// The binaries. A build "as shipped" uses the profile in the directory of its main package, if it has one.
var (
	koineShipped = binary{pkg: "./caddy"}
	koinePlain   = binary{pkg: "./caddy", flags: "-pgo=off"}
	stockShipped = binary{pkg: "./bench/stock"}
	stockGuided  = binary{pkg: "./bench/stock", flags: "-pgo=caddy/default.pgo"}
	handwritten  = binary{pkg: "./bench/handwritten"}
	nginx        = binary{path: "nginx"}
)

// sameCollector are the collector settings for comparisons in which both sides have the same.
var sameCollector = []string{"GOGC=300"}

// side is one side of a comparison: a program and its configuration.
type side struct {
	name   string
	binary binary
	env    []string
	// Of a Caddy: what stands in the site, and in reverse_proxy. DIR is the directory of the run, REDIS the address of a Redis.
	site, proxy string
	codes       int  // the number of rows of DIR/codes.yaml; 0: no such file
	translates  bool // of the others
}

// build returns the path of a program, which is built at most once.
func (b *bench) build(ctx context.Context, p binary) (string, error) {
	if path, ok := b.built[p]; ok {
		return path, nil
	}
	path, err := exec.LookPath(p.path)
	switch {
	case p.pkg != "":
		path = filepath.Join(b.dir, fmt.Sprintf("binary%d", len(b.built)))
		args := append([]string{"build", "-o", path}, strings.Fields(p.flags)...)
		cmd := exec.CommandContext(ctx, "go", append(args, p.pkg)...)
		cmd.Stderr = os.Stderr
		if err := cmd.Run(); err != nil {
			return "", fmt.Errorf("go build %s: %w", p.pkg, err)
		}
	case err != nil:
		return "", fmt.Errorf("%w; install nginx, libnginx-mod-http-lua and lua-cjson", err)
	}
	b.built[p] = path
	return path, nil
}

// arguments writes the configuration of a side to dir, and returns the arguments of its program.
func (b *bench) arguments(ctx context.Context, s side, p *process, dir string) ([]string, error) {
	site := strings.ReplaceAll(s.site, "DIR", dir)
	if strings.Contains(site, "REDIS") {
		address, err := b.redis(ctx)
		if err != nil {
			return nil, err
		}
		site = strings.ReplaceAll(site, "REDIS", address)
	}
	if s.codes > 0 {
		if err := os.WriteFile(filepath.Join(dir, "codes.yaml"), mappingFile(s.codes), 0o644); err != nil {
			return nil, err
		}
	}
	data := map[string]any{
		"Address": p.address, "Admin": p.admin, "UpstreamAddress": b.upstream, "Dir": dir,
		"Site": site, "Proxy": s.proxy, "Translate": s.translates, "Modules": nginxModules(),
	}
	switch s.binary {
	case handwritten:
		args := []string{p.address, "http://" + b.upstream}
		if !s.translates {
			args = append(args, "pass")
		}
		return args, nil
	case nginx:
		path, err := writeConfig("nginx.conf", dir, data)
		return []string{"-c", path}, err
	}
	path, err := writeConfig("Caddyfile", dir, data)
	return []string{"run", "--config", path, "--adapter", "caddyfile"}, err
}

// nginxModules returns the directives that load the modules of Debian's packages.
func nginxModules() string {
	paths, _ := filepath.Glob("/etc/nginx/modules-enabled/*.conf")
	var b strings.Builder
	for _, path := range paths {
		fmt.Fprintf(&b, "include %s;\n", path)
	}
	return b.String()
}

// mappingFile is a dialect with a number of rows, the shape of the nested error and its code.
func mappingFile(rows int) []byte {
	var b strings.Builder
	b.WriteString("dialect: codes\nabout: Many codes\nsource: none\nmatch: {keys: [success, error.code, error.message]}\n" +
		"shape: {code: error.code, message: error.message, details: error.details, request_id: meta.request_id}\n" +
		"codes:\n  PRODUCT_NOT_FOUND: PRODUCT.NOT_FOUND\n")
	for i := 1; i < rows; i++ {
		fmt.Fprintf(&b, "  CODE_%d: REQUEST.INVALID\n", i)
	}
	return []byte(b.String())
}

// redis starts a Redis on first use, and returns its address.
func (b *bench) redis(ctx context.Context) (string, error) {
	if b.redisAddress != "" {
		return b.redisAddress, nil
	}
	address := freeAddress()
	_, port, _ := strings.Cut(address, ":")
	if err := exec.CommandContext(ctx, "redis-server", "--port", port, "--bind", "127.0.0.1", "--save", "", "--dir", b.dir).Start(); err != nil {
		return "", err
	}
	b.redisAddress = address
	return address, (&process{address: address}).wait(startTimeout)
}
