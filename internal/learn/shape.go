package learn

import (
	"maps"
	"slices"
	"strings"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/translate"
	"github.com/koine-proxy/koine/translate/redact"
)

// shape is the places of the roles, before they are written.
type shape struct {
	code, message, requestID, wait []dialect.Place
	fields                         []dialect.Fields
	always, ignore                 []*member
	byValue                        bool // no name tells the code, but its values differ from error to error
}

// findShape determines the places of the roles. paths are those of the code, if the user named
// them.
func (s *survey) findShape(paths []dialect.Path) *shape {
	sh := &shape{}
	for _, p := range paths {
		sh.code = append(sh.code, dialect.Place{Path: p})
	}
	codes := s.role(func(c *sample) translate.Found { return c.Code })
	if len(paths) == 0 && len(codes) == 0 {
		sh.findUnnamedCode(s)
	}
	messages := s.role(func(c *sample) translate.Found { return c.Message })
	if m := s.messageByValue(); m != nil && !slices.ContainsFunc(messages, func(o *member) bool { return !s.isPhrases(o) }) {
		sh.ignore, messages = messages, []*member{m}
	}
	if len(paths) > 0 {
		codes = nil
	} else if len(sh.code)+len(codes) == 0 {
		sh.findCodeInTexts(s, messages)
	}
	for _, m := range codes {
		sh.code = append(sh.code, m.places(func(p textPattern) string { return p.code })...)
	}
	for _, m := range messages {
		sh.message = append(sh.message, m.places(func(p textPattern) string { return p.words })...)
		if m.isPart() && !containsPlace(sh.message, m.place) {
			sh.message = append(sh.message, m.place) // another text is the message as a whole
		}
	}
	sh.message = slices.DeleteFunc(sh.message, func(p dialect.Place) bool { return containsPlace(sh.code, p) })
	ids := s.role(func(c *sample) translate.Found { return c.RequestID })
	if m := s.idByValue(); len(ids) == 0 && m != nil && !containsPlace(sh.code, m.place) {
		ids = []*member{m}
	}
	sh.requestID, sh.wait = placesOf(ids), placesOf(s.role(func(c *sample) translate.Found { return c.Wait }))
	sh.findFields(s)
	sh.findConstants(s)
	slices.SortStableFunc(sh.message, func(a, b dialect.Place) int { return sh.isComplaint(a) - sh.isComplaint(b) })
	return sh
}

// isComplaint returns 1 if a message is one of those about fields, which are read if there is no
// other.
func (sh *shape) isComplaint(p dialect.Place) int {
	for _, f := range sh.fields {
		if at := placeKey(f.Places[0]); strings.HasPrefix(placeKey(p), strings.TrimSuffix(at, "\x00\x00")+".") {
			return 1
		}
	}
	return 0
}

// findUnnamedCode looks for a code that no name tells.
func (sh *shape) findUnnamedCode(s *survey) {
	if place, ok := s.findWrapper(); ok {
		sh.code = []dialect.Place{place}
	} else if m := s.codeByValue(); m != nil {
		sh.code, sh.byValue = []dialect.Place{m.place}, true
	}
}

// findWrapper finds a name that is the code: the message of each capture is in an object of
// another name. It replaces that name in the places of the messages by a star.
func (s *survey) findWrapper() (place dialect.Place, ok bool) {
	first, at := s.captures[0].Message.Place.Path, -1
	wrappers := map[string]bool{}
	for _, c := range s.captures {
		path := c.Message.Place.Path
		if len(path) != len(first) || len(path.Plain()) < len(path) {
			return place, false
		}
		for i := range path {
			if path[i].Key != first[i].Key && at >= 0 && at != i {
				return place, false
			} else if path[i].Key != first[i].Key {
				at = i
			}
		}
	}
	if at < 0 || at == len(first)-1 {
		return place, false
	}
	for i := range s.captures {
		f := &s.captures[i].Message
		wrappers[f.Place.Path[at].Key] = true
		f.Place.Path = slices.Clone(f.Place.Path)
		f.Place.Path[at] = dialect.Step{Kind: dialect.StepGlob, Key: "*"}
		place = dialect.Place{Path: f.Place.Path[:at+1], Key: true}
	}
	for _, c := range s.captures {
		for _, name := range namesIn(valueAt(c.Doc, first[:at])) {
			if !wrappers[name] && !slices.Contains(place.Not, name) {
				place.Not = append(place.Not, name)
			}
		}
	}
	return place, true
}

