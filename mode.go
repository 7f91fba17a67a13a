package koine

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
)

// Mode says what happens to the errors of some requests. The first mode of a site that
// applies to a request is used. If none does, errors are translated or, if the site has a
// mode `translate` with a percentage, observed.
type Mode struct {
	// `translate`; `observe` to make the answer, record how it differs from the response,
	// and send the response unchanged; `off` for neither. With all of them, responses have
	// the request id and the rate-limit headers.
	Mode string `json:"mode"`

	// The part of the requests to which the mode applies, in percent, from 0 to 100. A
	// request that belongs to it at one percentage also does at every higher one. Default:
	// all requests.
	Percent *float64 `json:"percent,omitempty"`

	// The placeholder that decides whether a request belongs to the percentage: requests
	// with the same value do, or do not, together. The request id is used for an empty
	// value. Default: the request id.
	By string `json:"by,omitempty"`

	// The requests to which the mode applies. Default: all.
	MatcherSetsRaw caddyhttp.RawMatcherSets `json:"match,omitempty" caddy:"namespace=http.matchers"`

	matcherToken *caddyfile.Token // the matcher in a Caddyfile, until it is resolved
	token        *caddyfile.Token // the first token of the mode in a Caddyfile
}

// mode is the compiled value of Mode.Mode.
type mode uint8

const (
	modeTranslate mode = iota
	modeObserve
	modeOff
)

// modes are the values of Mode.Mode.
var modes = map[string]mode{"translate": modeTranslate, "observe": modeObserve, "off": modeOff}

// check returns the faults of one mode.
func (m *Mode) check() error {
	errs := []error{checkChoice("mode", m.Mode)}
	if m.Percent != nil && !(*m.Percent >= 0 && *m.Percent <= 100) { // also if it is not a number
		errs = append(errs, fmt.Errorf("mode %s %v%%: must be between 0%% and 100%%", m.Mode, *m.Percent))
	}
	if m.By != "" {
		errs = append(errs, m.checkBy())
	}
	return errors.Join(errs...)
}

func (m *Mode) checkBy() error {
	if m.Percent == nil {
		return fmt.Errorf("mode %s by %s: expected a percentage before it, for example mode %s 10%% by %s", m.Mode, m.By, m.Mode, m.By)
	}
	if !hasPlaceholder(m.By) {
		return fmt.Errorf("mode %s by %s: not a placeholder, so all requests would be treated alike; use for example {http.request.header.X-Api-Key}", m.Mode, m.By)
	}
	return nil
}

// hasPlaceholder reports whether a text of the configuration has a placeholder.
func hasPlaceholder(text string) bool {
	open := strings.IndexByte(text, '{')
	return open >= 0 && strings.IndexByte(text[open:], '}') > 1
}

func (m *Mode) hasMatcher() bool {
	return m.MatcherSetsRaw != nil || m.matcherToken != nil && m.matcherToken.Text != "*"
}

// covers reports whether m applies to every request to which other applies.
func (m *Mode) covers(other *Mode) bool {
	switch {
	case m.hasMatcher():
		return false
	case m.Percent == nil:
		return true
	}
	return other.Percent != nil && m.By == other.By && *m.Percent >= *other.Percent && *m.Percent > 0
}

// checkModes returns the first mode of a list that has a fault, and the fault; -1 if
// there is none.
func checkModes(list []*Mode) (int, error) {
	for i, m := range list {
		if m == nil {
			return i, fmt.Errorf("mode: entry %d is null; expected an object with mode", i+1)
		}
		if err := m.check(); err != nil {
			return i, err
		}
		for _, earlier := range list[:i] {
			if earlier.covers(m) {
				return i, fmt.Errorf("%s: never used, because %s before it applies to the same requests; put it first, or remove it", m, earlier)
			}
		}
	}
	if n := len(list) - 1; n >= 0 && list[n].hasMatcher() && list[n].Percent == nil && list[n].Mode == "translate" && restOf(list) == modeTranslate {
		return n, fmt.Errorf("%s: has no effect, because all other requests are translated too; add mode observe or mode off after it", list[n])
	}
	return -1, nil
}

// restOf returns the mode of requests to which no mode of a list applies.
func restOf(list []*Mode) mode {
	for _, m := range list {
		if m.Mode == "translate" && m.Percent != nil {
			return modeObserve
		}
	}
	return modeTranslate
}

