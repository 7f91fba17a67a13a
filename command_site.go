package koine

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/caddyserver/caddy/v2/caddyconfig"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"github.com/spf13/pflag"

	"github.com/koine-proxy/koine/internal/cli"
)

// siteOptions are the flags that choose the handler of a site in a config.
type siteOptions struct {
	config string
	site   string
}

// addFlags adds the flags to a command. use says what the handler is for.
func (o *siteOptions) addFlags(f *pflag.FlagSet, use string) {
	f.StringVar(&o.config, "config", "", "a Caddyfile or JSON config with the handler to "+use)
	f.StringVar(&o.site, "site", "", "the host of the site in that config, if several sites have translate_errors")
}

// check returns an error for flags that do not belong together.
func (o *siteOptions) check() error {
	if o.site != "" && o.config == "" {
		return usageError("--site requires --config")
	}
	return nil
}

// siteHandler is a handler in a config, and the site that it belongs to.
type siteHandler struct {
	hosts    []string // empty for a site of all hosts
	listen   string   // the addresses of its server
	matchers int      // the number of matchers before it, without those of hosts
	config   json.RawMessage
}

// site returns the name of the site: its hosts, or the addresses of its server.
func (s siteHandler) site() string { return cmp.Or(strings.Join(s.hosts, ", "), s.listen) }

// handler returns the handler for use without a server: it counts no requests, since
// stores may be unreachable, and does not watch its files.
func (s siteHandler) handler() (*Handler, error) {
	h := new(Handler)
	if err := json.Unmarshal(s.config, h); err != nil {
		return nil, err
	}
	h.RateLimit, h.Watch = nil, 0
	return h, nil
}

// fromConfig returns the handler of a site in a Caddyfile, and a host of the site.
func (o *siteOptions) fromConfig(s cli.Streams) (h *Handler, host string, err error) {
	site, host, err := o.chosenSite(s)
	if err != nil {
		return nil, "", err
	}
	h, err = site.handler()
	return h, host, err
}

// chosenSite returns the handler of a site in a Caddyfile as configured, and a host of the
// site.
func (o *siteOptions) chosenSite(s cli.Streams) (p siteHandler, host string, err error) {
	all, err := o.siteHandlers(s)
	if err != nil {
		return p, "", err
	}
	if p, err = o.choose(s, all); err != nil {
		return p, "", err
	}
	switch {
	case o.site != "" && !strings.HasPrefix(o.site, ":"):
		host = o.site
	case len(p.hosts) > 0:
		host = strings.Replace(p.hosts[0], "*", "any", 1)
	default:
		host = "localhost"
	}
	return p, host, nil
}

// siteHandlers returns the handlers of the config.
func (o *siteOptions) siteHandlers(s cli.Streams) (all []siteHandler, err error) {
	text, err := s.ReadFile(o.config)
	if err != nil {
		return nil, err
	}
	if !json.Valid(text) {
		adapter := caddyconfig.GetAdapter("caddyfile")
		if adapter == nil {
			return nil, errors.New("this binary has no Caddyfile adapter; use a JSON config with --config")
		}
		var warnings []caddyconfig.Warning
		if text, warnings, err = adapter.Adapt(text, map[string]any{"filename": o.config}); err != nil {
			return nil, err
		}
		for _, w := range warnings {
			_, _ = fmt.Fprintln(s.Err, w)
		}
	}
	var config struct {
		Apps struct {
			HTTP struct {
				Servers map[string]struct {
					Listen []string            `json:"listen"`
					Routes caddyhttp.RouteList `json:"routes"`
				} `json:"servers"`
			} `json:"http"`
		} `json:"apps"`
	}
	if err := json.Unmarshal(text, &config); err != nil {
		return nil, fmt.Errorf("%s: %w", o.config, err)
	}
	servers := config.Apps.HTTP.Servers
	for _, name := range sortedKeys(servers) {
		for _, route := range servers[name].Routes {
			all = appendHandlers(all, route, siteHandler{listen: strings.Join(servers[name].Listen, ", ")})
		}
	}
	return all, nil
}

func sortedKeys[V any](m map[string]V) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// appendHandlers appends the handlers of a route, and of the routes inside it. at
// has the site of the route, and the matchers before it.
func appendHandlers(all []siteHandler, route caddyhttp.Route, at siteHandler) []siteHandler {
	for _, set := range route.MatcherSetsRaw {
		var hosts []string
		if json.Unmarshal(set["host"], &hosts) == nil && len(at.hosts) == 0 {
			at.hosts = hosts
		}
		if len(set) > 1 || len(set) == 1 && set["host"] == nil {
			at.matchers++
		}
	}
	for _, raw := range route.HandlersRaw {
		var one struct {
			Handler string              `json:"handler"`
			Routes  caddyhttp.RouteList `json:"routes"`
		}
		if json.Unmarshal(raw, &one) != nil {
			continue
		}
		if one.Handler == directiveName {
			found := at
			found.config = raw
			all = append(all, found)
		}
		for _, inner := range one.Routes {
			all = appendHandlers(all, inner, at)
		}
	}
	return all
}

// choose returns the handler of the requested site. If the site has several, it is
// the one with the fewest matchers, which most requests reach.
func (o *siteOptions) choose(s cli.Streams, all []siteHandler) (siteHandler, error) {
	sites := sitesOf(all)
	switch {
	case len(all) == 0:
		return siteHandler{}, fmt.Errorf("%s: no site has translate_errors", o.config)
	case o.site == "" && len(sites) > 1:
		return siteHandler{}, usageError(fmt.Sprintf("--site is missing; sites with translate_errors: %s", strings.Join(sites, "; ")))
	}
	candidates := all
	if o.site != "" {
		candidates = slices.DeleteFunc(slices.Clone(all), func(h siteHandler) bool { return !h.serves(o.site) })
	}
	if len(candidates) == 0 {
		return siteHandler{}, usageError(fmt.Sprintf("--site %s: no such site; sites with translate_errors: %s", o.site, strings.Join(sites, "; ")))
	}
	best := slices.MinFunc(candidates, func(a, b siteHandler) int {
		return cmp.Or(a.rank(o.site)-b.rank(o.site), a.matchers-b.matchers)
	})
	same := 0
	for _, h := range candidates {
		if h.site() == best.site() {
			same++
		}
	}
	if same > 1 {
		_, _ = fmt.Fprintf(s.Err, "%s has translate_errors %d times; using the one with the fewest matchers\n", best.site(), same)
	}
	return best, nil
}

func sitesOf(all []siteHandler) (sites []string) {
	for _, h := range all {
		if !slices.Contains(sites, h.site()) {
			sites = append(sites, h.site())
		}
	}
	return sites
}

// serves reports whether the site serves a host.
func (s siteHandler) serves(host string) bool { return s.rank(host) < 3 }

// rank returns how well the site matches a host: 0 if it has the host, 1 if it has a
// wildcard for it, 2 if it serves every host, 3 if it does not serve the host.
func (s siteHandler) rank(host string) int {
	_, domain, _ := strings.Cut(host, ".")
	switch {
	case slices.ContainsFunc(s.hosts, func(h string) bool { return strings.EqualFold(h, host) }):
		return 0
	case slices.ContainsFunc(s.hosts, func(h string) bool { return strings.EqualFold(h, "*."+domain) }):
		return 1
	case len(s.hosts) == 0 && host == s.listen:
		return 0
	case len(s.hosts) == 0 && !strings.HasPrefix(host, ":"):
		return 2
	}
	return 3
}
