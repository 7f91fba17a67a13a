package learn

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/koine-proxy/koine/dialect"
)

// extractor is one alternative place of a role.
type extractor struct {
	*location
	pattern string
	skip    []string
	unit    string
	joined  bool           // of a list of texts: they are joined
	texts   map[int]string // by sample
}

// shape assigns roles to locations.
type shape struct {
	code, message, requestID, wait []extractor
	status, ignore                 []*location
	always                         []*location // constants
	fields                         []fieldLayout
	details                        *location
}

// findShape assigns roles to locations. The order matters: a location has at most one role.
func (s *survey) findShape() *shape {
	sh := &shape{}
	s.findIgnored(sh)
	free := func(p *location) bool { return !slices.Contains(sh.status, p) && !slices.Contains(sh.ignore, p) }
	sh.code = s.choose(nil, free, s.codeScore, 4, 3)
	used := func(p *location) bool {
		return !free(p) || slices.ContainsFunc(sh.code, func(c extractor) bool { return c.location == p })
	}
	sh.message = s.choose(nil, func(p *location) bool { return !used(p) }, s.messageScore, 2.5, 1)
	if len(sh.code) == 0 {
		s.findCodeInTexts(sh)
	}
	s.findFields(sh)
	sh.dropFieldMessages()
	unusedText := func(p *location) bool { return !used(p) && (!sh.inFields(p) || sh.isFieldsAt(p.path)) }
	sh.message = s.choose(sh.message, unusedText, s.messageScore, 2.5, 3)
	s.joinTexts(sh)
	unused := func(p *location) bool { return !used(p) && !sh.hasRole(p) }
	sh.requestID = s.choose(nil, unused, s.idScore, 3, 1)
	sh.wait = s.choose(nil, func(p *location) bool { return unused(p) && !sh.isID(p) }, s.waitScore, 4, 2)
	for i := range sh.wait {
		sh.wait[i].unit = unitOf(sh.wait[i].name())
	}
	s.constants(sh)
	s.findDetails(sh)
	return sh
}

// findIgnored finds members that only repeat the status, its phrase, the time or the path
// of the request.
func (s *survey) findIgnored(sh *shape) {
	for _, p := range s.locations {
		texts := p.texts()
		if len(texts) == 0 || p.key || p.pattern != "" {
			continue
		}
		switch {
		case s.allStatus(p):
			sh.status = append(sh.status, p)
		case s.allPhrases(p, isPlainPhrase),
			share(texts, isTime) == 1 && !(meansCode.weight(p.name()) == 2 || meansWait.weight(p.name()) > 0),
			meansTime.weight(p.name()) == 2 && share(texts, isNumber) == 1,
			meansPath.weight(p.name()) > 0 && share(texts, isRequestPath) == 1:
			sh.ignore = append(sh.ignore, p)
		}
	}
}

func isRequestPath(s string) bool { return strings.HasPrefix(s, "/") && !strings.Contains(s, " ") }

// allStatus reports whether a location repeats the status in every sample that has it.
// With a single sample the name must suggest a status, too.
func (s *survey) allStatus(p *location) bool {
	for _, v := range p.values {
		if !repeatsStatus(v.scalar(), s.captures[v.sample].Status) {
			return false
		}
	}
	return p.samples > 0 && (p.samples > 1 || meansStatus.weight(p.name()) > 0)
}

// allPhrases reports whether a location only repeats the phrase of the status.
func (s *survey) allPhrases(p *location, is func(string, int) bool) bool {
	for _, v := range p.values {
		if !is(v.scalar(), s.captures[v.sample].Status) {
			return false
		}
	}
	return len(p.values) > 0 && (p.samples > 1 || len(s.captures) == 1)
}

// joinTexts marks lists of texts to be joined. In an HTML page, only the first heading
// or paragraph is used.
func (s *survey) joinTexts(sh *shape) {
	for i, m := range sh.message {
		sh.message[i].joined = len(m.path) > 1 && m.path[len(m.path)-1] == each && s.captures[0].format != dialect.FormatHTML
	}
}

// choose appends the best location of a role, then the best for the samples that have
// nothing there, and so on, up to limit. Scores below least are ignored.
func (s *survey) choose(out []extractor, free func(*location) bool, score func(*location, []int) float64, least float64, limit int) []extractor {
	missing := s.samplesWithout(out)
	for len(missing) > 0 && len(out) < limit {
		best, high := (*location)(nil), math.Inf(-1)
		for _, p := range s.locations {
			if !free(p) || !p.allScalars() || slices.ContainsFunc(out, func(o extractor) bool { return o.location == p }) {
				continue
			}
			if n := score(p, missing); n > high {
				best, high = p, n
			}
		}
		if best == nil || high < least {
			return out
		}
		out = append(out, s.extractorOf(best))
		missing = slices.DeleteFunc(missing, best.hasValue)
	}
	return out
}

