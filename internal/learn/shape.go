package learn

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/translate"
)

// shape is the places of the roles, before they are written.
type shape struct {
	code, message, requestID, wait []dialect.Place
	fields                         []dialect.Fields
	always, ignore                 []*member
	byValue                        string // the place of a code that was found by its values; "" if its name says it
	inText                         bool   // the code is a part of a text
}

// findShape determines the places of the roles. paths are those of the code, if the user named
// them.
func (s *survey) findShape(paths []dialect.Path) *shape {
	sh := &shape{}
	codes := s.one(func(c *capture) translate.Found { return c.Code })
	switch {
	case len(paths) > 0:
		for _, p := range paths {
			sh.code = append(sh.code, dialect.Place{Path: p})
		}
		codes = nil
	case len(codes) == 0:
		sh.findUnnamedCode(s)
	}
	messages := s.one(func(c *capture) translate.Found { return c.Message })
	if m := s.messageByValue(); m != nil && !slices.ContainsFunc(messages, func(o *member) bool { return !s.isPhrases(o) }) {
		sh.ignore = messages
		messages = []*member{m}
	}
	if len(sh.code) == 0 && len(codes) == 0 {
		sh.findCodeInTexts(s, messages)
	}
	sh.addCodes(codes, messages)
	for _, m := range messages {
		sh.message = append(sh.message, m.place)
	}
	sh.message = slices.DeleteFunc(sh.message, func(p dialect.Place) bool { return containsPlace(sh.code, p) })
	for _, m := range s.one(func(c *capture) translate.Found { return c.RequestID }) {
		sh.requestID = append(sh.requestID, m.place)
	}
	if m := s.idByValue(); len(sh.requestID) == 0 && m != nil && !containsPlace(sh.code, m.place) {
		sh.requestID = []dialect.Place{m.place}
	}
	for _, m := range s.one(func(c *capture) translate.Found { return c.Wait }) {
		sh.wait = append(sh.wait, m.place)
	}
	if m := s.waitByValue(); len(sh.wait) == 0 && m != nil {
		sh.wait = []dialect.Place{m.place}
	}
	sh.findFields(s)
	sh.findConstants(s)
	return sh
}

// findUnnamedCode looks for a code that no name tells.
func (sh *shape) findUnnamedCode(s *survey) {
	if m := s.findWrapper(); m != nil {
		sh.code = []dialect.Place{m.place}
	} else if m := s.codeByValue(); m != nil {
		sh.code, sh.byValue = []dialect.Place{m.place}, m.place.Path.Text()
	}
}

func (sh *shape) findCodeInTexts(s *survey, messages []*member) {
	m, words := s.codeInTexts(messages)
	if m == nil {
		return
	}
	sh.code, sh.inText = []dialect.Place{m.place}, true
	if words != "" {
		sh.message = []dialect.Place{withPattern(m.place, words)}
	}
}

// addCodes adds the places of codes that were found by their names.
func (sh *shape) addCodes(codes, messages []*member) {
	for _, m := range codes {
		if !m.isPart {
			sh.code = append(sh.code, m.place)
			continue
		}
		var beside *member
		for _, o := range messages {
			if o.isPart && placeKey(o.place) == placeKey(m.place) {
				beside = o
			}
		}
		places, words := splitPlaces(m, beside)
		sh.code, sh.message, sh.inText = append(sh.code, places...), append(sh.message, words...), true
	}
}

// containsPlace reports whether some places include one.
func containsPlace(list []dialect.Place, p dialect.Place) bool {
	return slices.ContainsFunc(list, func(o dialect.Place) bool { return placeKey(o) == placeKey(p) })
}

// findFields merges what the captures have about fields.
func (sh *shape) findFields(s *survey) {
	for i := range s.captures {
		f := s.captures[i].Fields
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
		for _, name := range f.Skip {
			if !slices.Contains(o.Skip, name) {
				o.Skip = append(o.Skip, name)
			}
		}
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
	for _, m := range s.others {
		switch value := s.constant(m); {
		case !isPlain(m.place) || sh.hasRole(m.place):
		case m.ignored && (value == "" || len(s.captures) == 1 || m.all(isStatus)):
			sh.ignore = append(sh.ignore, m)
		case value != "" && (len(s.captures) > 1 || m.flag && (value == "true" || value == "false")) && s.captures[0].Format != dialect.FormatHTML:
			sh.always = append(sh.always, m)
		}
	}
}

// hasRole reports whether a place was given to a role by its values.
func (sh *shape) hasRole(p dialect.Place) bool {
	return containsPlace(sh.code, p) || containsPlace(sh.message, p) || containsPlace(sh.requestID, p) || containsPlace(sh.wait, p)
}

// entries returns the shape as it is written. A status in the bodies matters only for errors on
// a 2xx.
func (sh *shape) entries(successErrors bool) (out []dialect.ShapeEntry) {
	var constants []dialect.ValueAt
	for _, m := range sh.always {
		for _, value := range m.json {
			constants = append(constants, dialect.ValueAt{Path: m.place.Path, Value: value})
			break
		}
	}
	if constants != nil {
		out = append(out, dialect.ShapeEntry{Role: dialect.RoleAlways, Values: constants})
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
			continue
		}
		ignored = append(ignored, m.place)
	}
	add(dialect.RoleStatus, statuses)
	add(dialect.RoleIgnore, ignored)
	return out
}

// isStatus reports whether a text is the status of an error.
func isStatus(t string) bool {
	n, err := strconv.Atoi(t)
	return err == nil && n >= 400 && n <= 599
}

// candidates lists the members of captures without a code whose texts may be one.
func (s *survey) candidates(without func(int) bool) (out []string) {
	for _, m := range s.others {
		for _, i := range slices.Sorted(keysOf(m.texts)) {
			if text := m.texts[i]; without(i) && isCode(text) && !isID(text) && !m.ignored && len(out) < 6 {
				path := m.place.Path.Text()
				if m.place.JSON != nil || m.place.Pattern != "" {
					path += " (a part of the text)"
				}
				out = append(out, fmt.Sprintf("%s %s", path, clean(scrubText(text, nil), 40)))
				break
			}
		}
	}
	return out
}

// candidateText returns the end of a message about a code that was not found.
func candidateText(list []string) string {
	if len(list) == 0 {
		return "no member looks like one"
	}
	return "candidates: " + strings.Join(list, ", ")
}
