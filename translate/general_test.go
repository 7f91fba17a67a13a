package translate_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/koine-proxy/koine/translate"
)

// reading is what the general rules are expected to read from a body.
type reading struct {
	about, body           string
	code, message, fields string
	requestID             string
	wait                  int    // 0 for none
	status                int    // 400 if 0
	mediaType             string // application/json if ""
	details               string // not compared if ""
}

// checkReadings reads bodies by the general rules alone.
func checkReadings(t *testing.T, readings []reading) {
	t.Helper()
	e := compile(t, files(t, "general"))
	for _, c := range readings {
		t.Run(c.about, func(t *testing.T) {
			r := translate.Response{Status: max(c.status, 400), Body: []byte(c.body), Header: map[string][]string{"Content-Type": {"application/json"}}}
			if c.mediaType != "" {
				r.Header["Content-Type"] = []string{c.mediaType}
			}
			tr := readResponse(t, e, r)
			fields := ""
			if got := tr.Fields(); len(got) > 0 {
				fields = strings.TrimPrefix(fmt.Sprint(got), "map")
			}
			if tr.Native != c.code || tr.Message != c.message || fields != c.fields || tr.RequestID != c.requestID || max(tr.RetryAfter, 0) != c.wait {
				t.Errorf("%s\nread code %q, message %q, fields %s, id %q, wait %d\nwant code %q, message %q, fields %s, id %q, wait %d",
					c.body, tr.Native, tr.Message, fields, tr.RequestID, tr.RetryAfter, c.code, c.message, c.fields, c.requestID, c.wait)
			}
			if c.details != "" && tr.Details() != c.details {
				t.Errorf("%s\nhas the details %s, want %s", c.body, tr.Details(), c.details)
			}
			renderCanonical(t, tr)
		})
	}
}

// TestGeneralNames reads names in the spellings and languages that backends use.
func TestGeneralNames(t *testing.T) {
	const words = "The coupon is used."
	for _, names := range []string{
		"ErrorCode ErrorMessage", "error_code error_message", "error-code error-msg", "errCode errMsg", "errcode errmsg", "err_no err_desc", "errno errmsg",
		"responseCode responseMessage", "respCode respMsg", "retCode retMsg", "resultCode resultDesc", "returnCode returnMsg", "faultCode faultString",
		"statusReasonCode statusMessage", "code_error message_error", "apiErrorCode apiErrorMessage", "orderErrorCode orderErrorText", "ERRORCODE ERRORMESSAGE",
		"seatCode seatText", "kekkaCode kekkaMessage",
		"fehlernummer fehlertext", "FehlerCode FehlerMeldung", "fehler_schlüssel fehler_beschreibung", "fehlerschluessel fehlerbeschreibung",
		"codeErreur messageErreur", "code_d_erreur libellé", "codigoErro mensagemErro", "código mensaje", "codigo_de_error descripcion_del_error",
		"codice_errore messaggio_errore", "kodBłędu opisBłędu", "foutcode foutmelding", "hataKodu hataMesajı", "кодОшибки сообщение",
		"错误码 错误信息", "エラーコード エラーメッセージ", "오류코드 오류메시지",
	} {
		code, message, _ := strings.Cut(names, " ")
		checkReadings(t, []reading{
			{about: names, body: fmt.Sprintf(`{%q:"SEAT_USED",%q:%q,"n":1}`, code, message, words), code: "SEAT_USED", message: words},
			{about: names + " with a number", body: fmt.Sprintf(`{%q:4711,%q:%q}`, code, message, words), code: "4711", message: words},
		})
	}
}

