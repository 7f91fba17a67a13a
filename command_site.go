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

	"github.com/koine-proxy/koine/internal/cli"
)

// placed is a handler of a config, and where it stands.
type placed struct {
	hosts   []string // none for a site of all hosts
	listen  string   // where its server listens
	guarded int      // how many matchers lead to it, beside those of hosts
	config  json.RawMessage
}

// site is what the site of a handler is called: its hosts, or where it listens.
func (p placed) site() string { return cmp.Or(strings.Join(p.hosts, ", "), p.listen) }

// fromConfig takes the handler of a site of a Caddyfile.
func (t *trial) fromConfig(s cli.Streams) (h *Handler, host string, err error) {
	all, err := t.placed(s)
	if err != nil {
		return nil, "", err
	}
	p, err := t.choose(s, all)
	if err != nil {
		return nil, "", err
	}
	h = new(Handler)
	if err := json.Unmarshal(p.config, h); err != nil {
		return nil, "", err
	}
	switch {
	case t.site != "" && !strings.HasPrefix(t.site, ":"):
		host = t.site
	case len(p.hosts) > 0:
		host = strings.Replace(p.hosts[0], "*", "any", 1)
	default:
		host = "localhost"
	}
	return h, host, nil
}

// placed finds the handlers of the config.
func (t *trial) placed(s cli.Streams) (all []placed, err error) {
	text, err := s.ReadFile(t.config)
	if err != nil {
		return nil, err
	}
	if !json.Valid(text) {
		adapter := caddyconfig.GetAdapter("caddyfile")
		if adapter == nil {
			return nil, errors.New("this binary has no Caddyfile adapter; give --config a JSON config")
		}
		var warnings []caddyconfig.Warning
		if text, warnings, err = adapter.Adapt(text, map[string]any{"filename": t.config}); err != nil {
			return nil, err
		}
		for _, w := range warnings {
			_, _ = fmt.Fprintln(s.Talk, w)
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
		return nil, fmt.Errorf("%s: %w", t.config, err)
	}
	servers := config.Apps.HTTP.Servers
	for _, name := range sortedKeys(servers) {
		for _, route := range servers[name].Routes {
			all = appendPlaced(all, route, placed{listen: strings.Join(servers[name].Listen, ", ")})
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

// appendPlaced appends the handlers of a route, and of those inside it.
func appendPlaced(all []placed, route caddyhttp.Route, at placed) []placed {
	for _, set := range route.MatcherSetsRaw {
		var hosts []string
		if json.Unmarshal(set["host"], &hosts) == nil && len(at.hosts) == 0 {
			at.hosts = hosts
		}
		if len(set) > 1 || len(set) == 1 && set["host"] == nil {
			at.guarded++
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
		if one.Handler == directive {
			p := at
			p.config = raw
			all = append(all, p)
		}
		for _, inner := range one.Routes {
			all = appendPlaced(all, inner, at)
		}
	}
	return all
}

// choose takes the handler of the site that is meant: of several in one site the
// one that the fewest matchers guard, which most requests reach.
func (t *trial) choose(s cli.Streams, all []placed) (placed, error) {
	sites := sitesOf(all)
	switch {
	case len(all) == 0:
		return placed{}, fmt.Errorf("%s: no site has translate_errors", t.config)
	case t.site == "" && len(sites) > 1:
		return placed{}, usageError(fmt.Sprintf("--site is missing: several sites translate errors: %s", strings.Join(sites, "; ")))
	}
	fit := all
	if t.site != "" {
		fit = slices.DeleteFunc(slices.Clone(all), func(p placed) bool { return !p.serves(t.site) })
	}
	if len(fit) == 0 {
		return placed{}, usageError(fmt.Sprintf("--site %s: no such site translates errors; there are %s", t.site, strings.Join(sites, "; ")))
	}
	best := slices.MinFunc(fit, func(a, b placed) int {
		return cmp.Or(a.rank(t.site)-b.rank(t.site), a.guarded-b.guarded)
	})
	same := 0
	for _, p := range fit {
		if p.site() == best.site() {
			same++
		}
	}
	if same > 1 {
		_, _ = fmt.Fprintf(s.Talk, "%s has translate_errors %d times; the one with the fewest matchers before it is tried\n", best.site(), same)
	}
	return best, nil
}

func sitesOf(all []placed) (sites []string) {
	for _, p := range all {
		if !slices.Contains(sites, p.site()) {
			sites = append(sites, p.site())
		}
	}
	return sites
}

// serves tells whether the site answers for a host.
func (p placed) serves(host string) bool { return p.rank(host) < 3 }

// rank is how well the site suits a host: 0 where it names it, 1 where a wildcard
// does, 2 where the site takes every host, 3 where it does not serve it.
func (p placed) rank(host string) int {
	_, domain, _ := strings.Cut(host, ".")
	switch {
	case slices.ContainsFunc(p.hosts, func(h string) bool { return strings.EqualFold(h, host) }):
		return 0
	case slices.ContainsFunc(p.hosts, func(h string) bool { return strings.EqualFold(h, "*."+domain) }):
		return 1
	case len(p.hosts) == 0 && host == p.listen:
		return 0
	case len(p.hosts) == 0 && !strings.HasPrefix(host, ":"):
		return 2
	}
	return 3
}
