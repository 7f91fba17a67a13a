package translate_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/translate"
)

// commonShapes are bodies that many APIs send. %[1]s is a code, %[2]s a message.
var commonShapes = []string{
	`{"code":%[1]s,"message":%[2]s}`,
	`{"code":%[1]s,"message":%[2]s,"details":[]}`,
	`{"code":%[1]s,"message":%[2]s,"data":null}`,
	`{"code":%[1]s,"message":%[2]s,"errors":[]}`,
	`{"code":%[1]s,"message":%[2]s,"request_id":"r-1"}`,
	`{"code":%[1]s,"msg":%[2]s}`,
	`{"code":%[1]s,"msg":%[2]s,"data":{}}`,
	`{"code":%[1]s,"detail":%[2]s}`,
	`{"code":%[1]s,"error":%[2]s}`,
	`{"code":%[1]s,"description":%[2]s}`,
	`{"error":%[1]s,"message":%[2]s}`,
	`{"error":%[1]s,"error_description":%[2]s}`,
	`{"error":%[2]s,"code":%[1]s}`,
	`{"error":%[2]s}`,
	`{"message":%[2]s}`,
	`{"detail":%[2]s}`,
	`{"errors":[%[2]s]}`,
	`{"errors":[{"message":%[2]s}]}`,
	`{"errors":[{"code":%[1]s,"message":%[2]s}]}`,
	`{"errors":[{"code":%[1]s,"detail":%[2]s}]}`,
	`{"errors":[{"message":%[2]s,"path":%[1]s}]}`,
	`{"errors":[{"message":%[2]s,"path":"coupon"}],"data":null}`,
	`{"errors":{"coupon":[%[2]s]}}`,
	`{"error":{"code":%[1]s,"message":%[2]s}}`,
	`{"error":{"code":%[1]s,"message":%[2]s,"errors":[]}}`,
	`{"error":{"type":%[1]s,"message":%[2]s}}`,
	`{"error":{"message":%[2]s}}`,
	`{"result":null,"error":{"code":%[1]s,"message":%[2]s}}`,
	`{"success":false,"error":{"code":%[1]s,"message":%[2]s}}`,
	`{"success":false,"code":%[1]s,"message":%[2]s}`,
	`{"status":"error","code":%[1]s,"message":%[2]s}`,
	`{"status":%[1]s,"message":%[2]s}`,
	`{"statusCode":400,"error":%[1]s,"message":%[2]s}`,
	`{"statusCode":%[1]s,"message":%[2]s}`,
	`{"error_code":%[1]s,"error_message":%[2]s}`,
	`{"error_code":%[1]s,"message":%[2]s}`,
	`{"error_code":%[1]s,"error_msg":%[2]s}`,
	`{"errorCode":%[1]s,"errorMessage":%[2]s}`,
	`{"errorCode":%[1]s,"message":%[2]s}`,
	`{"ErrorCode":%[1]s,"ErrorMessage":%[2]s}`,
	`{"errcode":%[1]s,"errmsg":%[2]s}`,
	`{"Code":%[1]s,"Message":%[2]s}`,
	`{"type":%[1]s,"message":%[2]s}`,
	`{"name":%[1]s,"message":%[2]s}`,
	`{"reason":%[1]s,"message":%[2]s}`,
	`{"fault":{"code":%[1]s,"message":%[2]s}}`,
	`{"response":{"code":%[1]s,"message":%[2]s}}`,
	`{"data":{"code":%[1]s,"message":%[2]s}}`,
	`[{"code":%[1]s,"message":%[2]s}]`,
	`{"title":%[2]s,"code":%[1]s}`,
}

// commonElements are the same in XML and in other formats, without quotes.
var commonElements = []string{
	`<Error><Code>%[1]s</Code><Message>%[2]s</Message></Error>`,
	`<Error><Code>%[1]s</Code><Message>%[2]s</Message><RequestId>r-1</RequestId></Error>`,
	`<error><code>%[1]s</code><message>%[2]s</message></error>`,
	`<error>%[2]s</error>`,
	`<errors><error>%[2]s</error></errors>`,
	`<errors><error><code>%[1]s</code><message>%[2]s</message></error></errors>`,
	`<Response><Error><Code>%[1]s</Code><Message>%[2]s</Message></Error></Response>`,
	`<ErrorResponse><Error><Code>%[1]s</Code><Message>%[2]s</Message></Error></ErrorResponse>`,
	`<response><status>%[1]s</status><message>%[2]s</message></response>`,
	`<fault><code>%[1]s</code><reason>%[2]s</reason></fault>`,
	`<html><head><title>%[1]s</title></head><body><h1>%[2]s</h1></body></html>`,
	`code=%[1]s&message=%[2]s`,
}

