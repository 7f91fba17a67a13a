package koine

import (
	"cmp"
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
)

// maxRoutes bounds the paths of the routes of one site that are told apart.
const maxRoutes = 256

// siteRoutes are the paths that the routes of one site match.
type siteRoutes struct {
	hosts []caddyhttp.MatchHost // none for all hosts
	paths []string              // in lower case, the most specific one first
}

// serverRoutes are the sites of each server, in the order of its routes.
type serverRoutes map[*caddyhttp.Server][]siteRoutes

// newServerRoutes collects the paths that the routes of a config match. Caddy does not record
// which route a request has taken.
func newServerRoutes(app *caddyhttp.App) serverRoutes {
	out := serverRoutes{}
	for _, server := range app.Servers {
		for i := range server.Routes {
			route := &server.Routes[i]
			s := siteRoutes{hosts: hostsOf(route)}
			s.collect(route)
			slices.SortStableFunc(s.paths, bySpecificity)
			s.paths = slices.Compact(s.paths)
			s.paths = s.paths[:min(len(s.paths), maxRoutes)]
			if len(s.paths) > 0 {
				out[server] = append(out[server], s)
			}
		}
	}
	return out
}

func hostsOf(route *caddyhttp.Route) (hosts []caddyhttp.MatchHost) {
	for _, set := range route.MatcherSets {
		for _, m := range set {
			switch m := m.(type) {
			case *caddyhttp.MatchHost:
				hosts = append(hosts, *m)
			case caddyhttp.MatchHost:
				hosts = append(hosts, m)
			}
		}
	}
	return hosts
}

// collect adds the paths of a route, and of the routes inside it.
func (s *siteRoutes) collect(route *caddyhttp.Route) {
	for _, set := range route.MatcherSets {
		for _, m := range set {
			switch m := m.(type) {
			case *caddyhttp.MatchPath:
				s.add(*m)
			case caddyhttp.MatchPath:
				s.add(m)
			}
		}
	}
	for _, h := range route.Handlers {
		if sub, ok := h.(*caddyhttp.Subroute); ok {
			for i := range sub.Routes {
				s.collect(&sub.Routes[i])
			}
		}
	}
}

func (s *siteRoutes) add(paths caddyhttp.MatchPath) {
	for _, p := range paths {
		if p != "*" && p != "/*" && !strings.Contains(p, "{") {
			s.paths = append(s.paths, strings.ToLower(p))
		}
	}
}

// bySpecificity orders paths: those without a star first, then the longest.
func bySpecificity(a, b string) int {
	wild := func(s string) int { return min(strings.Count(s, "*"), 1) }
	return cmp.Or(wild(a)-wild(b), len(b)-len(a), cmp.Compare(a, b))
}

// find returns the path of the route that a request has taken; "" if there is none.
func (routes serverRoutes) find(r *http.Request, requestPath string) string {
	server, _ := r.Context().Value(caddyhttp.ServerCtxKey).(*caddyhttp.Server)
	clean := ""
	for _, s := range routes[server] {
		if !s.hasHost(r) {
			continue
		}
		if clean == "" {
			clean = caddyhttp.CleanPath(strings.ToLower(requestPath), true)
		}
		for _, p := range s.paths {
			if matchesPath(p, clean) {
				return p
			}
		}
	}
	return ""
}

func (s *siteRoutes) hasHost(r *http.Request) bool {
	for _, m := range s.hosts {
		if ok, err := m.MatchWithError(r); ok && err == nil {
			return true
		}
	}
	return len(s.hosts) == 0
}

// matchesPath reports whether a path in lower case matches a pattern as in Caddy's path
// matcher.
func matchesPath(pattern, p string) bool {
	first, last := strings.HasPrefix(pattern, "*"), strings.HasSuffix(pattern, "*")
	switch stars := strings.Count(pattern, "*"); {
	case stars == 2 && first && last:
		return strings.Contains(p, pattern[1:len(pattern)-1])
	case stars == 1 && first:
		return strings.HasSuffix(p, pattern[1:])
	case stars == 1 && last:
		return strings.HasPrefix(p, pattern[:len(pattern)-1])
	}
	matches, _ := path.Match(pattern, p)
	return matches
}

// route returns the path of the route of the request; "" if there is none.
func (x *exchange) route() string {
	app := x.rt.ledger.active.Load()
	if app == nil || len(app.routes) == 0 {
		return ""
	}
	requestPath := x.request.URL.Path
	if orig, ok := x.ctx.parent.Value(caddyhttp.OriginalRequestCtxKey).(http.Request); ok && orig.URL != nil {
		requestPath = orig.URL.Path
	}
	return app.routes.find(x.request, requestPath)
}
