package translate_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/translate"
)

// FuzzMarkup checks that markup becomes valid JSON, and that the body is not
// modified.
func FuzzMarkup(f *testing.F) {
	for _, s := range []string{
		`<a b="c">d<e/>&amp;<![CDATA[x]]></a>`, `<?xml version="1.0" encoding="latin1"?><a>` + "\xe9</a>", `<html><h1>x</h1><script>`, `<a><b><c>`, `<`, `</a>`,
		`<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>`, "<a>\x00\x01</a>", `<!--`, `<a b=c d='e`, `<p>a<br>b`, `<svg><p>`, "<\xff>", `<a:b:c xmlns:a="d"/>`,
	} {
		f.Add("application/xml", []byte(s))
		f.Add("text/html", []byte(s))
	}
	for _, file := range forms(f) {
		for _, x := range file.Examples {
			if strings.HasPrefix(strings.TrimSpace(x.Body), "<") {
				f.Add("", []byte(x.Body))
			}
		}
	}
	f.Fuzz(func(t *testing.T, media string, body []byte) {
		before := bytes.Clone(body)
		format, doc := translate.Document(translate.Response{Header: map[string][]string{"Content-Type": {media}}, Body: body})
		if !bytes.Equal(body, before) {
			t.Fatalf("the body became %q", body)
		}
		if format != dialect.FormatEmpty && !json.Valid(doc) {
			t.Fatalf("%s is not converted to JSON: %s", format, doc)
		}
	})
}
