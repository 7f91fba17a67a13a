package koine

import (
	"context"
	"net/http/httptest"
	"testing"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
)

// TestServerRoutes checks which path of the routes of a site a request has taken.
func TestServerRoutes(t *testing.T) {
	t.Parallel()
	site := func(hosts []string, paths ...string) caddyhttp.Route {
		inner := caddyhttp.Route{MatcherSets: caddyhttp.MatcherSets{{caddyhttp.MatchPath(paths)}}}
		return caddyhttp.Route{
			MatcherSets: caddyhttp.MatcherSets{{caddyhttp.MatchHost(hosts)}},
			Handlers:    []caddyhttp.MiddlewareHandler{&caddyhttp.Subroute{Routes: caddyhttp.RouteList{inner}}},
		}
	}
	server := &caddyhttp.Server{Routes: caddyhttp.RouteList{
		site([]string{"api.test"}, "/v1/*", "/v1/plans/*", "/v1/plans/free", "*.json", "*admin*", "/a/*/b", "*", "/{vars.x}/*"),
		site([]string{"other.test"}, "/v2/*"),
	}}
	routes := newServerRoutes(&caddyhttp.App{Servers: map[string]*caddyhttp.Server{"s": server}})
	for _, tt := range []struct{ host, path, want string }{
		{"api.test", "/v1/users", "/v1/*"},
		{"api.test", "/V1/Plans/7", "/v1/plans/*"},
		{"api.test", "/v1//plans/../plans/free", "/v1/plans/free"},
		{"api.test", "/x.json", "*.json"},
		{"api.test", "/x/admin/y", "*admin*"},
		{"api.test", "/a/7/b", "/a/*/b"},
		{"api.test", "/v2/users", ""},
		{"other.test", "/v2/users", "/v2/*"},
		{"third.test", "/v1/users", ""},
	} {
		r := httptest.NewRequest("GET", "http://"+tt.host+"/", nil)
		r = prepare(r, nil)
		r = r.WithContext(context.WithValue(r.Context(), caddyhttp.ServerCtxKey, server))
		if got := routes.find(r, tt.path); got != tt.want {
			t.Errorf("%s%s: %q, want %q", tt.host, tt.path, got, tt.want)
		}
	}
}
