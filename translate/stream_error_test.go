package translate_test

import (
	"testing"

	"github.com/koine-proxy/koine/translate"
)

// streamErrors are errors in frames of servers for models, and what decides on their
// status.
var streamErrors = []struct {
	about, data string
	marked      bool
	code        string
	status      int
	message     string
}{
	{"a number", `{"error":{"code":429,"message":"Slow.","type":"too_many"}}`, false, "RATE_LIMIT.EXCEEDED", 429, "Slow."},
	{"a number as a text", `{"error":{"message":"Slow.","type":"None","param":"None","code":"429"}}`, false, "RATE_LIMIT.EXCEEDED", 429, "Slow."},
	{"a number at the top", `{"statusCode":404,"message":"There is none."}`, true, "RESOURCE.NOT_FOUND", 404, "There is none."},
	{"a number beside the error", `{"error":"There is none.","status_code":404}`, false, "RESOURCE.NOT_FOUND", 404, "There is none."},
	{"a type", `{"error":{"message":"Slow.","type":"rate_limit_error"}}`, false, "RATE_LIMIT.EXCEEDED", 429, "Slow."},
	{"a type with a null code", `{"error":{"message":"Slow.","type":"rate_limit_error","code":null}}`, false, "RATE_LIMIT.EXCEEDED", 429, "Slow."},
	{"a type of Python", `{"error":{"object":"error","message":"There is none.","type":"NotFoundError","param":null,"code":404}}`, false, "RESOURCE.NOT_FOUND", 404, "There is none."},
	{"a flat error", `{"object":"error","message":"Too long.","type":"BadRequestError","param":null,"code":400}`, false, "REQUEST.INVALID", 400, "Too long."},
	{"a server error", `{"error":{"code":500,"message":"It broke.","type":"server_error"}}`, false, "INTERNAL.ERROR", 500, ""},
	{"a code and no number", `{"error":{"message":"Too long.","code":"context_length_exceeded"}}`, false, "MODEL.CONTEXT_TOO_LONG", 400, "Too long."},
	{"a message alone", `{"error":{"message":"It broke."}}`, false, "INTERNAL.ERROR", 500, ""},
	{"a text", `{"error":"model runner has unexpectedly stopped"}`, false, "INTERNAL.ERROR", 500, ""},
	{"a text with a type", `{"error":"Model is overloaded","error_type":"overloaded"}`, false, "MODEL.OVERLOADED", 503, ""},
	{"behind other members", `{"id":"x","choices":[],"error":{"code":429,"message":"Slow."}}`, false, "RATE_LIMIT.EXCEEDED", 429, "Slow."},
	{"behind many members", `{"id":"x","object":"chat.completion.chunk","created":1777622400,"model":"m","provider":"p","error":{"code":502,"message":"It broke."},"choices":[{"index":0,"delta":{"content":""},"finish_reason":"error"}]}`, false, "UPSTREAM.ERROR", 502, ""},
	{"a kind at the top", `{"type":"error","message":"It broke.","code":503}`, false, "UPSTREAM.UNAVAILABLE", 503, ""},
	{"a kind at the top and a type inside", `{"type":"error","error":{"type":"hat_error","message":"No hats."}}`, false, "INTERNAL.ERROR", 500, ""},
	{"marked, with a number", `{"code":429,"message":"Slow."}`, true, "RATE_LIMIT.EXCEEDED", 429, "Slow."},
	{"marked, with a type", `{"type":"rate_limit_error","message":"Slow."}`, true, "RATE_LIMIT.EXCEEDED", 429, "Slow."},
	{"marked, with a type in an error", `{"error":{"type":"not_found_error","message":"There is none."}}`, true, "RESOURCE.NOT_FOUND", 404, "There is none."},
	{"marked, with a number that is no status", `{"code":7,"message":"It broke."}`, true, "INTERNAL.ERROR", 500, ""},
	{"a row of a code at a status", `{"error":{"message":"No.","type":"invalid_request_error","param":null,"code":"invalid_request_error"},"status":404}`, false, "RESOURCE.NOT_FOUND", 404, "No."},
}

// TestStreamErrorStatus checks that the code or number in a frame decides on its
// status, since the frame has none to keep.
func TestStreamErrorStatus(t *testing.T) {
	e := library(t)
	for _, c := range streamErrors {
		t.Run(c.about, func(t *testing.T) {
			tr := e.Acquire()
			defer tr.Release()
			if !tr.ReadFrame(jsonResponse(200, c.data), c.marked) {
				t.Fatal("no error")
			}
			p := translate.DefaultPolicy()
			if tr.Code.Name != c.code || tr.HTTPStatus(&p) != c.status {
				t.Errorf("got %s with %d, want %s with %d", tr.Code.Name, tr.HTTPStatus(&p), c.code, c.status)
			}
			if c.message != "" && tr.Message != c.message {
				t.Errorf("the message is %q, want %q", tr.Message, c.message)
			}
		})
	}
}

// TestNamedStreamDialects checks that a dialect that the site names reads the frames
// of its servers by its table.
func TestNamedStreamDialects(t *testing.T) {
	e := engine(t, "openai", "openai-compatible")
	for data, want := range map[string]string{
		`{"error":{"object":"error","message":"There is none.","type":"NotFoundError","param":null,"code":404}}`: "RESOURCE.NOT_FOUND",
		`{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}`:                            "MODEL.OVERLOADED",
		`{"error":{"message":"Slow.","type":"RateLimitError"}}`:                                                  "RATE_LIMIT.EXCEEDED",
		`{"error":{"message":"Slow.","type":"None","param":"None","code":"429"}}`:                                "RATE_LIMIT.EXCEEDED",
		`{"object":"error","message":"Too long.","type":"BadRequestError","param":null,"code":400}`:              "REQUEST.INVALID",
		`{"error":"It broke.","error_type":"incomplete_generation"}`:                                             "MODEL.FAILED",
	} {
		tr := e.Acquire()
		if !tr.ReadFrame(jsonResponse(200, data), false) || tr.Code.Name != want || tr.Dialect != "openai-compatible" && tr.Dialect != "openai" {
			t.Errorf("%s is %s of %s, want %s", data, tr.Code.Name, tr.Dialect, want)
		}
		tr.Release()
	}
}

// TestFramesThatPass checks that frames with data of their own are no errors.
func TestFramesThatPass(t *testing.T) {
	e := library(t)
	for _, data := range []string{
		`{"id":"x","choices":[{"delta":{"content":"error"}}]}`,
		`{"id":"x","error":null}`,
		`{"error":""}`,
		`{"error":"none"}`,
		`{"error":{}}`,
		`{"error":{"rate":0.1}}`,
		`{"error":0.2,"value":3.1}`,
		`{"custom_id":"7","response":null,"error":{"code":"late","message":"Late."}}`,
		`{"level":"error","time":1777622400,"error":{"message":"Full."}}`,
		`{"level":"error","msg":"Full.","error":"no space"}`,
		`{"id":7,"status":"failed","error":{"message":"Full."},"attempts":3}`,
		`{"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"No."}}`,
		`{"type":"error"}`,
		`{"type":"error","items":["a"],"message":"No."}`,
		`{"type":"response.failed","response":{"error":{"code":"server_error","message":"No."}}}`,
		`{"event":"message","data":{"error":"No."}}`,
		`{"model":"m","response":"error","done":false}`,
		`["error"]`,
		`"error"`,
		`[DONE]`,
	} {
		tr := e.Acquire()
		if tr.ReadFrame(jsonResponse(200, data), false) {
			t.Errorf("%s is an error of %q", data, tr.DetectedDialect())
		}
		tr.Release()
	}
}