// samplesWithout returns the samples that have no text for a role.
func (s *survey) samplesWithout(list []extractor) (out []int) {
	for i := range s.captures {
		if !slices.ContainsFunc(list, func(o extractor) bool { return o.hasValue(i) }) {
			out = append(out, i)
		}
	}
	return out
}

func (s *survey) extractorOf(p *location) extractor {
	src := extractor{location: p, pattern: p.pattern, texts: map[int]string{}}
	if p.key {
		src.skip = s.fixed[p.path[:len(p.path)-1].id()]
	}
	for _, v := range p.values {
		if _, ok := src.texts[v.sample]; !ok && v.scalar() != "" {
			src.texts[v.sample] = v.scalar()
		}
	}
	return src
}

// covered returns the share of some samples that have a location.
func (p *location) covered(samples []int) float64 {
	n := 0
	for _, i := range samples {
		if p.hasValue(i) {
			n++
		}
	}
	return float64(n) / float64(max(1, len(samples)))
}

var impossible = math.Inf(-1)

// codeScore rates how much a location looks like the code: words or numbers that differ
// from error to error, and are neither ids nor the status.
func (s *survey) codeScore(p *location, samples []int) float64 {
	texts := p.texts()
	covered := p.covered(samples)
	different := distinct(texts)
	name := p.name()
	switch {
	case covered == 0, share(texts, wordLike.MatchString) < 1, share(texts, decimal.MatchString) > 0, share(texts, isTime) > 0.5 && meansCode.weight(name) < 2:
		return impossible
	case p.samples > 1 && different == 1 && meansCode.weight(name) < 2:
		return impossible
	case share(texts, func(t string) bool { return severities[strings.ToLower(t)] }) == 1:
		return impossible
	case share(texts, isID) > 0.5 && meansCode.weight(name) < 2:
		return impossible
	}
	score := 2*covered + 3*share(texts, looksLikeCode) + 1.5*share(texts, isNumber)
	score += 0.8 * share(texts, func(t string) bool { return !looksLikeCode(t) && !isNumber(t) })
	score += 2 * float64(meansCode.weight(name))
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
	if meansCode.weight(name) < 2 {
		score -= 1.5 * float64(max(meansField.weight(name)-1, meansID.weight(name)-meansCode.weight(name)/2, 0))
	}
	if s.allPhrases(p, isPhrase) {
		score -= 1.5
	}
	return score - 0.25*float64(len(p.path))
}

// messageScore rates how much a location looks like the message: sentences.
func (s *survey) messageScore(p *location, samples []int) float64 {
	texts := p.texts()
	covered := p.covered(samples)
	name := p.name()
	if covered == 0 || p.key || share(texts, isNumber) > 0 {
		return impossible
	}
	sentences := share(texts, isSentence)
	if sentences == 0 && meansMessage.weight(name) < 2 {
		return impossible
	}
	length := 0
	for _, t := range texts {
		length += len(t)
	}
	score := 2*covered + 3*sentences + 1.5*float64(meansMessage.weight(name)) + min(1, float64(length)/float64(len(texts))/60)
	if len(p.values) > p.samples {
		score -= 1
	}
	if p.samples > 1 && distinct(texts) == 1 {
		score -= 2
	}
	if s.allPhrases(p, isPhrase) {
		score -= 3
	}
	if fieldContainers[fold(p.path.parent())] && meansMessage.weight(name) < 2 {
		score -= 3 // probably a field of that name
	}
	if meansDetails.weight(name) == 2 && meansMessage.weight(name) < 2 {
		score -= 0.5
	}
	return score - 0.4*float64(len(p.path))
}

// idScore rates how much a location looks like the request id.
func (s *survey) idScore(p *location, samples []int) float64 {
	texts := p.texts()
	covered := p.covered(samples)
	weight := meansID.weight(p.name())
	if covered == 0 || p.key || len(p.values) > p.samples || share(texts, isWordOrID) < 1 || distinct(texts) < len(texts) {
		return impossible
	}
	ids := share(texts, isID)
	if weight > 0 && len(texts) > 2 {
		ids = max(ids, share(texts, isSerial))
	}
	if ids == 0 && weight < 2 {
		return impossible
	}
	return 1*covered + 2.5*ids + 2*float64(weight) - 0.25*float64(len(p.path))
}