// TestGeneralPlaces chooses between candidates in different places.
func TestGeneralPlaces(t *testing.T) {
	checkReadings(t, []reading{
		{about: "inside the error", body: `{"code":"X_1","error":{"code":"X_2","message":"Inner words."},"message":"Outer words."}`, code: "X_2", message: "Inner words."},
		{about: "a number and a text in an error", body: `{"fehler":{"nummer":4711,"text":"Der Gutschein ist verbraucht."}}`, code: "4711", message: "Der Gutschein ist verbraucht."},
		{about: "in wrappers", body: `{"response":{"result":{"errorCode":7,"errorText":"No such seat."}}}`, code: "7", message: "No such seat."},
		{about: "in a list of one", body: `{"errors":[{"code":"A_1","message":"No such seat."}],"ok":false}`, code: "A_1", message: "No such seat.", details: `{}`},
		{about: "the first of a list", body: `{"errors":[{"code":"A_1","message":"No such seat."},{"code":"A_2","message":"No such row."}]}`, code: "A_1", message: "No such seat.",
			details: `{"errors":[{"code":"A_1","message":"No such seat."},{"code":"A_2","message":"No such row."}]}`},
		{about: "the first error of a list with warnings", body: `{"messages":[{"type":"W","number":"018","text":"Rounded up."},{"type":"E","number":"226","text":"No such seat."}]}`, code: "226", message: "No such seat."},
		{about: "around a list", body: `{"error":"invalid_resource","error_description":"Not all is right.","messages":[{"param":"a.b","code":"a_bad","message":"It is bad."}]}`, code: "invalid_resource", message: "Not all is right.", fields: "[a.b:It is bad.]"},
		{about: "pairs of names and values", body: `{"info":[{"key":"errorCode","value":"A_1"},{"key":"errorMessage","value":"No such seat."}]}`, code: "A_1", message: "No such seat."},
		{about: "by index", body: `{"errors":{"0":{"code":"A_1","text":"No such seat."}}}`, code: "A_1", message: "No such seat."},
		{about: "attributes", body: `<answer><failure code="A_1">No such seat.</failure></answer>`, mediaType: "text/xml", code: "A_1", message: "No such seat."},
		{about: "entries of XML", body: `<map><entry key="errorCode">A_1</entry><entry key="errorMessage">No such seat.</entry></map>`, mediaType: "text/xml", code: "A_1", message: "No such seat."},
		{about: "a type and a code", body: `{"error":{"type":"card_error","code":"seat_taken","message":"No such seat."}}`, code: "seat_taken", message: "No such seat."},
		{about: "a type and the status", body: `{"error":{"type":"card_error","code":400,"message":"No such seat."}}`, code: "card_error", message: "No such seat."},
		{about: "a sentence and a phrase", body: `{"message":"Bad Request","detail":"No such seat."}`, message: "No such seat."},
		{about: "languages", body: `{"code":"A_1","text":{"de":"Kein Platz da.","en":"No such seat."}}`, code: "A_1", message: "No such seat."},
		{about: "the id beside", body: `{"correlation":{"id":"c0ffee-12"},"fault":{"code":"A_1","text":"No such seat."}}`, code: "A_1", message: "No such seat.", requestID: "c0ffee-12"},
		{about: "a delay inside", body: `{"error":"A seat is free soon.","retry":{"afterSeconds":240}}`, message: "A seat is free soon.", wait: 240},
		{about: "milliseconds", body: `{"error":"A seat is free soon.","retryAfterMs":2500}`, message: "A seat is free soon.", wait: 3},
		{about: "a postcode", body: `{"address":{"city":"Ulm","code":"89073"},"problem":"No such street there."}`, message: "No such street there."},
		{about: "a thing", body: `{"id":881,"name":"Rex","error":"The number is of another dog."}`, message: "The number is of another dog."},
		{about: "a city", body: `{"message":"No such seat.","gate":{"code":"C","message":"Welcome"}}`, message: "No such seat."},
		{about: "a licence", body: `{"licences":[{"name":"CC-BY-SA"}],"status":{"code":400,"message":"The allowance is spent."}}`, message: "The allowance is spent."},
		{about: "an id as the message", body: `{"message":"4db6cd81-65f2-408c-a67c-e4eed3c7ed9d"}`, message: "4db6cd81-65f2-408c-a67c-e4eed3c7ed9d"},
		{about: "dotted names", body: `{"fault.num":"7012","fault.text":"A batch is running.","fault.retryAfterSeconds":900}`, code: "7012", message: "A batch is running.", wait: 900},
		{about: "a fault string in JSON", body: `{"faultcode":"A_1","faultstring":"No such seat."}`, code: "A_1", message: "No such seat."},
		{about: "nothing that is said", body: `{"success":false,"error":"error","code":0}`},
	})
}

