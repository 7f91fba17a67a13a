package translate_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/koine-proxy/koine/translate"
)

func TestDetails(t *testing.T) {
	licensekey := func(metadata string) string {
		return `{"code":"already_exists","message":"m","metadata":` + metadata + `}`
	}
	for _, c := range []struct{ about, body, want string }{
		{"number literals", licensekey(`{"a":50.00,"b":9007199254740993,"c":1e5,"d":-0,"e":0.1e-7}`),
			`{"a":50.00,"b":9007199254740993,"c":1e5,"d":-0,"e":0.1e-7}`},
		{"all types", licensekey(`{"a":true,"b":false,"c":null,"d":"x","e":[1,"y",{}],"f":{"g":{}}}`),
			`{"a":true,"b":false,"c":null,"d":"x","e":[1,"y",{}],"f":{"g":{}}}`},
		{"white space is removed", licensekey(`{ "a" : [ 1 , 2 ] }`), `{"a":[1,2]}`},
		{"private members", licensekey(`{"a":1,"trace":1,"stack":1,"stackTrace":1,"STACKTRACE":1,"exception":1,"file":1,"line":1,"debug":1,"sql":1,"query":1}`), `{"a":1}`},
		{"private members, deep", licensekey(`{"a":{"b":[{"Debug":{"x":1},"c":2}]}}`), `{"a":{"b":[{"c":2}]}}`},
		{"private members, spelled with escapes", licensekey(`{"tr\u0061ce":1,"a":{"\u0073ql":1}}`), `{"a":{}}`},
		{"only private members", licensekey(`{"stack":"x"}`), ``},
		{"private members without a role", `{"code":"already_exists","message":"m","trace":"x","hint":"y"}`, `{"hint":"y"}`},
		{"texts that are not allowed", licensekey(`{"a":"at x.y(z.go:1)","b":["10.0.0.3","fine"],"c":"<b>","d":""}`),
			`{"a":"[redacted]","b":["[redacted]","fine"],"c":"[redacted]","d":""}`},
		{"secrets by name", licensekey(`{"secret":"hunter2","Client-Secret":"abc123","password":"Must have a digit.","token":"tok_1","passwd":["x1"]}`),
			`{"secret":"[redacted]","Client-Secret":"[redacted]","password":"Must have a digit.","token":"tok_1","passwd":["[redacted]"]}`},
		{"secrets by name, in any spelling", licensekey(`{"apiKey":"abc","X-API-KEY":"def","accessToken":"ghi","pin":4321,"max_tokens":4096,"token_type":"bearer","session_count":12}`),
			`{"apiKey":"[redacted]","X-API-KEY":"[redacted]","accessToken":"[redacted]","pin":"[redacted]","max_tokens":4096,"token_type":"bearer","session_count":12}`},
		{"inside of a secret", licensekey(`{"credentials":{"user":"root","level":2},"password":{"code":"too_short","min":8,"value":"hunter"}}`),
			`{"credentials":{"user":"[redacted]","level":2},"password":{"code":"too_short","min":8,"value":"[redacted]"}}`},
		{"what was submitted for a secret", licensekey(`{"e":[{"field":"password","value":"letmein","why":"Not 'letmein' please."},{"field":"email","value":"jo"},{"loc":["body","pin"],"input":1234},{"source":{"pointer":"/data/password"},"meta":{"received":["a"]}}]}`),
			`{"e":[{"field":"password","value":"[redacted]","why":"[redacted]"},{"field":"email","value":"jo"},{"loc":["body","pin"],"input":"[redacted]"},{"source":{"pointer":"/data/password"},"meta":{"received":"[redacted]"}}]}`},
		{"what was submitted, beside the code", `{"code":"already_exists","message":"m","param":"password","value":"letmein","limit":3}`,
			`{"param":"password","value":"[redacted]","limit":3}`},
		{"white space is folded", licensekey(`{"a":"One.\nTwo.\n"}`), `{"a":"One. Two."}`},
		{"escapes", licensekey(`{"a\"b\\c":"d\"e"}`), `{"a\"b\\c":"d\"e"}`},
		{"a lone surrogate", licensekey(`{"a":"\ud800"}`), "{\"a\":\"\ufffd\"}"},
		{"not an object", licensekey(`["x"]`), `{"metadata":["x"]}`},
		{"a text", licensekey(`"x"`), `{"metadata":"x"}`},
		{"null", licensekey(`null`), ``},

		{"the same name twice: the last is used", licensekey(`{"a":1,"b":2,"a":3}`), `{"b":2,"a":3}`},
		{"the same name twice, deep", licensekey(`{"x":{"a":1,"a":2}}`), `{"x":{"a":2}}`},
		{"the same name twice, spelled with escapes", licensekey(`{"a":1,"\u0061":2}`), `{"a":2}`},
		{"names that become the same", licensekey("{\"\xff\":1,\"\xfe\":2}"), "{\"\ufffd\":2}"},
		{"the same leftover twice", `{"code":"already_exists","message":"m","a":1,"a":2}`, `{"a":2}`},
		{"the details twice", `{"code":"already_exists","message":"m","metadata":{"a":1},"metadata":{"b":2}}`, `{"b":2}`},
		{"an object around details twice", `{"success":false,"error":{"code":"INTERNAL_ERROR","message":"m","details":{"a":1},"x":1},"error":{"code":"INVALID_REQUEST","message":"n","y":2}}`,
			`{"y":2}`},

		{"a leftover with the name of a detail", `{"code":"already_exists","message":"m","metadata":{"a":1},"a":2}`, `{"a":1,"a_":2}`},
		{"leftovers of one name in two places", `{"success":false,"error":{"code":"INVALID_REQUEST","message":"m","a":1},"meta":{"a":2},"a":3}`,
			`{"a":1,"meta.a":2,"a_":3}`},
		{"a leftover whose name is the path to another", `{"success":false,"error":{"code":"INVALID_REQUEST","message":"m","a":1},"meta.a":0,"meta":{"a":2}}`,
			`{"a":1,"meta.a":0,"meta.a_":2}`},
		{"an object where a text should be", `{"code":"ORDER_NOT_FOUND","message":{"en":"No."}}`, `{"message":{"en":"No."}}`},
	} {
		t.Run(c.about, func(t *testing.T) {
			tr := read(t, 409, c.body)
			if tr.Dialect == "" {
				t.Fatal("no dialect detected")
			}
			if got := rawMember(t, renderCanonical(t, tr), "error.details"); got != c.want {
				t.Errorf("the details are %s, want %s", got, c.want)
			}
			renderProblem(t, tr)
		})
	}
}

