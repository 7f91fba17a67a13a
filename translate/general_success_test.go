package translate_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/koine-proxy/koine/translate"
)

// successShapes are bodies of successes that carry words of errors. Each %s takes
// one of successWords. They are data of every kind: records that failed, lists of
// errors, catalogues, logs, counters, texts of pages, results of validations.
var successShapes = []struct{ media, body string }{
	{jsonMedia, `{"id":7,"status":"%s","amount":3}`},
	{jsonMedia, `{"id":"j1","state":"%s","progress":40,"error":null}`},
	{jsonMedia, `{"job":{"id":7,"status":"%s","message":"The disk was full."}}`},
	{jsonMedia, `[{"id":1,"status":"%s"},{"id":2,"status":"done"}]`},
	{jsonMedia, `[{"id":1,"status":"%s","error":{"code":"E1","message":"Full."}}]`},
	{jsonMedia, `{"jobs":[{"id":1,"status":"%s"}],"total":1}`},
	{jsonMedia, `{"data":[{"id":1,"status":"%s","error":"Full."}],"meta":{"page":1}}`},
	{jsonMedia, `{"data":{"id":1,"type":"payment","attributes":{"status":"%s"}}}`},
	{jsonMedia, `{"result":{"id":1,"status":"%s","finished_at":"2026-05-01T08:00:00Z"}}`},
	{jsonMedia, `{"level":"%s","message":"The disk is full.","time":1777622400}`},
	{jsonMedia, `{"timestamp":"2026-05-01T08:00:00Z","level":"%s","logger":"shop.cart","message":"Failed: no such seat","thread":"main"}`},
	{jsonMedia, `{"hits":{"total":1,"items":[{"level":"%s","message":"Exception in thread main"}]}}`},
	{jsonMedia, `{"name":"%s","description":"What this code means.","count":3}`},
	{jsonMedia, `{"code":"%s","name":"Lamp","price":50.00}`},
	{jsonMedia, `{"code":0,"message":"ok","data":{"kind":"%s"}}`},
	{jsonMedia, `{"code":200,"message":"success","data":[{"type":"%s"}]}`},
	{jsonMedia, `{"status":"ok","last_error":"%s"}`},
	{jsonMedia, `{"status":"success","data":{"lastStatus":"%s","retries":2}}`},
	{jsonMedia, `{"success":true,"message":"%s"}`},
	{jsonMedia, `{"success":true,"errors":["%s"],"imported":12}`},
	{jsonMedia, `{"ok":true,"error":"%s"}`},
	{jsonMedia, `{"%s":null}`},
	{jsonMedia, `{"%s":""}`},
	{jsonMedia, `{"%s":[]}`},
	{jsonMedia, `{"%s":{}}`},
	{jsonMedia, `{"%s":0}`},
	{jsonMedia, `{"%s":0.1}`},
	{jsonMedia, `{"%s":{"rate":0.1}}`},
	{jsonMedia, `{"%s":{"count":3,"share":0.5},"total":6}`},
	{jsonMedia, `{"%s":3,"passed":12,"skipped":1}`},
	{jsonMedia, `{"%s":[1,2,3]}`},
	{jsonMedia, `{"%s":"Something went wrong","saved":"Saved","cancel":"Cancel"}`},
	{jsonMedia, `{"message":"%s"}`},
	{jsonMedia, `{"text":"%s","id":9}`},
	{jsonMedia, `{"title":"%s","author":"A. Person","pages":300}`},
	{jsonMedia, `{"query":"%s","results":[{"title":"How to read it"}],"took":3}`},
	{jsonMedia, `{"labels":["%s","other"],"url":"https://a.example/7"}`},
	{jsonMedia, `{"definitions":{"%s":{"type":"object","properties":{"error":{"type":"string"},"message":{"type":"string"}}}}}`},
	{jsonMedia, `{"openapi":"3.1.0","paths":{"/a":{"get":{"responses":{"404":{"description":"%s"}}}}}}`},
	{jsonMedia, `{"data":{"errors":[{"id":1,"message":"%s"}],"pageInfo":{"hasNextPage":false}}}`},
	{jsonMedia, `{"errors":[{"id":1,"message":"%s","count":4,"first_seen":"2026-05-01"}],"next":null,"total":1}`},
	{jsonMedia, `{"valid":false,"errors":["%s"]}`},
	{jsonMedia, `{"imported":12,"rejected":1,"errors":[{"row":3,"message":"%s"}]}`},
	{jsonMedia, `{"name":"db","status":"%s","latency_ms":3}`},
	{jsonMedia, `{"status":"degraded","checks":[{"name":"db","status":"%s","message":"timeout"}]}`},
	{jsonMedia, `{"alert":{"severity":"%s","message":"Pressure is low."}}`},
	{jsonMedia, `{"event":"%s","payload":{"code":"E7","message":"Late."},"id":"evt_1"}`},
	{jsonMedia, `{"type":"%s","id":"t1","fields":{"message":"text","code":"text"}}`},
	{jsonMedia, `{"id":"chatcmpl-1","object":"chat.completion","choices":[{"message":{"role":"assistant","content":"%s"}}],"usage":{"total_tokens":3}}`},
	{jsonMedia, `{"id":"resp_1","object":"response","status":"%s","error":{"code":"server_error","message":"It broke off."},"output":[]}`},
	{jsonMedia, `{"deviceId":"pump-7","state":"%s","since":"2026-05-01","code":"E404"}`},
	{jsonMedia, `{"rules":{"%s":{"severity":"error","message":"Do not."}},"extends":"base"}`},
	{jsonMedia, `{"correlation_id":"c1","code":"%s","name":"Lamp"}`},
	{jsonMedia, `{"request_id":"r1","items":[],"filter":{"status":"%s"}}`},
	{jsonMedia, `"%s"`},
	{jsonMedia, `["%s"]`},
	{jsonMedia, `{"a":{"b":{"c":{"status":"%s","message":"Late."}}}}`},
	{"application/x-ndjson", "{\"id\":1,\"status\":\"%s\"}\n{\"id\":2,\"status\":\"done\"}\n"},
	{"application/x-ndjson", "{\"level\":\"%s\",\"message\":\"Full.\",\"ts\":1}\n{\"level\":\"info\",\"message\":\"Up.\",\"ts\":2}\n"},
	{xmlMedia, `<job><id>7</id><status>%s</status><message>Full.</message></job>`},
	{xmlMedia, `<job><status>%s</status><message>Full.</message></job>`},
	{xmlMedia, `<jobs><job><status>%s</status></job><job><status>done</status></job></jobs>`},
	{xmlMedia, `<status>%s</status>`},
	{xmlMedia, `<response><status>ok</status><item code="%s"><name>Lamp</name></item></response>`},
	{xmlMedia, `<response><errors/><items><item>%s</item></items></response>`},
	{xmlMedia, `<rss><channel><title>%s</title><item><title>It failed</title><description>An error.</description></item></channel></rss>`},
	{xmlMedia, `<log><entry level="%s">Full.</entry><entry level="info">Up.</entry></log>`},
	{xmlMedia, `<testsuite name="%s" tests="3" failures="1" errors="0"><testcase name="a"><failure message="expected 3">trace</failure></testcase></testsuite>`},
	{xmlMedia, `<catalog><code>%s</code><name>Lamp</name><price>3</price></catalog>`},
	{"text/plain", "%s\n"},
	{"text/plain", "08:00 %s: the disk is full\n08:01 INFO: up\n"},
	{"text/plain", "error_total{code=\"%s\"} 3\nrequests_total 7\n"},
	{"text/plain", "name,status\nlamp,%s\n"},
	{formMedia, `id=7&status=%s&amount=3`},
	{formMedia, `token=abc&kind=%s&expires_in=300`},
	{"text/html", `<!DOCTYPE html><html><head><title>%s</title></head><body><h1>Errors</h1><p>It failed.</p></body></html>`},
	{"text/html", `<ul><li class="error">%s</li><li>message</li></ul>`},
}

