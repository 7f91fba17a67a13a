package koine

import (
	"encoding/json"
	"reflect"
	"slices"

	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"
	"github.com/caddyserver/caddy/v2/caddyconfig/httpcaddyfile"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
)

// directive is the word of the Caddyfile, also as a global option.
const directive = "translate_errors"

func init() {
	httpcaddyfile.RegisterDirective(directive, parseDirective)
	httpcaddyfile.RegisterGlobalOption(directive, parseGlobalOption)
	// header keeps the last word on every response; all that can fail stands behind.
	httpcaddyfile.RegisterDirectiveOrder(directive, httpcaddyfile.After, "header")
}

// parseGlobalOption reads the defaults of all sites. They are filled in where
// the directives of the sites are read, so that JSON configs are explicit.
func parseGlobalOption(d *caddyfile.Dispenser, existing any) (any, error) {
	if existing != nil {
		d.Next()
		return nil, d.Err("the global option translate_errors stands twice")
	}
	defaults := new(Handler)
	if err := defaults.UnmarshalCaddyfile(d); err != nil {
		return nil, err
	}
	for _, p := range defaults.RateLimit {
		if p.matcherToken != nil {
			return nil, d.Errf("rate_limit %s: a global option takes no matchers", p.matcherToken.Text)
		}
	}
	return defaults, nil
}

// parseDirective reads one directive of a site.
func parseDirective(h httpcaddyfile.Helper) ([]httpcaddyfile.ConfigValue, error) {
	if !h.Next() {
		return nil, h.ArgErr()
	}
	matchers, err := h.ExtractMatcherSet()
	if err != nil {
		return nil, h.WrapErr(err) // Caddy does not say where
	}
	handler := new(Handler)
	if err := handler.UnmarshalCaddyfile(h.Dispenser); err != nil {
		return nil, err
	}
	for _, p := range handler.RateLimit {
		if err := p.resolveMatcher(h); err != nil {
			return nil, err
		}
	}
	if defaults, ok := h.Option(directive).(*Handler); ok {
		handler.inherit(defaults)
	}
	if handler.Name == "" {
		handler.Name = siteName(h)
	}
	values := h.NewRoute(matchers, handler)
	text, err := json.Marshal(matchers)
	if err != nil {
		return nil, err
	}
	group, err := joinLevel(h, string(text))
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

// level is one block of the Caddyfile. Of its directives the most specific that
// matches acts alone, as with handle: Caddy sorts them, and the group of their
// routes makes the first that matches the only one.
type level struct {
	block    block
	group    string
	matchers []string
}

// block is the identity of a block. Those inside a site start with a copy of
// the state around them; the sites of a Caddyfile share one.
type block struct{ state, site uintptr }

func blockOf(h httpcaddyfile.Helper) block {
	b := block{state: reflect.ValueOf(h.BlockState).Pointer()}
	if keys := siteKeys(h); keys.IsValid() {
		b.site = keys.Pointer()
	}
	return b
}

// joinLevel returns the group of the directives in the block of h. Two with the
// same matcher would be one route, and the second would never act.
func joinLevel(h httpcaddyfile.Helper, matchers string) (string, error) {
	here := blockOf(h)
	l, ok := h.BlockState[directive].(*level)
	if !ok || l.block != here {
		l = &level{block: here, group: newGroup(h)}
		if h.BlockState != nil {
			h.BlockState[directive] = l
		}
	}
	if slices.Contains(l.matchers, matchers) {
		return "", h.Errf("a second translate_errors with the same matcher in one block would never act; make them one, or give each a matcher of its own")
	}
	l.matchers = append(l.matchers, matchers)
	return l.group, nil
}

// newGroup makes a name that no other group of the config has. Helper only
// hands names out to groups of two, so it is given one. It counts those in named
// routes from the start again, though they meet the others in one request.
func newGroup(h httpcaddyfile.Helper) string {
	two := []httpcaddyfile.ConfigValue{{Value: caddyhttp.Route{}}, {Value: caddyhttp.Route{}}}
	h.GroupRoutes(two)
	group := two[0].Value.(caddyhttp.Route).Group
	if h.IsNamedRoute() {
		return "named_" + group
	}
	return group
}

// siteName is the first address of the site that the directive stands in: its
// host, or, where it names none, the address as it was written. Where a later
// Caddy keeps it elsewhere, sites go by the name of their server, as in JSON.
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

// siteKeys are the addresses of the site that the directive stands in. Helper
// keeps them to itself, so they are read by reflection.
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

// inherit fills in what the directive of a site does not say. Rows are joined;
// one of the site takes the place of a default for the same native code.
func (h *Handler) inherit(defaults *Handler) {
	rows := slices.DeleteFunc(slices.Clone(defaults.Map), func(row MapRow) bool {
		return slices.ContainsFunc(h.Map, func(own MapRow) bool { return own.Dialect == row.Dialect && own.Native == row.Native })
	})
	h.Map = append(rows, h.Map...)
	own, theirs := reflect.ValueOf(h).Elem(), reflect.ValueOf(defaults).Elem()
	for i := range own.NumField() {
		if own.Type().Field(i).IsExported() && own.Field(i).IsZero() {
			own.Field(i).Set(theirs.Field(i))
		}
	}
}
