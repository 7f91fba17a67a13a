package learn

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/translate"
)

// member is one place in the bodies, with its text in each capture that has one.
type member struct {
	place   dialect.Place
	found   map[int]translate.Found // by index of the capture
	ignored bool                    // in every capture that has it, it says nothing of its own
	flag    bool                    // it says whether the request succeeded
}

// survey is what the captures have.
type survey struct {
	captures []sample
	others   []*member // that nothing was read from
}

// placeKey returns a key for the same place in different bodies: a list with one element may be
// no list in XML.
func placeKey(p dialect.Place) string {
	path := slices.DeleteFunc(slices.Clone(p.Path), func(s dialect.Step) bool { return s.Kind == dialect.StepEach && s.Sibling == nil })
	return path.Text() + "\x00" + p.JSON.Text() + "\x00" + p.Pattern
}

// members collects by place what a function finds in each capture.
func members(captures []sample, find func(*sample) []translate.Found) (out []*member) {
	byKey := map[string]*member{}
	for i := range captures {
		for _, f := range find(&captures[i]) {
			if f.Place.Path == nil || f.Text == "" {
				continue
			}
			key := placeKey(f.Place) + strconv.FormatBool(f.IsPart())
			m := byKey[key]
			if m == nil {
				m = &member{place: f.Place, found: map[int]translate.Found{}, ignored: true}
				byKey[key], out = m, append(out, m)
			}
			if len(f.Place.Path) > len(m.place.Path) {
				m.place = f.Place
			}
			if _, ok := m.found[i]; !ok {
				m.found[i] = f
			}
			m.ignored, m.flag = m.ignored && (f.Ignored || timeForm.MatchString(f.Text)), m.flag || f.Flag
		}
	}
	return out
}

func newSurvey(captures []sample) *survey {
	return &survey{captures, members(captures, func(c *sample) []translate.Found { return c.Others })}
}

// maxAlternatives bounds the places of one role.
const maxAlternatives = 4

// role returns the places of one role, the most frequent first. If a capture has two of them, that
// which was read comes first.
func (s *survey) role(read func(*sample) translate.Found) []*member {
	found := members(s.captures, func(c *sample) []translate.Found { return []translate.Found{read(c)} })
	passedOver := func(m, other *member) int {
		for _, o := range s.others {
			for i := range o.found {
				if _, both := other.found[i]; both && placeKey(o.place) == placeKey(m.place) {
					return 1
				}
			}
		}
		return 0
	}
	slices.SortStableFunc(found, func(a, b *member) int {
		return cmp.Or(passedOver(a, b)-passedOver(b, a), len(b.found)-len(a.found), len(a.place.Path)-len(b.place.Path))
	})
	return found[:min(len(found), maxAlternatives)]
}

// texts returns the texts in the order of the captures.
func (m *member) texts() (out []string) {
	for _, i := range slices.Sorted(maps.Keys(m.found)) {
		out = append(out, m.found[i].Text)
	}
	return out
}

func distinct(texts []string) []string { return slices.Compact(slices.Sorted(slices.Values(texts))) }

// differs reports whether the texts of several captures are not all equal.
func (m *member) differs() bool { return len(distinct(m.texts())) > 1 }

// all reports whether a condition holds for every text.
func (m *member) all(is func(string) bool) bool {
	return !slices.ContainsFunc(m.texts(), func(t string) bool { return !is(t) })
}

// isPart reports whether what was read is a part of the text.
func (m *member) isPart() bool {
	for _, f := range m.found {
		return f.IsPart()
	}
	return false
}

// constant returns the JSON value that every capture has at a place of names; "" if there is none.
func (s *survey) constant(m *member) (value string) {
	if len(m.found) < len(s.captures) || !isPlain(m.place) {
		return ""
	}
	for _, f := range m.found {
		if value != "" && f.JSON != value {
			return ""
		}
		value = f.JSON
	}
	return value
}

