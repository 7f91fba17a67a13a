package learn

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/translate"
	"github.com/koine-proxy/koine/translate/redact"
)

// evidence is what the captures tell about one native code.
type evidence struct {
	native        string
	status        int
	statusGuessed bool // the samples have no status
	messages      []string
	fields        bool
}

// row is a row of the table, with the reason to review it; "" if it is nearly certain.
type row struct {
	dialect.Row
	review string
}

// proposer proposes canonical codes by the words of the taxonomy and of the general rules.
type proposer struct {
	*translate.Taxonomy
	folded  map[string]*translate.Code // by common codes without case and separators
	count   map[string]float64         // of the canonical codes that have a word
	entries []entry
}

// entry is a canonical code with the stems of its words.
type entry struct {
	*translate.Code
	vague               bool // the domain does not describe an error
	domain, reason, all []string
}

func newProposer(taxonomy *translate.Taxonomy, general *dialect.File) *proposer {
	p := &proposer{Taxonomy: taxonomy, folded: map[string]*translate.Code{}, count: map[string]float64{}}
	for _, c := range taxonomy.Codes() {
		p.folded[strings.Join(split(c.Name), "")] = c
		domain, reason, _ := strings.Cut(c.Name, ".")
		e := entry{c, slices.Contains(vagueDomains, domain), stems(domain), stems(reason), stems(c.Name + " " + c.Message)}
		for p.entries = append(p.entries, e); len(e.all) > 0; e.all = e.all[1:] {
			p.count[e.all[0]]++
		}
	}
	for _, r := range general.Codes {
		if c := taxonomy.Lookup(r.Code); c != nil {
			p.folded[strings.Join(split(r.Native), "")] = c
		}
	}
	return p
}

// newRow proposes a row for a code.
func (p *proposer) newRow(e *evidence) row {
	c, why := p.propose(e)
	r := row{Row: dialect.Row{Native: e.native, Code: c.Name}}
	if !e.statusGuessed && e.status >= 400 {
		r.Status = e.status
	}
	if why != "" {
		r.review = strings.TrimSuffix("review: "+why+": "+clean(redact.Scrub(cmp.Or(e.messages...)), 70), ": ")
	}
	return r
}

func (p *proposer) propose(e *evidence) (c *translate.Code, why string) {
	words := split(e.native)
	rest := slices.DeleteFunc(slices.Clone(words), func(s string) bool { return slices.Contains(failureWords, s) })
	for _, form := range [][]string{words, rest} {
		if c := p.folded[strings.Join(form, "")]; c != nil && e.mayBe(c) {
			return c, ""
		}
	}
	if c := p.Lookup("VALIDATION.FAILED"); e.fields && e.status < 500 && c != nil {
		return c, "guessed from the fields"
	}
	switch c, sure := p.byWords(e); {
	case sure:
		return c, ""
	case c != nil:
		return c, "guessed from the words"
	case e.statusGuessed:
		return p.Generic(e.status), "no known word or status"
	}
	return p.Generic(e.status), "guessed from the status"
}

// mayBe reports whether a code has the class of the status of the error.
func (e *evidence) mayBe(c *translate.Code) bool {
	return e.statusGuessed || e.status < 400 || c.Status >= 500 == (e.status >= 500)
}

// byWords finds the canonical code whose words the native code and its messages have. It is sure if
// the native code alone has the words, and no others.
func (p *proposer) byWords(e *evidence) (found *translate.Code, sure bool) {
	own, best := stems(e.native), 0.7
	words := append(slices.Clone(own), stems(strings.Join(e.messages, " "))...)
	for i := range p.entries {
		c := &p.entries[i]
		near := c.Status == e.status && !e.statusGuessed
		score, whole := p.score(c, words)
		if !e.mayBe(c.Code) || score < 0.7 || !near && !whole {
			continue
		}
		if near {
			score += 0.35
		}
		if score > best {
			found, best = c.Code, score
			sure = near && whole && isSubset(c.reason, own) && isSubset(own, c.all)
		}
	}
	return found, sure
}