// TestDetailsInDialect checks that in a dialect without a place for details they
// are at the top, where they must not replace the code or the message.
func TestDetailsInDialect(t *testing.T) {
	const metadata = `{"error":"e","message":"m2","code":"c","fields":"f","details.error":"x","limit":5}`
	for _, c := range []struct{ about, body, to, want string }{
		{"names of the shape", `{"code":"customer_not_found","message":"m","metadata":` + metadata + `}`, "rustbill",
			`{"error":"not_found","message":"m","details.error_":"e","details.message":"m2","details.code":"c","details.fields":"f","details.error":"x","limit":5}`},
		{"names of the match", `{"code":"customer_not_found","message":"m","metadata":{"success":true,"meta":1}}`, "orders",
			`{"code":"ORDER_NOT_FOUND","message":"m","details.success":true,"details.meta":1}`},
		{"a leftover", `{"success":false,"error":{"code":"INVALID_REQUEST","message":"m","details":{"code":7}},"details.code":1}`, "orders",
			`{"code":"INVALID_PARAMETER","message":"m","details.code":7,"details.code_":1}`},
		{"into a place of their own", `{"code":"ORDER_NOT_FOUND","message":"m","hint":1}`, "licensekey",
			`{"metadata":{"hint":1},"code":"not_found","message":"m","request_id":"r"}`},
		{"a place that is used for fields", `{"error":{"code":"VALIDATION.FAILED","message":"m","type":"validation","status":422,"details":{"email":["Wrong."]}},"meta":{"request_id":"x"},"support":"t"}`, "validonx",
			`{"error":{"details":{"email":"Wrong."},"code":"VALIDATION.FAILED","message":"m","type":"validation","status":422},"meta":{"api_version":"1","request_id":"r"},"support":"t"}`},
	} {
		t.Run(c.about, func(t *testing.T) {
			tr := read(t, 422, c.body)
			p := translate.DefaultPolicy()
			out, _, _ := tr.AppendDialect(nil, c.to, &p, translate.RenderParams{RequestID: "r"})
			if string(out) != c.want {
				t.Errorf("got\n%s, want\n%s", out, c.want)
			}
		})
	}
}