// isPlain reports whether a place is a member by names alone.
func isPlain(p dialect.Place) bool { return p.IsPlain() && len(p.Path.Plain()) == len(p.Path) }

// Forms of texts and names.
var (
	codeForm  = regexp.MustCompile(`^-?[\pL\pN](?:[\pL\pN_.:#$~-]{0,62}[\pL\pN_])?$`)
	wordsForm = regexp.MustCompile(`[\pL\pN]+[_.:-][\pL\pN]|\p{Ll}\p{Lu}|^[\p{Lu}\pN_-]{3,}$|\pN`) // several words, capitals, or digits
	mixedForm = regexp.MustCompile(`\pL.*\pN|\pN.*\pL`)
	decimal   = regexp.MustCompile(`^-?[0-9]+\.[0-9.]+$`)
	idForm    = regexp.MustCompile(`^[A-Za-z0-9_:./=+-]{8,128}$`)
	timeForm  = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}|^[0-9]{1,2}[./:][0-9]{1,2}[./:][0-9]{2,4}|^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), |^20[0-9]{6}(?:T?[0-9]{6})?Z?$|^1[0-9]{9}(?:[0-9]{3})?$`)
)

// isCode reports whether a text may be a code.
func isCode(s string) bool {
	return codeForm.MatchString(s) && !decimal.MatchString(s) && !timeForm.MatchString(s) && s != "true" && s != "false"
}

// isID reports whether a text looks like an id of one request.
func isID(s string) bool {
	digits := 0
	for _, r := range s {
		if r >= '0' && r <= '9' {
			digits++
		}
	}
	return idForm.MatchString(s) && digits >= 3 && (digits >= 5 || len(s) >= 16) && digits < len(s) && !timeForm.MatchString(s)
}

// isSentence reports whether a text has words for people.
func isSentence(s string) bool { return len(strings.Fields(s)) > 1 || len(s) > 12 && s[0] >= 0x80 }

// codeByValue returns the member that most looks like a code: in all captures words or numbers
// that differ from error to error. It needs two captures.
func (s *survey) codeByValue() (best *member) {
	most := 0
	for _, m := range s.others {
		score := max(1, 10-len(m.place.Path))
		if m.all(wordsForm.MatchString) {
			score += 5
		}
		if score > most && !m.ignored && len(m.found) == len(s.captures) && m.differs() && m.all(isCode) && !m.all(isID) {
			best, most = m, score
		}
	}
	return best
}

// messageByValue returns the member with sentences that differ.
func (s *survey) messageByValue() (best *member) {
	for _, m := range s.others {
		if m.all(isSentence) && (best == nil || len(m.found) > len(best.found)) && (m.differs() || len(s.captures) == 1) {
			best = m
		}
	}
	return best
}

// isPhrases reports whether all texts of a member only repeat the status.
func (s *survey) isPhrases(m *member) bool {
	for i, f := range m.found {
		if !slices.Equal(split(f.Text), split(translate.Phrase(s.captures[i].Status))) {
			return false
		}
	}
	return true
}

// idByValue returns the member with ids, another one in every capture.
func (s *survey) idByValue() *member {
	for _, m := range s.others {
		if len(m.found) == len(s.captures) && len(m.found) > 1 && len(distinct(m.texts())) == len(m.found) && m.all(isID) && isPlain(m.place) {
			return m
		}
	}
	return nil
}

// lastName returns the last name of a path.
func lastName(p dialect.Path) (name string) {
	for _, step := range p {
		if step.Kind == dialect.StepKey {
			name = step.Key
		}
	}
	return name
}

// valueAt returns the value at a path of names.
func valueAt(doc string, p dialect.Path) gjson.Result {
	v := gjson.Parse(doc)
	for _, step := range p {
		v = v.Get(gjson.Escape(step.Key))
	}
	return v
}

// namesIn returns the names of the members of an object.
func namesIn(v gjson.Result) (names []string) {
	if v.IsObject() {
		v.ForEach(func(key, _ gjson.Result) bool { names = append(names, key.Str); return true })
	}
	return names
}