// TestGeneralForms reads texts that consist of parts.
func TestGeneralForms(t *testing.T) {
	checkReadings(t, []reading{
		{about: "a code before the text", body: `{"error":"ERR_MAX_SIZE: The file is too large."}`, code: "ERR_MAX_SIZE", message: "The file is too large."},
		{about: "a code in brackets", body: `{"error":"[E-204] The door is open."}`, code: "E-204", message: "The door is open."},
		{about: "a code and a dash", body: `FX-31 - Page 4 is no picture.`, mediaType: "text/plain", code: "FX-31", message: "Page 4 is no picture."},
		{about: "a word before the code", body: `ERROR 17: The tape is full.`, mediaType: "text/plain", code: "17", message: "The tape is full."},
		{about: "pipes", body: `{"message":"1929|Application|The seat is taken."}`, code: "1929", message: "The seat is taken."},
		{about: "semicolons", body: `ERR;204;Zone 9 is closed.`, mediaType: "text/plain", code: "204", message: "Zone 9 is closed."},
		{about: "the status before the text", body: `{"message":"400: Look again."}`, message: "400: Look again."},
		{about: "JSON in a text", body: `{"message":"{\"code\":\"A_1\",\"text\":\"No such seat.\"}"}`, code: "A_1", message: "No such seat."},
		{about: "JSON in a text, alone", body: `"{\"code\":\"A_1\",\"text\":\"No such seat.\"}"`, code: "A_1", message: "No such seat."},
		{about: "a list of complaints in a text", body: `{"error":{"name":"ZodError","message":"[{\"code\":\"too_small\",\"path\":[\"name\"],\"message\":\"Too small a name.\"}]"}}`, code: "ZodError", message: "Too small a name.", fields: "[name:Too small a name.]"},
		{about: "a form in a text", body: `error_code=A_1&error_message=No+such+seat.`, mediaType: "text/plain", code: "A_1", message: "No such seat."},
		{about: "lines of names and values", body: "status: failed\ncode: DR-204\nmessage: The seat is taken.\n", mediaType: "text/plain", code: "DR-204", message: "The seat is taken."},
		{about: "lines of names and values, with equals signs", body: "RESULT=NOK\nERRNUM=77\nERRTXT=The arm is at home.\nRETRY_IN=20", mediaType: "text/plain", code: "77", message: "The arm is at home.", wait: 20},
		{about: "a call, as in JSONP", body: `cb9({"code":"W12","text":"The key is of another site."});`, mediaType: "application/javascript", code: "W12", message: "The key is of another site."},
		{about: "percent signs", body: `{"message":"No%20such%20seat."}`, message: "No such seat."},
		{about: "several lines", body: `{"message":"No such seat.\n\n\n/row/7\n"}`, message: "No such seat. /row/7"},
		{about: "a stack trace behind", body: "Error: No such seat\n    at find (/srv/app/seat.js:9:18)\n    at run (/srv/app/run.js:1:2)", mediaType: "text/plain", message: "Error: No such seat"},
		{about: "a stack trace of Python", body: "Traceback (most recent call last):\n  File \"/srv/app.py\", line 5, in put\nRuntimeError: no such seat", mediaType: "text/plain", message: "RuntimeError: no such seat"},
		{about: "one word", body: `{"name":"busy","message":"All seats are taken."}`, code: "busy", message: "All seats are taken."},
		{about: "one word as the reason", body: `{"reason":"CODEC","message":"No such seat."}`, code: "CODEC", message: "No such seat."},
		{about: "a phrase is no code", body: `{"code":"Not Found","message":"No such seat."}`, status: 404, message: "No such seat."},
		{about: "a sentence as the status", body: `{"status":"No such seat here."}`, message: "No such seat here."},
		{about: "a list of texts", body: `{"Errors":["No such seat.","No such row."]}`, message: "No such seat.; No such row."},
		{about: "a bare list of texts", body: `["No such seat.","No such row."]`, message: "No such seat.; No such row."},
		{about: "a list of a code", body: `{"reasons":["CAR_TOO_OLD"],"notes":["The car is too old for this."]}`, code: "CAR_TOO_OLD", message: "The car is too old for this."},
	})
}

