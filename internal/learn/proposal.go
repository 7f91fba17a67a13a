package learn

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/translate"
)

// proposal is a canonical code for a native one. Why is the reason for it; it is empty if
// the proposal is nearly certain.
type proposal struct {
	code *translate.Code
	why  string
}

// evidence is the data of the samples about one native code.
type evidence struct {
	native        string
	status        int
	statusGuessed bool // the samples have no status
	messages      []string
	fields        bool
}

// proposer proposes codes by the words of the taxonomy and of the general rules.
type proposer struct {
	taxonomy *translate.Taxonomy
	folded   map[string]*translate.Code // common codes
	entries  []entry
	rarity   map[string]float64
}

// entry is a canonical code split into words.
type entry struct {
	code    *translate.Code
	domain  []string
	reason  []string
	message []string
}

func newProposer(taxonomy *translate.Taxonomy, general *dialect.File) *proposer {
	p := &proposer{taxonomy: taxonomy, folded: map[string]*translate.Code{}, rarity: map[string]float64{}}
	for _, c := range taxonomy.Codes() {
		domain, reason, _ := strings.Cut(c.Name, ".")
		e := entry{code: c, domain: stems(domain), reason: stems(reason), message: stems(c.Message)}
		p.entries = append(p.entries, e)
		for _, t := range unique(e.domain, e.reason, e.message) {
			p.rarity[t]++
		}
		p.folded[fold(c.Name)] = c
	}
	for t, n := range p.rarity {
		p.rarity[t] = math.Log(1 + float64(len(p.entries))/n)
	}
	if general == nil {
		return p
	}
	for _, r := range general.Codes {
		if c := taxonomy.Lookup(r.Code); c != nil {
			p.folded[fold(r.Native)] = c
		}
	}
	return p
}

// propose finds a canonical code for a native one: among common codes, by the words of the
// code and its messages, or by the status.
func (p *proposer) propose(e evidence) proposal {
	for _, form := range foldedForms(e.native) {
		if c := p.folded[form]; c != nil && sameClass(c, e) {
			return proposal{code: c}
		}
	}
	if e.fields && e.status < 500 {
		if c := p.taxonomy.Lookup("VALIDATION.FAILED"); c != nil {
			return proposal{c, "guessed from the fields"}
		}
	}
	if c, sure := p.byWords(e); c != nil {
		if sure {
			return proposal{code: c}
		}
		return proposal{c, "guessed from the words"}
	}
	generic := p.taxonomy.Generic(e.status)
	if e.statusGuessed {
		return proposal{generic, "no known word or status"}
	}
	return proposal{generic, "guessed from the status"}
}

// foldedForms returns folded forms of a code, with and without words that only mean
// failure.
func foldedForms(native string) []string {
	out := []string{fold(native)}
	parts := split(native)
	kept := slices.DeleteFunc(slices.Clone(parts), func(s string) bool {
		return s == "error" || s == "err" || s == "exception" || s == "e" || s == "code" || s == "fault" || s == "failure"
	})
	if len(kept) > 0 && len(kept) < len(parts) {
		out = append(out, strings.Join(kept, ""))
	}
	return out
}

// sameClass reports whether a code has the status class of the error: a 4xx must not become
// a 5xx.
func sameClass(c *translate.Code, e evidence) bool {
	return e.statusGuessed || e.status < 400 || (c.Status >= 500) == (e.status >= 500)
}

// byWords finds the code whose name has most words in common with the native code and its
// messages.
func (p *proposer) byWords(e evidence) (found *translate.Code, sure bool) {
	own := stems(e.native)
	words := stems(strings.Join(e.messages, " "))
	best := 0.0
	for i := range p.entries {
		c := &p.entries[i]
		if !sameClass(c.code, e) {
			continue
		}
		score, whole := p.score(c, own, words)
		near := c.code.Status == e.status && !e.statusGuessed
		if score < 0.7 || !near && !whole {
			continue
		}
		if near {
			score += 0.35
		}
		if score > best {
			found, best = c.code, score
			sure = near && whole && subset(own, unique(c.domain, c.reason, c.message)) && subset(c.reason, own)
		}
	}
	return found, sure
}

// vagueDomains are domains that do not describe an error.
var vagueDomains = []string{"RESOURCE", "REQUEST", "VALIDATION", "UPSTREAM", "INTERNAL", "AUTH", "SYSTEM"}

// failureStems are stems that only mean failure.
var failureStems = map[string]bool{stem("failed"): true, stem("invalid"): true, stem("not"): true, stem("reached"): true}

