package translate

import (
	"fmt"
	"math/bits"
	"slices"
	"strings"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/translate/limitheader"
)

// detect returns the dialect of the response, and keeps its native code. Among the
// dialects whose match holds, in the order of detection, the first whose table
// knows the code wins; if none knows it, the first that matched. Where none
// matched, those are tried that nothing raises, then the general rules.
func (t *Translation) detect() *compiledDialect {
	e := t.engine
	if len(e.headers) > 0 {
		for name := range t.response.Header {
			t.candidates = append(t.candidates, e.headers[name]...)
		}
	}
	if t.format != 0 {
		t.candidates = append(t.candidates, e.formats[bits.TrailingZeros8(uint8(t.format))]...)
	}
	d := t.best(t.candidates)
	if d == nil && len(e.wild) > 0 {
		d = t.best(e.wild)
	}
	if d != nil || t.Status < 400 && t.frame != errorFrame {
		return d
	}
	for _, g := range e.guesses {
		if t.matches(g, &t.native).what == matched && t.saysAnything(g) {
			return g
		}
	}
	return nil
}

// best chooses among candidates, and keeps the native code of the best.
func (t *Translation) best(candidates []int32) (best *compiledDialect) {
	known, atHome := false, false
	for _, rank := range candidates {
		d := t.engine.dialects[rank]
		home := t.response.Host != "" && d.hasHost(t.response.Host)
		if best != nil && known && d.rank >= best.rank && (atHome || !home) {
			continue // it could not win
		}
		k := &t.trial
		if t.matches(d, k).what != matched {
			continue
		}
		knows := t.lists(d, k) || d.identity
		if best == nil || home && !atHome || home == atHome && (knows && !known || knows == known && d.rank < best.rank) {
			best, t.native, known, atHome = d, *k, knows, home
		}
	}
	return best
}

// hasHost reports whether a host name of an upstream belongs to the dialect.
func (d *compiledDialect) hasHost(host string) bool { return fitsAny(d.hosts, host) }

// mismatch says which condition of a dialect did not hold.
type mismatch struct {
	what condition
	name string
}

type condition uint8

const (
	matched condition = iota
	keyMissing
	anyMissing
	typeDiffers
	valueDiffers
	valueExcluded
	textDiffers
	keyPresent
	memberMore
	headerDiffers
	mediaDiffers
	statusDiffers
	formatDiffers
	textMissing
	codeMissing
	codeSpelled
	codeUnlisted
	ridesNot
)

// DetectedDialect is the dialect that read the error, the general rules included; "" where
// none did.
func (t *Translation) DetectedDialect() string {
	if t.dialect == nil {
		return ""
	}
	return t.dialect.name
}

// DetectedVariant returns the variant of the detected dialect, or "" for the
// dialect itself.
func (t *Translation) DetectedVariant() string {
	if t.dialect == nil {
		return ""
	}
	return t.dialect.variant
}

// Subcode is the finer code beside the native one, where the dialect has such.
func (t *Translation) Subcode() string { return t.native.sub }

// matches tells whether the response is of dialect d, and reads its code into k.
func (t *Translation) matches(d *compiledDialect, k *key) mismatch {
	if d.formats&t.format == 0 {
		return mismatch{formatDiffers, ""}
	}
	if t.Status < 400 && !t.carries(d) {
		return mismatch{ridesNot, ""}
	}
	if why := t.fits(d); why.what != matched {
		return why
	}
	if why := t.fitsAround(d); why.what != matched {
		return why
	}
	*k = key{status: t.Status}
	for i := range d.code {
		if text, ok := t.say(&d.code[i]); ok {
			k.code = text
			break
		}
	}
	switch {
	case k.code == "" && !d.codeless && len(d.code) > 0:
		return mismatch{codeMissing, d.codeName()}
	case k.code != "" && !d.spelling.Fits(k.code):
		return mismatch{codeSpelled, d.codeName()}
	}
	if len(d.sub) > 0 && (d.table.subcodes || t.engine.site != nil) {
		k.sub = t.sayFirst(d.sub)
	}
	if d.listed && k.code != "" && !t.lists(d, k) {
		return mismatch{codeUnlisted, k.code}
	}
	return mismatch{}
}