func isWordOrID(s string) bool { return len(s) <= 128 && !strings.ContainsAny(s, " \t\n") }

// waitScore rates how much a location looks like retry_after.
func (s *survey) waitScore(p *location, samples []int) float64 {
	texts := p.texts()
	if p.covered(samples) == 0 || len(texts) == 0 || p.key || share(texts, isWait) < 1 {
		return impossible
	}
	name, unit := cutUnit(p.name())
	score := 2.5 * float64(meansWait.weight(name))
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

// units maps units at the end of names to those of the mapping language.
var units = map[string]string{
	"s": "seconds", "sec": "seconds", "secs": "seconds", "seconds": "seconds", "sek": "seconds", "sekunden": "seconds", "segundos": "seconds",
	"secondes": "seconds", "ms": "milliseconds", "msec": "milliseconds", "millis": "milliseconds", "milliseconds": "milliseconds", "min": "minutes", "mins": "minutes",
	"minutes": "minutes", "minuten": "minutes", "minutos": "minutes",
}

// cutUnit splits the unit from a name: pauseMs is a pause in milliseconds.
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

// unitOf returns the unit that a name suggests; "" means seconds.
func unitOf(name string) string {
	if _, unit := cutUnit(name); unit != "seconds" {
		return unit
	}
	return ""
}

func (s *shape) isID(p *location) bool {
	return slices.ContainsFunc(s.requestID, func(o extractor) bool { return o.location == p })
}

// hasRole reports whether a location has a role, or is inside one that has.
func (s *shape) hasRole(p *location) bool {
	for _, list := range [][]extractor{s.code, s.message, s.requestID, s.wait} {
		if slices.ContainsFunc(list, func(o extractor) bool { return o.location == p || p.pattern == "" && o.path.id() == p.path.id() }) {
			return true
		}
	}
	return s.inFields(p) || slices.Contains(s.status, p) || slices.Contains(s.ignore, p)
}

func (s *shape) inFields(p *location) bool {
	return slices.ContainsFunc(s.fields, func(f fieldLayout) bool {
		return f.beside == nil && p.path.isWithin(f.at) || f.beside != nil && p.path.id() == f.beside.id()
	})
}

// isFieldsAt reports whether some bodies have fields at a path: a text there in other
// bodies is about the whole body.
func (s *shape) isFieldsAt(w bodyPath) bool {
	return slices.ContainsFunc(s.fields, func(f fieldLayout) bool { return len(w) > 0 && f.at.id() == w.id() })
}

// constants finds members with the same value in all samples.
func (s *survey) constants(sh *shape) {
	for _, p := range s.locations {
		if !p.path.plain() || p.key || p.pattern != "" || len(p.path) == 0 || sh.hasRole(p) || !s.inAllSamples(p) || len(p.values) != p.samples {
			continue
		}
		if len(s.captures) < 2 && p.values[0].kind != boolean {
			continue
		}
		first := p.values[0].json()
		if !slices.ContainsFunc(p.values, func(v value) bool { return v.json() != first }) {
			sh.always = append(sh.always, p)
		}
	}
}

// findDetails finds an object with further information.
func (s *survey) findDetails(sh *shape) {
	for _, p := range s.order {
		if meansDetails.weight(p.name()) < 2 || !p.path.plain() || len(p.path) == 0 || sh.overlaps(p.path) {
			continue
		}
		if slices.ContainsFunc(p.values, func(v value) bool { return v.kind == object && len(v.names) > 0 }) {
			sh.details = p
			return
		}
	}
}

// overlaps reports whether a location with a role is at or below a path.
func (s *shape) overlaps(w bodyPath) bool {
	for _, list := range [][]extractor{s.code, s.message, s.requestID, s.wait} {
		if slices.ContainsFunc(list, func(o extractor) bool { return o.path.isWithin(w) }) {
			return true
		}
	}
	for _, list := range [][]*location{s.status, s.ignore, s.always} {
		if slices.ContainsFunc(list, func(o *location) bool { return o.path.isWithin(w) }) {
			return true
		}
	}
	return slices.ContainsFunc(s.fields, func(f fieldLayout) bool { return f.at.isWithin(w) || w.isWithin(f.at) && f.beside == nil })
}

// textOf returns the text of a role in one sample.
func textOf(list []extractor, sample int) string {
	for _, s := range list {
		if t, ok := s.texts[sample]; ok {
			return t
		}
	}
	return ""
}

// byDepth sorts locations by depth, then by name.
func byDepth(a, b *location) int {
	return cmp.Or(cmp.Compare(len(a.path), len(b.path)), strings.Compare(a.path.id(), b.path.id()))
}
