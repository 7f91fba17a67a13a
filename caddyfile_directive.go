package koine

import (
	"encoding/json"
	"reflect"
	"slices"

	"github.com/caddyserver/caddy/v2/caddyconfig/httpcaddyfile"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
)

// directiveName is the name of the directive and of the global option.
const directiveName = "translate_errors"

func init() {
	httpcaddyfile.RegisterDirective(directiveName, parseDirective)
	// Inside header, which may change every response, and outside of all handlers
	// that can return or write errors.
	httpcaddyfile.RegisterDirectiveOrder(directiveName, httpcaddyfile.After, "header")
	httpcaddyfile.RegisterHandlerDirective("request_limit", parseRequestLimit)
	httpcaddyfile.RegisterDirectiveOrder("request_limit", httpcaddyfile.After, "forward_auth")
	// Behind authentication, and before the handle blocks, one of which may serve all paths.
	httpcaddyfile.RegisterHandlerDirective("error_board", parseBoard)
	httpcaddyfile.RegisterDirectiveOrder("error_board", httpcaddyfile.Before, "handle")
}

// parseBoard parses an error_board directive.
func parseBoard(h httpcaddyfile.Helper) (caddyhttp.MiddlewareHandler, error) {
	b := new(Board)
	return b, b.UnmarshalCaddyfile(h.Dispenser)
}

// parseDirective parses a translate_errors directive of a site into a route.
func parseDirective(h httpcaddyfile.Helper) ([]httpcaddyfile.ConfigValue, error) {
	if !h.Next() {
		return nil, h.ArgErr()
	}
	matchers, err := h.ExtractMatcherSet()
	if err != nil {
		return nil, h.WrapErr(err) // Caddy's error has no position
	}
	handler := new(Handler)
	if err := handler.UnmarshalCaddyfile(h.Dispenser); err != nil {
		return nil, err
	}
	for _, l := range handler.RateLimit {
		if err := l.resolveMatcher(h); err != nil {
			return nil, err
		}
	}
	for _, r := range handler.RespondAs {
		if r.MatcherSetsRaw, err = resolveMatcher(h, r.matcherToken); err != nil {
			return nil, err
		}
	}
	for _, m := range handler.Mode {
		if m.MatcherSetsRaw, err = resolveMatcher(h, m.matcherToken); err != nil {
			return nil, err
		}
	}
	if err := namePolicies(h, handler.RateLimit...); err != nil {
		return nil, err
	}
	if defaults, ok := h.Option(directiveName).(*Handler); ok {
		handler.applyDefaults(defaults)
	}
	if err := handler.checkMap(); err != nil {
		return nil, err
	}
	if handler.Name == "" {
		handler.Name = siteName(h)
	}
	values := h.NewRoute(matchers, handler)
	text, err := json.Marshal(matchers)
	if err != nil {
		return nil, err
	}
	group, err := routeGroup(h, string(text))
	if err != nil {
		return nil, err
	}
	for i := range values {
		if route, ok := values[i].Value.(caddyhttp.Route); ok {
			route.Group = group
			values[i].Value = route
		}
	}
	return values, nil
}

// blockDirectives are the directives of one block of the Caddyfile. Only the most
// specific one that matches a request is used, as with handle: Caddy sorts their
// routes, and uses the first route of a group that matches.
type blockDirectives struct {
	block    blockID
	group    string
	matchers []string
}

// blockID identifies a block. Blocks inside a site have a copy of the state around
// them, and all sites of a Caddyfile share one state.
type blockID struct{ state, site uintptr }

func blockOf(h httpcaddyfile.Helper) blockID {
	b := blockID{state: reflect.ValueOf(h.BlockState).Pointer()}
	if keys := siteKeys(h); keys.IsValid() {
		b.site = keys.Pointer()
	}
	return b
}

// routeGroup returns the group of the directives in the block of h. It returns an
// error for a second directive with the same matchers, which would never be used.
func routeGroup(h httpcaddyfile.Helper, matchers string) (string, error) {
	block := blockOf(h)
	s, ok := h.BlockState[directiveName].(*blockDirectives)
	if !ok || s.block != block {
		s = &blockDirectives{block: block, group: newGroup(h)}
		if h.BlockState != nil {
			h.BlockState[directiveName] = s
		}
	}
	if slices.Contains(s.matchers, matchers) {
		return "", h.Errf("duplicate translate_errors with the same matcher in one block: the second would never be used; combine them, or give each its own matcher")
	}
	s.matchers = append(s.matchers, matchers)
	return s.group, nil
}

// newGroup returns a name that no other group of the config has. Helper names only
// groups of at least two routes, so newGroup passes two. Helper numbers the groups
// of named routes separately from the others, but one request can use both; so the
// names for named routes get a prefix.
func newGroup(h httpcaddyfile.Helper) string {
	two := []httpcaddyfile.ConfigValue{{Value: caddyhttp.Route{}}, {Value: caddyhttp.Route{}}}
	h.GroupRoutes(two)
	group := two[0].Value.(caddyhttp.Route).Group
	if h.IsNamedRoute() {
		return "named_" + group
	}
	return group
}

// siteName returns the first address of the site that contains the directive: its
// host, or the address as written if it has no host. It returns "" if it cannot
// find the address; metrics then have the name of the server.
func siteName(h httpcaddyfile.Helper) string {
	keys := siteKeys(h)
	if h.IsNamedRoute() || !keys.IsValid() || keys.Len() == 0 {
		return ""
	}
	text := keys.Index(0).FieldByName("Text")
	if !text.IsValid() || text.Kind() != reflect.String {
		return ""
	}
	address, err := httpcaddyfile.ParseAddress(text.String())
	if err != nil || address.Host == "" {
		return text.String()
	}
	return address.Host
}

// siteKeys returns the addresses of the site that contains the directive. Helper
// does not export them, so they are read by reflection.
func siteKeys(h httpcaddyfile.Helper) reflect.Value {
	site := reflect.ValueOf(h).FieldByName("parentBlock")
	if !site.IsValid() || site.Kind() != reflect.Struct {
		return reflect.Value{}
	}
	keys := site.FieldByName("Keys")
	if !keys.IsValid() || keys.Kind() != reflect.Slice {
		return reflect.Value{}
	}
	return keys
}
