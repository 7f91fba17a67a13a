package learn

import (
	"slices"
	"strings"
)

// form is one way in which bodies tell of fields.
type form struct {
	at                   way
	field, message, code way      // inside of an entry; nil where there is none
	beside               way      // the field is named beside the message: only this member belongs to the form
	names                way      // where an entry names several fields
	pattern              string   // for texts that name the field
	whole                []string // names in a map that mean the whole
	only                 []string // native codes under which the place holds fields
}

// maxForms is how many forms one dialect gets; more would be guesswork.
const maxForms = 3

// findForms finds where bodies tell of fields.
func (s *survey) findForms(l *lens) {
	for _, p := range s.order {
		if len(l.fields) == maxForms {
			return
		}
		if l.within(p.way) {
			continue
		}
		f, ok := s.entries(l, p)
		if !ok {
			f, ok = s.fieldMap(l, p)
		}
		if !ok {
			f, ok = s.fieldTexts(l, p)
		}
		if ok {
			l.fields = append(l.fields, f)
		}
	}
	if len(l.fields) == 0 {
		s.besideMessage(l)
	}
}

// within tells whether a way is inside of a form that was found.
func (l *lens) within(w way) bool {
	return slices.ContainsFunc(l.fields, func(f form) bool { return w.under(f.at) })
}

// entries takes a list for one of complaints: each has the name of a field and
// words about it.
func (s *survey) entries(l *lens, p *place) (form, bool) {
	if !s.lists[p.way.id()] {
		return form{}, false
	}
	inside := p.way.to(each)
	var members []*place
	for _, q := range s.places {
		if q.way.under(inside) && len(q.way) > len(inside) && len(q.way) <= len(inside)+2 && q.scalars() && !slices.Contains(q.way[len(inside):], each) {
			members = append(members, q)
		}
	}
	fields := s.nameLists(inside)
	words := best(members, func(q *place) float64 {
		sentences := share(q.texts(), isSentence)
		if sentences < 0.5 && sayMessage.weight(q.name()) < 2 {
			return 0
		}
		return 2*sentences + float64(sayMessage.weight(q.name()))
	})
	name := best(members, func(q *place) float64 {
		if q == words || l.isCode(q) {
			return 0
		}
		return fieldScore(q)
	})
	if words == nil || name == nil && fields == nil {
		return form{}, false
	}
	f := form{at: p.way, message: words.way[len(inside):]}
	switch {
	case fields != nil && plural[fold(fields.name())]:
		f.names = fields.way[len(inside) : len(fields.way)-1]
	case fields != nil:
		f.field = fields.way[len(inside) : len(fields.way)-1]
	default:
		f.field = name.way[len(inside):]
	}
	code := best(members, func(q *place) float64 {
		texts := q.texts()
		if q == words || q == name || share(texts, wordLike.MatchString) < 1 || share(texts, isID) > 0 {
			return 0
		}
		return float64(sayCode.weight(q.name())) + share(texts, isCodeish)
	})
	if code != nil {
		f.code = code.way[len(inside):]
	}
	return f, true
}

// plural are names of lists that name several fields, rather than the way to one.
var plural = map[string]bool{
	"fields": true, "members": true, "membernames": true, "params": true, "parameters": true, "properties": true, "attributes": true,
	"columns": true, "names": true, "keys": true, "felder": true, "campos": true, "champs": true, "fieldnames": true,
}

// nameLists finds a list inside of the entries that says which field is meant.
func (s *survey) nameLists(inside way) *place {
	for _, q := range s.places {
		if len(q.way) != len(inside)+2 || !q.way.under(inside) || q.way[len(q.way)-1] != each || !q.scalars() {
			continue
		}
		texts := q.texts()
		if len(texts) > 0 && (sayField.weight(q.name()) > 0 || plural[fold(q.name())]) && share(texts, func(t string) bool { return fieldLike.MatchString(t) || isNumber(t) }) == 1 {
			return q
		}
	}
	return nil
}

func (l *lens) isCode(p *place) bool {
	return slices.ContainsFunc(l.code, func(c source) bool { return c.place == p })
}

