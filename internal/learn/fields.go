package learn

import (
	"slices"
	"strings"
)

// fieldLayout is one layout of field errors in bodies.
type fieldLayout struct {
	at                   bodyPath
	field, message, code bodyPath // relative to an entry; nil if absent
	beside               bodyPath // the member beside the message that names the field
	names                bodyPath // if an entry names several fields
	pattern              string   // of texts that name the field
	whole                []string // names in a map that are not fields
	only                 []string // native codes for which the layout applies; nil for all
}

// maxFieldLayouts bounds the layouts of one dialect.
const maxFieldLayouts = 3

// findFields finds field errors in the bodies.
func (s *survey) findFields(sh *shape) {
	for _, p := range s.order {
		if len(sh.fields) == maxFieldLayouts {
			return
		}
		if sh.within(p.path) {
			continue
		}
		f, ok := s.entries(sh, p)
		if !ok {
			f, ok = s.fieldMap(sh, p)
		}
		if !ok {
			f, ok = s.fieldTexts(sh, p)
		}
		if ok {
			sh.fields = append(sh.fields, f)
		}
	}
	if len(sh.fields) == 0 {
		s.fieldBesideMessage(sh)
	}
}

// within reports whether a path is inside a layout that was found.
func (s *shape) within(w bodyPath) bool {
	return slices.ContainsFunc(s.fields, func(f fieldLayout) bool { return w.isWithin(f.at) })
}

// entries finds a list of field errors, each with the name of a field and a message.
func (s *survey) entries(sh *shape, p *location) (fieldLayout, bool) {
	if !s.lists[p.path.id()] {
		return fieldLayout{}, false
	}
	inside := p.path.to(each)
	var members []*location
	for _, q := range s.locations {
		if q.path.isWithin(inside) && len(q.path) > len(inside) && len(q.path) <= len(inside)+2 && q.allScalars() && !slices.Contains(q.path[len(inside):], each) {
			members = append(members, q)
		}
	}
	fields := s.nameLists(inside)
	message := best(members, func(q *location) float64 {
		sentences := share(q.texts(), isSentence)
		if sentences < 0.5 && meansMessage.weight(q.name()) < 2 {
			return 0
		}
		return 2*sentences + float64(meansMessage.weight(q.name()))
	})
	name := best(members, func(q *location) float64 {
		if q == message || sh.isCode(q) {
			return 0
		}
		return fieldScore(q)
	})
	if message == nil || name == nil && fields == nil {
		return fieldLayout{}, false
	}
	f := fieldLayout{at: p.path, message: message.path[len(inside):]}
	switch {
	case fields != nil && plural[fold(fields.name())]:
		f.names = fields.path[len(inside) : len(fields.path)-1]
	case fields != nil:
		f.field = fields.path[len(inside) : len(fields.path)-1]
	default:
		f.field = name.path[len(inside):]
	}
	code := best(members, func(q *location) float64 {
		texts := q.texts()
		if q == message || q == name || share(texts, wordLike.MatchString) < 1 || share(texts, isID) > 0 {
			return 0
		}
		return float64(meansCode.weight(q.name())) + share(texts, looksLikeCode)
	})
	if code != nil {
		f.code = code.path[len(inside):]
	}
	return f, true
}

// plural are names of lists that hold several field names, rather than the path of one.
var plural = map[string]bool{
	"fields": true, "members": true, "membernames": true, "params": true, "parameters": true, "properties": true, "attributes": true,
	"columns": true, "names": true, "keys": true, "felder": true, "campos": true, "champs": true, "fieldnames": true,
}

// nameLists finds a list inside the entries that names the fields.
func (s *survey) nameLists(inside bodyPath) *location {
	for _, q := range s.locations {
		if len(q.path) != len(inside)+2 || !q.path.isWithin(inside) || q.path[len(q.path)-1] != each || !q.allScalars() {
			continue
		}
		texts := q.texts()
		if len(texts) > 0 && (meansField.weight(q.name()) > 0 || plural[fold(q.name())]) && share(texts, func(t string) bool { return fieldLike.MatchString(t) || isNumber(t) }) == 1 {
			return q
		}
	}
	return nil
}

func (s *shape) isCode(p *location) bool {
	return slices.ContainsFunc(s.code, func(c extractor) bool { return c.location == p })
}