// TestServerErrorsHaveNoDetails checks that details, messages and native codes are
// private if either status is 500 or above.
func TestServerErrorsHaveNoDetails(t *testing.T) {
	const body = `{"error":"%s","message":"Shard 7 is gone.","hint":"shard","fields":{"shard":"Shard gone."}}`
	for _, code := range []string{"internal_error", "shard_gone", "not_found"} {
		tr := read(t, 500, fmt.Sprintf(body, code))
		p := translate.DefaultPolicy()
		out := [][]byte{renderCanonical(t, tr), renderProblem(t, tr)}
		for _, name := range firstParty {
			legacy, _, _ := tr.AppendDialect(nil, name, &p, translate.RenderParams{RequestID: "r"})
			if name == "rustbill" && code == "shard_gone" {
				continue // its own code comes back
			}
			out = append(out, legacy)
		}
		for _, o := range out {
			for _, leak := range []string{"Shard 7", "hint", "Shard gone", "shard_gone"} {
				if strings.Contains(string(o), leak) {
					t.Errorf("%s: %q is in the answer: %s", code, leak, o)
				}
			}
		}
	}
}

// TestDetailsBound checks that an object with very many members is written quickly.
func TestDetailsBound(t *testing.T) {
	var b strings.Builder
	b.WriteString(`{"code":"already_exists","message":"m","metadata":{"a":1`)
	for i := range 20_000 {
		fmt.Fprintf(&b, `,"member%d":%d`, i, i)
	}
	b.WriteString(`,"a":2},"a":3,"member7":4}`)
	start := time.Now()
	out := read(t, 409, b.String()).Details()
	if took := time.Since(start); took > 2*time.Second {
		t.Errorf("it took %v", took)
	}
	for _, want := range []string{`{"member0":0,`, `,"a":2,"a_":3,"member7_":4}`} {
		if !strings.Contains(out, want) {
			t.Errorf("%s is missing", want)
		}
	}
}

// TestNames checks that names of the upstream pass the filter, in every form of the
// answer and at every status.
func TestNames(t *testing.T) {
	const body = `{"error":"validation_error","message":"m","fields":{"sk_live_51H8abcDEFghijk":"is wrong","10.0.4.17":"is wrong","user.email":"is wrong"},` +
		`"AKIAIOSFODNN7EXAMPLE":1,"/srv/shop/a.py":2,"meta":{"db1.prod.lan":3,"postgres://a:b@c/d":4,"kept":5}}`
	p := translate.DefaultPolicy()
	for _, status := range []int{422, 500} {
		tr := read(t, status, body)
		outs := []string{string(renderCanonical(t, tr)), string(renderProblem(t, tr))}
		for _, name := range firstParty {
			out, _, _ := tr.AppendDialect(nil, name, &p, translate.RenderParams{RequestID: "r"})
			outs = append(outs, string(out))
		}
		for _, out := range outs {
			for _, leak := range []string{"sk_live", "10.0.4.17", "AKIA", "/srv", "db1", "postgres"} {
				if strings.Contains(out, leak) {
					t.Errorf("%d: %q is in the answer: %s", status, leak, out)
				}
			}
		}
		if !strings.Contains(outs[0], `{"field":"redacted",`) || !strings.Contains(outs[0], `{"field":"user.email",`) {
			t.Errorf("%d: %s", status, outs[0])
		}
	}
}

