package redisstore

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/redis/rueidis"
)

// options are the parsed addresses, with the contents of the files in them. Equal
// options share a connection.
type options struct {
	Scheme    string
	Addresses []string // host:port, or a path

	User, Password                 string
	DB                             string
	Master                         string
	SentinelUser, SentinelPassword string
	CA, Cert, Key                  string // PEM
}

// errAddress is the error for an invalid URL. It does not contain the URL, which may have a
// password.
var errAddress = errors.New("not a Redis URL; use for example redis://user:password@host:6379/0, and in a password write %2F for a slash, %40 for @, %23 for #, %25 for %")

// parseAddresses parses the URLs. What only the first one has applies to all.
func parseAddresses(addresses []string) (o options, err error) {
	if len(addresses) == 0 {
		return o, errors.New("redis addresses: none given; use for example redis://localhost:6379")
	}
	var errs []error
	for i, address := range addresses {
		next, err := parseAddress(address)
		if err == nil && i > 0 {
			err = o.join(next)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("redis address %d: %w", i+1, err))
			continue
		}
		if i == 0 {
			o = next
		}
	}
	if err := errors.Join(errs...); err != nil {
		return o, err
	}
	if strings.HasSuffix(o.Scheme, "-sentinel") && o.Master == "" {
		return o, errors.New("redis addresses: the name of the master is missing; use for example redis-sentinel://host:26379?master=mymaster")
	}
	if _, err := o.client(); err != nil {
		return o, fmt.Errorf("redis addresses: %w", err)
	}
	return o, nil
}

// join adds another address, which must agree with the first.
func (o *options) join(next options) error {
	if o.Scheme != next.Scheme {
		return fmt.Errorf("scheme %s:// differs from %s:// of the first address", next.Scheme, o.Scheme)
	}
	if o.Scheme == "unix" {
		return errors.New("a unix socket must be the only address")
	}
	own, others := o.settings(), next.settings()
	for i, w := range others {
		if *w.value != "" && *w.value != *own[i].value {
			return fmt.Errorf("%s differs from that of the first address", w.name)
		}
	}
	if o.DB != "" && o.Master == "" {
		return errors.New("several addresses form a cluster, and a cluster has no databases; remove the database number")
	}
	o.Addresses = append(o.Addresses, next.Addresses...)
	return nil
}

// setting is a part of a URL other than the host.
type setting struct {
	name    string
	value   *string
	schemes string // the schemes that have it; "" for all
	file    bool
}

func (o *options) settings() []setting {
	const secure, sentinel = "rediss rediss-sentinel", "redis-sentinel rediss-sentinel"
	return []setting{
		{name: "user", value: &o.User},
		{name: "password", value: &o.Password},
		{name: "db", value: &o.DB},
		{name: "master", value: &o.Master, schemes: sentinel},
		{name: "sentinel_user", value: &o.SentinelUser, schemes: sentinel},
		{name: "sentinel_password", value: &o.SentinelPassword, schemes: sentinel},
		{name: "ca", value: &o.CA, schemes: secure, file: true},
		{name: "cert", value: &o.Cert, schemes: secure, file: true},
		{name: "key", value: &o.Key, schemes: secure, file: true},
	}
}

// ports are the default ports by scheme.
var ports = map[string]string{"redis": "6379", "rediss": "6379", "redis-sentinel": "26379", "rediss-sentinel": "26379", "unix": ""}

func parseAddress(text string) (o options, err error) {
	text, err = expand(text)
	if err != nil {
		return o, err
	}
	u, err := url.Parse(text)
	if err != nil || u.Opaque != "" || u.Fragment != "" {
		return o, errAddress
	}
	port, known := ports[u.Scheme]
	if !known {
		return o, errors.New("scheme must be redis://, rediss://, unix://, redis-sentinel:// or rediss-sentinel://")
	}
	o.Scheme, o.User = u.Scheme, u.User.Username()
	o.Password, _ = u.User.Password()
	if err := o.parseHost(u, port); err != nil {
		return o, err
	}
	return o, o.parseQuery(u.RawQuery)
}

// parseHost parses host and path.
func (o *options) parseHost(u *url.URL, port string) error {
	if o.Scheme == "unix" {
		if u.Host != "" || len(u.Path) < 2 {
			return errors.New("the address of a unix socket must have three slashes, for example unix:///run/redis/redis.sock")
		}
		o.Addresses = []string{u.Path}
		return nil
	}
	if u.Hostname() == "" {
		return errAddress
	}
	if u.Port() != "" {
		port = u.Port()
	}
	o.Addresses = []string{net.JoinHostPort(u.Hostname(), port)}
	o.DB = strings.Trim(u.Path, "/")
	return nil
}

