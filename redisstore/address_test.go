package redisstore

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestAddresses(t *testing.T) {
	t.Setenv("KOINE_TEST_HOST", "cache.internal")
	t.Setenv("KOINE_TEST_URL", "redis://u:p@cache.internal:7000/2")
	t.Setenv("KOINE_TEST_PASSWORD", "a b+c%/@:#?")
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte("from a file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		addresses []string
		want      options
	}{
		"only host":       {[]string{"redis://localhost"}, options{Scheme: "redis", Addresses: []string{"localhost:6379"}}},
		"all parts":       {[]string{"rediss://u:p@h:1/3"}, options{Scheme: "rediss", Addresses: []string{"h:1"}, User: "u", Password: "p", DB: "3"}},
		"IPv6":            {[]string{"redis://[::1]:7000"}, options{Scheme: "redis", Addresses: []string{"[::1]:7000"}}},
		"IPv6, no port":   {[]string{"redis://[::1]"}, options{Scheme: "redis", Addresses: []string{"[::1]:6379"}}},
		"db as parameter": {[]string{"redis://h?db=4"}, options{Scheme: "redis", Addresses: []string{"h:6379"}, DB: "4"}},
		"socket":          {[]string{"unix://u:p@/run/r.sock?db=1"}, options{Scheme: "unix", Addresses: []string{"/run/r.sock"}, User: "u", Password: "p", DB: "1"}},
		"plus in a password": {
			[]string{"redis://:a+b@h"},
			options{Scheme: "redis", Addresses: []string{"h:6379"}, Password: "a+b"},
		},
		"cluster": {
			[]string{"redis://u:p@a", "redis://b:7000", "redis://u:p@c"},
			options{Scheme: "redis", Addresses: []string{"a:6379", "b:7000", "c:6379"}, User: "u", Password: "p"},
		},
		"sentinels": {
			[]string{"redis-sentinel://p:q@a/1?master=m&sentinel_user=s&sentinel_password=t", "redis-sentinel://b:1"},
			options{Scheme: "redis-sentinel", Addresses: []string{"a:26379", "b:1"}, User: "p", Password: "q", DB: "1", Master: "m", SentinelUser: "s", SentinelPassword: "t"},
		},
		"placeholders": {
			[]string{"redis://u:{env.KOINE_TEST_PASSWORD}@{env.KOINE_TEST_HOST}:7000"},
			options{Scheme: "redis", Addresses: []string{"cache.internal:7000"}, User: "u", Password: "a b+c%/@:#?"},
		},
		"a file": {
			[]string{"redis://:{file." + file + "}@h"},
			options{Scheme: "redis", Addresses: []string{"h:6379"}, Password: "from a file"},
		},
		"a placeholder for all": {
			[]string{"{env.KOINE_TEST_URL}"},
			options{Scheme: "redis", Addresses: []string{"cache.internal:7000"}, User: "u", Password: "p", DB: "2"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := parseAddresses(c.addresses)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(got.Addresses, c.want.Addresses) || got.hash() != c.want.hash() {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
}

func TestAddressFaults(t *testing.T) {
	for name, c := range map[string]struct {
		addresses []string
		fault     string
	}{
		"none":                  {nil, "none given"},
		"no scheme":             {[]string{"localhost:6379"}, "not a Redis URL"},
		"another scheme":        {[]string{"http://h"}, "scheme must be redis://"},
		"no host":               {[]string{"redis:///1"}, "not a Redis URL"},
		"no URL":                {[]string{"redis://u:secret/x@h"}, "not a Redis URL"},
		"bad escape":            {[]string{"redis://u:%zzsecret@h"}, "not a Redis URL"},
		"fragment":              {[]string{"redis://u:p#secret@h"}, "not a Redis URL"},
		"database":              {[]string{"redis://h/secret"}, "database must be a number"},
		"two databases":         {[]string{"redis://h/1?db=2"}, "db must have one value"},
		"unknown name":          {[]string{"redis://h?timeout=1s"}, `unknown parameter "timeout"; expected one of db`},
		"password as parameter": {[]string{"redis://h?password=secret"}, "put the password before the host"},
		"ca without TLS":        {[]string{"redis://h?ca=/x"}, "ca is only valid with rediss and rediss-sentinel"},
		"no such file":          {[]string{"rediss://h?ca=/nowhere/ca.pem"}, "/nowhere/ca.pem: no such file"},
		"no certificate":        {[]string{"rediss://h?ca=address_test.go"}, "ca: no PEM certificate in the file"},
		"cert without key":      {[]string{"rediss://h?cert=address_test.go"}, "cert and key must be set together"},
		"invalid pair":          {[]string{"rediss://h?cert=address_test.go&key=address_test.go"}, "cert and key: tls"},
		"no master":             {[]string{"redis-sentinel://h"}, "the name of the master is missing"},
		"master without sentinel": {
			[]string{"redis://h?master=m"}, "master is only valid with redis-sentinel and rediss-sentinel",
		},
		"socket with two slashes": {[]string{"unix://run/r.sock"}, "must have three slashes"},
		"two sockets":             {[]string{"unix:///a", "unix:///b"}, "address 2: a unix socket must be the only address"},
		"mixed":                   {[]string{"redis://a", "rediss://b"}, "address 2: scheme rediss:// differs from redis:// of the first address"},
		"two passwords":           {[]string{"redis://:secret@a", "redis://:secret2@b"}, "address 2: password differs from that of the first address"},
		"cluster and database":    {[]string{"redis://a/1", "redis://b"}, "a cluster has no databases"},
		"unknown placeholder":     {[]string{"redis://:{env.KOINE_TEST_NOTHING}@h"}, "placeholder {env.KOINE_TEST_NOTHING} is empty or unknown"},
		"all at once":             {[]string{"http://a", "redis://h/x"}, "address 2: database"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := parseAddresses(c.addresses)
			if err == nil || !strings.Contains(err.Error(), c.fault) {
				t.Fatalf("got %v, want %q", err, c.fault)
			}
			if strings.Contains(err.Error(), "secret") {
				t.Errorf("the message contains a secret: %v", err)
			}
		})
	}
}
