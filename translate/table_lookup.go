package translate

import "slices"

// LookupRow returns the code of the row that the tables of the engine have for a native code
// with a status, if they have one. dialectName is the dialect of the error, "" for the
// general rules. If its tables have none, those of the dialects that the site names are
// tried: an error is of one of them once the table has its code.
func (e *Engine) LookupRow(dialectName, native string, status int) (*Code, bool) {
	if native == "" {
		return nil, false
	}
	for _, isOwn := range [...]bool{true, false} {
		for _, d := range slices.Concat(e.dialects, e.generalRules) {
			if isOwn != (d.name == dialectName || dialectName == "" && d.general) || !isOwn && !d.named {
				continue
			}
			if c := e.codeOf(d, native, status); c != nil {
				return c, true
			}
		}
	}
	return nil, false
}

// codeOf returns the code of a row of a dialect; nil if there is none. The rows of general
// rules are guesses, so only those of the site count.
func (e *Engine) codeOf(d *compiledDialect, native string, status int) *Code {
	k := key{code: native, status: status}
	r, found := e.siteRow(d, &k)
	if !found && !d.general {
		r, found = d.table.findCode(&k)
	}
	switch {
	case found:
		return r.code
	case d.identity:
		return e.taxonomy.Lookup(native)
	}
	return nil
}

// The kinds of evidence that an error is of its dialect.
const (
	EvidenceNamed   = "named"   // the site names the dialect
	EvidenceHost    = "host"    // the dialect has the host of the upstream
	EvidenceCode    = "code"    // the shape is shared, but the dialect documents the code with the status
	EvidenceShape   = "shape"   // the shape is that of the dialect alone
	EvidenceGeneral = "general" // there is none: general rules read the error
)

// Evidence returns why the error is of its dialect; "" if it was not read.
func (t *Translation) Evidence() string {
	d := t.dialect
	switch {
	case d == nil:
		return ""
	case d.general:
		return EvidenceGeneral
	case d.named:
		return EvidenceNamed
	case t.hasHost(d):
		return EvidenceHost
	case d.evidence != "":
		return EvidenceCode
	}
	return EvidenceShape
}
