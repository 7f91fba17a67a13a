package translate

import (
	"math/bits"

	"github.com/koine-proxy/koine/dialect"
)

// detection finds the dialect of a response.
type detection struct {
	reader
	engine  *Engine
	frame   frame            // the kind of frame; noFrame for a whole response
	dialect *compiledDialect // the dialect that reads the response
	hosted  []int32          // the dialects of the host of the upstream
	native  key              // the code of the best candidate
	trial   key              // the code of the candidate under test
	failed  bool             // a success says that it failed
}

func (d *detection) reset() {
	d.reader.reset()
	d.frame, d.dialect, d.hosted, d.failed = noFrame, nil, d.hosted[:0], false
	d.native = key{} // separate assignments, because a tuple assignment copies
	d.trial = key{}
}

// detect returns the dialect of the response and keeps its native code. If several
// dialects match, one with the host of the upstream takes precedence, then one
// whose table has the code, then the first in the order of detection. Dialects
// without an index are tried only if no other dialect matches.
func (d *detection) detect() *compiledDialect {
	e := d.engine
	d.findHost()
	if len(e.byHeader) > 0 {
		for name := range d.response.Header {
			d.candidates = append(d.candidates, e.byHeader[name]...)
		}
	}
	if d.format != 0 {
		d.candidates = append(d.candidates, e.byFormat[bits.TrailingZeros8(uint8(d.format))]...)
	}
	best := d.best(d.candidates)
	if best == nil && len(e.unindexed) > 0 {
		best = d.best(e.unindexed)
	}
	return best
}

// best returns the best of some candidates and keeps its native code.
func (d *detection) best(candidates []int32) (best *compiledDialect) {
	bestListed, bestHost := false, false
	for _, rank := range candidates {
		c := d.engine.dialects[rank]
		host := d.hasHost(c)
		if best != nil && bestListed && c.rank >= best.rank && (bestHost || !host) {
			continue // it cannot be better
		}
		k := &d.trial
		if d.match(c, k).what != matched {
			continue
		}
		listed := d.engine.findRow(c, k) || c.identity
		if !d.isAttributed(c, k) {
			continue
		}
		if best == nil || host && !bestHost || host == bestHost && (listed && !bestListed || listed == bestListed && c.rank < best.rank) {
			best, d.native, bestListed, bestHost = c, *k, listed, host
		}
	}
	return best
}

// isAttributed reports whether a response that matches dialect c, with the native
// code k, is of that dialect: it has the host, or there is other evidence.
func (d *detection) isAttributed(c *compiledDialect, k *key) bool {
	if c.evidence == "" || d.hasHost(c) || d.engine.site[c.name] != nil { // rows of the site for the dialect name it, too
		return true
	}
	if c.evidence == dialect.EvidenceHost || !d.engine.findRow(c, k) {
		return false
	}
	if d.frame != noFrame || d.response.Status < 400 { // they have no status of an error
		return true
	}
	return d.response.Status == k.row.documentedStatus()
}

// match compares the response with dialect c and reads its native code into k. It
// returns the first condition that is not met, if any.
func (d *detection) match(c *compiledDialect, k *key) mismatch {
	if c.formats&d.format == 0 {
		return mismatch{what: formatDiffers}
	}
	if d.response.Status < 400 && !d.mayBeErrorOf(c) {
		return mismatch{what: notOnSuccess}
	}
	if why := d.matchMembers(c); why.what != matched {
		return why
	}
	if why := d.matchResponse(c); why.what != matched {
		return why
	}
	*k = key{status: d.response.Status}
	for i := range c.code {
		if text, ok := d.extract(&c.code[i]); ok {
			k.code = text
			break
		}
	}
	switch {
	case k.code == "" && !c.codeOptional && len(c.code) > 0:
		return mismatch{what: codeMissing}
	case k.code != "" && !c.codeForm.Matches(k.code):
		return mismatch{what: codeFormDiffers}
	}
	if len(c.subcode) > 0 && (c.table.subcodes || d.engine.site != nil) {
		k.sub = d.extractFirst(c.subcode)
	}
	if c.listedOnly && k.code != "" && !d.engine.findRow(c, k) {
		return mismatch{what: codeUnlisted, name: k.code}
	}
	return mismatch{}
}

// mayBeErrorOf reports whether a response with a status below 400 may be an error
// of dialect c: one on 2xx, or one in a frame of a stream.
func (d *detection) mayBeErrorOf(c *compiledDialect) bool {
	switch d.frame {
	case noFrame:
		return d.failed && c.general || c.successErrors && d.response.Status >= 200 && d.response.Status <= 299
	case plainFrame:
		return c.streams
	}
	return !c.passThrough || c.streams
}