// Words that only mean that something failed, domains that do not describe an error, and stems that
// do not tell one failure from another.
var (
	failureWords = []string{"error", "err", "exception", "e", "code", "fault", "failure"}
	vagueDomains = []string{"RESOURCE", "REQUEST", "VALIDATION", "UPSTREAM", "INTERNAL", "AUTH", "SYSTEM"}
	vagueStems   = []string{stem("failed"), stem("invalid"), stem("not"), stem("reached")}
)

// score returns the share of the words of a canonical code that are found, and whether all are.
// Rare words weigh more, vague domains hardly anything.
func (p *proposer) score(c *entry, words []string) (score float64, whole bool) {
	total, found, significant, whole := 0.0, 0.0, 0, true
	weigh := func(stems []string, factor float64) {
		for _, part := range stems {
			weight := factor / (1 + min(p.count[part], 20)/4)
			total += weight
			if !slices.Contains(words, part) {
				whole = whole && factor < 0.5
				continue
			}
			if found += weight; !slices.Contains(vagueStems, part) {
				significant++
			}
		}
	}
	weigh(c.reason, 1)
	if c.vague {
		weigh(c.domain, 0.15)
	} else if weigh(c.domain, 0.8); !whole {
		found *= 0.7 // it is about something else
	}
	if significant == 0 {
		return 0, false
	}
	return found/total + 0.04*float64(significant), whole
}

func isSubset(part, whole []string) bool {
	return !slices.ContainsFunc(part, func(s string) bool { return !slices.Contains(whole, s) })
}

// synonyms are words that mean the same as those of canonical codes.
var synonyms = strings.NewReplacer(
	"no such", "not found", "does not exist", "not found", "doesn t exist", "not found", "do not exist", "not found", "be found", "not found", "not find", "not found",
	"there is no ", "not found ", "unknown", "not found", "nicht gefunden", "not found", "existiert nicht", "not found", "unbekannt", "not found", "gibt es nicht", "not found",
	"introuvable", "not found", "no encontrado", "not found", "no existe", "not found", "non trovato", "not found",
	"exhausted", "exceeded", "used up", "exceeded", "is taken", "already exists", "existiert bereits", "already exists", "schon vorhanden", "already exists", "duplicate", "already exists",
	"too many requests", "rate limit exceeded", "slow down", "rate limit exceeded", "zu viele anfragen", "rate limit exceeded", "too many calls", "rate limit exceeded",
	"throttl", "rate limit exceeded ", "sold out", "out of stock", "not in stock", "out of stock", "ausverkauft", "out of stock",
	"timed out", "timeout", "time out", "timeout", "too late", "expired", "abgelaufen", "expired", "ran out", "expired",
	"not allowed", "forbidden", "denied", "forbidden", "may not", "forbidden", "keine berechtigung", "forbidden", "out of order", "unavailable", "wartung", "maintenance",
	"gesperrt", "locked", "nicht angemeldet", "unauthenticated", "not signed in", "unauthenticated", "not logged in", "unauthenticated",
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
	for _, end := range []string{"ing", "ed", "es", "s", "e"} {
		if len(w) >= len(end)+4 && strings.HasSuffix(w, end) {
			return strings.TrimSuffix(strings.TrimSuffix(w, end), "e")
		}
	}
	return w
}

// split splits a name into lower-case words, at punctuation and between letters and digits, and
// before a capital that is behind a small letter.
func split(s string) []string {
	var b strings.Builder
	before := ' '
	for _, r := range s {
		if unicode.IsUpper(r) && unicode.IsLower(before) || unicode.IsDigit(r) != unicode.IsDigit(before) {
			b.WriteByte(' ')
		}
		if before = ' '; unicode.IsLetter(r) || unicode.IsDigit(r) {
			before = r
		}
		b.WriteRune(unicode.ToLower(before))
	}
	return strings.Fields(b.String())
}