// fieldScore rates how much a member of an entry looks like the name of a field.
func fieldScore(p *location) float64 {
	texts := p.texts()
	if len(texts) == 0 || share(texts, fieldLike.MatchString) < 1 || share(texts, isID) > 0 {
		return 0
	}
	weight := float64(meansField.weight(p.name()))
	if weight == 0 && meansCode.weight(p.name()) > 0 || share(texts, isClass) > 0 {
		return 0
	}
	if weight < 2 && share(texts, func(t string) bool { return upperCase.MatchString(t) || severities[strings.ToLower(t)] }) > 0.5 {
		return 0
	}
	if weight < 2 && meansCode.weight(p.name()) == 2 {
		return 0
	}
	return 1 + 2*weight - 0.1*float64(len(p.path))
}

// isClass reports whether a text is the name of an error class.
func isClass(s string) bool {
	return strings.HasSuffix(s, "Exception") || strings.HasSuffix(s, "Error") || strings.HasSuffix(s, "_exception")
}

// best returns the member with the highest score above zero.
func best(members []*location, score func(*location) float64) (found *location) {
	most := 0.0
	for _, m := range members {
		if n := score(m); n > most {
			found, most = m, n
		}
	}
	return found
}

// fieldMap finds an object that maps fields to messages, to lists of messages, or to
// objects with messages. If it does so for some codes only, the layout lists them.
func (s *survey) fieldMap(sh *shape, p *location) (fieldLayout, bool) {
	if len(p.path) == 0 || slices.Contains(p.path, "*") || sh.hasCodeOrMessage(p.path) {
		return fieldLayout{}, false
	}
	named := fieldContainers[fold(p.name())]
	names := map[string]int{}
	var inner []*tree
	var codes, others []string
	for _, v := range p.values {
		if v.kind != object {
			return fieldLayout{}, false
		}
		if len(v.names) == 0 {
			continue
		}
		code := textOf(sh.code, v.sample)
		if !isFieldMap(v.tree, named) {
			others = append(others, code)
			continue
		}
		codes = append(codes, code)
		for i, name := range v.names {
			names[name]++
			if v.children[i].kind == object {
				inner = append(inner, v.children[i])
			}
		}
	}
	if len(names) == 0 || s.hasConstantMembers(p, names) {
		return fieldLayout{}, false
	}
	f := fieldLayout{at: p.path}
	for _, name := range requestNames {
		if names[name] > 0 {
			f.whole = append(f.whole, name)
		}
	}
	if len(others) > 0 {
		if !p.path.plain() || slices.ContainsFunc(codes, func(c string) bool { return c == "" || slices.Contains(others, c) }) {
			return fieldLayout{}, false
		}
		f.only = unique(codes)
	}
	if len(inner) == 0 {
		return f, true
	}
	return s.mapOfEntries(f, inner)
}

// requestNames are names in maps of fields that stand for the whole request.
var requestNames = []string{"base", "non_field_errors", "_errors", "__all__", "_form", "general", "global", "allgemein"}

// isFieldMap reports whether all members of an object can be fields with messages.
func isFieldMap(t *tree, named bool) bool {
	for i, name := range t.names {
		child := t.children[i]
		if !fieldLike.MatchString(name) || looksLikeCode(name) && upperCase.MatchString(name) {
			return false
		}
		if child.kind != object && !hasSentence(child) && !(named && hasText(child)) {
			return false
		}
	}
	return true
}

// hasConstantMembers reports whether an object has the same members in all samples, so that
// they are not fields. A name that suggests messages is not a field either.
func (s *survey) hasConstantMembers(p *location, names map[string]int) bool {
	same := s.inAllSamples(p) && len(s.captures) > 1
	for name, n := range names {
		same = same && n == len(p.values)
		if meansMessage.weight(name) == 2 {
			return true
		}
	}
	return same
}

// mapOfEntries finds the member of the objects that has the message.
func (s *survey) mapOfEntries(f fieldLayout, inner []*tree) (fieldLayout, bool) {
	var message, code string
	deeper := true
	for _, t := range inner {
		for i, name := range t.names {
			switch child := t.children[i]; {
			case meansMessage.weight(name) > 0 && hasSentence(child) && message == "":
				message = name
			case meansCode.weight(name) > 0 && wordLike.MatchString(child.scalar()) && code == "":
				code = name
			}
			deeper = deeper && hasSentence(t.children[i])
		}
	}
	if message != "" {
		f.message = bodyPath{message}
		if code != "" {
			f.code = bodyPath{code}
		}
		return f, true
	}
	return f, deeper
}