// carries tells whether the response, though it came with a success, may hold an
// error of dialect d: one that rides on it, or that stands in a frame of a stream.
func (t *Translation) carries(d *compiledDialect) bool {
	switch t.frame {
	case noFrame:
		return d.rides && t.Status >= 200 && t.Status <= 299
	case plainFrame:
		return d.frames
	}
	return !d.passive || d.frames
}

// codeName is where a dialect looks for its code first, in words.
func (d *compiledDialect) codeName() string {
	s := &d.code[0]
	if s.header != "" {
		return "the header " + s.header
	}
	return s.Path.String()
}

// Fits tells whether the members of the body are those of d.
func (t *Translation) fits(d *compiledDialect) mismatch {
	for i := range d.needs {
		if why := t.fitsNeed(&d.needs[i]); why.what != matched {
			return why
		}
	}
	if len(d.anyOf) > 0 && !t.hasAny(d.anyOf) {
		return mismatch{anyMissing, d.anyOf[0].String()}
	}
	for i := range d.lacks {
		if t.has(&d.lacks[i]) {
			return mismatch{keyPresent, d.lacks[i].String()}
		}
	}
	if d.every != 0 && !t.allAre(d.every) {
		return mismatch{typeDiffers, "of some name"}
	}
	if len(d.only) > 0 {
		if name := t.stranger(d.only); name != "" {
			return mismatch{memberMore, name}
		}
	}
	return mismatch{}
}

func (t *Translation) fitsNeed(n *need) mismatch {
	if !n.spot.plain() {
		v, ok := t.valueAt(&n.spot)
		if !ok {
			return n.absent()
		}
		return t.fitsValue(n, &v, typeOf(&v))
	}
	m := t.at(n.node)
	switch {
	case m == nil:
		return n.absent()
	case n.types != 0 && n.types&m.types == 0:
		return mismatch{typeDiffers, n.node.name}
	case n.simple:
		return mismatch{}
	}
	return t.fitsValue(n, &m.value, m.types)
}

// absent is what becomes of a need whose member is not there.
func (n *need) absent() mismatch {
	if n.optional() {
		return mismatch{}
	}
	return mismatch{keyMissing, n.spot.String()}
}

func (t *Translation) fitsValue(n *need, at *value, types uint16) mismatch {
	v := *at
	switch {
	case n.types != 0 && n.types&types == 0:
		return mismatch{typeDiffers, n.spot.String()}
	case n.value != "" && n.value != v.Raw && !(n.value == statusWord && t.repeatsStatus(v)):
		return mismatch{valueDiffers, n.spot.String()}
	case n.not != nil && (slices.Contains(n.not, v.Raw) || slices.Contains(n.not, statusWord) && t.repeatsStatus(v)):
		return mismatch{valueExcluded, n.spot.String()}
	case n.like != nil:
		if text, ok := literal(v); !ok || !fitsAny(n.like, text) && !(slices.Contains(n.like, "$status") && t.repeatsStatus(v)) {
			return mismatch{textDiffers, n.spot.String()}
		}
	}
	return mismatch{}
}

// statusWord stands, among values, for the status of the response.
const statusWord = `"$status"`

// repeatsStatus tells whether a value is the status of the response.
func (t *Translation) repeatsStatus(v value) bool {
	text, ok := scalar(v)
	return ok && limitheader.ParseSeconds(text) == t.Status
}

func (t *Translation) hasAny(spots []spot) bool {
	for i := range spots {
		if t.has(&spots[i]) {
			return true
		}
	}
	return false
}

// allAre tells whether all members at the top, or all elements, are of some types.
func (t *Translation) allAre(types uint16) bool {
	any, all := false, true
	each(t.root, func(_ string, v value) bool {
		any, all = true, types&typeOf(&v) != 0
		return all
	})
	return any && all
}

// stranger returns a name at the top of the body that is not among names.
func (t *Translation) stranger(names []string) (name string) {
	if !t.root.IsObject() {
		return "#"
	}
	each(t.root, func(key string, _ value) bool {
		if !slices.Contains(names, key) {
			name = key
		}
		return name == ""
	})
	return name
}

