// Package redisstore keeps rate limits in Redis, so that many proxies count
// together. It works with Redis 7, Redis Cluster, Redis Sentinel and Valkey.
//
// A build of Caddy that does not import it has no Redis in it.
package redisstore

import (
	"errors"
	"fmt"
	"regexp"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"

	"github.com/koine-proxy/koine"
	"github.com/koine-proxy/koine/ratelimit"
)

func init() {
	caddy.RegisterModule(Redis{})
}

// Redis keeps the quotas of clients in a Redis server, which all proxies share.
//
// What stands there for a client is a hash of its key and a moment, which
// vanishes when the client's quota is whole again. Every policy is one script
// on the server, with the server's clock; the policies of a request are one
// round trip. The user needs the commands `eval`, `evalsha`, `time`, `get`,
// `set`, `del` and `ping`, with a cluster also `cluster`, and may do with the
// keys `~koine:*`.
//
// While the server is away, requests are told so at once, but for one every
// half a second, which looks whether it is back. A config that names a server
// which is away loads nevertheless.
type Redis struct {
	// Where the server is, as a URL:
	//
	//     redis://user:password@host:6379/0
	//     rediss://host:6379?ca=/etc/ssl/redis.pem       (TLS)
	//     unix:///run/redis/redis.sock?db=0
	//     redis-sentinel://host:26379?master=mymaster    (rediss-sentinel:// with TLS)
	//
	// User, password, port and database may be left out. Several URLs name
	// nodes of one cluster, or several sentinels; one node of a cluster is
	// enough. What one of several says beside its host, the others may repeat
	// or leave out.
	//
	// Words behind the question mark: `db`, the number of the database;
	// `master`, the name of the sentinels' master; `sentinel_user` and
	// `sentinel_password`, where the sentinels ask for them; with TLS, `ca`, a
	// file of the certificates that sign the server's (default: those of the
	// system), and `cert` and `key`, the files of the client's own, where the
	// server asks for it.
	//
	// Global placeholders such as {env.REDIS_PASSWORD} or {file./run/secret}
	// are filled in when the config loads; in the place of the user and of the
	// password they may hold any characters. Required.
	Addresses []string `json:"addresses,omitempty"`

	// What the names of all keys start with: 1 to 64 characters of
	// A-Z a-z 0-9 _ . : -. Proxies with equal prefixes on one server count
	// together. Default: koine.
	Prefix string `json:"prefix,omitempty"`

	// How long a request waits for the server's decision at most. From 10ms to
	// 250ms. Default: 200ms.
	Timeout caddy.Duration `json:"timeout,omitempty"`

	link *link // what this instance took, and gives back in Cleanup
	key  string
}

// CaddyModule returns the Caddy module information.
func (Redis) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{
		ID:  "http.translate_errors.stores.redis",
		New: func() caddy.Module { return new(Redis) },
	}
}

// The bounds and defaults of the fields.
const (
	defaultPrefix  = "koine"
	defaultTimeout = caddy.Duration(200 * time.Millisecond)
	leastTimeout   = caddy.Duration(10 * time.Millisecond)
	mostTimeout    = caddy.Duration(250 * time.Millisecond)
)

var soundPrefix = regexp.MustCompile(`^[A-Za-z0-9_.:-]{1,64}$`)

// links are the connections to servers, shared by all sites, and by a config
// and the one that comes after it.
var links = caddy.NewUsagePool()

// Provision fills in the defaults, reads the addresses, and starts to connect.
func (r *Redis) Provision(caddy.Context) error {
	if r.Prefix == "" {
		r.Prefix = defaultPrefix
	}
	if r.Timeout == 0 {
		r.Timeout = defaultTimeout
	}
	if err := r.check(); err != nil {
		return err
	}
	o, err := parseAddresses(r.Addresses)
	if err != nil {
		return err
	}
	key := o.hash()
	shared, _, err := links.LoadOrNew(key, func() (caddy.Destructor, error) { return newLink(o) })
	if err != nil {
		return err
	}
	r.link, r.key = shared.(*link), key
	return nil
}

// check tells what is wrong with the fields.
func (r *Redis) check() error {
	var errs []error
	if !soundPrefix.MatchString(r.Prefix) {
		errs = append(errs, fmt.Errorf("redis prefix %q: it must be 1 to 64 characters of A-Z a-z 0-9 _ . : -", r.Prefix))
	}
	if r.Timeout < leastTimeout || r.Timeout > mostTimeout {
		errs = append(errs, fmt.Errorf("redis timeout %s: it must be from %s to %s", time.Duration(r.Timeout), time.Duration(leastTimeout), time.Duration(mostTimeout)))
	}
	return errors.Join(errs...)
}

// Cleanup gives back the connection, if this instance took one.
func (r *Redis) Cleanup() error {
	if r.link == nil {
		return nil
	}
	r.link = nil
	_, err := links.Delete(r.key)
	return err
}

// Interface guards
var (
	_ caddy.Module          = (*Redis)(nil)
	_ caddy.Provisioner     = (*Redis)(nil)
	_ caddy.CleanerUpper    = (*Redis)(nil)
	_ caddyfile.Unmarshaler = (*Redis)(nil)
	_ koine.StoreModule     = (*Redis)(nil)
	_ ratelimit.Store       = counters{}
)
