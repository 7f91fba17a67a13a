package koine

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig"
	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"
	"github.com/caddyserver/caddy/v2/caddyconfig/httpcaddyfile"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
)

// parseRateLimit parses rate_limit inside translate_errors. It keeps a matcher as
// a token: named matchers are only known to parseDirective.
func parseRateLimit(h *Handler, d *caddyfile.Dispenser) error {
	token := d.Token()
	args := d.RemainingArgsAsTokens()
	l := &RateLimit{token: &token}
	if len(args) > 0 && isMatcher(args[0].Text) {
		l.matcherToken, args = &args[0], args[1:]
	}
	if len(args) > 1 {
		return d.Errf("rate_limit: unexpected argument %q; expected a matcher (*, /path or @name) and a policy name, both optional", args[1].Text)
	}
	if len(args) == 1 {
		l.Name = args[0].Text
	}
	if err := l.parseBlock(d, "rate_limit"); err != nil {
		return err
	}
	if err := policiesOf(h.RateLimit).add(l); err != nil {
		return err
	}
	h.RateLimit = append(h.RateLimit, l)
	return nil
}

// parseRequestLimit parses the directive request_limit.
func parseRequestLimit(h httpcaddyfile.Helper) (caddyhttp.MiddlewareHandler, error) {
	l := new(RequestLimit)
	if err := l.UnmarshalCaddyfile(h.Dispenser); err != nil {
		return nil, err
	}
	return l, namePolicies(h, &l.RateLimit)
}

// UnmarshalCaddyfile sets up the handler from Caddyfile tokens. Syntax:
//
//	request_limit [<matcher>] [<policy-name>] {
//	    key            <placeholder...> | global
//	    limit          <n> per <duration>
//	    store          memory | <module> ...
//	    on_store_error allow|deny
//	}
func (l *RequestLimit) UnmarshalCaddyfile(d *caddyfile.Dispenser) error {
	d.Next() // the directive
	token := d.Token()
	l.token = &token
	args := d.RemainingArgs()
	if len(args) > 1 {
		return d.Errf("request_limit: expected at most 1 argument, got %d", len(args))
	}
	if len(args) == 1 {
		l.Name = args[0]
	}
	return l.parseBlock(d, "request_limit")
}

// parseBlock parses the block of a policy. directive is the name before it.
func (l *RateLimit) parseBlock(d *caddyfile.Dispenser, directive string) error {
	if err := checkPolicyName(l.Name); err != nil {
		return d.WrapErr(err)
	}
	lines := map[string]int{}
	for nesting := d.Nesting(); d.NextBlock(nesting); {
		name := d.Val()
		if line, ok := lines[name]; ok {
			return d.Errf("%s: duplicate %s (first on line %d)", directive, name, line)
		}
		lines[name] = d.Line()
		if err := l.parseSubdirective(d, directive, name); err != nil {
			return err
		}
	}
	if l.Limit == 0 {
		return d.Errf("%s: limit is missing; add for example limit 100 per 1m", directive)
	}
	return nil
}

func (l *RateLimit) parseSubdirective(d *caddyfile.Dispenser, directive, name string) error {
	switch name {
	case "key":
		return l.parseKey(d)
	case "limit":
		return l.parseLimit(d)
	case "store":
		return l.parseStore(d)
	case "on_store_error":
		return parseChoice(d, &l.OnStoreError)
	}
	return d.Errf("%s: unknown subdirective %q%s", directive, name, didYouMean(name, []string{"key", "limit", "on_store_error", "store"}))
}

// parseKey parses global, or placeholders.
func (l *RateLimit) parseKey(d *caddyfile.Dispenser) (err error) {
	if l.Key, err = parseArgs(d); err != nil {
		return err
	}
	if err := checkKey(l.Key); err != nil {
		return d.WrapErr(err)
	}
	return nil
}

// parseLimit parses <n> per <duration>.
func (l *RateLimit) parseLimit(d *caddyfile.Dispenser) error {
	args := d.RemainingArgs()
	if len(args) != 3 || args[1] != "per" {
		return d.Errf("limit %s: expected <n> per <duration>, for example 100 per 1m", strings.Join(args, " "))
	}
	n, err := strconv.ParseInt(args[0], 10, 64)
	if err != nil || n < 1 {
		return d.Errf("limit %s: the number of requests must be a whole number of at least 1", args[0])
	}
	per, err := caddy.ParseDuration(args[2])
	if err != nil {
		return d.Errf("limit per %q: not a duration; use for example 1m", args[2])
	}
	l.Limit, l.Per = n, caddy.Duration(per)
	if err := l.quota().Validate(); err != nil {
		return d.WrapErr(err)
	}
	return noBlock(d, "limit")
}

// parseStore parses the name of a store. The module of the store parses its
// arguments.
func (l *RateLimit) parseStore(d *caddyfile.Dispenser) error {
	if !d.NextArg() {
		return d.Errf("store: expected memory, or redis and its addresses")
	}
	name := d.Val()
	id := storeNamespace + "." + name
	if _, err := caddy.GetModule(id); err != nil {
		return d.WrapErr(missingStore(name))
	}
	unm, err := caddyfile.UnmarshalModule(d, id)
	if err != nil {
		return err
	}
	l.StoreRaw = caddyconfig.JSONModuleObject(unm, "store", name, nil)
	return nil
}

// missingStore returns the error for a store that is not part of this binary.
func missingStore(name string) error {
	if name == "redis" {
		return errors.New("store redis: not part of this binary; build one with xcaddy build --with github.com/koine-proxy/koine --with github.com/koine-proxy/koine/redisstore")
	}
	return fmt.Errorf("store %s: this binary has no module %s.%s; expected memory, or redis in binaries that include it", name, storeNamespace, name)
}

// resolveMatcher turns the token that parseRateLimit kept into matchers.
func (l *RateLimit) resolveMatcher(h httpcaddyfile.Helper) (err error) {
	l.MatcherSetsRaw, err = resolveMatcher(h, l.matcherToken)
	return err
}

// isMatcher reports whether a token is a matcher, as opposed to a name.
func isMatcher(token string) bool {
	return token == "*" || strings.HasPrefix(token, "@") || strings.HasPrefix(token, "/")
}

// Interface guards
var _ caddyfile.Unmarshaler = (*RequestLimit)(nil)
