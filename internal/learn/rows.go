package learn

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/translate"
)

// evidence is what the captures tell about one native code.
type evidence struct {
	native        string
	status        int
	statusGuessed bool // the samples have no status
	messages      []string
	fields        bool
}

// proposer proposes canonical codes by the words of the taxonomy and of the general rules.
type proposer struct {
	taxonomy *translate.Taxonomy
	folded   map[string]*translate.Code // by common codes without case and separators
	entries  []entry
	count    map[string]int // of the codes that have a word
}

// entry is a canonical code split into words.
type entry struct {
	code                    *translate.Code
	domain, reason, message []string
}

func newProposer(taxonomy *translate.Taxonomy, general *dialect.File) *proposer {
	p := &proposer{taxonomy: taxonomy, folded: map[string]*translate.Code{}, count: map[string]int{}}
	for _, c := range taxonomy.Codes() {
		domain, reason, _ := strings.Cut(c.Name, ".")
		e := entry{c, stems(domain), stems(reason), stems(c.Message)}
		p.entries, p.folded[fold(c.Name)] = append(p.entries, e), c
		for _, word := range distinct(slices.Concat(e.domain, e.reason, e.message)) {
			p.count[word]++
		}
	}
	for _, r := range general.Codes {
		if c := taxonomy.Lookup(r.Code); c != nil {
			p.folded[fold(r.Native)] = c
		}
	}
	return p
}

// propose finds a canonical code for a native one, and tells why; "" if it is nearly certain.
func (p *proposer) propose(e *evidence) (c *translate.Code, why string) {
	words := slices.DeleteFunc(split(e.native), func(s string) bool { return failureWords[s] })
	for _, form := range []string{fold(e.native), strings.Join(words, "")} {
		if c := p.folded[form]; c != nil && e.mayBe(c) {
			return c, ""
		}
	}
	if c := p.taxonomy.Lookup("VALIDATION.FAILED"); e.fields && e.status < 500 && c != nil {
		return c, "guessed from the fields"
	}
	switch c, sure := p.byWords(e); {
	case sure:
		return c, ""
	case c != nil:
		return c, "guessed from the words"
	}
	if e.statusGuessed {
		return p.taxonomy.Generic(e.status), "no known word or status"
	}
	return p.taxonomy.Generic(e.status), "guessed from the status"
}

// failureWords only mean that something failed.
var failureWords = map[string]bool{"error": true, "err": true, "exception": true, "e": true, "code": true, "fault": true, "failure": true}

// mayBe reports whether a code has the class of the status of the error.
func (e *evidence) mayBe(c *translate.Code) bool {
	return e.statusGuessed || e.status < 400 || c.Status >= 500 == (e.status >= 500)
}

// byWords finds the canonical code whose words the native code and its messages have. Rare words
// weigh more. It is sure if the native code alone has the words, and no others.
func (p *proposer) byWords(e *evidence) (found *translate.Code, sure bool) {
	own := stems(e.native)
	words := append(slices.Clone(own), stems(strings.Join(e.messages, " "))...)
	best := 0.7
	for i := range p.entries {
		c := &p.entries[i]
		near := c.code.Status == e.status && !e.statusGuessed
		score, whole := p.score(c, words)
		if !e.mayBe(c.code) || score < 0.7 || !near && !whole {
			continue
		}
		if near {
			score += 0.35
		}
		if score > best {
			found, best = c.code, score
			sure = near && whole && isSubset(c.reason, own) && isSubset(own, slices.Concat(c.domain, c.reason, c.message))
		}
	}
	return found, sure
}

func isSubset(part, whole []string) bool {
	return !slices.ContainsFunc(part, func(s string) bool { return !slices.Contains(whole, s) })
}

// vagueDomains do not describe an error.
var vagueDomains = []string{"RESOURCE", "REQUEST", "VALIDATION", "UPSTREAM", "INTERNAL", "AUTH", "SYSTEM"}

