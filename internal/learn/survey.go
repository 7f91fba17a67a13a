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

// capture is an error to learn from, as the general rules read it.
type capture struct {
	Sample
	translate.Reading
	statusGuessed bool // the sample has no status
}

func (s Sample) response() translate.Response {
	return translate.Response{Status: s.Status, Header: s.Header, Host: s.Host, Body: s.Body}
}

// member is one place in the bodies, with its text in each capture that has one.
type member struct {
	place   dialect.Place
	texts   map[int]string // by index of the capture: what was read
	whole   map[int]string // the text at the place
	json    map[int]string // the value
	ignored bool           // in every capture that has it, it says nothing of its own
	flag    bool           // it says whether the request succeeded
	isPart  bool           // what was read is a part of the text
}

// survey is what the captures have.
type survey struct {
	captures []capture
	others   []*member // that nothing was read from
}

// placeKey returns a key for the same place in different bodies: a list with one element may be
// no list in XML.
func placeKey(p dialect.Place) string {
	path := slices.DeleteFunc(slices.Clone(p.Path), func(s dialect.Step) bool { return s.Kind == dialect.StepEach && s.Sibling == nil })
	return path.Text() + "\x00" + p.JSON.Text() + "\x00" + p.Pattern
}

// members collects by place what a function finds in each capture.
func members(captures []capture, found func(*capture) []translate.Found) (out []*member) {
	byKey := map[string]*member{}
	for i := range captures {
		for _, f := range found(&captures[i]) {
			if f.Place.Path == nil || f.Text == "" {
				continue
			}
			key := placeKey(f.Place) + strconv.FormatBool(f.IsPart())
			m := byKey[key]
			if m == nil {
				m = &member{place: f.Place, texts: map[int]string{}, whole: map[int]string{}, json: map[int]string{}, ignored: true, isPart: f.IsPart()}
				byKey[key] = m
				out = append(out, m)
			}
			if len(f.Place.Path) > len(m.place.Path) {
				m.place = f.Place
			}
			if _, ok := m.texts[i]; !ok {
				m.texts[i], m.whole[i], m.json[i] = f.Text, f.Whole, f.JSON
			}
			m.ignored, m.flag = m.ignored && (f.Ignored || timeLike.MatchString(f.Text)), m.flag || f.Flag
		}
	}
	return out
}

func newSurvey(captures []capture) *survey {
	return &survey{captures, members(captures, func(c *capture) []translate.Found { return c.Others })}
}

// one returns the places of one role, the most frequent first. If a capture has two of them, that
// which was read comes first.
func (s *survey) one(role func(*capture) translate.Found) []*member {
	found := members(s.captures, func(c *capture) []translate.Found { return []translate.Found{role(c)} })
	slices.SortStableFunc(found, func(a, b *member) int {
		switch {
		case s.passes(a, b) != s.passes(b, a):
			return map[bool]int{true: -1, false: 1}[s.passes(b, a)]
		case len(a.texts) != len(b.texts):
			return cmp.Compare(len(b.texts), len(a.texts))
		}
		return cmp.Compare(len(a.place.Path), len(b.place.Path))
	})
	return found[:min(len(found), maxAlternatives)]
}

// maxAlternatives bounds the places of one role.
const maxAlternatives = 4

// passes reports whether a capture has a text at m, but another was read.
func (s *survey) passes(m, other *member) bool {
	return slices.ContainsFunc(s.others, func(o *member) bool {
		return placeKey(o.place) == placeKey(m.place) && slices.ContainsFunc(slices.Collect(maps.Keys(o.texts)), func(i int) bool { return other.texts[i] != "" })
	})
}

// list returns the texts in the order of the captures.
func (m *member) list() (out []string) {
	for _, i := range slices.Sorted(maps.Keys(m.texts)) {
		out = append(out, m.texts[i])
	}
	return out
}

// differs reports whether the texts of several captures are not all equal.
func (m *member) differs() bool { return len(distinct(m.list())) > 1 }

func distinct(texts []string) []string { return slices.Compact(slices.Sorted(slices.Values(texts))) }

// all reports whether a condition holds for every text.
func (m *member) all(is func(string) bool) bool {
	return !slices.ContainsFunc(m.list(), func(t string) bool { return !is(t) })
}

// constant returns the JSON value that every capture has at a place of names; "" if there is none.
func (s *survey) constant(m *member) string {
	values := distinct(slices.Collect(maps.Values(m.json)))
	if len(m.json) < len(s.captures) || len(values) > 1 || !isPlain(m.place) {
		return ""
	}
	return values[0]
}

// isPlain reports whether a place is a member by names alone.
func isPlain(p dialect.Place) bool { return p.IsPlain() && len(p.Path.Plain()) == len(p.Path) }