// commonCodes returns numbers and everyday words, as JSON.
func commonCodes() (codes []string) {
	for n := -3; n <= 100; n++ {
		codes = append(codes, strconv.Itoa(n))
	}
	for n := 1000; n < 90_000; n = n*31/30 + 1 {
		codes = append(codes, strconv.Itoa(n))
	}
	return append(codes, `"not_found"`, `"NotFound"`, `"NOT_FOUND"`, `"internal"`, `"InternalServerError"`, `"unavailable"`, `"permission_denied"`, `"forbidden"`,
		`"BadRequest"`, `"bad_request"`, `"invalid_request"`, `"VALIDATION_ERROR"`, `"ValidationError"`, `"rate_limited"`, `"timeout"`, `"conflict"`, `"unauthorized"`, `"error"`, `"E1001"`, `"oops"`)
}

// TestCommonShapes checks that errors in shapes of many APIs, with codes of many
// APIs, are not taken for those of a vendor or a protocol.
func TestCommonShapes(t *testing.T) {
	const message = "The coupon cannot be used with this order."
	e, general, total := library(t), generalRules(t), 0
	wrong := map[string]int{}
	check := func(status int, mediaType, body string) {
		total++
		r := translate.Response{Status: status, Header: parseHeader("Content-Type: " + mediaType), Body: []byte(body)}
		if by := attributedTo(e, general, r); by != "" {
			if wrong[by]++; wrong[by] == 1 {
				t.Errorf("%d %s is attributed to %s", status, body, by)
			}
		}
	}
	for _, status := range []int{400, 401, 403, 404, 409, 422, 429, 500, 502, 503} {
		for _, code := range commonCodes() {
			for _, shape := range commonShapes {
				check(status, "application/json", fmt.Sprintf(shape+"%.0[1]s", code, strconv.Quote(message)))
			}
			for _, shape := range commonElements {
				check(status, mediaTypes[shape[0]], fmt.Sprintf(shape+"%.0[1]s", strings.Trim(code, `"`), message))
			}
		}
	}
	t.Logf("%d bodies; attributed: %v", total, wrong)
}

// mediaTypes has the media type of commonElements by the first byte.
var mediaTypes = map[byte]string{'<': "application/xml", 'c': "application/x-www-form-urlencoded"}

// attributedTo returns the dialect of a response that must not have one; "" if it
// is read by general rules or, by a row, by one of the first dialects.
func attributedTo(e *translate.Engine, general []string, r translate.Response) string {
	tr := e.Acquire()
	defer tr.Release()
	tr.ReadResponse(r)
	name := tr.DetectedDialect()
	if name == "oauth2-token" && tr.Native == "invalid_request" || name == "lone-message" { // the complete shape of RFC 6749 section 5.2; a message, of whoever
		return ""
	}
	if slices.Contains(general, name) || slices.Contains(firstParty, name) && tr.Match == translate.ByTable {
		return ""
	}
	return name
}

// generalRules returns the names of the built-in general rules.
func generalRules(t *testing.T) (names []string) {
	for _, f := range files(t) {
		if f.General {
			names = append(names, f.Name)
		}
	}
	return names
}

