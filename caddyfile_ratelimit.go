package koine

import (
	"slices"
	"strconv"
	"strings"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig"
	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"
	"github.com/caddyserver/caddy/v2/caddyconfig/httpcaddyfile"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
)

// policyWords are the words of a policy's block.
var policyWords = []string{"key", "limit", "on_store_error", "store"}

// parseBlock reads the block of a policy. owner is the word in front of it.
func (p *RateLimit) parseBlock(d *caddyfile.Dispenser, owner string) error {
	if err := checkPolicyName(p.Name); err != nil {
		return d.WrapErr(err)
	}
	var seen []string
	for nesting := d.Nesting(); d.NextBlock(nesting); {
		word := d.Val()
		if slices.Contains(seen, word) {
			return d.Errf("%s: %s stands twice", owner, word)
		}
		seen = append(seen, word)
		if err := p.parseWord(d, owner, word); err != nil {
			return err
		}
	}
	if p.Limit == 0 {
		return d.Errf("%s has no limit; write one such as limit 100 per 1m", owner)
	}
	return nil
}

func (p *RateLimit) parseWord(d *caddyfile.Dispenser, owner, word string) (err error) {
	switch word {
	case "key":
		p.Key, err = several(d)
		return err
	case "limit":
		return p.parseLimit(d)
	case "store":
		return p.parseStore(d)
	case "on_store_error":
		return oneWord(d, &p.OnStoreError)
	}
	return d.Errf("unknown subdirective %q of %s%s", word, owner, meant(word, policyWords))
}

// parseLimit reads <n> per <duration>.
func (p *RateLimit) parseLimit(d *caddyfile.Dispenser) error {
	args := d.RemainingArgs()
	if len(args) != 3 || args[1] != "per" {
		return d.Errf("limit %s: write it as limit <n> per <duration>, such as limit 100 per 1m", strings.Join(args, " "))
	}
	n, err := strconv.ParseInt(args[0], 10, 64)
	if err != nil || n < 1 {
		return d.Errf("limit %s: the number of requests must be a whole number from 1", args[0])
	}
	per, err := caddy.ParseDuration(args[2])
	if err != nil {
		return d.Errf("limit per %s: this is no duration; write one such as 1s, 1m or 1h", args[2])
	}
	p.Limit, p.Per = n, caddy.Duration(per)
	if err := p.quota().Validate(); err != nil {
		return d.WrapErr(err)
	}
	return noBlock(d, "limit")
}

// storeNamespace is where the modules of stores are.
const storeNamespace = "http.translate_errors.stores"

// parseStore reads the name of a store and leaves the rest to its module.
func (p *RateLimit) parseStore(d *caddyfile.Dispenser) error {
	if !d.NextArg() {
		return d.Errf("store takes the name of a store: memory, or redis with its addresses")
	}
	name := d.Val()
	id := storeNamespace + "." + name
	if _, err := caddy.GetModule(id); err != nil {
		return d.WrapErr(noStore(name))
	}
	unm, err := caddyfile.UnmarshalModule(d, id)
	if err != nil {
		return err
	}
	p.StoreRaw = caddyconfig.JSONModuleObject(unm, "store", name, nil)
	return nil
}

// parseRateLimit reads rate_limit inside of translate_errors. Its matcher is
// only a token here: what it means is known where the site is.
func parseRateLimit(h *Handler, d *caddyfile.Dispenser) error {
	args := d.RemainingArgsAsTokens()
	p := new(RateLimit)
	if len(args) > 0 && isMatcher(args[0].Text) {
		p.matcherToken, args = &args[0], args[1:]
	}
	if len(args) > 1 {
		return d.Errf("rate_limit takes a matcher and one name, not %q as well; a matcher starts with @ or /, or is *", args[1].Text)
	}
	if len(args) == 1 {
		p.Name = args[0].Text
	}
	if err := p.parseBlock(d, "rate_limit"); err != nil {
		return err
	}
	h.RateLimit = append(h.RateLimit, p)
	return nil
}

// resolveMatcher makes matchers of the token that parseRateLimit kept.
func (p *RateLimit) resolveMatcher(h httpcaddyfile.Helper) error {
	if p.matcherToken == nil {
		return nil
	}
	d := h.WithDispenser(caddyfile.NewDispenser([]caddyfile.Token{*p.matcherToken, *p.matcherToken}))
	d.Next()
	set, _, err := d.MatcherToken()
	if err != nil {
		return d.WrapErr(err)
	}
	if set != nil {
		p.MatcherSetsRaw = caddyhttp.RawMatcherSets{set}
	}
	return nil
}

// isMatcher tells the token of a matcher from other words.
func isMatcher(token string) bool {
	return token == "*" || strings.HasPrefix(token, "@") || strings.HasPrefix(token, "/")
}