// Forms of texts.
var (
	codeLike = regexp.MustCompile(`^-?[\pL\pN](?:[\pL\pN_.:#$~-]{0,62}[\pL\pN_])?$`)
	decimal  = regexp.MustCompile(`^-?[0-9]+\.[0-9.]+$`)
	idLike   = regexp.MustCompile(`^[A-Za-z0-9_:./=+-]{8,128}$`)
	timeLike = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}|^[0-9]{1,2}[./:][0-9]{1,2}[./:][0-9]{2,4}|^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), |^20[0-9]{6}(?:T?[0-9]{6})?Z?$|^1[0-9]{9}(?:[0-9]{3})?$`)
	wordForm = regexp.MustCompile(`[\pL\pN]+[_.:-][\pL\pN]|\p{Ll}\p{Lu}|^[\p{Lu}\pN_-]{3,}$|\pN`)
	waitName = regexp.MustCompile(`(?i)wait|retry|backoff|pause|delay|after`)
	unitName = regexp.MustCompile(`(?:^|[_-]|[a-z])(ms|millis|[Mm]s|[Mm]illis(?:econds)?|s|sec|secs|[Ss]ec(?:ond)?s?)$`)
)

// isCode reports whether a text may be a code.
func isCode(s string) bool {
	return codeLike.MatchString(s) && !decimal.MatchString(s) && !timeLike.MatchString(s) && s != "true" && s != "false"
}

// isID reports whether a text looks like an id of one request.
func isID(s string) bool {
	digits := len(s) - len(strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return -1
		}
		return r
	}, s))
	return idLike.MatchString(s) && digits >= 3 && (digits >= 5 || len(s) >= 16) && digits < len(s) && !timeLike.MatchString(s)
}

// isSentence reports whether a text has words for people.
func isSentence(s string) bool { return len(strings.Fields(s)) > 1 || len(s) > 12 && s[0] >= 0x80 }

// codeByValue returns the member that most looks like a code: in all captures words or numbers
// that differ from error to error. It needs two captures.
func (s *survey) codeByValue() (best *member) {
	most := 0
	for _, m := range s.others {
		if m.ignored || len(m.texts) < len(s.captures) || !m.differs() || !m.all(isCode) || m.all(isID) {
			continue
		}
		score := 10 - len(m.place.Path)
		if m.all(wordForm.MatchString) {
			score += 5
		}
		if score > most {
			best, most = m, score
		}
	}
	return best
}

// messageByValue returns the member whose texts are sentences that differ.
func (s *survey) messageByValue() (best *member) {
	for _, m := range s.others {
		if m.all(isSentence) && (best == nil || len(m.texts) > len(best.texts)) && (m.differs() || len(s.captures) == 1) {
			best = m
		}
	}
	return best
}

// isPhrases reports whether all texts of a member only repeat the status.
func (s *survey) isPhrases(m *member) bool {
	return !slices.ContainsFunc(slices.Collect(keysOf(m.texts)), func(i int) bool {
		phrase := translate.Phrase(s.captures[i].Status)
		return phrase == "" || fold(m.texts[i]) != fold(phrase)
	})
}

// idByValue returns the member whose texts are ids, another one in every capture.
func (s *survey) idByValue() *member {
	for _, m := range s.others {
		if texts := m.list(); len(texts) == len(s.captures) && len(texts) > 1 && len(distinct(texts)) == len(texts) && m.all(isID) && isPlain(m.place) {
			return m
		}
	}
	return nil
}

// waitByValue returns the member with a time to wait: a number whose name ends in a unit of time,
// and is about waiting or occurs only in responses of 429 and 503.
func (s *survey) waitByValue() *member {
	for _, m := range s.others {
		unit := unitName.FindStringSubmatch(lastName(m.place.Path))
		if unit == nil || !m.all(func(t string) bool { _, err := strconv.ParseUint(t, 10, 32); return err == nil }) {
			continue
		}
		if !waitName.MatchString(lastName(m.place.Path)) && slices.ContainsFunc(slices.Collect(keysOf(m.texts)), func(i int) bool { return s.captures[i].Status != 429 && s.captures[i].Status != 503 }) {
			continue
		}
		if strings.HasPrefix(strings.ToLower(unit[1]), "m") {
			m.place.Unit = dialect.UnitMilliseconds
		}
		return m
	}
	return nil
}

// lastName returns the last name of a path.
func lastName(p dialect.Path) string {
	for i := len(p) - 1; i >= 0; i-- {
		if p[i].Kind == dialect.StepKey {
			return p[i].Key
		}
	}
	return ""
}

// findWrapper finds a name that is the code: the message of each capture is in an object of
// another name. It replaces that name in the places of the messages by a star.
func (s *survey) findWrapper() *member {
	if len(s.captures) < 2 {
		return nil
	}
	first, at := s.captures[0].Message.Place.Path, -1
	for i := range s.captures {
		path := s.captures[i].Message.Place.Path
		if len(path) != len(first) || len(path) == 0 || len(path.Plain()) < len(path) {
			return nil
		}
		for j := range path {
			if path[j].Key != first[j].Key {
				if at >= 0 && at != j {
					return nil
				}
				at = j
			}
		}
	}
	if at < 0 || at == len(first)-1 {
		return nil
	}
	out := &member{texts: map[int]string{}, place: dialect.Place{Key: true}}
	for i := range s.captures {
		c := &s.captures[i]
		out.texts[i] = c.Message.Place.Path[at].Key
		path := slices.Clone(c.Message.Place.Path)
		path[at] = dialect.Step{Kind: dialect.StepGlob, Key: "*"}
		c.Message.Place.Path, out.place.Path = path, path[:at+1]
	}
	wrappers := slices.Collect(maps.Values(out.texts))
	for i := range s.captures {
		names(valueAt(s.captures[i].Doc, first[:at]), func(name string) {
			if !slices.Contains(wrappers, name) && !slices.Contains(out.place.Not, name) {
				out.place.Not = append(out.place.Not, name)
			}
		})
	}
	return out
}

// valueAt returns the value at a path of names.
func valueAt(doc string, path dialect.Path) gjson.Result {
	v := gjson.Parse(doc)
	for _, step := range path {
		var found gjson.Result
		i := -1
		v.ForEach(func(key, child gjson.Result) bool {
			if i++; v.IsArray() && strconv.Itoa(i) == step.Key || v.IsObject() && key.Str == step.Key {
				found = child
			}
			return true
		})
		v = found
	}
	return v
}

// names calls f for the name of every member of an object.
func names(v gjson.Result, f func(string)) {
	if v.IsObject() {
		v.ForEach(func(key, _ gjson.Result) bool { f(key.Str); return true })
	}
}
