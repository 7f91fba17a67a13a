package translate_test

import (
	"testing"

	"github.com/koine-proxy/koine/translate"
)

// TestWriteForms checks what is written in formats other than JSON, and by the media type
// and the members of the request.
func TestWriteForms(t *testing.T) {
	source := sourceEngine(t)
	p := translate.DefaultPolicy()
	for _, c := range []struct {
		about, dialect, request, body string
		status                        int
		media, want                   string
	}{
		{"SOAP 1.1", "soap", "text/xml; charset=utf-8", "", 500, "text/xml; charset=utf-8",
			`<?xml version="1.0" encoding="UTF-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><soap:Fault><faultcode>soap:Client.NoSOAPAction</faultcode><faultstring>Please look at this again.</faultstring></soap:Fault></soap:Body></soap:Envelope>`},
		{"SOAP 1.2", "soap", "application/soap+xml", "", 404, "application/soap+xml",
			`<?xml version="1.0" encoding="UTF-8"?><env:Envelope xmlns:env="http://www.w3.org/2003/05/soap-envelope"><env:Body><env:Fault><env:Code><env:Value>env:Sender</env:Value><env:Subcode><env:Value>Client.NoSOAPAction</env:Value></env:Subcode></env:Code><env:Reason><env:Text xml:lang="en">Please look at this again.</env:Text></env:Reason></env:Fault></env:Body></env:Envelope>`},
		{"JSON-RPC, the id of the request", "jsonrpc2", "application/json", `{"jsonrpc":"2.0","method":"x","id":"a7"}`, 200, "application/json",
			`{"jsonrpc":"2.0","error":{"code":-32601,"message":"Please look at this again."},"id":"a7"}`},
		{"JSON-RPC, a batch", "jsonrpc2", "application/json", `[{"id":1},{"id":2}]`, 200, "application/json",
			`{"jsonrpc":"2.0","error":{"code":-32601,"message":"Please look at this again."},"id":null}`},
		{"XML-RPC", "xmlrpc", "text/xml", "", 200, "text/xml",
			`<?xml version="1.0" encoding="UTF-8"?><methodResponse><fault><value><struct><member><name>faultCode</name><value><int>404</int></value></member><member><name>faultString</name><value><string>Please look at this again.</string></value></member></struct></value></fault></methodResponse>`},
		{"a text and a header", "clickhouse", "", "", 404, "text/plain; charset=utf-8", ""},
	} {
		t.Run(c.about, func(t *testing.T) {
			r, err := source.DialectRenderer(c.dialect)
			if err != nil {
				t.Fatal(err)
			}
			tr := source.Acquire()
			defer tr.Release()
			tr.Read(404, sourceBody("RESOURCE.NOT_FOUND", false))
			out, answer := r.Append(nil, tr, &p, translate.RenderParams{RequestID: "r", RequestType: c.request, RequestBody: []byte(c.body), Time: testNow})
			if c.want != "" && string(out) != c.want || answer.MediaType != c.media || answer.Status != c.status {
				t.Errorf("written with %d as %s:\n%s\nwant %d, %s\n%s", answer.Status, answer.MediaType, out, c.status, c.media, c.want)
			}
		})
	}
}

// FuzzWriteDialect writes an error with any message and field in a dialect, which must read
// back the code, and the message if it passes.
func FuzzWriteDialect(f *testing.F) {
	source, shared := sourceEngine(f), library(f)
	type client struct {
		r    *translate.DialectRenderer
		e    *translate.Engine
		name string
		host string
	}
	var clients []client
	for _, d := range files(f, "openai", "stripe", "github", "twilio", "anthropic", "aws-s3", "slack", "google") {
		r, err := source.DialectRenderer(d.Name)
		if err != nil {
			f.Fatal(err)
		}
		e, host := clientEngine(f, d, shared)
		clients = append(clients, client{r, e, d.Name, host})
	}
	codes := source.Taxonomy().Codes()
	f.Add(uint8(0), uint16(7), sourceMessage, sourceField, sourceFieldMessage)
	f.Add(uint8(5), uint16(90), `a "quoted" <text> & more`, `items[0].sku`, "\x00\u2028")
	f.Add(uint8(2), uint16(3), "$code $message", "", "Low.")
	f.Fuzz(func(t *testing.T, which uint8, code uint16, message, name, why string) {
		c := clients[int(which)%len(clients)]
		want := codes[int(code)%len(codes)]
		tr, back := source.Acquire(), c.e.Acquire()
		defer tr.Release()
		defer back.Release()
		tr.Read(want.Status, sourceError(want.Name, message, name, why))
		p := translate.DefaultPolicy()
		out, answer := c.r.Append(nil, tr, &p, translate.RenderParams{RequestID: "req_ours", Time: testNow})
		header := map[string][]string{"Content-Type": {answer.MediaType}}
		answer.SetHeaders(header)
		back.ReadResponse(translate.Response{Status: answer.Status, Header: header, Host: c.host, Body: out, Now: testNow})
		_, read, ok := c.r.Said(want)
		if !ok || back.DetectedDialect() != c.name || back.Code.Name != read.Name {
			t.Errorf("%s in %s: read by %q as %s, want %s: %s", want.Name, c.name, back.DetectedDialect(), back.Code.Name, read.Name, out)
		}
	})
}