func placesOf(list []*member) (out []dialect.Place) {
	for _, m := range list {
		out = append(out, m.place)
	}
	return out
}

// containsPlace reports whether some places include one.
func containsPlace(list []dialect.Place, p dialect.Place) bool {
	return slices.ContainsFunc(list, func(o dialect.Place) bool { return placeKey(o) == placeKey(p) })
}

// findFields merges what the captures have about fields.
func (sh *shape) findFields(s *survey) {
	for _, c := range s.captures {
		f := c.Fields
		if f == nil {
			continue
		}
		at := slices.IndexFunc(sh.fields, func(o dialect.Fields) bool {
			return placeKey(o.Places[0]) == placeKey(f.Places[0]) && o.IsMap() == f.IsMap()
		})
		if at < 0 {
			sh.fields = append(sh.fields, *f)
			continue
		}
		o := &sh.fields[at]
		if len(f.Places[0].Path) > len(o.Places[0].Path) {
			o.Places = f.Places
		}
		o.Field, o.Message, o.Code = union(o.Field, f.Field), union(o.Message, f.Message), union(o.Code, f.Code)
		o.Skip = append(o.Skip, slices.DeleteFunc(f.Skip, func(name string) bool { return slices.Contains(o.Skip, name) })...)
	}
}

func union(a, b []dialect.Path) []dialect.Path {
	for _, p := range b {
		if !slices.ContainsFunc(a, func(o dialect.Path) bool { return o.Text() == p.Text() }) {
			a = append(a, p)
		}
	}
	return a
}

// findConstants finds members that have the same value in all captures, and those that say
// nothing of their own.
func (sh *shape) findConstants(s *survey) {
	roles := slices.Concat(sh.code, sh.message, sh.requestID, sh.wait)
	for _, m := range s.others {
		switch value := s.constant(m); {
		case !isPlain(m.place) || containsPlace(roles, m.place):
		case m.ignored && (value == "" || len(s.captures) == 1 || m.all(isStatus)):
			sh.ignore = append(sh.ignore, m)
		case value != "" && (len(s.captures) > 1 || m.flag && (value == "true" || value == "false")) && s.captures[0].Format != dialect.FormatHTML:
			sh.always = append(sh.always, m)
		}
	}
}

// entries returns the shape as it is written. A status in the bodies matters only for errors on
// a 2xx.
func (sh *shape) entries(s *survey, successErrors bool) (out []dialect.ShapeEntry) {
	constants := dialect.ShapeEntry{Role: dialect.RoleAlways}
	for _, m := range sh.always {
		constants.Values = append(constants.Values, dialect.ValueAt{Path: m.place.Path, Value: s.constant(m)})
	}
	if constants.Values != nil {
		out = append(out, constants)
	}
	add := func(role dialect.Role, places []dialect.Place) {
		if len(places) > 0 {
			out = append(out, dialect.ShapeEntry{Role: role, Places: places})
		}
	}
	add(dialect.RoleCode, sh.code)
	add(dialect.RoleMessage, sh.message)
	if len(sh.fields) > 0 {
		out = append(out, dialect.ShapeEntry{Role: dialect.RoleFields, Fields: sh.fields})
	}
	add(dialect.RoleRequestID, sh.requestID)
	add(dialect.RoleRetryAfter, sh.wait)
	var statuses, ignored []dialect.Place
	for _, m := range sh.ignore {
		if successErrors && m.all(isStatus) {
			statuses = append(statuses, m.place)
		} else {
			ignored = append(ignored, m.place)
		}
	}
	add(dialect.RoleStatus, statuses)
	add(dialect.RoleIgnore, ignored)
	return out
}

// candidates lists the members of captures without a code whose texts may be one.
func (s *survey) candidates(without map[int]bool) string {
	var list []string
	for _, m := range s.others {
		if len(m.found) > 1 && !m.differs() {
			continue
		}
		for _, i := range slices.Sorted(maps.Keys(m.found)) {
			if text := m.found[i].Text; without[i] && isCode(text) && !isID(text) && !m.ignored && len(list) < 6 && isListed(m.place) {
				list = append(list, m.place.Path.Text()+" ("+clean(redact.Scrub(text), 40)+")")
				break
			}
		}
	}
	if list == nil {
		return "no member looks like one"
	}
	return "candidates: " + strings.Join(list, ", ")
}

// isListed reports whether the path alone leads to a place.
func isListed(p dialect.Place) bool { return p.JSON == nil && p.Pattern == "" }
