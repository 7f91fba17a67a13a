package translate

import (
	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/translate/limitheader"
)

// parseWait returns the seconds to wait that a text means, rounded up; -1 if it
// means none.
func (r *reader) parseWait(text string, unit dialect.Unit) int {
	return limitheader.ReadWait(text, unit, limitheader.SentAt(r.response.Header, r.response.Now))
}