// String returns the mode as in a Caddyfile.
func (m *Mode) String() string {
	text := "mode " + m.Mode
	if m.Percent != nil {
		text += fmt.Sprintf(" %v%%", *m.Percent)
	}
	if m.By != "" {
		text += " by " + m.By
	}
	switch {
	case m.matcherToken != nil:
		text += " " + m.matcherToken.Text
	case m.MatcherSetsRaw != nil:
		text += " with a matcher"
	}
	return text
}

// modeRule is a compiled Mode.
type modeRule struct {
	mode       mode
	matchers   caddyhttp.MatcherSets
	private    bool // the matchers read more than host, path or method
	hasPercent bool
	part       float64 // of the requests: 0.1 for 10%
	by         string
}

// loadModes compiles the modes of a site.
func (h *Handler) loadModes(ctx caddy.Context) ([]modeRule, error) {
	rules := make([]modeRule, len(h.Mode))
	for i, m := range h.Mode {
		rules[i] = modeRule{mode: modes[m.Mode], by: m.By, private: !readsTargetOnly(m.MatcherSetsRaw)}
		if m.Percent != nil {
			rules[i].hasPercent, rules[i].part = true, *m.Percent/100
		}
		m.warnLateKey(ctx)
		if m.MatcherSetsRaw == nil {
			continue
		}
		sets, err := ctx.LoadModule(m, "MatcherSetsRaw")
		if err != nil {
			return nil, fmt.Errorf("%s: loading matchers: %w", m, err)
		}
		if err := rules[i].matchers.FromInterface(sets); err != nil {
			return nil, fmt.Errorf("%s: %w", m, err)
		}
	}
	return rules, nil
}

// targetMatchers are the matchers that read only what caches distinguish responses by:
// host, path and method.
var targetMatchers = map[string]bool{"host": true, "path": true, "path_regexp": true, "method": true}

// readsTargetOnly reports whether matchers read only the host, the path and the method of
// a request.
func readsTargetOnly(sets caddyhttp.RawMatcherSets) bool {
	for _, set := range sets {
		for name, config := range set {
			var inner caddyhttp.RawMatcherSets
			if name == "not" && json.Unmarshal(config, &inner) == nil && readsTargetOnly(inner) {
				continue
			}
			if !targetMatchers[name] || bytes.Contains(config, []byte("{http.")) { // they may have placeholders
				return false
			}
		}
	}
	return true
}

// chooseMode sets the mode of the request. Matchers see the request as it is before the
// handlers behind this one change it.
func (x *exchange) chooseMode() error {
	rt := x.rt
	if len(rt.modes) == 0 {
		return nil
	}
	x.mode = rt.otherMode
	for i := range rt.modes {
		rule := &rt.modes[i]
		matches, err := rule.matchers.AnyMatchWithError(x.request) // an empty set matches every request
		if err != nil {
			x.mode = modeOff
			return err
		}
		x.private = x.private || rule.private
		if !matches {
			continue
		}
		if rule.hasPercent {
			x.private = true
			if !rule.includes(x) {
				continue
			}
		}
		x.mode = rule.mode
		return nil
	}
	return nil
}

// includes reports whether the request belongs to the percentage of the rule.
func (rule *modeRule) includes(x *exchange) bool {
	value := ""
	if rule.by != "" && x.replacer != nil {
		value = x.replacer.ReplaceAll(rule.by, "")
	}
	if value == "" {
		value = x.record.id
	}
	return positionOf(value) < rule.part
}

// positionOf returns the position of a value in the order in which a growing percentage
// takes in values: at least 0, less than 1. It is the same in every process, so that
// several instances and restarts decide alike: the FNV-1a hash of the value, whose bits
// are then mixed as by MurmurHash3, because similar values have similar hashes.
func positionOf(value string) float64 {
	h := uint64(14695981039346656037)
	for i := range len(value) {
		h = (h ^ uint64(value[i])) * 1099511628211
	}
	h = (h ^ h>>33) * 0xff51afd7ed558ccd
	h = (h ^ h>>33) * 0xc4ceb9fe1a85ec53
	h ^= h >> 33
	return float64(h>>11) / (1 << 53)
}

// warnLateKey logs a warning if the placeholder of a percentage is always empty where it
// is read: each request would be treated by its id.
func (m *Mode) warnLateKey(ctx caddy.Context) {
	for _, late := range lateKeys {
		if strings.Contains(m.By, late) && !strings.Contains(m.By, "{http.translate_errors.request_id}") {
			ctx.Logger().Warn("the placeholder of a mode is not known yet where the mode is chosen, so the request id is used; use one that is known from the request: " + m.String())
		}
	}
}
