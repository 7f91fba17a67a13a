package koine

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The tests of the response writer use a real server and a real client. They check
// what it buffers, what it passes through, and that a client receives one complete
// answer for every behaviour of a handler.

const notFound = `{"error":"plan_not_found","message":"There is no such plan."}`

func TestInformationalPasses(t *testing.T) {
	s := serve(t, provision(t, ""), func(w http.ResponseWriter, _ *http.Request) error {
		w.Header().Set("Link", "</a.css>; rel=preload")
		w.WriteHeader(http.StatusEarlyHints)
		return write(404, "application/json", notFound)(w, nil)
	})
	var hints []int
	r, _ := http.NewRequest(http.MethodGet, s.URL, nil)
	r = r.WithContext(httptrace.WithClientTrace(r.Context(), &httptrace.ClientTrace{
		Got1xxResponse: func(code int, _ textproto.MIMEHeader) error {
			hints = append(hints, code)
			return nil
		},
	}))
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	body, _ := io.ReadAll(res.Body)
	res.Body.Close()
	if len(hints) != 1 || hints[0] != 103 {
		t.Errorf("got the informational responses %v, want 103", hints)
	}
	response{res, string(body)}.wantEnvelope(t, 404, "PLAN.NOT_FOUND")
}

// TestHead checks that the answer to HEAD announces a length only if that of the
// answer to GET is known.
func TestHead(t *testing.T) {
	for _, c := range []struct {
		name, block, contentType, length string
		known                            bool
	}{
		{"unknown body", "", "application/json", "", false},
		{"a body", "", "application/json", "61", false},
		{"no body", "", "application/json", "0", true},
		{"a body of an error that may pass", "unmapped pass", "application/json", "61", false},
		{"bytes that may be JSON", "", "application/octet-stream", "61", false},
		{"an image", "", "image/png", "61", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := serve(t, provision(t, c.block), func(w http.ResponseWriter, _ *http.Request) error {
				w.Header().Set("Content-Type", c.contentType)
				if c.length != "" {
					w.Header().Set("Content-Length", c.length)
				}
				w.WriteHeader(404)
				return nil
			})
			got := do(t, http.MethodHead, s.URL)
			if got.StatusCode != 404 || got.body != "" || got.ContentLength > 0 != c.known || got.Header.Get("Content-Type") != c.contentType {
				t.Errorf("got %d, %d bytes announced, %q", got.StatusCode, got.ContentLength, got.body)
			}
		})
	}
}

