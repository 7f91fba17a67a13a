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

// options are what the addresses say, with the contents of the files that they
// name. Two with equal contents share a connection.
type options struct {
	Scheme    string
	Addresses []string // host:port, or a path

	User, Password                 string
	DB                             string
	Master                         string
	SentinelUser, SentinelPassword string
	CA, Cert, Key                  string // PEM
}

// errAddress ends the messages about a URL that cannot be read. They never
// repeat it, as it may hold a password.
var errAddress = errors.New("this is no URL of a Redis; write one such as redis://user:password@host:6379/0, and in a password %2F for a slash, %40 for @, %23 for #, %25 for %")

// parseAddresses reads the URLs, of which the first may say what holds for all.
func parseAddresses(addresses []string) (o options, err error) {
	if len(addresses) == 0 {
		return o, errors.New("redis addresses: there is none; write one such as redis://localhost:6379")
	}
	var errs []error
	for i, address := range addresses {
		next, err := parseAddress(address)
		if err == nil && i > 0 {
			err = o.join(next)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("redis addresses, number %d: %w", i+1, err))
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
		return o, errors.New("redis addresses: sentinels need the name of their master, as in redis-sentinel://host:26379?master=mymaster")
	}
	if _, err := o.client(); err != nil {
		return o, fmt.Errorf("redis addresses: %w", err)
	}
	return o, nil
}

// join takes in the next address, which must not contradict.
func (o *options) join(next options) error {
	if o.Scheme != next.Scheme {
		return fmt.Errorf("it is %s://, and the first one %s://; they must be alike", next.Scheme, o.Scheme)
	}
	if o.Scheme == "unix" {
		return errors.New("a unix socket is one server; it stands alone")
	}
	mine, others := o.words(), next.words()
	for i, w := range others {
		if *w.value != "" && *w.value != *mine[i].value {
			return fmt.Errorf("its %s is not that of the first one", w.name)
		}
	}
	if o.DB != "" && o.Master == "" {
		return errors.New("several addresses are a cluster, which has no databases; take out the number")
	}
	o.Addresses = append(o.Addresses, next.Addresses...)
	return nil
}

// word is something of a URL, beside its host.
type word struct {
	name  string
	value *string
	on    string // the schemes that know it, if not all
	file  bool
}

func (o *options) words() []word {
	const secure, sentinel = "rediss rediss-sentinel", "redis-sentinel rediss-sentinel"
	return []word{
		{name: "user", value: &o.User},
		{name: "password", value: &o.Password},
		{name: "db", value: &o.DB},
		{name: "master", value: &o.Master, on: sentinel},
		{name: "sentinel_user", value: &o.SentinelUser, on: sentinel},
		{name: "sentinel_password", value: &o.SentinelPassword, on: sentinel},
		{name: "ca", value: &o.CA, on: secure, file: true},
		{name: "cert", value: &o.Cert, on: secure, file: true},
		{name: "key", value: &o.Key, on: secure, file: true},
	}
}

// ports are those that an address may leave out, by scheme.
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
		return o, errors.New("it must start with redis://, rediss://, unix://, redis-sentinel:// or rediss-sentinel://")
	}
	o.Scheme, o.User = u.Scheme, u.User.Username()
	o.Password, _ = u.User.Password()
	if err := o.place(u, port); err != nil {
		return o, err
	}
	return o, o.query(u.RawQuery)
}

// place reads host and path.
func (o *options) place(u *url.URL, port string) error {
	if o.Scheme == "unix" {
		if u.Host != "" || len(u.Path) < 2 {
			return errors.New("write a unix socket with three slashes, as in unix:///run/redis/redis.sock")
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

func (o *options) query(raw string) error {
	values, err := url.ParseQuery(raw)
	if err != nil {
		return errAddress
	}
	var errs []error
	for _, w := range o.words() {
		given, ok := values[w.name]
		delete(values, w.name)
		switch {
		case !ok:
		case w.name == "user" || w.name == "password":
			errs = append(errs, fmt.Errorf("the %s stands before the host, as in redis://user:password@host", w.name))
		case w.on != "" && !slices.Contains(strings.Fields(w.on), o.Scheme):
			errs = append(errs, fmt.Errorf("%s is a word of %s", w.name, strings.ReplaceAll(w.on, " ", " and ")))
		case len(given) != 1 || given[0] == "" || *w.value != "":
			errs = append(errs, fmt.Errorf("%s takes one value", w.name))
		default:
			errs = append(errs, w.set(given[0]))
		}
	}
	for name := range values {
		errs = append(errs, fmt.Errorf("unknown word %q; there are db, master, sentinel_user, sentinel_password, ca, cert and key", name))
	}
	return errors.Join(append(errs, o.check())...)
}

// set puts in a value, or the contents of the file that it names.
func (w *word) set(value string) error {
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

// check tells what does not go together.
func (o *options) check() error {
	if n, err := strconv.Atoi(o.DB); o.DB != "" && (err != nil || n < 0) {
		return errors.New("the database must be a number, as in redis://host:6379/0")
	}
	if (o.Cert == "") != (o.Key == "") {
		return errors.New("cert and key go together")
	}
	return nil
}

// expand fills in the global placeholders. What they hold is escaped where it
// becomes a user or a password, so that it may hold what ends one in a URL.
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

func fill(text string, form func(string) string) (string, error) {
	return caddy.NewReplacer().ReplaceFunc(text, func(name string, value any) (any, error) {
		s := caddy.ToString(value)
		if s == "" {
			return nil, fmt.Errorf("the placeholder {%s} is empty or unknown", name)
		}
		return form(s), nil
	})
}

// hash tells options apart, without showing them.
func (o *options) hash() string {
	text, _ := json.Marshal(o) // strings alone
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// The settings of the connections. A request's own time-out is shorter.
const (
	dialTimeout = time.Second
	ringScale   = 11        // commands on the way in one connection: 2048, more than mostWaiting
	bufferSize  = 64 * 1024 // for reading, and for writing
)

// client is the options as the client library wants them: one connection to
// each node, on which the requests of all goroutines are pipelined; no cache;
// and nothing done twice, since a script that was sent may have counted.
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
		c.SelectDB, _ = strconv.Atoi(o.DB) // check has seen it
	}
	if o.Scheme == "unix" {
		c.ForceSingleClient = true
		c.DialCtxFn = func(ctx context.Context, path string, d *net.Dialer, _ *tls.Config) (net.Conn, error) {
			return d.DialContext(ctx, "unix", path)
		}
	}
	if strings.HasPrefix(o.Scheme, "rediss") {
		if c.TLSConfig, err = o.tls(); err != nil {
			return c, err
		}
	}
	if o.Master != "" {
		c.Sentinel = rueidis.SentinelOption{
			MasterSet:               o.Master,
			Username:                o.SentinelUser,
			Password:                o.SentinelPassword,
			Dialer:                  c.Dialer,
			TLSConfig:               c.TLSConfig,
			TopologyRefreshInterval: 5 * time.Second,
		}
	}
	return c, nil
}

func (o *options) tls() (*tls.Config, error) {
	c := &tls.Config{MinVersion: tls.VersionTLS12}
	if o.CA != "" {
		c.RootCAs = x509.NewCertPool()
		if !c.RootCAs.AppendCertsFromPEM([]byte(o.CA)) {
			return nil, errors.New("ca: the file holds no certificate in PEM form")
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
