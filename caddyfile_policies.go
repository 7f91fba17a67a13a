package koine

import (
	"fmt"

	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"
	"github.com/caddyserver/caddy/v2/caddyconfig/httpcaddyfile"
)

// policies are the rate-limit policies of a Caddyfile so far. The registry of the
// config checks their names too, but knows no files and lines.
type policies []*RateLimit

func policiesOf(list []*RateLimit) *policies {
	p := policies(list)
	return &p
}

// add adds a policy. It returns an error if the policy shares the counter of an earlier
// one by accident: both go without a name, or their limits differ.
func (p *policies) add(l *RateLimit) error {
	l.unnamed = l.unnamed || l.Name == ""
	for _, other := range *p {
		switch {
		case other.effectiveName() != l.effectiveName():
		case other.unnamed || l.unnamed:
			return l.errorAt("%w; the other one is %s", errUnnamed, other.position())
		case other.quota() != l.quota():
			return l.errorAt("%w", errOtherLimit(l.Name, l.quota(), other.quota(), other.position()))
		}
	}
	*p = append(*p, l)
	return nil
}

func (l *RateLimit) effectiveName() string {
	if l.Name == "" {
		return defaultPolicy
	}
	return l.Name
}

// position returns where a policy is, for a message about another one.
func (l *RateLimit) position() string {
	if l.token == nil {
		return "elsewhere"
	}
	return fmt.Sprintf("on line %d of %s", l.token.Line, l.token.File)
}

// errorAt returns an error with the position of a policy.
func (l *RateLimit) errorAt(format string, args ...any) error {
	err := fmt.Errorf(format, args...)
	if l.token == nil {
		return err
	}
	d := caddyfile.NewDispenser([]caddyfile.Token{*l.token})
	d.Next()
	return d.WrapErr(err)
}

// policiesKey is the key of the policies in the state of a Caddyfile.
const policiesKey = directiveName + "_policies"

// namePolicies checks the policies of a directive against those of the whole Caddyfile,
// and names the one that has no name: a site with several listeners is provisioned
// several times. Named routes have a state of their own, so the name is left to the
// registry.
func namePolicies(h httpcaddyfile.Helper, list ...*RateLimit) error {
	all, _ := h.State[policiesKey].(*policies)
	if all == nil {
		all = new(policies)
		if defaults, ok := h.Option(directiveName).(*Handler); ok {
			all = policiesOf(defaults.RateLimit)
		}
		if h.State != nil {
			h.State[policiesKey] = all
		}
	}
	for _, l := range list {
		if err := all.add(l); err != nil {
			return err
		}
	}
	if h.IsNamedRoute() {
		return nil
	}
	for _, l := range list {
		l.Name = l.effectiveName()
	}
	return nil
}