// TestGeneralPages reads what pages say.
func TestGeneralPages(t *testing.T) {
	page := func(parts string) string { return "<!DOCTYPE html><html>" + parts + "</html>" }
	checkReadings(t, []reading{
		{about: "the paragraph below the heading", body: page(`<title>404 Not Found</title><h1>Not Found</h1><p>There is no seat 7.</p>`), mediaType: "text/html", status: 404, message: "There is no seat 7."},
		{about: "a heading alone", body: page(`<title>Shop</title><h1>The shop is closed today</h1>`), mediaType: "text/html", message: "The shop is closed today"},
		{about: "an introduction before it", body: page(`<h1>ERROR</h1><p>The following was met while reading: http://shop/x</p><p>The disk of the shop is full.</p>`), mediaType: "text/html", message: "The disk of the shop is full."},
		{about: "furniture", body: page(`<h1>Oops!</h1><nav><p>Read our news, there are many.</p></nav><p>The cart is empty.</p><footer><p>Powered by the shop software 1.0.</p></footer><button>Sign in with another account</button>`), mediaType: "text/html", message: "The cart is empty."},
		{about: "a heading in the paragraph", body: page(`<p><b>Type</b> Status Report</p><p><b>Message</b> The cart is empty</p><p><b>Description</b> The server met a condition.</p>`), mediaType: "text/html", message: "The cart is empty"},
		{about: "the id", body: page(`<h1>The cart is empty</h1><div>Request ID: 8c7ac223-cc09</div>`), mediaType: "text/html", message: "The cart is empty", requestID: "8c7ac223-cc09"},
	})
}

