package translate

// maxCode bounds a code that is looked up by general rules or taken from another
// Koine instance, in bytes.
const maxCode = 128

// resolveCode finds the canonical code of a native one: by the table, by the
// decision of another Koine instance, by the general rules, or by the status alone.
func (x *extraction) resolveCode(d *compiledDialect, k *key) {
	e := x.result
	if e.assumedStatus != 0 {
		e.Code = x.engine.taxonomy.Generic(e.assumedStatus)
	}
	if d.general {
		x.resolveGeneral(d, k)
		return
	}
	if r, ok := x.engine.lookupRow(d, k); ok {
		x.applyRow(r)
		return
	}
	if d.identity {
		x.adopt(d, k.code)
		return
	}
	if x.applyBroader(d, k) {
		return
	}
	for _, g := range x.engine.generalRules {
		if k.code != "" && x.applyGeneralRow(g, k) {
			e.Match = ByGuess
			return
		}
	}
}

// applyBroader looks up the texts of the later places of the code, which are broader: the
// fault code beside an application's own code. What it finds is a guess.
func (x *extraction) applyBroader(d *compiledDialect, k *key) bool {
	if len(d.code) < 2 || !d.code[0].General {
		return false
	}
	for i := range d.code {
		broader := key{status: k.status}
		text, ok := x.extract(&d.code[i])
		if broader.code = text; !ok || text == k.code {
			continue
		}
		if r, ok := x.engine.lookupRow(d, &broader); ok {
			x.result.Code, x.result.Match = r.code, ByGuess
			return true
		}
	}
	return false
}

// resolveGeneral finds the canonical code of a body that the general rules read.
// A row of the site does not count as a guess.
func (x *extraction) resolveGeneral(d *compiledDialect, k *key) {
	x.result.Match = ByGuess
	if r, ok := x.engine.siteRow(d, k); ok {
		x.applyRow(r)
		return
	}
	x.applyGeneralRow(d, k)
}

func (x *extraction) applyRow(r row) {
	x.result.Code, x.result.Match, x.result.forceStatus = r.code, ByTable, r.force
}