// fieldScore is how much a member of an entry looks like the name of a field.
func fieldScore(p *place) float64 {
	texts := p.texts()
	if len(texts) == 0 || share(texts, fieldLike.MatchString) < 1 || share(texts, isID) > 0 {
		return 0
	}
	weight := float64(sayField.weight(p.name()))
	if weight == 0 && sayCode.weight(p.name()) > 0 || share(texts, isClass) > 0 {
		return 0
	}
	if weight < 2 && share(texts, func(t string) bool { return capitals.MatchString(t) || severities[strings.ToLower(t)] }) > 0.5 {
		return 0
	}
	if weight < 2 && sayCode.weight(p.name()) == 2 {
		return 0
	}
	return 1 + 2*weight - 0.1*float64(len(p.way))
}

// isClass tells whether a text is the name of a class of errors.
func isClass(s string) bool {
	return strings.HasSuffix(s, "Exception") || strings.HasSuffix(s, "Error") || strings.HasSuffix(s, "_exception")
}

// best is the member with the highest score above zero.
func best(members []*place, score func(*place) float64) (found *place) {
	most := 0.0
	for _, m := range members {
		if n := score(m); n > most {
			found, most = m, n
		}
	}
	return found
}

// fieldMap takes an object for one of field to words, to lists of them, or to
// objects that have some. Where it is that under some codes only, the form says so.
func (s *survey) fieldMap(l *lens, p *place) (form, bool) {
	if len(p.way) == 0 || slices.Contains(p.way, "*") || l.reads(p.way) {
		return form{}, false
	}
	named := formNames[fold(p.name())]
	names := map[string]int{}
	var inner []*tree
	var codes, others []string
	for _, v := range p.values {
		if v.kind != object {
			return form{}, false
		}
		if len(v.names) == 0 {
			continue
		}
		code := textOf(l.code, v.sample)
		if !mapsFields(v.tree, named) {
			others = append(others, code)
			continue
		}
		codes = append(codes, code)
		for i, name := range v.names {
			names[name]++
			if v.kids[i].kind == object {
				inner = append(inner, v.kids[i])
			}
		}
	}
	if len(names) == 0 || s.alwaysSame(p, names) {
		return form{}, false
	}
	f := form{at: p.way}
	for _, name := range wholes {
		if names[name] > 0 {
			f.whole = append(f.whole, name)
		}
	}
	if len(others) > 0 {
		if !p.way.plain() || slices.ContainsFunc(codes, func(c string) bool { return c == "" || slices.Contains(others, c) }) {
			return form{}, false
		}
		f.only = unique(codes)
	}
	if len(inner) == 0 {
		return f, true
	}
	return s.mapOfEntries(f, inner)
}

// wholes are names in maps of fields that mean no field.
var wholes = []string{"base", "non_field_errors", "_errors", "__all__", "_form", "general", "global", "allgemein"}

// mapsFields tells whether all members of an object can be fields, and what they
// hold words about them.
func mapsFields(t *tree, named bool) bool {
	for i, name := range t.names {
		kid := t.kids[i]
		if !fieldLike.MatchString(name) || isCodeish(name) && capitals.MatchString(name) {
			return false
		}
		if kid.kind != object && !tellsFields(kid) && !(named && tellsAnything(kid)) {
			return false
		}
	}
	return true
}

// alwaysSame tells whether an object is in all samples with the same members:
// then these are no fields. A name that means messages is none either.
func (s *survey) alwaysSame(p *place, names map[string]int) bool {
	same := s.everywhere(p) && len(s.captures) > 1
	for name, n := range names {
		same = same && n == len(p.values)
		if sayMessage.weight(name) == 2 {
			return true
		}
	}
	return same
}

// mapOfEntries finds which member of the objects has the words.
func (s *survey) mapOfEntries(f form, inner []*tree) (form, bool) {
	var message, code string
	deeper := true
	for _, t := range inner {
		for i, name := range t.names {
			switch kid := t.kids[i]; {
			case sayMessage.weight(name) > 0 && tellsFields(kid) && message == "":
				message = name
			case sayCode.weight(name) > 0 && wordLike.MatchString(kid.scalar()) && code == "":
				code = name
			}
			deeper = deeper && tellsFields(t.kids[i])
		}
	}
	if message != "" {
		f.message = way{message}
		if code != "" {
			f.code = way{code}
		}
		return f, true
	}
	return f, deeper
}

