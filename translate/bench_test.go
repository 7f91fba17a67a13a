package translate_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/translate"
)

// typicalBody is an error of 240 bytes: a code, a message, an id and some details.
const typicalBody = `{"code":"customer_not_found","message":"No customer has the id that you sent, or it was removed.","request_id":"req_7f3a2b1c9d8e","metadata":{"customer_id":"cus_4bf92f3577b34da6","resource":"customer of a shop","attempt":2,"limit":5000.00}}`

// typicalFields is an error with three fields, whose messages have to be filtered.
const typicalFields = `{"error":"validation_error","message":"Some of the fields are not right, please check them.","fields":{"email":"Enter a complete email address.","seats":"Must be at least 1.","plan":"Choose one of the listed plans."},"trace_id":"4bf92f351"}`

func benchmark(b *testing.B, body string, dialects ...string) {
	e := engine(b, dialects...)
	raw := []byte(body)
	policy := translate.DefaultPolicy()
	answer := translate.RenderParams{RequestID: "req_01JD9ZK3M5Q7R9T1V3X5Z7B9D1"}
	out := make([]byte, 0, 4096)
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		t := e.Acquire()
		t.Read(400, raw)
		out = t.AppendCanonical(out[:0], &policy, answer)
		t.Release()
	}
}

// BenchmarkKnown reads and renders an error with one dialect to choose from.
func BenchmarkKnown(b *testing.B) {
	if len(typicalBody) != 240 {
		b.Fatalf("the body has %d bytes", len(typicalBody))
	}
	benchmark(b, typicalBody, "licensekey")
}

// BenchmarkFields reads and renders an error about fields.
func BenchmarkFields(b *testing.B) { benchmark(b, typicalFields, "rustbill") }

// BenchmarkDetect does the same with the five first-party dialects.
func BenchmarkDetect(b *testing.B) { benchmark(b, typicalBody, firstParty...) }

// BenchmarkNested detects the shape that nests deepest.
func BenchmarkNested(b *testing.B) {
	benchmark(b, `{"success":false,"data":null,"error":{"code":"INSUFFICIENT_BALANCE","message":"Your balance is too low for this.","details":{"current_balance":50.00,"required_amount":100.00}},"meta":{"request_id":"req_7f3a2b1c"}}`, firstParty...)
}

// BenchmarkUnknown reads a body of an unknown dialect.
func BenchmarkUnknown(b *testing.B) {
	benchmark(b, `{"timestamp":"2026-05-01T08:00:00.000+00:00","status":500,"error":"Internal Server Error","message":"No message available","path":"/orders"}`, firstParty...)
}

// BenchmarkCode10 and BenchmarkCode100000 show that the cost does not depend on the
// size of a table.
func BenchmarkCode10(b *testing.B)     { benchmarkTable(b, 10) }
func BenchmarkCode100000(b *testing.B) { benchmarkTable(b, 100_000) }

func benchmarkTable(b *testing.B, rows int) {
	f := &dialect.File{
		Name:  "large",
		Match: dialect.Match{Keys: []dialect.PathAt{{Path: dialect.Keys("code")}}},
		Shape: []dialect.ShapeEntry{{Role: dialect.RoleCode, Places: []dialect.Place{{Path: dialect.Keys("code")}}}},
	}
	for i := range rows {
		f.Codes = append(f.Codes, dialect.Row{Native: "code_" + string(rune('a'+i%26)) + itoa(i), Code: "RESOURCE.NOT_FOUND"})
	}
	e, err := translate.Compile(taxonomy(b), []*dialect.File{f}, nil)
	if err != nil {
		b.Fatal(err)
	}
	raw := []byte(`{"code":"` + f.Codes[rows/2].Native + `"}`)
	b.ReportAllocs()
	for b.Loop() {
		t := e.Acquire()
		t.Read(404, raw)
		if !t.Mapped() {
			b.Fatal("not found")
		}
		t.Release()
	}
}

func itoa(i int) string {
	s := ""
	for ; i > 0; i /= 10 {
		s = string(rune('0'+i%10)) + s
	}
	return s
}

// BenchmarkLibrary detects a vendor among all built-in dialects.
func BenchmarkLibrary(b *testing.B) {
	if len(stripeBody) != 300 {
		b.Fatalf("the body has %d bytes", len(stripeBody))
	}
	benchmarkEngine(b, library(b), stripeResponse, "stripe")
}

// knownBody and generalBody are the same error of 300 bytes, in a dialect that is built in
// and in one that nobody described.
const (
	knownBody   = `{"code":"customer_not_found","message":"No customer has the id that you sent, or it was removed today.","request_id":"req_7f3a2b1c9d8e","metadata":{"customer_id":"cus_4bf92f3577b34da6","resource":"customer of a shop","hint":"See the list of the customers of the shop.","attempt":2,"limit":5000.00}}  `
	generalBody = `{"errCode":"customer_not_found","errText":"No customer has the id that you sent, or it was removed today.","requestId":"req_7f3a2b1c9d8e","metadata":{"customer_id":"cus_4bf92f3577b34da6","resource":"customer of a shop","hint":"See the list of the customers of the shop.","attempt":2,"limit":5000.00}}`
)

// BenchmarkLibraryKnown reads an error of a built-in dialect among all of them.
func BenchmarkLibraryKnown(b *testing.B) { benchmarkBody(b, knownBody, "licensekey") }

