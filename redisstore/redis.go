// Package redisstore keeps rate limits in Redis, which several proxies can share. It
// supports Redis 7, Redis Cluster, Redis Sentinel and Valkey.
//
// A build of Caddy without this import has no Redis client.
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

// Redis keeps the quotas of clients on a Redis server, which several proxies can share.
//
// The server stores a hash of each key with a time, and drops it when the quota of the key
// is complete again. All policies of a request are one script with the clock of the server;
// in a cluster one for each key of the request. The user needs the commands `eval`, `evalsha`, `time`,
// `get`, `set`, `del` and `ping`, for a cluster also `cluster`, on the keys `~koine:*`.
//
// While the server is unavailable, requests fail at once, except for one probe every half
// second. A config loads even if the server is unavailable; that and its return are
// logged. Replies are checked before they are read, so whatever answers at the address is
// at worst a server that is unavailable.
type Redis struct {
	// The URLs of the server:
	//
	//     redis://user:password@host:6379/0
	//     rediss://host:6379?ca=/etc/ssl/redis.pem       (TLS)
	//     unix:///run/redis/redis.sock?db=0
	//     redis-sentinel://host:26379?master=mymaster    (rediss-sentinel:// with TLS)
	//
	// User, password, port and database are optional. Several URLs name nodes of one
	// cluster, or several sentinels; one node of a cluster is enough. Everything but the
	// host must be the same in all URLs, or only in the first.
	//
	// Query parameters: `db`, the number of the database; `master`, the name of the
	// master of the sentinels; `sentinel_user` and `sentinel_password`, if the sentinels
	// require them; with TLS, `ca`, a file with the certificates that sign that of the
	// server (default: those of the system), and `cert` and `key`, files with a client
	// certificate and its key, if the server requires one.
	//
	// Global placeholders such as {env.REDIS_PASSWORD} or {file./run/secret} are
	// replaced when the config loads; as user and password their values may contain any
	// characters. Required.
	Addresses []string `json:"addresses,omitempty"`

	// The prefix of all keys: 1 to 64 characters of A-Z a-z 0-9 _ . : -. Proxies with
	// equal prefixes on one server share their quotas. Default: koine.
	Prefix string `json:"prefix,omitempty"`

	// How long a request waits for the server: 10ms to 250ms. Default: 200ms.
	Timeout caddy.Duration `json:"timeout,omitempty"`

	conn *connection // released by Cleanup
	key  string
}

// CaddyModule returns the Caddy module information.
func (Redis) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{
		ID:  "http.translate_errors.stores.redis",
		New: func() caddy.Module { return new(Redis) },
	}
}

// Bounds and defaults of the fields.
const (
	defaultPrefix  = "koine"
	defaultTimeout = caddy.Duration(200 * time.Millisecond)
	minTimeout     = caddy.Duration(10 * time.Millisecond)
	maxTimeout     = caddy.Duration(250 * time.Millisecond)
)

var validPrefix = regexp.MustCompile(`^[A-Za-z0-9_.:-]{1,64}$`)

// connections are the connections to servers. They are shared by all sites, and by a config
// and its replacement.
var connections = caddy.NewUsagePool()

// Provision sets defaults, parses the addresses, and starts to connect.
func (r *Redis) Provision(ctx caddy.Context) error {
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
	shared, _, err := connections.LoadOrNew(key, func() (caddy.Destructor, error) { return newConnection(o, ctx.Slogger()), nil })
	if err != nil {
		return err
	}
	r.conn, r.key = shared.(*connection), key
	r.conn.logger.Store(ctx.Slogger())
	return nil
}

// check returns an error if a field is invalid.
func (r *Redis) check() error {
	var errs []error
	if !validPrefix.MatchString(r.Prefix) {
		errs = append(errs, fmt.Errorf("redis prefix %q: must be 1 to 64 characters of A-Z a-z 0-9 _ . : -", r.Prefix))
	}
	if r.Timeout < minTimeout || r.Timeout > maxTimeout {
		errs = append(errs, fmt.Errorf("redis timeout %s: must be from %s to %s", time.Duration(r.Timeout), time.Duration(minTimeout), time.Duration(maxTimeout)))
	}
	return errors.Join(errs...)
}

// Cleanup releases the connection, if Provision acquired one.
func (r *Redis) Cleanup() error {
	if r.conn == nil {
		return nil
	}
	r.conn = nil
	_, err := connections.Delete(r.key)
	return err
}

// Interface guards
var (
	_ caddy.Module          = (*Redis)(nil)
	_ caddy.Provisioner     = (*Redis)(nil)
	_ caddy.CleanerUpper    = (*Redis)(nil)
	_ caddyfile.Unmarshaler = (*Redis)(nil)
	_ koine.StoreModule     = (*Redis)(nil)
	_ ratelimit.Store       = store{}
)
