package translate

import (
	"strings"

	"github.com/tidwall/gjson"

	"github.com/koine-proxy/koine/dialect"
)

// Reading is what the general rules read from one response, with the members that gave it. It
// is meant for drafting mapping files: Translation.ReadResponse is faster.
type Reading struct {
	Format dialect.Format
	Doc    string // the body as the JSON that paths are applied to; "" if it has no format

	Code, Message, RequestID, Wait Found

	// Fields describes where the complaints about fields are, and FieldTexts is what was read,
	// by dotted path. Fields is nil if there are none, or if no mapping file can describe them.
	Fields     *dialect.Fields
	FieldTexts map[string]string

	// Others are the texts, numbers and booleans that nothing was read from, except those about
	// fields and those of other errors of a list. A code that was not found is among them.
	Others []Found
}

// Found is a text, and where a mapping file reads it.
type Found struct {
	Text    string        // "" if nothing was found
	Place   dialect.Place // Path is nil if no path leads to the text
	Whole   string        // the text at Place; Text is a part of it if they differ
	JSON    string        // the value of the member; "" if it is a part of a text
	Ignored bool          // it says nothing of its own: a status, a time, a link
	Flag    bool          // by its name, it says whether the request succeeded
}

// IsPart reports whether the text is a part of the one at its place.
func (f *Found) IsPart() bool { return f.Text != f.Whole }

// ReadGeneral reads a response by the general rules of the engine alone, whatever its status.
// The engine must have such rules.
func (e *Engine) ReadGeneral(r Response) (out Reading) {
	t := e.Acquire()
	defer t.Release()
	t.ReadStatus(r.Status, FromUpstream)
	t.open(&r)
	for i, f := range dialect.Formats() {
		if t.format&(1<<i) != 0 && t.root.Exists() {
			out.Format, out.Doc = f, strings.Clone(t.root.Raw)
		}
	}
	if out.Doc == "" {
		out.Format = dialect.FormatEmpty
		return out
	}
	for _, d := range e.generalRules {
		if d.lexicon == nil {
			continue
		}
		if t.readByNames(d) {
			t.native.code = t.general.code.text
			t.readError(d, &t.native)
			t.members, t.general.members = t.general.members, t.members
		}
		t.describe(&out)
		return out
	}
	return out
}

// describe fills a reading from the choices.
func (x *extraction) describe(out *Reading) {
	g := &x.general
	out.Code, out.Message = x.foundAt(&g.code), x.foundAt(&g.message)
	out.RequestID, out.Wait = x.foundAt(&g.requestID), x.foundAt(&g.wait)
	if g.wait.index >= 0 && g.wait.text != "" && g.places[g.wait.index].words&wordWaitMS != 0 {
		out.Wait.Place.Unit = dialect.UnitMilliseconds
	}
	if x.fields.shape != nil {
		out.FieldTexts = x.fields.messages()
		out.Fields = x.describeFields(out)
	}
	for i := int32(0); int(i) < len(g.members); i++ {
		v := g.members[i].value
		if v.Type != gjson.JSON && !g.places[i].used && !x.isOfLaterError(i) && !g.isChosen(i) && (out.Fields == nil && out.FieldTexts == nil || !v.within(x.fields.value)) {
			out.Others = append(out.Others, x.other(i))
		}
	}
}

// isChosen reports whether a choice was read from a member, or from the one around it.
func (g *general) isChosen(i int32) bool {
	for _, c := range [...]*choice{&g.code, &g.message, &g.requestID, &g.wait} {
		if c.text != "" && c.index >= 0 && (c.index == i || c.index == g.members[i].parent) {
			return true
		}
	}
	return false
}

// isOfLaterError reports whether a member is of another error of a list. The elements of a
// tuple are of the same error.
func (x *extraction) isOfLaterError(i int32) bool {
	g := &x.general
	if parent := g.members[i].parent; parent >= 0 && isTuple(g.members[parent].value) {
		return g.places[parent].later
	}
	return g.places[i].later
}

// other returns a member that nothing was read from.
func (x *extraction) other(i int32) Found {
	g := &x.general
	m, words := &g.members[i], g.places[i].words
	text, _ := literal(m.value)
	ignored := words&wordIgnore != 0 && !m.leftover || isStatusText(text, g.status) || isPhrase(text, g.status)
	text = strings.Clone(text)
	last, _ := g.lexicon.lastWord(m.key) // requestFailed
	flag := (words|last)&wordSuccess != 0 || words&wordStatus != 0 && g.lexicon.isEmptyValue(text)
	return Found{Text: text, Whole: text, Place: x.placeOf(i), JSON: strings.Clone(m.value.Raw), Ignored: ignored, Flag: flag}
}

// foundAt returns a choice with the place of its member.
func (x *extraction) foundAt(c *choice) (out Found) {
	if out.Text = strings.Clone(c.text); c.text == "" || c.index < 0 {
		return out
	}
	index := c.index
	if v := &x.general.members[index].value; v.IsObject() { // one text for each language
		for i := index + 1; i > 0 && int(i) < len(x.general.members); i = x.general.after(i) {
			if x.general.members[i].value.Str == c.text {
				index = i
				break
			}
		}
	}
	v := x.general.members[index].value
	out.Place, out.JSON = x.placeOf(index), strings.Clone(v.Raw)
	if out.Whole, _ = joinTexts(v); v.Type == gjson.String && isPercentEncoded(v.Str) && out.Whole != c.text {
		out.Place.Decode = "percent"
		out.Whole = c.text
	}
	out.Whole = strings.Clone(out.Whole)
	return out
}