func (o *options) parseQuery(raw string) error {
	values, err := url.ParseQuery(raw)
	if err != nil {
		return errAddress
	}
	var errs []error
	for _, w := range o.settings() {
		given, ok := values[w.name]
		delete(values, w.name)
		switch {
		case !ok:
		case w.name == "user" || w.name == "password":
			errs = append(errs, fmt.Errorf("put the %s before the host, for example redis://user:password@host", w.name))
		case w.schemes != "" && !slices.Contains(strings.Fields(w.schemes), o.Scheme):
			errs = append(errs, fmt.Errorf("%s is only valid with %s", w.name, strings.ReplaceAll(w.schemes, " ", " and ")))
		case len(given) != 1 || given[0] == "" || *w.value != "":
			errs = append(errs, fmt.Errorf("%s must have one value", w.name))
		default:
			errs = append(errs, w.set(given[0]))
		}
	}
	for name := range values {
		errs = append(errs, fmt.Errorf("unknown parameter %q; expected one of db, master, sentinel_user, sentinel_password, ca, cert, key", name))
	}
	return errors.Join(append(errs, o.check())...)
}

// set sets a value, or the contents of the file that it names.
func (w *setting) set(value string) error {
	*w.value = value
	if !w.file {
		return nil
	}
	text, err := os.ReadFile(value)
	if err != nil {
		return fmt.Errorf("%s: %w", w.name, err)
	}
	*w.value = string(text)
	return nil
}

// check returns an error if a value is invalid, or if values contradict each other.
func (o *options) check() error {
	if n, err := strconv.Atoi(o.DB); o.DB != "" && (err != nil || n < 0) {
		return errors.New("database must be a number, for example redis://host:6379/0")
	}
	if (o.Cert == "") != (o.Key == "") {
		return errors.New("cert and key must be set together")
	}
	return nil
}

// expand replaces global placeholders. Values that become a user or a password are escaped,
// so they may contain any characters.
func expand(text string) (string, error) {
	scheme, rest, ok := strings.Cut(text, "://")
	at := strings.LastIndex(rest, "@")
	if !ok || at < 0 {
		return fill(text, func(s string) string { return s })
	}
	user, err1 := fill(rest[:at], escape)
	host, err2 := fill(rest[at:], func(s string) string { return s })
	return scheme + "://" + user + host, errors.Join(err1, err2)
}

func escape(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

func fill(text string, convert func(string) string) (string, error) {
	return caddy.NewReplacer().ReplaceFunc(text, func(name string, value any) (any, error) {
		s := caddy.ToString(value)
		if s == "" {
			return nil, fmt.Errorf("placeholder {%s} is empty or unknown", name)
		}
		return convert(s), nil
	})
}

// hash identifies options without revealing them.
func (o *options) hash() string {
	text, _ := json.Marshal(o) // only strings
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// Settings of the connections. The timeout of a request is shorter.
const (
	dialTimeout = time.Second
	ringScale   = 11        // commands in flight on one connection: 2^11, more than maxInFlight
	bufferSize  = 64 * 1024 // each for reading and writing
)

// client returns the options of the client library: one pipelined connection per node,
// whose replies are checked, no cache, and no retries, because a script that was sent may
// have counted.
func (o *options) client() (c rueidis.ClientOption, err error) {
	c = rueidis.ClientOption{
		InitAddress:         slices.Clone(o.Addresses),
		Username:            o.User,
		Password:            o.Password,
		Dialer:              net.Dialer{Timeout: dialTimeout, KeepAlive: dialTimeout},
		ConnWriteTimeout:    dialTimeout,
		RingScaleEachConn:   ringScale,
		ReadBufferEachConn:  bufferSize,
		WriteBufferEachConn: bufferSize,
		PipelineMultiplex:   -1,
		AlwaysPipelining:    true,
		DisableRetry:        true,
		DisableCache:        true,
		ClusterOption:       rueidis.ClusterOption{MaxMovedRedirections: 5},
	}
	if o.DB != "" {
		c.SelectDB, _ = strconv.Atoi(o.DB) // checked before
	}
	network := "tcp"
	if o.Scheme == "unix" {
		network, c.ForceSingleClient = "unix", true
	}
	c.DialCtxFn = func(ctx context.Context, address string, d *net.Dialer, t *tls.Config) (net.Conn, error) {
		return dialGuarded(ctx, network, address, d, t)
	}
	if strings.HasPrefix(o.Scheme, "rediss") {
		if c.TLSConfig, err = o.tls(); err != nil {
			return c, err
		}
	}
	if o.Master != "" {
		c.ForceSingleClient = true // the address is that of the master; see masterAddress
	}
	return c, nil
}

func (o *options) tls() (*tls.Config, error) {
	c := &tls.Config{MinVersion: tls.VersionTLS12}
	if o.CA != "" {
		c.RootCAs = x509.NewCertPool()
		if !c.RootCAs.AppendCertsFromPEM([]byte(o.CA)) {
			return nil, errors.New("ca: no PEM certificate in the file")
		}
	}
	if o.Cert != "" {
		pair, err := tls.X509KeyPair([]byte(o.Cert), []byte(o.Key))
		if err != nil {
			return nil, fmt.Errorf("cert and key: %w", err)
		}
		c.Certificates = []tls.Certificate{pair}
	}
	return c, nil
}