// BenchmarkLibraryGeneral reads the same error by the names of its members. It must cost at
// most 1.5 times BenchmarkLibraryKnown.
func BenchmarkLibraryGeneral(b *testing.B) { benchmarkBody(b, generalBody, "general") }

// BenchmarkLibraryGeneralFields does the same with complaints about fields.
func BenchmarkLibraryGeneralFields(b *testing.B) {
	benchmarkBody(b, `{"resultCode":"validation_error","resultMessage":"Some of the fields are not right, please check them.","violations":[{"property":"email","text":"Enter a complete address."},{"property":"seats","text":"Must be at least 1."},{"property":"plan","text":"Choose a plan."}],"reference":"4bf92f351f04"}    `, "general")
}

func benchmarkBody(b *testing.B, body, reader string) {
	if len(body) != 300 {
		b.Fatalf("the body has %d bytes", len(body))
	}
	r := stripeResponse
	r.Body = []byte(body)
	benchmarkEngine(b, library(b), r, reader)
}

// BenchmarkLibraryHost does the same with the host of an upstream that no dialect has.
func BenchmarkLibraryHost(b *testing.B) {
	r := stripeResponse
	r.Host = "backend.internal"
	benchmarkEngine(b, library(b), r, "stripe")
}

// BenchmarkDialects10000 detects a vendor among ten thousand more dialects.
func BenchmarkDialects10000(b *testing.B) {
	benchmarkEngine(b, compile(b, append(slices.Clone(files(b)), generateDialects(10_000)...)), stripeResponse, "stripe")
}

// generateDialects returns dialects whose shapes differ in a name or two.
func generateDialects(n int) (out []*dialect.File) {
	wrappers := []string{"error", "fault", "problem", "failure", "err", "status"}
	for i := range n {
		wrapper, code := wrappers[i%len(wrappers)], "code_"+itoa(i)
		key := func(name string) dialect.Path { return dialect.Keys(wrapper, name) }
		out = append(out, &dialect.File{
			File: "made-up.yaml", Name: "made-up-" + itoa(i),
			Match: dialect.Match{Keys: []dialect.PathAt{{Path: key(code)}, {Path: key("message")}}, Code: dialect.LowerSnake},
			Shape: []dialect.ShapeEntry{
				{Role: dialect.RoleCode, Places: []dialect.Place{{Path: key(code)}}},
				{Role: dialect.RoleMessage, Places: []dialect.Place{{Path: key("message")}}},
				{Role: dialect.RoleRequestID, Places: []dialect.Place{{Path: dialect.Keys("meta", "id_"+itoa(i))}}},
			},
			Codes: []dialect.Row{{Native: "not_found", Code: "RESOURCE.NOT_FOUND"}, {Native: "slow_down", Code: "RATE_LIMIT.EXCEEDED"}},
		})
	}
	return out
}

// BenchmarkXML and BenchmarkHTML read 2 KB of markup.
func BenchmarkXML(b *testing.B) {
	body := `<?xml version="1.0" encoding="UTF-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><soap:Fault><faultcode>soap:Client</faultcode><faultstring>The order is not complete.</faultstring><detail><items>` +
		strings.Repeat(`<item id="7"><name>a part of the order</name><why>It is missing &amp; was asked for.</why></item>`, 18) + `</items></detail></soap:Fault></soap:Body></soap:Envelope>`
	benchmarkEngine(b, library(b), translate.Response{Status: 500, Header: map[string][]string{"Content-Type": {"text/xml"}}, Body: []byte(body)}, "soap")
}

func BenchmarkHTML(b *testing.B) {
	body := "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx/1.25.3</center>\r\n</body>\r\n</html>\r\n" +
		strings.Repeat("<!-- a padding to disable MSIE and Chrome friendly error page -->\r\n", 28)
	benchmarkEngine(b, library(b), translate.Response{Status: 502, Header: map[string][]string{"Content-Type": {"text/html"}}, Body: []byte(body)}, "nginx")
}

// stripeBody is an error of Stripe of 300 bytes.
const stripeBody = `{"error":{"code":"resource_missing","doc_url":"https://stripe.com/docs/error-codes/resource-missing","message":"No customer has the id that was sent, or it was removed.","param":"customer","request_log_url":"https://dashboard.stripe.com/test/logs/req_7f3a2b1c9d8e?t=","type":"invalid_request_error"}}`

// benchmarkEngine reads and renders one response.
func benchmarkEngine(b *testing.B, e *translate.Engine, r translate.Response, reader string) {
	policy := translate.DefaultPolicy()
	answer := translate.RenderParams{RequestID: "req_01JD9ZK3M5Q7R9T1V3X5Z7B9D1"}
	out := make([]byte, 0, 4096)
	t := e.Acquire()
	if t.ReadResponse(r); t.DetectedDialect() != reader {
		b.Fatalf("detected %q", t.DetectedDialect())
	}
	t.Release()
	b.SetBytes(int64(len(r.Body)))
	b.ReportAllocs()
	for b.Loop() {
		t := e.Acquire()
		t.ReadResponse(r)
		out = t.AppendCanonical(out[:0], &policy, answer)
		t.Release()
	}
}

var stripeResponse = translate.Response{
	Status: 404, Body: []byte(stripeBody),
	Header: map[string][]string{"Content-Type": {"application/json"}, "Request-Id": {"req_7f3a2b1c9d8e"}, "Server": {"nginx"}, "Date": {"Thu, 02 May 2024 10:00:00 GMT"}},
}
