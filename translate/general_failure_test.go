package translate_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/translate"
)

// guessing compiles all built-in dialects as `dialect all` and `success_errors guess`
// do.
func guessing(tb testing.TB) *translate.Engine {
	tb.Helper()
	return compileGuessing(tb, forms(tb))
}

func compileGuessing(tb testing.TB, files []*dialect.File) *translate.Engine {
	tb.Helper()
	in := translate.Inputs{Taxonomy: taxonomy(tb), Dialects: files, SuccessErrors: translate.SuccessErrorsGuess}
	for _, f := range in.Dialects {
		in.Unnamed = append(in.Unnamed, f.Name)
	}
	e, err := translate.NewEngine(in)
	if err != nil {
		tb.Fatal(err)
	}
	return e
}

// successResponse returns a 200 with a body of a media type.
func successResponse(mediaType, body string) translate.Response {
	return translate.Response{Status: 200, Header: http.Header{"Content-Type": {mediaType}}, Body: []byte(body)}
}

// isError reports whether an engine reads a response as an error.
func isError(e *translate.Engine, r translate.Response) bool {
	t := e.Acquire()
	defer t.Release()
	t.ReadResponse(r)
	return !t.PassesThrough()
}

const (
	jsonMedia = "application/json"
	xmlMedia  = "text/xml"
	formMedia = "application/x-www-form-urlencoded"
)

