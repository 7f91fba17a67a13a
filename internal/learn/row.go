package learn

import (
	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/translate"
)

// Proposer proposes canonical codes for native ones.
type Proposer struct{ proposer *proposer }

// NewProposer returns a proposer for a taxonomy. general are the general rules, for common
// codes.
func NewProposer(taxonomy *translate.Taxonomy, general *dialect.File) Proposer {
	return Proposer{newProposer(taxonomy, general)}
}

// Propose returns a canonical code for an error with a native code, a status and a message,
// and why; the reason is empty if the proposal is nearly certain.
func (p Proposer) Propose(native string, status int, message string) (code, why string) {
	c, why := p.proposer.propose(&evidence{native: native, status: status, messages: []string{message}})
	return c.Name, why
}

// CanBeRow reports whether a native code can be the key of a row: the keys of rows have
// forms of their own for prefixes, ranges and statuses.
func CanBeRow(native string) bool {
	k := dialect.ParseRowKey(native)
	return native != "" && k.Code == native && !k.Prefix && k.Status == 0
}