// score returns the share of the name of a code that is in the words; whole means all of
// it.
func (p *proposer) score(c *entry, own, words []string) (score float64, whole bool) {
	domain, _, _ := strings.Cut(c.code.Name, ".")
	total, found, whole := 0.0, 0.0, true
	shared, significant := 0, 0
	weigh := func(tokens []string, factor float64) (all bool) {
		all = true
		for _, t := range tokens {
			weight := p.rarity[t] * factor
			total += weight
			switch {
			case slices.Contains(own, t):
				found += weight
			case slices.Contains(words, t):
				found += 0.9 * weight
			default:
				whole, all = whole && factor < 0.5, false
				continue
			}
			if shared++; !failureStems[t] {
				significant++
			}
		}
		return all
	}
	weigh(c.reason, 1)
	if slices.Contains(vagueDomains, domain) {
		weigh(c.domain, 0.15)
	} else if !weigh(c.domain, 0.8) {
		found *= 0.7 // probably about something else
	}
	if total == 0 || significant == 0 {
		return 0, false
	}
	score = found/total + 0.04*float64(shared)
	for _, t := range c.message {
		if slices.Contains(own, t) || slices.Contains(words, t) {
			score += 0.03 * p.rarity[t] / 4
		}
	}
	return score, whole
}

// synonyms are synonyms of words in canonical codes.
var synonyms = strings.NewReplacer(
	"no such", "not found", "does not exist", "not found", "doesn't exist", "not found", "do not exist", "not found", "cannot be found", "not found",
	"could not be found", "not found", "couldn't find", "not found", "could not find", "not found", "there is no ", "not found ", "unknown", "not found",
	"nicht gefunden", "not found", "existiert nicht", "not found", "unbekannt", "not found", "gibt es nicht", "not found", "introuvable", "not found",
	"no encontrado", "not found", "no existe", "not found", "non trovato", "not found",
	"exhausted", "exceeded", "used up", "exceeded", "is taken", "already exists", "existiert bereits", "already exists", "schon vorhanden", "already exists", "duplicate", "already exists",
	"too many requests", "rate limit exceeded", "slow down", "rate limit exceeded", "zu viele anfragen", "rate limit exceeded",
	"too many calls", "rate limit exceeded", "throttl", "rate limit exceeded ",
	"sold out", "out of stock", "not in stock", "out of stock", "ausverkauft", "out of stock",
	"timed out", "timeout", "time out", "timeout", "too late", "expired", "abgelaufen", "expired", "ran out", "expired",
	"not allowed", "forbidden", "denied", "forbidden", "may not", "forbidden", "keine berechtigung", "forbidden",
	"out of order", "unavailable", "wartung", "maintenance", "gesperrt", "locked", "nicht angemeldet", "unauthenticated", "not signed in", "unauthenticated",
	"not logged in", "unauthenticated",
)

// stopwords are words without meaning.
var stopwords = map[string]bool{
	"the": true, "a": true, "an": true, "is": true, "are": true, "was": true, "of": true, "to": true, "in": true, "for": true, "with": true,
	"this": true, "that": true, "it": true, "be": true, "on": true, "and": true, "or": true, "has": true, "have": true, "you": true, "your": true,
	"at": true, "by": true, "can": true, "from": true, "here": true, "there": true, "too": true, "s": true, "t": true, "der": true, "die": true,
	"das": true, "ist": true, "error": true, "err": true, "exception": true, "please": true, "e": true,
}

// stems returns the distinct words of a text without their endings.
func stems(s string) (out []string) {
	plain := strings.Join(split(s), " ")
	for _, w := range strings.Fields(synonyms.Replace(plain)) {
		if stopwords[w] {
			continue
		}
		if w = stem(w); !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return out
}

func stem(w string) string {
	for _, end := range []string{"ing", "ed", "es", "s"} {
		if len(w) >= len(end)+4 && strings.HasSuffix(w, end) {
			return strings.TrimSuffix(strings.TrimSuffix(w, end), "e")
		}
	}
	if len(w) > 4 {
		return strings.TrimSuffix(w, "e")
	}
	return w
}

func unique(lists ...[]string) []string {
	out := slices.Concat(lists...)
	slices.SortFunc(out, cmp.Compare[string])
	return slices.Compact(out)
}

func subset(part, whole []string) bool {
	return !slices.ContainsFunc(part, func(s string) bool { return !slices.Contains(whole, s) })
}