// failures are bodies with a 2xx that say themselves that they failed.
var failures = []struct{ about, media, body string }{
	{"a flag alone", jsonMedia, `{"success":false}`},
	{"a flag with a message", jsonMedia, `{"success":false,"message":"There is no such seat."}`},
	{"a flag with a code", jsonMedia, `{"success":false,"error":{"code":104,"type":"usage_limit_reached","info":"That is all for this month."}}`},
	{"a flag with empty data", jsonMedia, `{"success":false,"data":null,"message":"Late.","id":null}`},
	{"a flag with data", jsonMedia, `{"success":false,"error":"no_such_domain","domain":"a.example"}`},
	{"a flag as a text", jsonMedia, `{"success":"false","msg":"Late."}`},
	{"a flag as a word", jsonMedia, `{"success":"error","error":"no_such_domain","domain":"a.example"}`},
	{"a flag as a number", jsonMedia, `{"ok":0,"errmsg":"Late.","code":59,"codeName":"CommandNotFound"}`},
	{"a flag as a number, in upper case", jsonMedia, `{"Success":0,"Message":"Late."}`},
	{"another flag", jsonMedia, `{"ok":false,"error":"not_authed"}`},
	{"another flag, with a description", jsonMedia, `{"ok":false,"error_code":401,"description":"Unauthorized"}`},
	{"a flag in other words", jsonMedia, `{"succeeded":false,"errors":["Late."]}`},
	{"a flag in camel case", jsonMedia, `{"isSuccess":false,"errorMessage":"Late."}`},
	{"a status that is false", jsonMedia, `{"status":false,"id":0,"error":"That item cannot be read."}`},
	{"a flag in a wrapper", jsonMedia, `{"result":{"success":false,"message":"Late."}}`},
	{"a flag in a response", jsonMedia, `{"response":{"ok":false,"error":"Late."}}`},
	{"a flag in data", jsonMedia, `{"data":{"success":false,"message":"Late."}}`},
	{"a flag in a wrapper of a success", jsonMedia, `{"success":1,"results":{"ActionResult":{"Success":0,"ShipmentID":"SHIP042","Errors":[{"ErrorNo":"E001","Message":"Late."}]}}}`},
	{"a word", jsonMedia, `{"status":"error","message":"Late."}`},
	{"a word alone", jsonMedia, `{"status":"fail"}`},
	{"a word with empty data", jsonMedia, `{"status":"failed","data":[],"message":"Late."}`},
	{"a word with what was wrong", jsonMedia, `{"status":"fail","data":{"title":"A title is required."}}`},
	{"a word in upper case", jsonMedia, `{"transactid":"42f8893995fe3e878f","status":"FAILURE","message":"Late.","code":100002}`},
	{"a word with a capital", jsonMedia, `{"status":"Failed","statusDescription":"No domain name was given."}`},
	{"a result", jsonMedia, `{"result":"FAILED","reason":"Late."}`},
	{"a result in other words", jsonMedia, `{"result":"ERROR","msg":"Late."}`},
	{"a result that is a failure", jsonMedia, `{"result":"FAILURE","errorCode":"E7"}`},
	{"a word in a wrapper of a success", jsonMedia, `{"status":"success","answer":{"status":"error","errors":[{"error_code":"INVALID_DATA","error_text":"At most 12."}]}}`},
	{"a word in a header", jsonMedia, `{"header":{"status":"error","message":"Late."},"body":null}`},
	{"a word with a list", jsonMedia, `{"errors":["Late."],"message":"Late.","status":"failure"}`},
	{"an acknowledgement", jsonMedia, `{"ack":"Failure","errors":[{"message":"Late."}]}`},
	{"a sign", jsonMedia, `{"isError":true,"message":"Late."}`},
	{"a sign alone", jsonMedia, `{"isError":true}`},
	{"a sign with a list", jsonMedia, `{"hasErrors":true,"errors":["Late."]}`},
	{"an error that is true", jsonMedia, `{"error":true,"message":"Late."}`},
	{"a list of texts", jsonMedia, `{"errors":["Late."]}`},
	{"a list of objects", jsonMedia, `{"errors":[{"code":"LATE","message":"Late."}]}`},
	{"a list with null data", jsonMedia, `{"errors":[{"message":"Late.","path":["a"]}],"data":null}`},
	{"a list with data that has nothing", jsonMedia, `{"errors":[{"message":"Late."}],"data":{"conf":null}}`},
	{"a map of fields", jsonMedia, `{"errors":{"email":["is invalid"]}}`},
	{"a map of objects", jsonMedia, `{"errors":{"someone":{"code":"invalid_input","message":"No such user."}},"success":[]}`},
	{"a list in upper case", jsonMedia, `{"ERRORARRAY":[{"ERRORCODE":8,"ERRORMESSAGE":"We have that zone."}],"DATA":{},"ACTION":"domain.create"}`},
	{"an error with code and message", jsonMedia, `{"error":{"code":498,"message":"That token was rejected.","details":[]}}`},
	{"an error with code and text", jsonMedia, `{"error":{"code":"badtoken","info":"That is no token."}}`},
	{"an error code with a message", jsonMedia, `{"errcode":40013,"errmsg":"invalid appid"}`},
	{"an error number with a message", jsonMedia, `{"error":2,"title":"","message":"Chiave di accesso non riconosciuta","data":null}`},
	{"an error code in words", jsonMedia, `{"error":"bad_verification_code","error_description":"The code is over.","error_uri":"https://docs.example/oauth"}`},
	{"an exception", jsonMedia, `{"exception":"shop_exception","errorcode":"invalidtoken","message":"That is no token."}`},
	{"a code of failures with a message", jsonMedia, `{"code":"INVALID_REQUEST","message":"Late."}`},
	{"a code of failures in a wrapper", jsonMedia, `{"response":{"code":"NOT_FOUND","message":"Late."}}`},
	{"an HTTP status with a message", jsonMedia, `{"status":404,"message":"There is no such page."}`},
	{"an HTTP status as a text", jsonMedia, `{"statusCode":"403","error":"Forbidden","message":"Late."}`},
	{"a list of one", jsonMedia, `[{"Error":"8","Description":"That key is used up."}]`},
	{"an error that tells of a failure", jsonMedia, `{"error":"Invalid API key"}`},
	{"an error object that tells of a failure", jsonMedia, `{"error":{"message":"There is no such key: not found."}}`},
	{"a number with a text of failures", jsonMedia, `{"status":311,"message":"The key is invalid."}`},
	{"a number with a text in another language", jsonMedia, `{"code":"3107","msg":"Der Schlüssel ist ungültig."}`},
	{"a number with the text of an error", jsonMedia, `{"request_id":"89f8","status":"16","error_text":"That PIN differs."}`},
	{"a pair of name and value", xmlMedia, `<VOTABLE version="1.1"><INFO name="QUERY_STATUS" value="ERROR">Late.</INFO></VOTABLE>`},
	{"a word before the reason", jsonMedia, `{"result":"ERROR:2:The door is blocked"}`},
	{"a flag in Portuguese", jsonMedia, `{"sucesso":false,"falha":{"chave":"LOTADO","texto":"O setor está lotado"}}`},
	{"a verdict in French", jsonMedia, `{"statut":"echec","code_retour":"R51","raison":"Le coupon a déjà servi"}`},
	{"a verdict in Italian", jsonMedia, `{"esito":"KO","messaggio":"La targa non risulta"}`},
	{"a verdict in German", jsonMedia, `{"statusText":"fehlgeschlagen","grund":"Niemand ist versichert"}`},
	{"a flag in Turkish", jsonMedia, `{"basarili":false,"mesaj":"Bu saat dolu"}`},
	{"a code in Chinese", jsonMedia, `{"错误码":5120,"错误信息":"该申请已经提交过"}`},
	{"a line of text", "text/plain", "ERR badtoken The token was replaced on Monday"},
	{"a line of text with bars", "text/plain", "FAIL|EAN_UNKNOWN|This bar code is in no catalog"},
	{"lines of a text", "text/plain", "Status: Failed\nErrorString: The field has the wrong form.\nERROR: 1\n"},
	{"lines of a form", "text/plain", "error=3000\nerrorMessage=Login+failed\n"},
	{"an error as the only element", xmlMedia, `<error>There is no such page.</error>`},
	{"a struct of XML-RPC", xmlMedia, `<methodResponse><params><param><value><struct><member><name>code</name><value><int>2303</int></value></member><member><name>msg</name><value><string>There is no such object</string></value></member></struct></value></param></params></methodResponse>`},
	{"an error that is not closed", "text/html", `<ERROR CODE="708" TEXT="Refused">`},
	{"a fault", xmlMedia, `<s:Envelope xmlns:s="x"><s:Body><s:Fault><faultcode>s:Client</faultcode><faultstring>Late.</faultstring></s:Fault></s:Body></s:Envelope>`},
	{"an error as the root", xmlMedia, `<Error><Number>-2147219067</Number><Description>Late.</Description><HelpFile></HelpFile></Error>`},
	{"an error in the root", xmlMedia, `<eparcel><error><statusCode>-3004</statusCode><statusMessage>Too heavy.</statusMessage></error></eparcel>`},
	{"an error in attributes", xmlMedia, `<api><error code="missingtitle" info="There is no such page."/></api>`},
	{"a status as an attribute", xmlMedia, `<results status="error"><message>Late.</message></results>`},
	{"a flag in XML", xmlMedia, `<ShipResponse><Result><Success>false</Success><ResultMessage>Late.</ResultMessage></Result><Errors><Error><ErrorCode>late</ErrorCode><ErrorMessage>Late.</ErrorMessage></Error></Errors></ShipResponse>`},
	{"codes in XML", xmlMedia, `<txn><errorCode>4025</errorCode><errorName>Late</errorName><errorMessage>It was rejected.</errorMessage></txn>`},
	{"a report of exceptions", xmlMedia, `<ServiceExceptionReport version="1.3.0"><ServiceException code="INVALID_RANGE">Late.</ServiceException></ServiceExceptionReport>`},
	{"a form", formMedia, `error=bad_verification_code&error_description=The+code+is+over.`},
	{"a form with a flag", formMedia, `success=false&message=Late.`},
}

