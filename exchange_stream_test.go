package koine

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/tidwall/gjson"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"
)

const eventStream = "text/event-stream; charset=utf-8"

// Errors of Anthropic and of OpenAI, as the data of a frame.
const (
	overloadedError = `{"type":"error","error":{"type":"overloaded_error","message":"Come back in a moment."}}`
	invalidKeyError = `{"error":{"message":"No.","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}`
)

// errorOf returns the data of the frame of a stream that is an envelope.
func errorOf(t *testing.T, body string) string {
	t.Helper()
	for line := range strings.Lines(body) {
		line = strings.TrimSpace(strings.TrimPrefix(line, "data:"))
		if gjson.Get(line, "meta.request_id").Exists() || gjson.Get(line, "request_id").Exists() {
			return line
		}
	}
	t.Fatalf("no frame of %q is an envelope", body)
	return ""
}

func TestStreamIsTranslated(t *testing.T) {
	events := "data: {\"id\":1}\n\nevent: error\ndata: " + overloadedError + "\n\n"
	lines := "{\"id\":1}\n" + invalidKeyError + "\n"
	for _, c := range []struct {
		name, contentType, body string
		status                  int
		code                    string
	}{
		{"events", eventStream, events, 200, "MODEL.OVERLOADED"},
		{"events of an error", "Text/Event-Stream", events, 503, "MODEL.OVERLOADED"},
		{"NDJSON", "application/x-ndjson", lines, 200, "AUTH.INVALID_API_KEY"},
		{"JSON lines", "application/jsonl", lines, 201, "AUTH.INVALID_API_KEY"},
		{"JSON lines of an error", "application/jsonlines", lines, 429, "AUTH.INVALID_API_KEY"},
		{"a stream of JSON", "application/stream+json", lines, 200, "AUTH.INVALID_API_KEY"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, dialect := range []string{"auto", "all"} {
				s := serve(t, provision(t, "streams translate\ndialect "+dialect), write(c.status, c.contentType, c.body))
				got := get(t, s.URL)
				envelope := errorOf(t, got.body)
				if code := gjson.Get(envelope, "error.code").Str; got.StatusCode != c.status || code != c.code {
					t.Errorf("%s: got %d %s, want %d %s", dialect, got.StatusCode, code, c.status, c.code)
				}
				if id := gjson.Get(envelope, "meta.request_id").Str; id == "" || id != got.Header.Get("X-Request-ID") {
					t.Errorf("the frame has the id %q", id)
				}
				if !strings.Contains(got.body, "{\"id\":1}\n") || strings.Contains(got.body, "overloaded_error") {
					t.Error(got.body)
				}
			}
		})
	}
}

func TestStreamPassesThrough(t *testing.T) {
	events := "event: error\ndata: " + overloadedError + "\n\n"
	for _, c := range []struct {
		name, block, contentType, body string
		status                         int
	}{
		{"by default", "", eventStream, events, 200},
		{"with streams pass", "streams pass", eventStream, events, 200},
		{"partial content", "streams translate", eventStream, events, 206},
		{"client disconnected", "streams translate", eventStream, events, 499},
		{"a status out of scope", "streams translate\nonly 4xx", eventStream, events, 503},
		{"not a stream", "streams translate", "text/plain", events, 200},
		{"a similar media type", "streams translate", "text/event-stream-not", events, 200},
		{"JSON", "streams translate", "application/json", invalidKeyError + "\n", 200},
		{"dialects without frames", "streams translate\ndialect rustbill", "application/x-ndjson", invalidKeyError + "\n", 200},
		{"an unmapped code", "streams translate\nunmapped pass", eventStream, "event: error\ndata: {\"error\":\"planet_lost\",\"message\":\"x\"}\n\n", 200},
		{"a dialect that auto passes through", "streams translate", "application/x-ndjson", "{\"errorDetail\":{\"message\":\"x\"},\"error\":\"x\"}\n", 200},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := get(t, serve(t, provision(t, c.block), write(c.status, c.contentType, c.body)).URL)
			if got.StatusCode != c.status || got.body != c.body || got.Header.Get("X-Request-ID") == "" {
				t.Errorf("got %d %q", got.StatusCode, got.body)
			}
		})
	}
}

func TestStreamOfJSON(t *testing.T) {
	failing := "{\"errorDetail\":{\"message\":\"the disk is full\"},\"error\":\"the disk is full\"}\r\n"
	progress := "{\"status\":\"Pulling\",\"id\":\"a1\"}\r\n"
	flushing := func(w http.ResponseWriter, r *http.Request) error {
		w.Header().Set("Content-Type", "application/json")
		for _, frame := range []string{progress, progress, failing} {
			_, _ = io.WriteString(w, frame)
			_ = http.NewResponseController(w).Flush()
		}
		return nil
	}
	for _, dialect := range []string{"docker", "all"} { // with all, errors are looked for in each success
		body := get(t, serve(t, provision(t, "streams translate\ndialect "+dialect), flushing).URL).body
		if !strings.HasPrefix(body, progress+progress) || gjson.Get(errorOf(t, body), "error.code").Str != "INTERNAL.ERROR" {
			t.Errorf("%s: got %q", dialect, body)
		}
	}
	if body := get(t, serve(t, provision(t, "streams translate"), flushing).URL).body; body != progress+progress+failing {
		t.Errorf("with auto, got %q, want it unchanged", body)
	}
}