// TestHostIsEvidence checks that the same bodies are attributed if they come from a
// host of the vendor, if the site names the dialect, or if it has rows for it.
func TestHostIsEvidence(t *testing.T) {
	for _, c := range []struct {
		dialect, host string
		status        int
		body          string
	}{
		{"twitter-v1", "api.twitter.com", 429, `{"errors":[{"code":88,"message":"Slow down."}]}`},
		{"discord", "discord.com", 404, `{"code":10003,"message":"Unknown Channel"}`},
		{"wechat", "api.weixin.qq.com", 400, `{"errcode":40013,"errmsg":"invalid appid"}`},
		{"pagerduty", "api.pagerduty.com", 404, `{"error":{"code":2100,"message":"Not Found"}}`},
		{"binance", "api.binance.com", 400, `{"code":-1121,"msg":"Invalid symbol."}`},
		{"parse", "parseapi.back4app.com", 404, `{"code":101,"error":"Object not found."}`},
		{"azure-arm", "management.azure.com", 404, `{"error":{"code":"ResourceGroupNotFound","message":"There is none."}}`},
		{"grpc-gateway", "", 404, `{"code":5,"message":"There is none."}`},
		{"connect", "", 503, `{"code":"unavailable","message":"Not now."}`},
		{"twirp", "", 404, `{"code":"not_found","msg":"There is none."}`},
		{"drf", "", 404, `{"detail":"There is none."}`},
	} {
		r := jsonResponse(c.status, c.body)
		e := library(t)
		if tr := readResponse(t, e, r); tr.DetectedDialect() == c.dialect {
			t.Errorf("%s: attributed without evidence", c.dialect)
		}
		if tr := readResponse(t, library(t, c.dialect), r); tr.DetectedDialect() != c.dialect {
			t.Errorf("%s: named, but read by %q", c.dialect, tr.DetectedDialect())
		}
		site, err := e.WithRows(translate.Rows{c.dialect: {{Native: "some_code", Code: "RESOURCE.GONE"}}})
		if err != nil {
			t.Fatal(err)
		}
		if tr := readResponse(t, site, r); tr.DetectedDialect() != c.dialect {
			t.Errorf("%s: the site has rows, but it is read by %q", c.dialect, tr.DetectedDialect())
		}
		if r.Host = c.host; c.host == "" {
			continue
		}
		if tr := readResponse(t, e, r); tr.DetectedDialect() != c.dialect {
			t.Errorf("%s: from %s, but read by %q", c.dialect, c.host, tr.DetectedDialect())
		}
		if r.Host = "api.example.com"; attributedTo(e, nil, r) == c.dialect {
			t.Errorf("%s: from another host, but attributed", c.dialect)
		}
	}
}

// TestEvidence checks each value of `evidence`.
func TestEvidence(t *testing.T) {
	file := func(name, words string) *dialect.File {
		return parseDialect(t, "dialect: "+name+"\nabout: x\n"+words+"match: {keys: ["+name+"], code_is: optional}\nshape: {code: "+name+"}\ncodes: {late: 409 ORDER.NOT_PENDING, gone: RESOURCE.GONE, \"77*\": 402 PAYMENT.DECLINED}\n")
	}
	files := []*dialect.File{
		file("any", ""), file("matched", "evidence: match\n"),
		file("coded", "evidence: code\nsuccess_errors: 400\nstreams: true\n"), file("hosted", "evidence: host\nhosts: [\"*.example.com\"]\n"),
	}
	e, err := translate.NewEngine(translate.Inputs{Taxonomy: taxonomy(t), Dialects: files, Unnamed: []string{"any", "matched", "coded", "hosted"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		about  string
		status int
		host   string
		body   string
		want   string
	}{
		{"no evidence is needed", 400, "", `{"any":"odd"}`, "any"},
		{"the match", 400, "", `{"matched":"odd"}`, "matched"},
		{"a code with its status", 409, "", `{"coded":"late"}`, "coded"},
		{"a code with the status of its canonical code", 410, "", `{"coded":"gone"}`, "coded"},
		{"a prefix with its status", 402, "", `{"coded":"7701"}`, "coded"},
		{"a code with another status", 400, "", `{"coded":"late"}`, ""},
		{"a code without a row", 409, "", `{"coded":"odd"}`, ""},
		{"no code", 409, "", `{"coded":null}`, ""},
		{"a 2xx", 200, "", `{"coded":"late"}`, "coded"},
		{"a 2xx without a row", 200, "", `{"coded":"odd"}`, ""},
		{"nothing in the response", 409, "", `{"hosted":"late"}`, ""},
		{"the host", 400, "api.example.com", `{"hosted":"odd"}`, "hosted"},
		{"another host", 400, "example.org", `{"hosted":"odd"}`, ""},
	} {
		r := jsonResponse(c.status, c.body)
		r.Host = c.host
		if tr := readResponse(t, e, r); tr.DetectedDialect() != c.want {
			t.Errorf("%s: detected %q, want %q", c.about, tr.DetectedDialect(), c.want)
		}
	}
}