// TestFailures reads bodies that say that they failed. Only `guess` looks for them.
func TestFailures(t *testing.T) {
	guess := guessing(t)
	if !guess.HasSuccessErrors() {
		t.Error("guess does not look for errors on 2xx")
	}
	for _, c := range failures {
		t.Run(c.about, func(t *testing.T) {
			r := successResponse(c.media, c.body)
			if !isError(guess, r) {
				t.Fatalf("%s is a success", c.body)
			}
			if !guess.MayBeError(r, false) {
				t.Errorf("%s passes when it is flushed", c.body)
			}
			tr := guess.Acquire()
			defer tr.Release()
			tr.ReadResponse(r)
			p := translate.DefaultPolicy()
			if status := tr.HTTPStatus(&p); status < 400 || status > 599 {
				t.Errorf("the status is %d", status)
			}
		})
	}
}

// TestDoubtfulSuccesses reads bodies that prove nothing, and must pass.
func TestDoubtfulSuccesses(t *testing.T) {
	e := guessing(t)
	for about, body := range map[string]string{
		"no error":                          `{"error":null}`,
		"an empty error":                    `{"error":""}`,
		"an error in numbers":               `{"error":{"rate":0.1}}`,
		"a text called error":               `{"error":"margin of error"}`,
		"a code and a message of a success": `{"code":0,"message":"ok"}`,
		"the status of a success":           `{"code":200,"message":"success"}`,
		"a code that is 1":                  `{"code":1,"message":"success","record_id":[7910264]}`,
		"a word with another in it":         `{"status":"error_free"}`,
		"a line of a log":                   `{"level":"error","message":"The disk is full."}`,
		"a longer line of a log":            `{"timestamp":"2026-05-01T08:00:00Z","level":"error","logger":"a.b","message":"Failed.","error":{"type":"IOException","message":"Full."}}`,
		"a list of jobs":                    `[{"id":1,"status":"failed"},{"id":2,"status":"done"}]`,
		"a list of one job":                 `[{"id":1,"status":"failed","error":"disk full"}]`,
		"a list of jobs in a member":        `{"jobs":[{"id":1,"status":"failed"}],"total":1}`,
		"a list of jobs in data":            `{"data":[{"id":1,"status":"failed","message":"Full."}]}`,
		"a payment":                         `{"id":7,"status":"failed","amount":3}`,
		"a payment without an id":           `{"status":"failed","amount":3,"currency":"EUR"}`,
		"a job":                             `{"id":"j7","status":"failed","error":{"code":"disk_full","message":"The disk is full."},"progress":30}`,
		"a job in data":                     `{"data":{"id":7,"status":"failed","error":"disk full"}}`,
		"a job in a wrapper":                `{"result":{"id":7,"status":"failed","message":"Full."}}`,
		"a check of health":                 `{"name":"db","status":"error","latency_ms":3}`,
		"a delivery":                        `{"id":"d1","url":"https://a.example","success":false,"attempts":3}`,
		"counters":                          `{"ok":0,"failed":3,"skipped":1}`,
		"counts of errors":                  `{"errors":0,"warnings":2}`,
		"errors in numbers":                 `{"errors":{"total":3,"critical":1}}`,
		"an empty list":                     `{"errors":[]}`,
		"an empty list with a success":      `{"type":"","title":"success","errors":[]}`,
		"a part that failed":                `{"errors":[{"message":"Late.","path":["a"]}],"data":{"a":null,"b":1}}`,
		"records of errors":                 `{"errors":[{"id":7,"message":"Late.","count":3}],"total":1}`,
		"records of errors alone":           `{"errors":[{"id":7,"message":"Late.","count":3}]}`,
		"a list with a success":             `{"success":true,"errors":["row 3 was skipped"]}`,
		"the result of a validation":        `{"valid":false,"errors":["email is not an address"]}`,
		"rows that failed":                  `{"imported":12,"errors":[{"row":3,"message":"Late."}]}`,
		"a setting":                         `{"error":true,"warning":false,"info":false}`,
		"a catalogue entry":                 `{"data":{"code":"invalid_token","message":"The token is not valid."}}`,
		"texts of a page":                   `{"error":"Something went wrong","success":"Saved","cancel":"Cancel"}`,
		"a message":                         `{"message":"The payment failed."}`,
		"a message with an id":              `{"id":9,"message":"error: cannot open"}`,
		"a code":                            `{"code":"invalid"}`,
		"a product code":                    `{"code":"E404","name":"Lamp","price":3}`,
		"a text":                            `"error"`,
		"a number":                          `0`,
		"a boolean":                         `false`,
		"an empty object":                   `{}`,
		"an empty list at the top":          `[]`,
		"an error beside a result":          `{"error":null,"result":{"token":"x"},"id":"3"}`,
		"a finished action":                 `{"action":{"id":1,"status":"error","error":{"code":"action_failed","message":"Action failed"}}}`,
		"a batch":                           `[{"success":false,"message":"Late."},{"success":true}]`,
		"a poll":                            `{"status":"pending","error":null}`,
		"a state":                           `{"state":"failed"}x`,
		"the status of a device":            `{"device":"pump","state":"fault","since":"2026-05-01"}`,
		"a lamp":                            `{"status":false,"lamp":"kitchen"}`,
		"an answer":                         `{"result":false}`,
		"the result of a game":              `{"result":"FAILURE","score":3}`,
		"a trial that is over":              `{"status":"expired","message":"Your trial is over."}`,
		"an application":                    `{"status":"rejected","message":"Your application was rejected."}`,
		"an event":                          `{"type":"payment_failed","message":"The bank said no."}`,
		"the findings of a linter":          `{"errors":[{"line":3,"message":"A semicolon is missing."}],"warnings":[]}`,
		"whether a name is free":            `{"available":false,"message":"That name is not valid."}`,
		"a page of states":                  `{"page":{"id":"p"},"status":{"indicator":"major","description":"Partial outage"}}`,
		"an alert":                          `{"alert":{"severity":"error","message":"Pressure is low."}}`,
	} {
		if isError(e, successResponse(jsonMedia, body)) {
			t.Errorf("%s is an error of %s: %s", about, dialectOf(e, successResponse(jsonMedia, body)), body)
		}
	}
	for about, body := range map[string]string{
		"a job":            `<job><id>7</id><status>failed</status><message>Full.</message></job>`,
		"a job without id": `<job><status>failed</status><message>Full.</message></job>`,
		"a status":         `<status>failed</status>`,
		"no errors":        `<errors/>`,
		"a log":            `<log><entry level="error">Full.</entry><entry level="info">Up.</entry></log>`,
		"a success":        `<response><status>ok</status><error/></response>`,
		"an error of zero": `<response><error>0</error><items><item>1</item></items></response>`,
		"jobs":             `<jobs><job><status>failed</status></job><job><status>done</status></job></jobs>`,
		"a feed":           `<rss><channel><title>Errors</title><item><title>Failed</title><description>An error.</description></item></channel></rss>`,
	} {
		if isError(e, successResponse(xmlMedia, body)) {
			t.Errorf("%s is an error of %s: %s", about, dialectOf(e, successResponse(jsonMedia, body)), body)
		}
	}
}