func TestStreamHeaders(t *testing.T) {
	handler := func(w http.ResponseWriter, r *http.Request) error {
		h := w.Header()
		h.Set("Content-Length", "100000")
		h.Set("Content-Digest", "sha-256=:x:")
		h.Set("Accept-Ranges", "bytes")
		h.Set("ETag", `"e"`)
		h.Set("X-Request-ID", "theirs")
		h.Set("X-RateLimit-Limit", "7")
		h.Set("X-RateLimit-Remaining", "6")
		return write(200, eventStream, "event: error\ndata: "+overloadedError+"\n\n")(w, r)
	}
	h := provision(t, "streams translate\nexpose upstream")
	got := get(t, serve(t, h, handler).URL)
	for name, want := range map[string]string{
		"Content-Length": "", "Content-Digest": "", "Accept-Ranges": "", "Proxy-Status": "", "Cache-Control": "",
		"Etag": `"e"`, "X-Ratelimit-Limit": "7", "Content-Type": eventStream,
	} {
		if value := got.Header.Get(name); value != want && (name != "Content-Length" || value == "100000") {
			t.Errorf("%s is %q, not %q", name, value, want)
		}
	}
	envelope := errorOf(t, got.body)
	if gjson.Get(envelope, "meta.upstream.request_id").Str != "theirs" || gjson.Get(envelope, "meta.upstream.dialect").Str != "anthropic" {
		t.Error(envelope)
	}
}

func TestStreamEnvelopes(t *testing.T) {
	body := "event: error\ndata: " + overloadedError + "\n\n"
	for _, c := range []struct{ block, accept, path string }{
		{"", "text/event-stream", "error.code"},
		{"envelope problem", "text/event-stream", "code"},
		{"envelope canonical problem", "application/problem+json", "code"},
		{"envelope canonical problem", "text/event-stream", "error.code"},
	} {
		s := serve(t, provision(t, "streams translate\n"+c.block), write(200, eventStream, body))
		if got := errorOf(t, get(t, s.URL, "Accept", c.accept).body); gjson.Get(got, c.path).Str != "MODEL.OVERLOADED" {
			t.Errorf("%s, %s: got %s", c.block, c.accept, got)
		}
	}
}

func TestStreamStatus(t *testing.T) {
	for _, block := range []string{"", "status upstream"} {
		for body, want := range map[string]int64{invalidKeyError: 401, overloadedError: 503, `{"error":{"code":429,"message":"Slow.","status":"RESOURCE_EXHAUSTED"}}`: 429} {
			got := get(t, serve(t, provision(t, "streams translate\n"+block), write(200, eventStream, "data: "+body+"\n\n")).URL)
			if status := gjson.Get(errorOf(t, got.body), "error.status").Int(); status != want || got.StatusCode != 200 {
				t.Errorf("%s: got %d with %d inside, want %d", block, got.StatusCode, status, want)
			}
		}
	}
}

func TestStreamOfChainedInstance(t *testing.T) {
	inner := serve(t, provision(t, "streams translate"), write(200, eventStream, "data: "+invalidKeyError+"\n\n"))
	outer := serve(t, provision(t, "streams translate"), func(w http.ResponseWriter, _ *http.Request) error {
		return write(200, eventStream, get(t, inner.URL).body)(w, nil)
	})
	got := get(t, outer.URL)
	envelope := errorOf(t, got.body)
	if gjson.Get(envelope, "meta.request_id").Str != got.Header.Get("X-Request-ID") || gjson.Get(envelope, "error.status").Int() != 401 ||
		gjson.Get(envelope, "error.code").Str != "AUTH.INVALID_API_KEY" || gjson.Get(envelope, "meta.match").Str != "table" {
		t.Error(got.body)
	}
}

func TestStreamDetailsOnOneLine(t *testing.T) {
	data := `{"error":"plan_not_found","message":"No.",` + "\n" + `"list":[1,` + "\r\n" + `2]}`
	body := "event: error\n" + strings.ReplaceAll("data: "+data, "\n", "\ndata: ") + "\n\n"
	got := get(t, serve(t, provision(t, "streams translate"), write(200, eventStream, body)).URL)
	if got.body != "event: error\ndata: "+errorOf(t, got.body)+"\n\n" || gjson.Get(errorOf(t, got.body), "error.details.list.1").Int() != 2 {
		t.Errorf("got %q", got.body)
	}
}

