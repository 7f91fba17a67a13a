package cli

import (
	"cmp"

	"github.com/koine-proxy/koine/dialect"
)

// variants describes the variants of a dialect, without what they inherit from it.
func (p *page) variants(f *dialect.File) {
	if len(f.Variants) == 0 {
		return
	}
	p.line("## Variants\n")
	p.line("Other forms of this dialect, which are tried first. Everything that is not listed is as above.\n")
	forms := f.Expand()
	for i, v := range f.Variants {
		p.line("### %s\n", v.Variant)
		p.variant(v, forms[i])
	}
}

// variant describes a variant; form is the variant with what it inherits.
func (p *page) variant(v, form *dialect.File) {
	if v.Has("format") {
		p.line("- Body formats: %s.", formatsOf(v))
	}
	if v.Has("priority") {
		p.line("- Priority: %s.", cmp.Or(v.Priority, dialect.PriorityNormal))
	}
	if v.Has("evidence") {
		p.line("- Evidence, unless the site names the dialect: %s.", cmp.Or(evidenceOf(form), "the match"))
	}
	if v.Has("auto") {
		p.line("- Translated by %s.", translatedBy(form))
	}
	if v.Has("success_errors") {
		p.line("- Errors also come with a 2xx; their status is %d if neither the row nor the body gives one.", v.SuccessErrors)
	}
	if v.Has("streams") && v.Streams {
		p.line("- Errors also come in streams.")
	}
	if v.Has("match") {
		for _, line := range conditions(form) {
			p.line("- Detection: %s", line)
		}
	}
	p.line("")
	if len(v.Shape) > 0 {
		p.roles(v)
	}
	if len(v.Codes) > 0 {
		p.rows(v)
	}
}