// TestGeneralFields reads complaints about fields in the forms of validators.
func TestGeneralFields(t *testing.T) {
	const two = "[items.0.sku:Unknown. name:Too short.]"
	checkReadings(t, []reading{
		{about: "entries", body: `{"message":"Look again.","errors":[{"field":"name","message":"Too short."},{"field":"items[0].sku","message":"Unknown."}]}`, message: "Look again.", fields: two},
		{about: "entries with other names", body: `{"complaints":[{"where":"name","what":"Too short."},{"where":"items.0.sku","what":"Unknown."}]}`, fields: two},
		{about: "entries with compounds", body: `{"findings":[{"attribute":"name","findingText":"Too short."},{"attribute":"items.0.sku","findingText":"Unknown."}]}`, fields: two},
		{about: "pointers", body: `{"failures":[{"at":"/name","because":"Too short."},{"at":"/items/0/sku","because":"Unknown."}]}`, fields: two},
		{about: "steps", body: `{"issues":[{"path":["name"],"message":"Too short."},{"path":["items",0,"sku"],"message":"Unknown."}]}`, fields: two},
		{about: "steps with objects", body: `{"issues":[{"path":[{"key":"name"}],"message":"Too short."},{"path":[{"key":"items"},{"key":0},{"key":"sku"}],"message":"Unknown."}]}`, fields: two},
		{about: "behind a part of the request", body: `{"errors":[{"location":"body.name","message":"Too short."},{"location":["body","items",0,"sku"],"message":"Unknown."}]}`, fields: two},
		{about: "JSON Schema", body: `[{"instancePath":"","params":{"missingProperty":"name"},"message":"must have required property 'name'"},{"instancePath":"/items/0","params":{"missingProperty":"sku"},"message":"must have required property 'sku'"}]`, fields: "[items.0.sku:must have required property 'sku' name:must have required property 'name']"},
		{about: "a map of texts", body: `{"message":"Look again.","errors":{"name":"Too short.","items[0].sku":"Unknown."}}`, message: "Look again.", fields: two},
		{about: "a map of lists", body: `{"fieldErrors":{"name":["Too short."],"items.0.sku":["Unknown."]},"formErrors":[]}`, fields: two},
		{about: "a map of entries", body: `{"errors":{"name":{"msg":"Too short.","path":"name","value":"x"},"items.0.sku":{"msg":"Unknown.","path":"items[0].sku"}}}`, fields: two},
		{about: "a nested map", body: `{"name":"must be longer than this","items":{"0":{"sku":"must be one that is known"}}}`, fields: "[items.0.sku:must be one that is known name:must be longer than this]"},
		{about: "nested maps of lists", body: `{"name":["Too short."],"items":[{"sku":["Unknown."]}]}`, fields: two},
		{about: "a map inside the part of the request", body: `{"errors":{"json":{"name":["Too short."],"items":{"0":{"sku":["Unknown."]}}}}}`, fields: two},
		{about: "a tree with lists of errors", body: `{"errors":[],"properties":{"name":{"errors":["Too short."]},"items":{"errors":[],"items":[{"errors":[],"properties":{"sku":{"errors":["Unknown."]}}}]}}}`, fields: two},
		{about: "a tree with _errors", body: `{"_errors":[],"name":{"_errors":["Too short."]},"items":{"_errors":[],"0":{"_errors":[],"sku":{"_errors":["Unknown."]}}}}`, fields: two},
		{about: "children and constraints", body: `[{"property":"name","constraints":{"min":"Too short."},"children":[]},{"property":"items","children":[{"property":"0","children":[{"property":"sku","constraints":{"known":"Unknown."},"children":[]}]}]}]`, fields: two},
		{about: "a list of maps", body: `{"message":"Look again.","field":[{"name":"Too short."},{"items.0.sku":"Unknown."}]}`, message: "Look again.", fields: two},
		{about: "a complaint about the whole", body: `{"errors":{"":["The end is before the start."],"name":["Too short."]}}`, message: "The end is before the start.", fields: "[name:Too short.]"},
		{about: "a complaint about the whole beside a message", body: `{"message":"Look again.","errors":{"_form":["The end is before the start."],"name":["Too short."]}}`, message: "Look again.", fields: "[name:Too short.]", details: `{"errors":"The end is before the start."}`},
		{about: "an error of one field", body: `{"error":{"code":"A_1","message":"Too short.","param":"name"}}`, code: "A_1", message: "Too short.", fields: "[name:Too short.]", details: `{}`},
		{about: "texts in the message", body: `{"message":{"name":"must be longer than this"}}`, fields: "[name:must be longer than this]"},
		{about: "an error, not a map", body: `{"errors":{"code":"A_1","message":"Look again."}}`, code: "A_1", message: "Look again."},
		{about: "an error with a title", body: `{"errors":[{"title":"No such seat","detail":"There is no seat 7."}]}`, message: "There is no seat 7."},
		{about: "a rule that is no field", body: `{"violations":[{"rule":"NO_OVERLAP","explanation":"Two shifts overlap."}]}`, code: "NO_OVERLAP", message: "Two shifts overlap."},
		{about: "details", body: `{"message":"Look again.","details":{"seat":"7a","row":"the last one"}}`, message: "Look again.", details: `{"details":{"seat":"7a","row":"the last one"}}`},
		{about: "what was submitted", body: `{"value":{"name":"x"},"errors":[{"path":"name","message":"Too short.","value":"x"}]}`, message: "Too short.", fields: "[name:Too short.]"},
		{about: "in German", body: `{"feldFehler":[{"feld":"name","hinweis":"Zu kurz."}]}`, message: "Zu kurz.", fields: "[name:Zu kurz.]"},
		{about: "in Korean", body: `{"필드오류":[{"항목":"이름","사유":"너무 짧습니다"}]}`, message: "너무 짧습니다", fields: "[이름:너무 짧습니다]"},
	})
}