// TestLongNumber checks that numbers are bounded.
func TestLongNumber(t *testing.T) {
	long := strings.Repeat("7", 1<<20)
	out := read(t, 409, `{"code":"already_exists","message":"m","metadata":{"a":`+long+`,"b":[1.`+long+`],"c":12345678901234567890}}`).Details()
	if want := `{"a":"[redacted]","b":["[redacted]"],"c":12345678901234567890}`; out != want {
		t.Errorf("the details are %.200s, want %s", out, want)
	}
}

// TestFilteringIsBounded checks the time of an answer with very many texts that wake
// the filter.
func TestFilteringIsBounded(t *testing.T) {
	text := strings.Repeat("at x/y select from update set key -a1b2c a.b 1:2 a9 error line ", 8)[:480]
	var b strings.Builder
	b.WriteString(`{"error":"validation_error","message":"m","fields":{"first":"is wrong"`)
	for i := range 2_000 {
		fmt.Fprintf(&b, `,"a%d":%q`, i, text)
	}
	b.WriteString(`}}`)
	tr := read(t, 422, b.String())
	start := time.Now()
	out := string(renderCanonical(t, tr))
	if took := time.Since(start); took > time.Second {
		t.Errorf("it took %v", took)
	}
	if !strings.Contains(out, `"message":"is wrong"`) {
		t.Errorf("the first message is missing: %.300s", out)
	}
}

// TestFieldCodesAreFiltered checks that a code of a field has no spaces where the words of the
// upstream are not shown.
func TestFieldCodesAreFiltered(t *testing.T) {
	const body = `{"error":{"code":"VALIDATION.FAILED","type":"validation","category":"invalid_request","status":422,"message":"m","fields":[` +
		`{"field":"a","message":"is wrong","code":"too_short"},{"field":"b","message":"is wrong","code":"shard 7 said no"},{"field":"c","message":"is wrong","code":"select * from users"}],` +
		`"retry":{"strategy":"never","safe":false}},"meta":{"request_id":"r","api_version":"1","origin":"upstream","match":"table"}}`
	for status, want := range map[int][]bool{422: {true, true, false}, 500: {true, false, false}} {
		out := string(renderCanonical(t, read(t, status, body)))
		for i, code := range []string{"too_short", "shard 7", "select"} {
			if strings.Contains(out, code) != want[i] {
				t.Errorf("%d: %q is sent: %t: %s", status, code, !want[i], out)
			}
		}
	}
}

// TestControlCharacters checks that no form of the answer has control characters, of
// ASCII or after it, that are not escaped.
func TestControlCharacters(t *testing.T) {
	tr := read(t, 404, `{"error":"plan_not_found","message":"a\u0007b\u007fc\u0085d\u009fe"}`, "rustbill", "aws-query")
	p := translate.DefaultPolicy()
	p.Message = translate.MessageUpstream
	params := translate.RenderParams{RequestID: "r"}
	xml, _, ok := tr.AppendDialect(nil, "aws-query", &p, params)
	if !ok {
		t.Fatal("there is no answer in XML")
	}
	for _, out := range [][]byte{tr.AppendCanonical(nil, &p, params), tr.AppendProblem(nil, &p, params), xml} {
		if i := strings.IndexFunc(string(out), unicode.IsControl); i >= 0 {
			t.Errorf("a control character is in the answer at %d: %q", i, out)
		}
	}
}

// TestDetailsCount checks that details of a million values do not become as many.
func TestDetailsCount(t *testing.T) {
	for _, body := range []string{
		`{"message":"It is bad.","values":[` + strings.Repeat("1,", 500_000) + `1]}`,
		`{"message":"It is bad.","values":[` + strings.Repeat(`{"a":"x"},`, 100_000) + `{}]}`,
	} {
		tr := library(t).Acquire()
		tr.ReadResponse(translate.Response{Status: 422, Body: []byte(body)})
		if out := renderCanonical(t, tr); len(out) > 800<<10 {
			t.Errorf("%d bytes became %d", len(body), len(out))
		}
		tr.Release()
	}
}