// vagueStems do not tell one failure from another.
var vagueStems = []string{stem("failed"), stem("invalid"), stem("not"), stem("reached")}

// score returns the share of the words of a canonical code that are found; whole means all.
func (p *proposer) score(c *entry, words []string) (score float64, whole bool) {
	total, found, significant, whole := 0.0, 0.0, 0, true
	weigh := func(parts []string, factor float64) {
		for _, part := range parts {
			weight := factor / float64(1+min(p.count[part], 20)/4)
			total += weight
			switch {
			case slices.Contains(words, part):
				found += weight
				if !slices.Contains(vagueStems, part) {
					significant++
				}
			case factor > 0.5:
				whole = false
			}
		}
	}
	weigh(c.reason, 1)
	domain, _, _ := strings.Cut(c.code.Name, ".")
	if vague := slices.Contains(vagueDomains, domain); vague {
		weigh(c.domain, 0.15)
	} else if weigh(c.domain, 0.8); !whole {
		found *= 0.7 // it is about something else
	}
	if significant == 0 {
		return 0, false
	}
	score = found/total + 0.04*float64(significant)
	for _, part := range c.message {
		if slices.Contains(words, part) {
			score += 0.02
		}
	}
	return score, whole
}

// synonyms are words that mean the same as those of canonical codes.
var synonyms = strings.NewReplacer(
	"no such", "not found", "does not exist", "not found", "doesn t exist", "not found", "do not exist", "not found", "cannot be found", "not found",
	"could not be found", "not found", "could not find", "not found", "there is no ", "not found ", "unknown", "not found",
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

// stopwords mean nothing.
var stopwords = strings.Fields("the a an is are was of to in for with this that it be on and or has have you your at by can from here there too s t der die das ist error err exception please e")

// stems returns the distinct words of a text without their endings.
func stems(s string) (out []string) {
	for _, w := range strings.Fields(synonyms.Replace(strings.Join(split(s), " "))) {
		if w = stem(w); !slices.Contains(stopwords, w) && !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return out
}

func stem(w string) string {
	for _, end := range []string{"ing", "ed", "es", "s"} {
		if len(w) >= len(end)+4 && strings.HasSuffix(w, end) {
			w = strings.TrimSuffix(w, end)
			break
		}
	}
	if len(w) > 4 {
		return strings.TrimSuffix(w, "e")
	}
	return w
}

// fold removes case and separators: notFound, NOT_FOUND and not-found are equal.
func fold(s string) string { return strings.Join(split(s), "") }

// split splits a name into lower-case words, at punctuation, digits and capitals.
func split(s string) (out []string) {
	var word []rune
	before := ' '
	flush := func() {
		if len(word) > 0 {
			out, word = append(out, strings.ToLower(string(word))), nil
		}
	}
	for _, r := range s {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			flush()
			before = ' '
			continue
		case unicode.IsUpper(r) && unicode.IsLower(before), unicode.IsDigit(r) != unicode.IsDigit(before) && before != ' ':
			flush()
		case unicode.IsLower(r) && unicode.IsUpper(before) && len(word) > 1: // HTTPError
			last := word[len(word)-1]
			word = word[:len(word)-1]
			flush()
			word = []rune{last}
		}
		word, before = append(word, r), r
	}
	flush()
	return out
}

// row is a row of the table, with the reason to review it.
type row struct {
	dialect.Row
	review string
}

// newRow proposes a row for a code.
func (p *proposer) newRow(e *evidence) row {
	c, why := p.propose(e)
	r := row{Row: dialect.Row{Native: e.native, Code: c.Name}}
	if !e.statusGuessed && e.status >= 400 {
		r.Status = e.status
	}
	if why != "" {
		r.review = strings.TrimSuffix("review: "+why+": "+clean(scrubText(cmp.Or(e.messages...), nil), 70), ": ")
	}
	return r
}
