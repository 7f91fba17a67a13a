package learn

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/koine-proxy/koine/dialect"
)

// source is one alternative of a role.
type source struct {
	*place
	pattern string
	skip    []string
	unit    string
	joined  bool           // a list of texts: all of them count
	said    map[int]string // what the samples say there
}

// lens is which place has which role.
type lens struct {
	code, message, requestID, wait []source
	status, ignore                 []*place
	always                         []*place // constants
	fields                         []form
	details                        *place
}

// drawLens gives roles to places. The order matters: what has a role is out of
// question for the next.
func (s *survey) drawLens() *lens {
	l := &lens{}
	s.sortOut(l)
	free := func(p *place) bool { return !slices.Contains(l.status, p) && !slices.Contains(l.ignore, p) }
	l.code = s.choose(nil, free, s.codeScore, 4, 3)
	used := func(p *place) bool {
		return !free(p) || slices.ContainsFunc(l.code, func(c source) bool { return c.place == p })
	}
	l.message = s.choose(nil, func(p *place) bool { return !used(p) }, s.messageScore, 2.5, 1)
	if len(l.code) == 0 {
		s.codeInWords(l)
	}
	s.findForms(l)
	l.dropFieldMessages()
	words := func(p *place) bool { return !used(p) && (!l.inFields(p) || l.isForm(p.way)) }
	l.message = s.choose(l.message, words, s.messageScore, 2.5, 3)
	s.joinTexts(l)
	rest := func(p *place) bool { return !used(p) && !l.holds(p) }
	l.requestID = s.choose(nil, rest, s.idScore, 3, 1)
	l.wait = s.choose(nil, func(p *place) bool { return rest(p) && !l.isID(p) }, s.waitScore, 4, 2)
	for i := range l.wait {
		l.wait[i].unit = unitOf(l.wait[i].name())
	}
	s.constants(l)
	s.findDetails(l)
	return l
}

// sortOut finds what only repeats the status, its phrase, the time or the path of
// the request.
func (s *survey) sortOut(l *lens) {
	for _, p := range s.places {
		texts := p.texts()
		if len(texts) == 0 || p.key || p.pattern != "" {
			continue
		}
		switch {
		case s.allStatus(p):
			l.status = append(l.status, p)
		case s.allPhrases(p, isPlainPhrase),
			share(texts, isTime) == 1 && !(sayCode.weight(p.name()) == 2 || sayWait.weight(p.name()) > 0),
			sayTime.weight(p.name()) == 2 && share(texts, isNumber) == 1,
			sayPath.weight(p.name()) > 0 && share(texts, isRequestPath) == 1:
			l.ignore = append(l.ignore, p)
		}
	}
}

func isRequestPath(s string) bool { return strings.HasPrefix(s, "/") && !strings.Contains(s, " ") }

// allStatus tells whether a place repeats the status of every sample that has it.
// One sample proves nothing unless the name says so, too.
func (s *survey) allStatus(p *place) bool {
	for _, v := range p.values {
		if !repeatsStatus(v.scalar(), s.captures[v.sample].Status) {
			return false
		}
	}
	return p.samples > 0 && (p.samples > 1 || sayStatus.weight(p.name()) > 0)
}

// allPhrases tells whether a place says nothing but what the status says.
func (s *survey) allPhrases(p *place, is func(string, int) bool) bool {
	for _, v := range p.values {
		if !is(v.scalar(), s.captures[v.sample].Status) {
			return false
		}
	}
	return len(p.values) > 0 && (p.samples > 1 || len(s.captures) == 1)
}

// joinTexts reads lists of texts as a whole. A page is better read by its first
// heading or paragraph.
func (s *survey) joinTexts(l *lens) {
	for i, m := range l.message {
		l.message[i].joined = len(m.way) > 1 && m.way[len(m.way)-1] == each && s.captures[0].format != dialect.FormatHTML
	}
}

// choose picks the best place of a role, then, for the samples that have nothing
// there, the best among what these have, and so on, beside what was chosen before.
// Scores below least do not count.
func (s *survey) choose(out []source, free func(*place) bool, score func(*place, []int) float64, least float64, most int) []source {
	missing := s.silent(out)
	for len(missing) > 0 && len(out) < most {
		best, high := (*place)(nil), math.Inf(-1)
		for _, p := range s.places {
			if !free(p) || !p.scalars() || slices.ContainsFunc(out, func(o source) bool { return o.place == p }) {
				continue
			}
			if n := score(p, missing); n > high {
				best, high = p, n
			}
		}
		if best == nil || high < least {
			return out
		}
		out = append(out, s.sourceOf(best))
		missing = slices.DeleteFunc(missing, best.in)
	}
	return out
}