func TestStreamAborted(t *testing.T) {
	partial := "data: {\"id\":1}\n\ndata: " + invalidKeyError[:40]
	s := serve(t, provision(t, "streams translate"), func(w http.ResponseWriter, _ *http.Request) error {
		_ = write(200, eventStream, partial)(w, nil)
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	})
	res, err := http.Get(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if body, err := io.ReadAll(res.Body); err == nil || string(body) != partial {
		t.Errorf("got %q, %v", body, err)
	}
}

func TestStreamFromReader(t *testing.T) {
	s := serve(t, provision(t, "streams translate"), func(w http.ResponseWriter, _ *http.Request) error {
		w.Header().Set("Content-Type", eventStream)
		_, err := w.(io.ReaderFrom).ReadFrom(strings.NewReader("data: 1\n\ndata: " + invalidKeyError + "\n\n"))
		return err
	})
	errorOf(t, get(t, s.URL).body)
}

func TestCompressedStreamPasses(t *testing.T) {
	h := provision(t, "streams translate")
	core, logs := observer.New(zapcore.WarnLevel)
	h.rt.Load().logger = zap.New(core)
	body := "event: error\ndata: " + overloadedError + "\n\n"
	s := serve(t, h, func(w http.ResponseWriter, r *http.Request) error {
		w.Header().Set("Content-Encoding", "br")
		return write(200, eventStream, body)(w, r)
	})
	for range 2 {
		if got := get(t, s.URL, "Accept-Encoding", "br"); got.body != body {
			t.Errorf("got %q", got.body)
		}
	}
	if logs.Len() != 1 || !strings.Contains(logs.All()[0].Message, "header_up Accept-Encoding identity") {
		t.Errorf("logged %v", logs.All())
	}
}

func TestStreamsValue(t *testing.T) {
	h := new(Handler)
	h.setDefaults()
	if h.Streams != "pass" {
		t.Errorf("the default is %q", h.Streams)
	}
	h.Streams = "translat"
	if err := h.check(); err == nil || !strings.Contains(err.Error(), `streams "translat": expected one of pass, translate; did you mean translate?`) {
		t.Errorf("got %v", err)
	}
}

// TestStreamErrorBehindMembers checks errors behind other members, with the dialects
// of the site.
func TestStreamErrorBehindMembers(t *testing.T) {
	body := `data: {"id":"x","choices":[],` + invalidKeyError[1:] + "\n\n"
	for _, block := range []string{"", "dialect all", "dialect openai"} {
		got := get(t, serve(t, provision(t, "streams translate\n"+block), write(200, eventStream, body)).URL)
		if code := gjson.Get(errorOf(t, got.body), "error.code").Str; code != "AUTH.INVALID_API_KEY" {
			t.Errorf("%s: got %s", block, code)
		}
	}
}

// TestStreamUpstreamID checks that the id of an error in a stream is the upstream's,
// also if the dialect reads it from the header that has ours in the response.
func TestStreamUpstreamID(t *testing.T) {
	for about, c := range map[string]struct {
		block, header, body, want string
	}{
		"of a dialect that reads it from a header": {"", "X-Request-Id", invalidKeyError, "theirs"},
		"of a dialect that does not":               {"", "X-Request-Id", overloadedError, "theirs"},
		"of no dialect":                            {"", "X-Request-Id", `{"error":{"code":404,"message":"x"}}`, "theirs"},
		"in the body":                              {"", "X-Request-Id", `{"error":{"code":404,"message":"x"},"request_id":"req-77aa01"}`, "req-77aa01"},
		"in a header of the vendor":                {"", "X-Acme-Request-Id", invalidKeyError, "theirs"},
		"none":                                     {"", "X-Other", invalidKeyError, ""},
		"in a header of another name than ours":    {"request_id {\nheader X-Trace\n}", "X-Request-Id", invalidKeyError, "theirs"},
		"in a header of our name":                  {"request_id {\nheader X-Trace\n}", "X-Trace", invalidKeyError, "theirs"},
		"that is kept":                             {"request_id off", "X-Request-Id", invalidKeyError, "theirs"},
	} {
		t.Run(about, func(t *testing.T) {
			s := serve(t, provision(t, "streams translate\nexpose upstream\n"+c.block), func(w http.ResponseWriter, r *http.Request) error {
				w.Header().Set(c.header, "theirs")
				return write(200, eventStream, "data: "+c.body+"\n\ndata: "+c.body+"\n\n")(w, r)
			})
			got := get(t, s.URL)
			for line := range strings.Lines(got.body) {
				data, ok := strings.CutPrefix(line, "data: ")
				if id := gjson.Get(data, "meta.upstream.request_id").Str; ok && id != c.want {
					t.Errorf("the id is %q, want %q: %s", id, c.want, data)
				}
			}
		})
	}
}
