package tests

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
)

// manualUpstream is an upstream that sends the frames that the test passes to it.
type manualUpstream struct {
	addr string
	next chan string // "" ends the response
}

func newManualUpstream(t *testing.T, contentType string) *manualUpstream {
	t.Helper()
	b := &manualUpstream{next: make(chan string)}
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

// send makes the upstream send a piece in the current response.
func (b *manualUpstream) send(t *testing.T, piece string) {
	t.Helper()
	sent := make(chan struct{})
	go func() {
		b.next <- piece
		close(sent)
	}()
	receive(t, "the upstream to send a frame", sent)
}

// expect reads exactly the wanted text from a response.
func expect(t *testing.T, body io.Reader, want string) {
	t.Helper()
	got := make([]byte, len(want))
	if n, err := io.ReadFull(body, got); err != nil || string(got) != want {
		t.Fatalf("got %q, %v; want %q", got[:n], err, want)
	}
}

// expectEnvelope reads a line, which must contain an envelope with the code and the request
// id of the response.
func expectEnvelope(t *testing.T, body io.Reader, before, code string, resp *http.Response) {
	t.Helper()
	expect(t, body, before)
	var line []byte
	for one := make([]byte, 1); ; {
		if _, err := io.ReadFull(body, one); err != nil {
			t.Fatalf("%v after %q", err, line)
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

// streamSites are two sites in front of an upstream, one with `streams translate`.
func streamSites(backend string) string {
	return strings.ReplaceAll(`
http://translate.test:{$PORT} {
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

// TestStreamErrors checks that each frame reaches the client before the upstream sends the
// next one, that `streams translate` turns errors into envelopes, and that nothing changes
// without it. The test sends the next frame only when it has read the one before, so it
// fails if a frame is delayed.
func TestStreamErrors(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, contentType string
		frames            []string // those that pass
		before, failing   string   // of the error: the part that stays, and the part that is replaced
		after             string
		dialect, code     string
		status            string // inside the envelope
	}{
		{"OpenAI", "text/event-stream; charset=utf-8", []string{openAIDelta, openAIDelta, ": keep-alive\n\n"}, "data: ", openAIError, "\n", "openai", "INTERNAL.TEMPORARY", "500"},
		{"Anthropic", "text/event-stream", []string{"event: ping\ndata: {\"type\": \"ping\"}\n\n", anthropicDelta}, "event: error\ndata: ", anthropicError, "\n", "anthropic", "MODEL.OVERLOADED", "503"},
		{"an OpenAI-compatible server", "text/event-stream", []string{openAIDelta, "data: {\"id\":\"x\",\"choices\":[]}\n\n"}, "data: ", `{"id":"x","choices":[],"error":{"message":"Slow.","type":"RateLimitError","code":429}}`, "\n", "", "RATE_LIMIT.EXCEEDED", "429"},
		{"Ollama", "application/x-ndjson", []string{"{\"model\":\"m\",\"response\":\"Hel\"}\n"}, "", `{"error":"model runner has unexpectedly stopped"}`, "", "", "INTERNAL.ERROR", "500"},
		{"NDJSON", "application/x-ndjson", []string{"{\"model\":\"m\",\"response\":\"Hel\"}\n", "{\"model\":\"m\",\"response\":\"lo\"}\n"}, "", openAIError, "", "openai", "INTERNAL.TEMPORARY", "500"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := newManualUpstream(t, c.contentType)
			p := serve(t, "\n\tmetrics", streamSites(b.addr))
			for _, host := range []string{"translate.test", "default.test"} {
				resp, err := p.client.Do(newRequest(t, "POST", host+"/v1", "{}"))
				if err != nil {
					t.Fatal(err)
				}
				for _, frame := range c.frames {
					b.send(t, frame)
					expect(t, resp.Body, frame)
				}
				half := c.frames[0][:len(c.frames[0])-5] // frames that are not errors pass in parts
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
					t.Errorf("unexpected %q at the end, %v", rest, err)
				}
				resp.Body.Close()
				if host == "translate.test" {
					if l := p.access(t, resp.Header.Get("X-Request-Id")); l["error_code"] != c.code || l["status"] != 200.0 {
						t.Errorf("access log: %v", l)
					}
				}
			}
			outcome := "mapped"
			if c.dialect == "" {
				outcome = "guessed"
			}
			p.checkMetrics(t, map[string]float64{
				responses("translate.test", c.dialect, c.code, c.status, outcome): 1,
				responses("default.test", c.dialect, c.code, c.status, outcome):   0,
			})
		})
	}
}

// TestSuccessIsNotBuffered checks that a success is not buffered.
func TestSuccessIsNotBuffered(t *testing.T) {
	t.Parallel()
	next := make(chan struct{})
	backend := upstream(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", r.Header.Get("Accept"))
		for i := range 3 {
			fmt.Fprintf(w, "data: %d\n\n", i)
			_ = http.NewResponseController(w).Flush()
			select {
			case <-next:
			case <-r.Context().Done():
				return
			}
		}
	})
	p := serve(t, "", `
http://streams.test:{$PORT} {
	translate_errors
	reverse_proxy `+backend+` {
		flush_interval -1
	}
}
http://events.test:{$PORT} {
	translate_errors
	reverse_proxy `+backend+`
}
`)
	for _, stream := range []struct{ host, accept string }{
		{"events.test", "text/event-stream"}, {"streams.test", "application/x-ndjson"}, {"streams.test", "application/json"},
	} {
		t.Run(stream.accept, func(t *testing.T) {
			resp, err := p.client.Do(newRequest(t, http.MethodGet, stream.host+"/", "", "Accept: "+stream.accept))
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			if len(resp.Header.Values("X-Request-Id")) != 1 {
				t.Errorf("the stream has no request id: %v", resp.Header)
			}
			lines := bufio.NewReader(resp.Body)
			for i := range 3 { // each frame is read before the next one is written
				line, err := lines.ReadString('\n')
				if err != nil || line != fmt.Sprintf("data: %d\n", i) {
					t.Fatalf("frame %d is %q: %v", i, line, err)
				}
				_, _ = lines.ReadString('\n')
				next <- struct{}{}
			}
			if rest, err := io.ReadAll(lines); err != nil || len(rest) > 0 {
				t.Errorf("after the stream: %q, %v", rest, err)
			}
		})
	}
}
