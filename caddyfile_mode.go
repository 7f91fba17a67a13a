package koine

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"
	"github.com/caddyserver/caddy/v2/caddyconfig/httpcaddyfile"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
)

// parseMode parses mode observe|translate|off [<percent>] [by <placeholder>] [<matcher>].
// The order after the first word is free, so that the matcher can also stand where other
// directives have it.
func parseMode(h *Handler, d *caddyfile.Dispenser) error {
	token := d.Token()
	args := d.RemainingArgsAsTokens()
	if len(args) == 0 {
		return d.Errf("mode: expected observe, translate or off")
	}
	m := &Mode{Mode: args[0].Text, token: &token}
	if err := checkChoice("mode", m.Mode); err != nil {
		return d.WrapErr(err)
	}
	for args = args[1:]; len(args) > 0; {
		n, err := m.parseOption(args)
		if err != nil {
			return d.WrapErr(err)
		}
		args = args[n:]
	}
	h.Mode = append(h.Mode, m)
	return noBlock(d, "mode")
}

// parseOption parses the option at the start of args, and returns how many tokens it has.
func (m *Mode) parseOption(args []caddyfile.Token) (int, error) {
	word := args[0].Text
	switch {
	case isMatcher(word) && m.matcherToken == nil:
		m.matcherToken = &args[0]
		return 1, nil
	case word == "by" && m.By == "":
		if len(args) == 1 || args[1].Text == "" {
			return 0, fmt.Errorf("mode %s: expected a placeholder after by, for example {http.request.header.X-Api-Key}", m.Mode)
		}
		m.By = args[1].Text
		return 2, nil
	case strings.HasSuffix(word, "%") && m.Percent == nil:
		n, err := strconv.ParseFloat(strings.TrimSuffix(word, "%"), 64)
		if err != nil {
			return 0, fmt.Errorf("mode %s %q: not a percentage; use for example 10%%", m.Mode, word)
		}
		m.Percent = &n
		return 1, nil
	}
	hint := ""
	if _, err := strconv.ParseFloat(word, 64); err == nil {
		hint = fmt.Sprintf("; did you mean %s%%?", word)
	}
	return 0, fmt.Errorf("mode %s: unexpected argument %q; expected [<percent>] [by <placeholder>] [<matcher>], each once%s", m.Mode, word, hint)
}

// checkModesAt returns the first fault of the modes of a block, with its line.
func (h *Handler) checkModesAt() error {
	i, err := checkModes(h.Mode)
	if err == nil {
		return nil
	}
	d := caddyfile.NewDispenser([]caddyfile.Token{*h.Mode[i].token})
	d.Next()
	return d.WrapErr(err)
}

// resolveMatcher returns the matchers of a token of the Caddyfile; none for nil or *.
func resolveMatcher(h httpcaddyfile.Helper, token *caddyfile.Token) (caddyhttp.RawMatcherSets, error) {
	if token == nil {
		return nil, nil
	}
	d := h.WithDispenser(caddyfile.NewDispenser([]caddyfile.Token{*token, *token}))
	d.Next()
	set, _, err := d.MatcherToken()
	if err != nil {
		return nil, d.WrapErr(err)
	}
	if set == nil {
		return nil, nil
	}
	return caddyhttp.RawMatcherSets{set}, nil
}