// fieldContainers are folded names of members that hold field errors.
var fieldContainers = map[string]bool{
	"errors": true, "fields": true, "fielderrors": true, "errorfields": true, "validationerrors": true, "invalidfields": true, "violations": true,
	"felder": true, "feldfehler": true, "campos": true, "errores": true, "champs": true, "erreurs": true, "formerrors": true, "inputerrors": true,
	"invalidparams": true, "paramerrors": true, "fieldmessages": true, "fieldtexts": true, "problems": true, "issues": true, "invalid": true,
}

// hasText reports whether a value is a text or a list of texts.
func hasText(t *tree) bool {
	return t.kind == text && t.text != "" || t.kind == list && len(t.children) > 0 && !slices.ContainsFunc(t.children, func(k *tree) bool { return k.kind != text })
}

// hasSentence reports whether a value is a sentence or a list of sentences.
func hasSentence(t *tree) bool {
	if t.kind == text {
		return isSentence(t.text)
	}
	return t.kind == list && len(t.children) > 0 && !slices.ContainsFunc(t.children, func(k *tree) bool { return k.kind != text || !isSentence(k.text) })
}

// hasCodeOrMessage reports whether code or message are at or below a path. A message
// whose name does not suggest a message may be a field.
func (s *shape) hasCodeOrMessage(w bodyPath) bool {
	return slices.ContainsFunc(s.code, func(o extractor) bool { return o.path.isWithin(w) }) ||
		slices.ContainsFunc(s.message, func(o extractor) bool { return o.path.isWithin(w) && (o.key || meansMessage.weight(o.name()) > 0) })
}

// fieldPatterns find the field in a message.
var fieldPatterns = []string{
	`^(?P<field>[\pL_][\pL\pN_.\[\]-]*): (?P<message>.+)$`,
	`^(?P<field>[\pL_][\pL\pN_.\[\]-]*) - (?P<message>.+)$`,
	`^['"](?P<field>[\pL_][\pL\pN_.\[\]-]*)['"]:? (?P<message>.+)$`,
}

// fieldTexts finds a list of messages, each of which names its field.
func (s *survey) fieldTexts(sh *shape, p *location) (fieldLayout, bool) {
	if !s.lists[p.path.id()] || slices.ContainsFunc(sh.code, func(c extractor) bool { return c.path.isWithin(p.path) }) {
		return fieldLayout{}, false
	}
	id := p.path.to(each).id()
	at := slices.IndexFunc(s.locations, func(q *location) bool { return q.path.id() == id && q.pattern == "" && !q.key })
	if at < 0 || !s.locations[at].allScalars() {
		return fieldLayout{}, false
	}
	texts := s.locations[at].texts()
	for _, pattern := range fieldPatterns {
		if len(texts) > 0 && share(texts, compiled(pattern).MatchString) == 1 {
			return fieldLayout{at: p.path, pattern: pattern}, true
		}
	}
	return fieldLayout{}, false
}

// fieldBesideMessage finds a member beside the message that names its field. Its name
// must suggest nothing else.
func (s *survey) fieldBesideMessage(sh *shape) {
	if len(sh.message) == 0 || sh.message[0].pattern != "" || sh.message[0].key {
		return
	}
	message := sh.message[0].path
	if len(message) == 0 || !message.plain() {
		return
	}
	around := message[:len(message)-1]
	for _, p := range s.locations {
		if len(p.path) != len(message) || !p.path.isWithin(around) || p.key || p.pattern != "" || sh.isCode(p) || s.countSamples(p) == len(s.captures) && len(s.captures) > 1 {
			continue
		}
		if meansField.weight(p.name()) == 2 && share(p.texts(), fieldLike.MatchString) == 1 && len(p.texts()) > 0 {
			sh.fields = append(sh.fields, fieldLayout{at: around, field: p.path[len(around):], message: message[len(around):], beside: p.path})
			return
		}
	}
}

// countSamples returns how many samples have a text at a location.
func (s *survey) countSamples(p *location) (n int) {
	for i := range s.captures {
		if p.hasValue(i) {
			n++
		}
	}
	return n
}

// dropFieldMessages removes messages about fields from the message role. If the entries
// also have the code, their messages are not removed.
func (s *shape) dropFieldMessages() {
	s.message = slices.DeleteFunc(s.message, func(m extractor) bool {
		return slices.ContainsFunc(s.fields, func(f fieldLayout) bool {
			return f.beside == nil && f.field == nil && f.names == nil && m.path.isWithin(f.at)
		})
	})
}