// silent are the samples that say nothing at the places of a role.
func (s *survey) silent(list []source) (out []int) {
	for i := range s.captures {
		if !slices.ContainsFunc(list, func(o source) bool { return o.in(i) }) {
			out = append(out, i)
		}
	}
	return out
}

func (s *survey) sourceOf(p *place) source {
	src := source{place: p, pattern: p.pattern, said: map[int]string{}}
	if p.key {
		src.skip = s.fixed[p.way[:len(p.way)-1].id()]
	}
	for _, v := range p.values {
		if _, ok := src.said[v.sample]; !ok && v.scalar() != "" {
			src.said[v.sample] = v.scalar()
		}
	}
	return src
}

// covered is which part of some samples has a place.
func (p *place) covered(samples []int) float64 {
	n := 0
	for _, i := range samples {
		if p.in(i) {
			n++
		}
	}
	return float64(n) / float64(max(1, len(samples)))
}

var never = math.Inf(-1)

// codeScore is how much a place looks like that of the code: words or numbers
// that differ from error to error, and are neither ids nor the status.
func (s *survey) codeScore(p *place, samples []int) float64 {
	texts := p.texts()
	covered := p.covered(samples)
	different := distinct(texts)
	name := p.name()
	switch {
	case covered == 0, share(texts, wordLike.MatchString) < 1, share(texts, decimal.MatchString) > 0, share(texts, isTime) > 0.5 && sayCode.weight(name) < 2:
		return never
	case p.samples > 1 && different == 1 && sayCode.weight(name) < 2:
		return never
	case share(texts, func(t string) bool { return severities[strings.ToLower(t)] }) == 1:
		return never
	case share(texts, isID) > 0.5 && sayCode.weight(name) < 2:
		return never
	}
	score := 2*covered + 3*share(texts, isCodeish) + 1.5*share(texts, isNumber)
	score += 0.8 * share(texts, func(t string) bool { return !isCodeish(t) && !isNumber(t) })
	score += 2 * float64(sayCode.weight(name))
	if p.key {
		score += 3
	}
	if different > 1 {
		score += 0.5
	}
	if p.samples > 1 && different == 1 {
		score -= 2
	}
	if len(p.values) > p.samples {
		score -= 0.5
	}
	if sayCode.weight(name) < 2 {
		score -= 1.5 * float64(max(sayField.weight(name)-1, sayID.weight(name)-sayCode.weight(name)/2, 0))
	}
	if s.allPhrases(p, isPhrase) {
		score -= 1.5
	}
	return score - 0.25*float64(len(p.way))
}

// messageScore is how much a place looks like that of the message: sentences.
func (s *survey) messageScore(p *place, samples []int) float64 {
	texts := p.texts()
	covered := p.covered(samples)
	name := p.name()
	if covered == 0 || p.key || share(texts, isNumber) > 0 {
		return never
	}
	sentences := share(texts, isSentence)
	if sentences == 0 && sayMessage.weight(name) < 2 {
		return never
	}
	length := 0
	for _, t := range texts {
		length += len(t)
	}
	score := 2*covered + 3*sentences + 1.5*float64(sayMessage.weight(name)) + min(1, float64(length)/float64(len(texts))/60)
	if len(p.values) > p.samples {
		score -= 1
	}
	if p.samples > 1 && distinct(texts) == 1 {
		score -= 2
	}
	if s.allPhrases(p, isPhrase) {
		score -= 3
	}
	if formNames[fold(p.way.parent())] && sayMessage.weight(name) < 2 {
		score -= 3 // a field of that name
	}
	if sayDetails.weight(name) == 2 && sayMessage.weight(name) < 2 {
		score -= 0.5
	}
	return score - 0.4*float64(len(p.way))
}

// idScore is how much a place looks like that of the id of the request.
func (s *survey) idScore(p *place, samples []int) float64 {
	texts := p.texts()
	covered := p.covered(samples)
	weight := sayID.weight(p.name())
	if covered == 0 || p.key || len(p.values) > p.samples || share(texts, wordOrID) < 1 || distinct(texts) < len(texts) {
		return never
	}
	ids := share(texts, isID)
	if weight > 0 && len(texts) > 2 {
		ids = max(ids, share(texts, isSerial))
	}
	if ids == 0 && weight < 2 {
		return never
	}
	return 1*covered + 2.5*ids + 2*float64(weight) - 0.25*float64(len(p.way))
}

func wordOrID(s string) bool { return len(s) <= 128 && !strings.ContainsAny(s, " \t\n") }

// waitScore is how much a place looks like that of a wait.
func (s *survey) waitScore(p *place, samples []int) float64 {
	texts := p.texts()
	if p.covered(samples) == 0 || len(texts) == 0 || p.key || share(texts, isWait) < 1 {
		return never
	}
	name, unit := cutUnit(p.name())
	score := 2.5 * float64(sayWait.weight(name))
	if score > 0 && unit != "" {
		score++
	}
	for _, v := range p.values {
		if status := s.captures[v.sample].Status; status == 429 || status == 503 {
			score++
			break
		}
	}
	return score
}

