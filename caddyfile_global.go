package koine

import (
	"reflect"
	"slices"

	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"
	"github.com/caddyserver/caddy/v2/caddyconfig/httpcaddyfile"
)

func init() {
	httpcaddyfile.RegisterGlobalOption(directiveName, parseGlobalOption)
}

// parseGlobalOption parses the global option, which has the defaults of all
// sites. parseDirective applies them, so that the JSON of a site is complete.
func parseGlobalOption(d *caddyfile.Dispenser, existing any) (any, error) {
	if existing != nil {
		d.Next()
		return nil, d.Err("duplicate global option translate_errors")
	}
	defaults := new(Handler)
	if err := defaults.UnmarshalCaddyfile(d); err != nil {
		return nil, err
	}
	for _, l := range defaults.RateLimit {
		if l.matcherToken != nil {
			return nil, d.Errf("rate_limit %s: matchers are not allowed in a global option", l.matcherToken.Text)
		}
		l.Name = l.effectiveName()
		expandShorthands(l.Key)
	}
	for _, m := range defaults.Mode {
		if m.matcherToken != nil {
			return nil, d.Errf("mode %s: matchers are not allowed in a global option", m.matcherToken.Text)
		}
		by := []string{m.By}
		expandShorthands(by)
		m.By = by[0]
	}
	for _, r := range defaults.RespondAs {
		if r.matcherToken != nil {
			return nil, d.Errf("respond_as %s: matchers are not allowed in a global option", r.matcherToken.Text)
		}
	}
	return defaults, nil
}

// expandShorthands replaces placeholders such as {header.X-Key} by their full names. Caddy
// does that only in the blocks of sites.
func expandShorthands(words []string) {
	segment := make(caddyfile.Segment, len(words))
	for i, word := range words {
		segment[i].Text = word
	}
	httpcaddyfile.NewShorthandReplacer().ApplyToSegment(&segment)
	for i := range words {
		words[i] = segment[i].Text
	}
}

// applyDefaults sets the fields that the directive of a site leaves empty. Mapping
// rows are combined; a row of the site replaces a default for the same native
// code.
func (h *Handler) applyDefaults(defaults *Handler) {
	rows := slices.DeleteFunc(slices.Clone(defaults.Map), func(row MapRow) bool {
		return h.mapped[[2]string{row.Dialect, row.Native}]
	})
	h.Map = append(rows, h.Map...)
	own, theirs := reflect.ValueOf(h).Elem(), reflect.ValueOf(defaults).Elem()
	for i := range own.NumField() {
		if own.Type().Field(i).IsExported() && own.Field(i).IsZero() {
			own.Field(i).Set(theirs.Field(i))
		}
	}
}