// fitsAround tells whether what is around the members is that of d: status,
// headers, and pieces of text.
func (t *Translation) fitsAround(d *compiledDialect) mismatch {
	if len(d.status) > 0 && !MatchesStatus(d.status, t.Status) {
		return mismatch{statusDiffers, ""}
	}
	for i := range d.headers {
		h := &d.headers[i]
		if !slices.ContainsFunc(t.response.Header[h.name], func(v string) bool { return fitsAny(h.globs, strings.ToLower(v)) }) {
			return mismatch{headerDiffers, h.name}
		}
	}
	if len(d.media) > 0 && !fitsAny(d.media, t.media) {
		return mismatch{mediaDiffers, ""}
	}
	for _, piece := range d.contains {
		if !strings.Contains(t.body, piece) {
			return mismatch{textMissing, piece}
		}
	}
	return mismatch{}
}

// MatchesStatus tells whether a status is among words such as 404 and 5xx.
func MatchesStatus(words []string, status int) bool {
	for _, w := range words {
		if int(w[0]-'0') == status/100 && (w[1:] == "xx" || int(w[1]-'0')*10+int(w[2]-'0') == status%100) {
			return true
		}
	}
	return false
}

// sayRole reads a text of a role.
func (t *Translation) sayRole(d *compiledDialect, role dialect.Role) string {
	for i := range d.reads {
		if d.reads[i].role == role {
			return t.sayFirst(d.reads[i].sources)
		}
	}
	return ""
}

// sayFirst returns the text of the first source that says anything.
func (t *Translation) sayFirst(sources []source) string {
	for i := range sources {
		if text, ok := t.say(&sources[i]); ok {
			return text
		}
	}
	return ""
}

// String spells a spot.
func (s *spot) String() string {
	switch {
	case len(s.tail) == 0 && s.node.id == 0:
		return "$"
	case len(s.tail) == 0:
		return s.node.name
	case s.node.id == 0:
		return s.tail.String()
	}
	return s.node.name + "." + s.tail.String()
}

// Trial is what became of one dialect in the detection of a body.
type Trial struct {
	Dialect string
	Variant string // "" for the dialect itself
	Matched bool
	InTable bool   // its table knows the code
	Reason  string // why it matched or did not, in words
}

// Explain tries every dialect of the engine on a body, in the order of
// detection, and says why it matched or did not. It is for people: Read is the
// fast way.
func (e *Engine) Explain(r Response) []Trial {
	t := e.Acquire()
	defer t.Release()
	t.open(&r)
	trials := make([]Trial, 0, len(e.dialects))
	for _, d := range e.dialects {
		k := &t.trial
		why := t.matches(d, k)
		trial := Trial{Dialect: d.name, Variant: d.variant, Matched: why.what == matched, Reason: why.words(d)}
		if trial.Matched {
			trial.InTable = t.lists(d, k) || d.identity
			trial.Reason = fmt.Sprintf("its keys fit, and its code %q is in the table: %t", k.code, trial.InTable)
			if k.code == "" {
				trial.Reason = "its keys fit, and there is no code"
			}
		}
		trials = append(trials, trial)
	}
	return trials
}

func (m mismatch) words(d *compiledDialect) string {
	switch m.what {
	case keyMissing:
		return "the member " + m.name + " is missing"
	case anyMissing:
		return "none of the members such as " + m.name + " is there"
	case typeDiffers:
		return "the member " + m.name + " is of another type"
	case valueDiffers, textDiffers, valueExcluded:
		return "the member " + m.name + " has another value"
	case keyPresent, memberMore:
		return "there is a member " + m.name
	case headerDiffers:
		return "the header " + m.name + " is missing or another"
	case mediaDiffers:
		return "the media type is another"
	case statusDiffers:
		return "the status is another"
	case formatDiffers:
		return "the body is of another format"
	case textMissing:
		return fmt.Sprintf("the text %q is missing", m.name)
	case codeMissing:
		return "there is no code at " + m.name
	case codeSpelled:
		return "the code at " + m.name + " is not spelled " + string(d.spelling)
	case codeUnlisted:
		return fmt.Sprintf("the code %q is not in its table", m.name)
	case ridesNot:
		return "its errors do not ride on this status"
	}
	return ""
}