// dialectOf returns the dialect that reads a response.
func dialectOf(e *translate.Engine, r translate.Response) string {
	t := e.Acquire()
	defer t.Release()
	t.ReadResponse(r)
	return t.DetectedDialect()
}

// TestJudgingIsLinear judges large bodies whose containers are read at every depth,
// and checks that a success needs no memory.
func TestJudgingIsLinear(t *testing.T) {
	general := compileGuessing(t, files(t, "general"))
	filler := `"` + strings.Repeat("x", 200_000) + `"`
	for about, body := range map[string]string{
		"errors in errors":   strings.Repeat(`{"error":`, 59) + filler + strings.Repeat(`}`, 59),
		"lists in errors":    strings.Repeat(`{"errors":[{"error":`, 19) + filler + strings.Repeat(`}]}`, 19),
		"wrappers":           strings.Repeat(`{"result":`, 59) + filler + strings.Repeat(`}`, 59),
		"many empty objects": `{"errors":[` + strings.Repeat(`{},`, 60_000) + `{}],"a":1}`,
		"many errors":        `{"errors":[` + strings.Repeat(`{"error":{"message":"x"}},`, 8_000) + `1],"a":1}`,
	} {
		r := successResponse(jsonMedia, body)
		start := time.Now()
		isError(general, r)
		general.MayBeError(r, false)
		if took := time.Since(start); took > 5*time.Second { // with the race detector, on a busy machine
			t.Errorf("%s: %d bytes take %v", about, len(body), took)
		}
	}
	for _, body := range []string{`{"id":7,"status":"failed","amount":3,"meta":{"a":[1,2]}}`, `{"data":[{"id":1,"status":"failed"}],"errors":[]}`} {
		r := successResponse(jsonMedia, body)
		tr := general.Acquire() // once: with the race detector, a pool drops some of what it gets
		defer tr.Release()
		if n := testing.AllocsPerRun(100, func() { tr.ReadResponse(r) }); n > 0 {
			t.Errorf("%s needs %v allocations", body, n)
		}
	}
}

func BenchmarkGuessSuccess(b *testing.B) {
	e := guessing(b)
	r := successResponse(jsonMedia, `{"id":"ord_1","status":"open","amount":300,"items":[{"sku":"a","count":1},{"sku":"b","count":2}],"customer":{"name":"A. Person","city":"Bern"},"created_at":"2026-05-01T08:00:00Z"}`)
	b.ReportAllocs()
	for b.Loop() {
		isError(e, r)
	}
}
