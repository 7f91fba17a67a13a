package tests

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
)

// paced is a backend that sends a frame whenever the test says so.
type paced struct {
	addr string
	next chan string // "" ends the response
}

func newPaced(t *testing.T, contentType string) *paced {
	t.Helper()
	b := &paced{next: make(chan string)}
	b.addr = upstream(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(http.StatusOK)
		_ = http.NewResponseController(w).Flush()
		for {
			select {
			case frame := <-b.next:
				if frame == "" {
					return
				}
				_, _ = io.WriteString(w, frame)
				_ = http.NewResponseController(w).Flush()
			case <-r.Context().Done():
				return
			}
		}
	})
	return b
}

// send has the backend send a piece, which it takes only while a request is there.
func (b *paced) send(t *testing.T, piece string) {
	t.Helper()
	sent := make(chan struct{})
	go func() {
		b.next <- piece
		close(sent)
	}()
	receive(t, "the backend to take a frame", sent)
}

// expect reads exactly that from a response. It returns only once all of it came.
func expect(t *testing.T, body io.Reader, want string) {
	t.Helper()
	got := make([]byte, len(want))
	if n, err := io.ReadFull(body, got); err != nil || string(got) != want {
		t.Fatalf("got %q, %v; want %q", got[:n], err, want)
	}
}

// expectEnvelope reads a line up to its end, which must be an envelope with that
// code and that id.
func expectEnvelope(t *testing.T, body io.Reader, before, code string, resp *http.Response) {
	t.Helper()
	expect(t, body, before)
	var line []byte
	for one := make([]byte, 1); ; {
		if _, err := io.ReadFull(body, one); err != nil {
			t.Fatalf("%v behind %q", err, line)
		}
		if one[0] == '\n' {
			break
		}
		line = append(line, one[0])
	}
	var e envelope
	if err := json.Unmarshal(line, &e); err != nil {
		t.Fatalf("%v: %q", err, line)
	}
	if e.Error.Code != code || e.Meta.RequestID != resp.Header.Get("X-Request-Id") {
		t.Errorf("got %s, want %s", line, code)
	}
}

// streamSites are two sites in front of a backend, one with the word and one
// without.
func streamSites(backend string) string {
	return strings.ReplaceAll(`
http://words.test:{$PORT} {
	log
	translate_errors {
		streams translate
	}
	reverse_proxy BACKEND
}
http://default.test:{$PORT} {
	translate_errors
	reverse_proxy BACKEND
}
`, "BACKEND", backend)
}

const (
	openAIDelta    = `data: {"id":"chatcmpl-1","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"Hel"}}]}` + "\n\n"
	openAIError    = `{"error":{"message":"The server had an error.","type":"server_error","param":null,"code":null}}`
	anthropicDelta = "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"Hel\"}}\n\n"
	anthropicError = `{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}`
)

// TestStreamErrors holds that each frame reaches the client before the backend sends the
// next one, that errors become envelopes with the word, and that nothing changes
// without it. The backend sends only once the test has read what came before: a
// frame that is delayed is never read.
func TestStreamErrors(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, contentType string
		frames            []string // those that pass
		before, failing   string   // what stays of the error, and what is replaced
		after             string
		dialect, code     string
		status            string // inside the envelope
	}{
		{"OpenAI", "text/event-stream; charset=utf-8", []string{openAIDelta, openAIDelta, ": keep-alive\n\n"}, "data: ", openAIError, "\n", "openai", "INTERNAL.ERROR", "500"},
		{"Anthropic", "text/event-stream", []string{"event: ping\ndata: {\"type\": \"ping\"}\n\n", anthropicDelta}, "event: error\ndata: ", anthropicError, "\n", "anthropic", "MODEL.OVERLOADED", "503"},
		{"NDJSON", "application/x-ndjson", []string{"{\"model\":\"m\",\"response\":\"Hel\"}\n", "{\"model\":\"m\",\"response\":\"lo\"}\n"}, "", openAIError, "", "openai", "INTERNAL.ERROR", "500"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := newPaced(t, c.contentType)
			p := serve(t, "\n\tmetrics", streamSites(b.addr))
			for _, host := range []string{"words.test", "default.test"} {
				resp, err := p.client.Do(newRequest(t, "POST", host+"/v1", "{}"))
				if err != nil {
					t.Fatal(err)
				}
				for _, frame := range c.frames {
					b.send(t, frame)
					expect(t, resp.Body, frame)
				}
				half := c.frames[0][:len(c.frames[0])-5] // a frame that is no error passes in parts, too
				b.send(t, half)
				expect(t, resp.Body, half)
				b.send(t, c.frames[0][len(half):])
				expect(t, resp.Body, c.frames[0][len(half):])

				b.send(t, c.before+c.failing[:20])
				b.send(t, c.failing[20:]+"\n"+c.after)
				if host == "default.test" {
					expect(t, resp.Body, c.before+c.failing+"\n")
				} else {
					expectEnvelope(t, resp.Body, c.before, c.code, resp)
				}
				expect(t, resp.Body, c.after)
				b.send(t, c.frames[0])
				expect(t, resp.Body, c.frames[0])
				b.send(t, "")
				if rest, err := io.ReadAll(resp.Body); err != nil || len(rest) > 0 {
					t.Errorf("%q came at the end, %v", rest, err)
				}
				resp.Body.Close()
				if host == "words.test" {
					if l := p.access(t, resp.Header.Get("X-Request-Id")); l["error_code"] != c.code || l["status"] != 200.0 {
						t.Errorf("the access log says %v", l)
					}
				}
			}
			p.checkMetrics(t, map[string]float64{
				responses("words.test", c.dialect, c.code, c.status, "mapped"):   1,
				responses("default.test", c.dialect, c.code, c.status, "mapped"): 0,
			})
		})
	}
}