func TestStreamPassesFrameByFrame(t *testing.T) {
	second := make(chan struct{})
	s := serve(t, provision(t, ""), func(w http.ResponseWriter, _ *http.Request) error {
		w.Header().Set("Content-Type", "text/event-stream")
		fmt.Fprint(w, "data: 1\n\n")
		_ = http.NewResponseController(w).Flush()
		<-second
		fmt.Fprint(w, "data: 2\n\n")
		return nil
	})
	res, err := http.Get(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	line, err := bufio.NewReader(res.Body).ReadString('\n')
	close(second) // the first frame was received before the second is written
	if line != "data: 1\n" || err != nil {
		t.Errorf("got %q, %v", line, err)
	}
}

func TestReadFrom(t *testing.T) {
	name := filepath.Join(t.TempDir(), "body.json")
	if err := os.WriteFile(name, []byte(notFound), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, status := range []int{200, 404} {
		s := serve(t, provision(t, ""), func(w http.ResponseWriter, _ *http.Request) error {
			f, err := os.Open(name)
			if err != nil {
				return err
			}
			defer f.Close()
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(status)
			_, err = w.(io.ReaderFrom).ReadFrom(f)
			return err
		})
		got := get(t, s.URL)
		if status == 404 {
			got.wantEnvelope(t, 404, "PLAN.NOT_FOUND")
		} else if got.body != notFound {
			t.Errorf("got %q", got.body)
		}
	}
}

func TestTrailers(t *testing.T) {
	handler := func(w http.ResponseWriter, _ *http.Request) error {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Trailer", "X-Checksum")
		w.WriteHeader(404)
		_, _ = io.WriteString(w, `{"some":"thing"}`)
		w.Header().Set("X-Checksum", "abc")
		w.Header().Set(http.TrailerPrefix+"X-Late", "def")
		return nil
	}
	translated := get(t, serve(t, provision(t, ""), handler).URL)
	translated.wantEnvelope(t, 404, "RESOURCE.NOT_FOUND")
	if len(translated.Trailer) != 0 || translated.Header.Get("X-Checksum") != "" {
		t.Errorf("a translated response has the trailers %v", translated.Trailer)
	}
	passed := get(t, serve(t, provision(t, "unmapped pass"), handler).URL)
	if passed.body != `{"some":"thing"}` || passed.Trailer.Get("X-Checksum") != "abc" || passed.Trailer.Get("X-Late") != "def" {
		t.Errorf("a passed response is %q with the trailers %v", passed.body, passed.Trailer)
	}
}

func TestHandlerThatWritesNothing(t *testing.T) {
	s := serve(t, provision(t, ""), func(http.ResponseWriter, *http.Request) error { return nil })
	if got := get(t, s.URL); got.StatusCode != 200 || got.Header.Get("X-Request-ID") == "" {
		t.Errorf("got %d with the id %q", got.StatusCode, got.Header.Get("X-Request-ID"))
	}
}

func TestPanics(t *testing.T) {
	h := provision(t, "")
	t.Run("before writing", func(t *testing.T) {
		for _, v := range []any{http.ErrAbortHandler, "a bug"} {
			s := serve(t, h, func(http.ResponseWriter, *http.Request) error { panic(v) })
			s.Config.ErrorLog = quiet
			if res, err := http.Get(s.URL); err == nil {
				t.Errorf("panic(%v) was answered with %d", v, res.StatusCode)
				res.Body.Close()
			}
		}
	})
	t.Run("with part of an error written", func(t *testing.T) {
		for _, v := range []any{http.ErrAbortHandler, "a bug"} {
			s := serve(t, h, func(w http.ResponseWriter, r *http.Request) error {
				_ = write(404, "application/json", notFound[:12])(w, r)
				panic(v)
			})
			s.Config.ErrorLog = quiet
			get(t, s.URL).wantEnvelope(t, 404, "RESOURCE.NOT_FOUND")
		}
	})
	t.Run("with part of a success written", func(t *testing.T) {
		s := serve(t, h, func(w http.ResponseWriter, r *http.Request) error {
			_ = write(200, "application/json", "{")(w, r)
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		})
		res, err := http.Get(s.URL)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		if _, err := io.ReadAll(res.Body); err == nil {
			t.Error("the response is complete, although its handler aborted")
		}
	})
}

// TestReplayedFlush checks that an error that passes after it was buffered is flushed where
// the handler flushed.
func TestReplayedFlush(t *testing.T) {
	for name, c := range map[string]struct {
		flushHead, flushBody bool
		contentType          string
		length               int64
	}{
		"never":                     {false, false, "text/plain; charset=utf-8", int64(len(notFound))},
		"after the body":            {false, true, "text/plain; charset=utf-8", -1},
		"before the body":           {true, false, "", -1},
		"before and after the body": {true, true, "", -1},
	} {
		t.Run(name, func(t *testing.T) {
			body := strings.Replace(notFound, "plan_not_found", "planet_not_found", 1)
			next := func(w http.ResponseWriter, _ *http.Request) error {
				w.WriteHeader(404)
				if c.flushHead {
					_ = http.NewResponseController(w).Flush()
				}
				_, err := io.WriteString(w, body)
				if c.flushBody {
					_ = http.NewResponseController(w).Flush()
				}
				return err
			}
			plain := serve(t, provision(t, "only 5xx"), next)
			s := serve(t, provision(t, "unmapped pass"), next)
			want, got := get(t, plain.URL), get(t, s.URL)
			if got.Header.Get("Content-Type") != c.contentType || got.Header.Get("Content-Type") != want.Header.Get("Content-Type") {
				t.Errorf("Content-Type is %q, %q without buffering", got.Header.Get("Content-Type"), want.Header.Get("Content-Type"))
			}
			if got.ContentLength != want.ContentLength || (got.ContentLength < 0) != (c.length < 0) || got.body != want.body {
				t.Errorf("%d bytes %s, %d bytes %s without buffering", got.ContentLength, got.body, want.ContentLength, want.body)
			}
		})
	}
}