// successWords are the words of errors, in the spellings of data.
var successWords = []string{
	"error", "errors", "Error", "ERROR", "failed", "failure", "FAILED", "fault", "exception", "NullPointerException", "message", "code", "status", "invalid",
	"not_found", "ERR_TIMEOUT", "denied", "error_free",
}

// realSuccesses are successes of the kind that well-known APIs send.
var realSuccesses = []struct{ about, media, body string }{
	{"an operation with an error", jsonMedia, `{"name":"operations/7","done":true,"error":{"code":3,"message":"The zone is full.","details":[]}}`},
	{"an action", jsonMedia, `{"action":{"id":1,"command":"create","status":"error","progress":100,"error":{"code":"action_failed","message":"Action failed"}}}`},
	{"a payment intent", jsonMedia, `{"id":"pi_1","object":"payment_intent","amount":300,"last_payment_error":{"code":"card_declined","message":"No.","type":"card_error"},"status":"requires_payment_method"}`},
	{"a charge", jsonMedia, `{"id":"ch_1","object":"charge","amount":300,"failure_code":"card_declined","failure_message":"No.","status":"failed","paid":false}`},
	{"a batch of a model", jsonMedia, `{"id":"batch_1","object":"batch","errors":{"object":"list","data":[{"code":"invalid_json","message":"Line 3."}]},"status":"failed","created_at":1777622400}`},
	{"a file of a model", jsonMedia, `{"id":"file-1","object":"file","status":"error","status_details":"It cannot be read.","filename":"a.jsonl","bytes":7}`},
	{"a lookup of records", jsonMedia, `{"Status":0,"TC":false,"Question":[{"name":"a.example"}],"Comment":"Response from ns1"}`},
	{"a lookup that found none", jsonMedia, `{"Status":3,"TC":false,"Question":[{"name":"a.example"}],"Authority":[{"name":"example"}],"Comment":"NXDOMAIN"}`},
	{"a bulk index", jsonMedia, `{"took":30,"errors":true,"items":[{"index":{"_index":"a","status":400,"error":{"type":"mapper_parsing_exception","reason":"No."}}}]}`},
	{"a search", jsonMedia, `{"took":3,"timed_out":false,"_shards":{"total":5,"successful":5,"failed":0},"hits":{"total":{"value":0},"hits":[]}}`},
	{"a cluster", jsonMedia, `{"cluster_name":"a","status":"red","timed_out":false,"number_of_nodes":3}`},
	{"a health check", jsonMedia, `{"status":"DOWN","components":{"db":{"status":"DOWN","details":{"error":"java.net.ConnectException"}}}}`},
	{"a check run", jsonMedia, `{"id":4,"name":"build","status":"completed","conclusion":"failure","output":{"title":"It failed","summary":"3 errors"}}`},
	{"a pipeline", jsonMedia, `{"id":46,"status":"failed","ref":"main","sha":"a91957a","yaml_errors":null,"failure_reason":"script_failure"}`},
	{"a build", jsonMedia, `{"number":7,"result":"FAILURE","building":false,"duration":300,"url":"https://ci.example/7"}`},
	{"an issue", jsonMedia, `{"id":1,"number":7,"title":"Error: cannot open","state":"open","labels":[{"name":"bug"}],"body":"message: failed"}`},
	{"an issue of a tracker", jsonMedia, `{"id":"7","key":"A-7","fields":{"summary":"error","status":{"name":"Failed"}}}`},
	{"issues of an error tracker", jsonMedia, `[{"id":"1","title":"TypeError: x is undefined","level":"error","count":"7","status":"unresolved"}]`},
	{"series of metrics", jsonMedia, `{"status":"success","data":{"resultType":"vector","result":[{"metric":{"__name__":"errors_total","code":"500"},"value":[1777622400,"3"]}]}}`},
	{"an alert", jsonMedia, `{"status":"success","data":{"alerts":[{"labels":{"alertname":"Errors","severity":"error"},"state":"firing"}]}}`},
	{"a page of messages", jsonMedia, `{"messages":[{"sid":"SM1","status":"failed","error_code":30007,"error_message":"Filtered"}],"page":0}`},
	{"a message", jsonMedia, `{"sid":"SM1","status":"failed","error_code":30007,"error_message":"Filtered","to":"+4912345"}`},
	{"a queued message", jsonMedia, `{"id":"<1@a.example>","message":"Queued. Thank you."}`},
	{"a delivery", jsonMedia, `{"id":12,"event":"push","status":"Invalid HTTP Response: 404","status_code":404,"duration":0.3}`},
	{"a webhook", jsonMedia, `{"type":"Repository","id":7,"name":"web","active":true,"last_response":{"code":422,"status":"misconfigured","message":"Bad Response"}}`},
	{"a table of messages", jsonMedia, `{"ok":true,"messages":[{"type":"message","text":"error"}],"has_more":false}`},
	{"partial data", jsonMedia, `{"data":{"a":null,"b":1},"errors":[{"message":"Late.","path":["a"]}]}`},
	{"a batch of calls", jsonMedia, `[{"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"No."}},{"jsonrpc":"2.0","id":2,"result":3}]`},
	{"a result of a call", jsonMedia, `{"jsonrpc":"2.0","id":1,"result":{"code":"error","message":"a text"}}`},
	{"a user with a bio", jsonMedia, `{"login":"failure","id":1,"name":"Error","bio":"message: null"}`},
	{"settings", jsonMedia, `{"error":true,"warning":false,"level":"debug"}`},
	{"limits", jsonMedia, `{"resources":{"core":{"limit":60,"remaining":0,"reset":1777622400}},"rate":{"limit":60}}`},
	{"a schema", jsonMedia, `{"$schema":"https://json-schema.org/draft/2020-12/schema","title":"Error","type":"object","required":["code","message"],"properties":{"code":{"type":"string"}}}`},
	{"translations", jsonMedia, `{"errors":{"required":"is required","invalid":"is invalid"},"buttons":{"save":"Save"}}`},
	{"an address check", jsonMedia, `{"address":"a@b.example","result":"invalid","reason":"no such domain","score":3}`},
	{"a card check", jsonMedia, `{"verified":false,"code":"mismatch","attempts":2}`},
	{"a captcha with a score", jsonMedia, `{"success":true,"score":0.1,"action":"login","error-codes":[]}`},
	{"a poll", jsonMedia, `{"status":"pending","error":null,"eta":30}`},
	{"a survey", jsonMedia, `{"question":"What failed?","answers":["error","exception"],"status":"open"}`},
	{"a game", jsonMedia, `{"player":"a","status":"failed","level":3,"score":12}`},
	{"a measurement", jsonMedia, `{"value":3.1,"error":0.2,"unit":"mm"}`},
	{"a regression", jsonMedia, `{"model":"m","error":{"mean":0.1,"max":0.9},"code":"v2"}`},
	{"a parcel", jsonMedia, `{"tracking":"1Z","status":"exception","status_detail":"address incorrect","events":[{"code":"X1","message":"Exception"}]}`},
	{"a feature", jsonMedia, `{"type":"Feature","properties":{"status":"error"},"geometry":{"type":"Point","coordinates":[1,2]}}`},
	{"a list that is long", jsonMedia, `[` + strings.TrimSuffix(strings.Repeat(`{"status":"failed","error":"x"},`, 300), ",") + `]`},
	{"an object that is long", jsonMedia, `{"status":"failed",` + strings.Repeat(`"message":"Late.",`, 300) + `"a":1}`},
	{"an object that is deep", jsonMedia, strings.Repeat(`{"result":`, 50) + `{"success":false}` + strings.Repeat(`}`, 50)},
	{"lists that are deep", jsonMedia, strings.Repeat(`{"errors":[{"id":1,"error":`, 12) + `1` + strings.Repeat(`}]}`, 12)},
	{"a bucket", xmlMedia, `<ListBucketResult><Name>errors</Name><Contents><Key>error.log</Key><Size>3</Size></Contents></ListBucketResult>`},
	{"a deletion", xmlMedia, `<DeleteResult><Deleted><Key>a</Key></Deleted><Error><Key>b</Key><Code>AccessDenied</Code><Message>No.</Message></Error></DeleteResult>`},
	{"a multistatus", xmlMedia, `<multistatus xmlns="DAV:"><response><href>/a</href><status>HTTP/1.1 404 Not Found</status></response><response><href>/b</href><status>HTTP/1.1 200 OK</status></response></multistatus>`},
	{"a report of tests", xmlMedia, `<testsuites><testsuite name="a" failures="1"><testcase name="b"><error message="x">y</error></testcase></testsuite></testsuites>`},
	{"a page of XML", xmlMedia, `<html xmlns="http://www.w3.org/1999/xhtml"><body><p class="error">It failed.</p></body></html>`},
	{"a soap answer", xmlMedia, `<s:Envelope xmlns:s="x"><s:Header/><s:Body><GetStatusResponse><status>FAILED</status><jobId>7</jobId></GetStatusResponse></s:Body></s:Envelope>`},
	{"a token", formMedia, `access_token=abc&scope=error&token_type=bearer`},
	{"nothing", jsonMedia, ``},
	{"null", jsonMedia, `null`},
	{"broken JSON", jsonMedia, `{"success":false`},
}

// successes returns all bodies of successes: those of the table with each word, and
// those of well-known APIs.
func successes() (out []translate.Response) {
	for _, s := range successShapes {
		for _, word := range successWords {
			out = append(out, successResponse(s.media, fmt.Sprintf(strings.ReplaceAll(s.body, "%s", "%[1]s"), word)))
		}
	}
	for _, s := range realSuccesses {
		out = append(out, successResponse(s.media, s.body))
	}
	return out
}

// TestSuccesses reads more than a thousand successes as `dialect all` and
// `success_errors guess` do: none of them is an error, and none is buffered once it
// is known whole.
func TestSuccesses(t *testing.T) {
	e, all := guessing(t), successes()
	general := compileGuessing(t, files(t, "general"))
	if len(all) < 1000 {
		t.Fatalf("only %d successes", len(all))
	}
	for _, r := range all {
		if isError(e, r) {
			t.Errorf("%s %s is an error of %s", http.Header(r.Header).Get("Content-Type"), r.Body, dialectOf(e, r))
		}
		if general.MayBeError(r, true) {
			t.Errorf("%s is buffered after the first part", r.Body)
		}
	}
}
