package translate_test

import (
	"testing"

	"github.com/koine-proxy/koine/translate"
)

// BenchmarkWriteDialect renders one error in dialects of JSON.
func BenchmarkWriteDialect(b *testing.B) {
	source := sourceEngine(b)
	p := translate.DefaultPolicy()
	params := translate.RenderParams{RequestID: "req_01M8FHPV0H7HXFQ52JQB3XTRS3", Time: testNow}
	b.Run("canonical envelope", func(b *testing.B) {
		tr := source.Acquire()
		defer tr.Release()
		tr.Read(404, sourceBody("RESOURCE.NOT_FOUND", false))
		b.ReportAllocs()
		dst := make([]byte, 0, 4096)
		for b.Loop() {
			dst = tr.AppendCanonical(dst[:0], &p, params)
		}
	})
	for _, name := range []string{"openai", "stripe", "github", "slack", "twilio", "anthropic", "notion", "rustbill", "licensekey", "success", "graphql", "jsonapi", "google"} {
		r, err := source.DialectRenderer(name)
		if err != nil {
			b.Fatal(err)
		}
		tr := source.Acquire()
		tr.Read(404, sourceBody("RESOURCE.NOT_FOUND", false))
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			dst := make([]byte, 0, 4096)
			for b.Loop() {
				dst, _ = r.Append(dst[:0], tr, &p, params)
			}
		})
		tr.Release()
	}
}
