package translate

import (
	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/translate/limitheader"
)

// parseWait returns the wait in a text, in seconds, rounded up; -1 if there is
// none.
func (r *reader) parseWait(text string, unit dialect.Unit) int {
	return limitheader.ReadWait(text, unit, limitheader.SentAt(r.response.Header, r.response.Now))
}
