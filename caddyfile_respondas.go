package koine

import (
	"slices"

	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"
)

// parseRespondAs parses respond_as [<matcher>] <dialect> { … }. It keeps a matcher as a token:
// named matchers are only known to parseDirective.
func parseRespondAs(h *Handler, d *caddyfile.Dispenser) error {
	args := d.RemainingArgsAsTokens()
	r := new(RespondAs)
	if len(args) > 0 && isMatcher(args[0].Text) {
		r.matcherToken, args = &args[0], args[1:]
		r.Name = r.matcherToken.Text
	}
	if len(args) != 1 {
		return d.Errf("respond_as: expected [<matcher>] <dialect>, for example respond_as @old openai; got %d arguments after the matcher", len(args))
	}
	r.Dialect = args[0].Text
	lines := map[string]int{}
	for nesting := d.Nesting(); d.NextBlock(nesting); {
		word := d.Val()
		date, link := &r.Deprecation, &r.DeprecationLink
		switch word {
		case "deprecation":
		case "sunset":
			date, link = &r.Sunset, &r.SunsetLink
		default:
			return d.Errf("unknown subdirective %q of respond_as%s", word, didYouMean(word, []string{"deprecation", "sunset"}))
		}
		if line, ok := lines[word]; ok {
			return d.Errf("duplicate %s (first on line %d)", word, line)
		}
		lines[word] = d.Line()
		values := d.RemainingArgs()
		if len(values) < 1 || len(values) > 2 {
			return d.Errf("%s: expected a date and optionally a URL, got %d arguments", word, len(values))
		}
		if *date = values[0]; len(values) == 2 {
			*link = values[1]
		}
		if err := r.check(); err != nil {
			return d.WrapErr(err)
		}
	}
	if err := checkRespondAs(append(slices.Clip(h.RespondAs), r)); err != nil {
		return d.WrapErr(err)
	}
	h.RespondAs = append(h.RespondAs, r)
	return nil
}