func isWait(s string) bool {
	return isNumber(strings.TrimSuffix(s, "s")) && len(s) <= 8 || isNumber(strings.Replace(s, ".", "", 1)) && len(s) <= 8
}

// units are the words for units at the end of names, and those of the mapping
// language.
var units = map[string]string{
	"s": "seconds", "sec": "seconds", "secs": "seconds", "seconds": "seconds", "sek": "seconds", "sekunden": "seconds", "segundos": "seconds",
	"secondes": "seconds", "ms": "milliseconds", "msec": "milliseconds", "millis": "milliseconds", "milliseconds": "milliseconds", "min": "minutes", "mins": "minutes",
	"minutes": "minutes", "minuten": "minutes", "minutos": "minutes",
}

// cutUnit takes the unit off a name: pauseMs is a pause in milliseconds.
func cutUnit(name string) (rest, unit string) {
	parts := split(name)
	if len(parts) < 2 {
		return name, ""
	}
	unit = units[parts[len(parts)-1]]
	if unit == "" {
		return name, ""
	}
	return strings.Join(parts[:len(parts)-1], "_"), unit
}

// unitOf is the unit that a name tells; seconds need no word.
func unitOf(name string) string {
	if _, unit := cutUnit(name); unit != "seconds" {
		return unit
	}
	return ""
}

func (l *lens) isID(p *place) bool {
	return slices.ContainsFunc(l.requestID, func(o source) bool { return o.place == p })
}

// holds tells whether a place has a role, or is inside of what has one.
func (l *lens) holds(p *place) bool {
	for _, list := range [][]source{l.code, l.message, l.requestID, l.wait} {
		if slices.ContainsFunc(list, func(o source) bool { return o.place == p || p.pattern == "" && o.way.id() == p.way.id() }) {
			return true
		}
	}
	return l.inFields(p) || slices.Contains(l.status, p) || slices.Contains(l.ignore, p)
}

func (l *lens) inFields(p *place) bool {
	return slices.ContainsFunc(l.fields, func(f form) bool {
		return f.beside == nil && p.way.under(f.at) || f.beside != nil && p.way.id() == f.beside.id()
	})
}

// isForm tells whether fields stand at a way in some bodies: a text there, in
// others, is about the whole.
func (l *lens) isForm(w way) bool {
	return slices.ContainsFunc(l.fields, func(f form) bool { return len(w) > 0 && f.at.id() == w.id() })
}

// constants finds members that always say the same.
func (s *survey) constants(l *lens) {
	for _, p := range s.places {
		if !p.way.plain() || p.key || p.pattern != "" || len(p.way) == 0 || l.holds(p) || !s.everywhere(p) || len(p.values) != p.samples {
			continue
		}
		if len(s.captures) < 2 && p.values[0].kind != boolean {
			continue
		}
		first := p.values[0].json()
		if !slices.ContainsFunc(p.values, func(v value) bool { return v.json() != first }) {
			l.always = append(l.always, p)
		}
	}
}

// findDetails finds an object of whatever else there is to tell.
func (s *survey) findDetails(l *lens) {
	for _, p := range s.order {
		if sayDetails.weight(p.name()) < 2 || !p.way.plain() || len(p.way) == 0 || l.touches(p.way) {
			continue
		}
		if slices.ContainsFunc(p.values, func(v value) bool { return v.kind == object && len(v.names) > 0 }) {
			l.details = p
			return
		}
	}
}

// touches tells whether something with a role is at or below a way.
func (l *lens) touches(w way) bool {
	for _, list := range [][]source{l.code, l.message, l.requestID, l.wait} {
		if slices.ContainsFunc(list, func(o source) bool { return o.way.under(w) }) {
			return true
		}
	}
	for _, list := range [][]*place{l.status, l.ignore, l.always} {
		if slices.ContainsFunc(list, func(o *place) bool { return o.way.under(w) }) {
			return true
		}
	}
	return slices.ContainsFunc(l.fields, func(f form) bool { return f.at.under(w) || w.under(f.at) && f.beside == nil })
}

// textOf is what one sample says for a role.
func textOf(list []source, sample int) string {
	for _, s := range list {
		if t, ok := s.said[sample]; ok {
			return t
		}
	}
	return ""
}

// byDepth sorts places such that what is nearer to the top comes first.
func byDepth(a, b *place) int {
	return cmp.Or(cmp.Compare(len(a.way), len(b.way)), strings.Compare(a.way.id(), b.way.id()))
}