// formNames are names, folded, of what holds complaints about fields.
var formNames = map[string]bool{
	"errors": true, "fields": true, "fielderrors": true, "errorfields": true, "validationerrors": true, "invalidfields": true, "violations": true,
	"felder": true, "feldfehler": true, "campos": true, "errores": true, "champs": true, "erreurs": true, "formerrors": true, "inputerrors": true,
	"invalidparams": true, "paramerrors": true, "fieldmessages": true, "fieldtexts": true, "problems": true, "issues": true, "invalid": true,
}

// tellsAnything tells whether a value is a text, or a list of them.
func tellsAnything(t *tree) bool {
	return t.kind == text && t.text != "" || t.kind == list && len(t.kids) > 0 && !slices.ContainsFunc(t.kids, func(k *tree) bool { return k.kind != text })
}

// tellsFields tells whether a value is a sentence, or a list of them.
func tellsFields(t *tree) bool {
	if t.kind == text {
		return isSentence(t.text)
	}
	return t.kind == list && len(t.kids) > 0 && !slices.ContainsFunc(t.kids, func(k *tree) bool { return k.kind != text || !isSentence(k.text) })
}

// reads tells whether code or message stand at or below a way. A message whose
// name does not say that it is one may be a field as well.
func (l *lens) reads(w way) bool {
	return slices.ContainsFunc(l.code, func(o source) bool { return o.way.under(w) }) ||
		slices.ContainsFunc(l.message, func(o source) bool { return o.way.under(w) && (o.key || sayMessage.weight(o.name()) > 0) })
}

// fieldPatterns find the field in a text about it.
var fieldPatterns = []string{
	`^(?P<field>[\pL_][\pL\pN_.\[\]-]*): (?P<message>.+)$`,
	`^(?P<field>[\pL_][\pL\pN_.\[\]-]*) - (?P<message>.+)$`,
	`^['"](?P<field>[\pL_][\pL\pN_.\[\]-]*)['"]:? (?P<message>.+)$`,
}

// fieldTexts takes a list of texts for complaints, each of which names its field.
func (s *survey) fieldTexts(l *lens, p *place) (form, bool) {
	if !s.lists[p.way.id()] || slices.ContainsFunc(l.code, func(c source) bool { return c.way.under(p.way) }) {
		return form{}, false
	}
	id := p.way.to(each).id()
	at := slices.IndexFunc(s.places, func(q *place) bool { return q.way.id() == id && q.pattern == "" && !q.key })
	if at < 0 || !s.places[at].scalars() {
		return form{}, false
	}
	texts := s.places[at].texts()
	for _, pattern := range fieldPatterns {
		if len(texts) > 0 && share(texts, compiled(pattern).MatchString) == 1 {
			return form{at: p.way, pattern: pattern}, true
		}
	}
	return form{}, false
}

// besideMessage takes a member beside the message for the name of the field that
// it is about. Only a name that means nothing else will do.
func (s *survey) besideMessage(l *lens) {
	if len(l.message) == 0 || l.message[0].pattern != "" || l.message[0].key {
		return
	}
	message := l.message[0].way
	if len(message) == 0 || !message.plain() {
		return
	}
	around := message[:len(message)-1]
	for _, p := range s.places {
		if len(p.way) != len(message) || !p.way.under(around) || p.key || p.pattern != "" || l.isCode(p) || s.says(p) == len(s.captures) && len(s.captures) > 1 {
			continue
		}
		if sayField.weight(p.name()) == 2 && share(p.texts(), fieldLike.MatchString) == 1 && len(p.texts()) > 0 {
			l.fields = append(l.fields, form{at: around, field: p.way[len(around):], message: message[len(around):], beside: p.way})
			return
		}
	}
}

// says is how many samples have a text there.
func (s *survey) says(p *place) (n int) {
	for i := range s.captures {
		if p.in(i) {
			n++
		}
	}
	return n
}

// dropFieldMessages takes words about fields out of the message. Those of entries
// stay: where the same entries have the code, they are about the whole, too.
func (l *lens) dropFieldMessages() {
	l.message = slices.DeleteFunc(l.message, func(m source) bool {
		return slices.ContainsFunc(l.fields, func(f form) bool { return f.beside == nil && f.field == nil && f.names == nil && m.way.under(f.at) })
	})
}
