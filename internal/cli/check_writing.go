package cli

import (
	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/translate"
)

// checkWriting reports what is missing or wrong in how a dialect is written, if its file says
// how.
func (c *checker) checkWriting(taxonomy *translate.Taxonomy, f *dialect.File) {
	if f.Write == nil || f.Write.Never != "" {
		return
	}
	r, err := translate.NewDialectRenderer(taxonomy, f.Expand(), nil)
	if err != nil {
		c.add(f.NewFault(f.Write.At, "write: "+err.Error()))
		return
	}
	for _, message := range r.CheckNearest() {
		c.add(f.NewFault(f.Write.At, message))
	}
	for _, message := range r.FarNearest() {
		c.warnings = append(c.warnings, f.NewFault(f.Write.At, message))
	}
}
