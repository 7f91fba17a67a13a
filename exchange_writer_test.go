package koine

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"github.com/tidwall/gjson"
)

// The contract of the response writer, each clause against a real server and a
// real client: what it may hold, what it must let pass, and that a client gets
// one whole answer whatever a handler does.

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
	reply{res, string(body)}.wantEnvelope(t, 404, "PLAN.NOT_FOUND")
}

func TestUntouched(t *testing.T) {
	browser := []string{"Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
	for _, c := range []struct {
		name, contentType, body string
		status                  int
		header                  []string
	}{
		{"success", "application/json", `{"error":"none"}`, 200, nil},
		{"no content", "", "", 204, nil},
		{"not modified", "", "", 304, nil},
		{"partial", "application/json", `{"a":`, 206, nil},
		{"redirect", "text/html", "<a>", 302, nil},
		{"client gone", "application/json", notFound, 499, nil},
		{"page for a browser", "text/html; charset=utf-8", "<h1>Not here</h1>", 404, browser},
		{"image", "image/png", "\x89PNG\r\n\x1a\n", 404, nil},
		{"drawing", "image/svg+xml", "<svg/>", 404, nil},
		{"archive", "application/zip", "PK\x03\x04", 500, nil},
		{"gRPC", "application/grpc", "\x00", 500, nil},
		{"event stream", "text/event-stream", "data: x\n\n", 500, nil},
		{"binary without a type", "", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", 404, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := serve(t, provision(t, ""), write(c.status, c.contentType, c.body))
			got := get(t, s.URL, c.header...)
			if got.StatusCode != c.status || got.body != c.body {
				t.Errorf("got %d %q, want %d %q", got.StatusCode, got.body, c.status, c.body)
			}
			if got.Header.Get("X-Request-ID") == "" {
				t.Error("the request id is missing")
			}
			if got.Header.Get("Proxy-Status") != "" {
				t.Error("Proxy-Status speaks of a translation that was none")
			}
		})
	}
}

func TestTranslated(t *testing.T) {
	for _, c := range []struct {
		name, contentType, body string
		status                  int
		code                    string
	}{
		{"JSON", "application/json; charset=utf-8", notFound, 404, "PLAN.NOT_FOUND"},
		{"JSON by suffix", "application/vnd.api+json", notFound, 404, "PLAN.NOT_FOUND"},
		{"JSON without a type", "", notFound, 404, "PLAN.NOT_FOUND"},
		{"JSON called text", "text/plain", notFound, 404, "PLAN.NOT_FOUND"},
		{"text", "text/plain", "no such thing", 404, "RESOURCE.NOT_FOUND"},
		{"page for a program", "text/html", "<h1>Not here</h1>", 404, "RESOURCE.NOT_FOUND"},
		{"XML", "application/xml", "<e/>", 503, "UPSTREAM.UNAVAILABLE"},
		{"form", "application/x-www-form-urlencoded", "error=x", 400, "REQUEST.INVALID"},
		{"nothing", "", "", 403, "AUTH.FORBIDDEN"},
		{"cut in the middle", "application/json", notFound[:20], 404, "RESOURCE.NOT_FOUND"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := serve(t, provision(t, ""), write(c.status, c.contentType, c.body))
			get(t, s.URL).wantEnvelope(t, c.status, c.code)
		})
	}
}

func TestHead(t *testing.T) {
	s := serve(t, provision(t, ""), write(404, "application/json", ""))
	got := do(t, http.MethodHead, s.URL)
	if got.StatusCode != 404 || got.body != "" || got.ContentLength <= 0 || got.Header.Get("Content-Type") != "application/json" {
		t.Errorf("got %d, %d bytes announced, %q", got.StatusCode, got.ContentLength, got.body)
	}
}

func TestRangeNotSatisfiable(t *testing.T) {
	s := serve(t, provision(t, ""), func(w http.ResponseWriter, r *http.Request) error {
		w.Header().Set("Content-Range", "bytes */47")
		return write(416, "text/plain", "invalid range")(w, r)
	})
	got := get(t, s.URL)
	got.wantEnvelope(t, 416, "REQUEST.RANGE_NOT_SATISFIABLE")
	if got.Header.Get("Content-Range") != "bytes */47" {
		t.Errorf("Content-Range is %q", got.Header.Get("Content-Range"))
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
	close(second) // only now, so the first frame came before the second was written
	if line != "data: 1\n" || err != nil {
		t.Errorf("got %q, %v", line, err)
	}
}

func TestFlushKeepsAnErrorHeld(t *testing.T) {
	s := serve(t, provision(t, ""), func(w http.ResponseWriter, _ *http.Request) error {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(404)
		_, _ = io.WriteString(w, notFound[:10])
		_ = http.NewResponseController(w).Flush()
		_, _ = io.WriteString(w, notFound[10:])
		return nil
	})
	get(t, s.URL).wantEnvelope(t, 404, "PLAN.NOT_FOUND")
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
		_, _ = io.WriteString(w, `{"who":"knows"}`)
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
	if passed.body != `{"who":"knows"}` || passed.Trailer.Get("X-Checksum") != "abc" || passed.Trailer.Get("X-Late") != "def" {
		t.Errorf("a passed response is %q with the trailers %v", passed.body, passed.Trailer)
	}
}

func TestHandlerThatWritesNothing(t *testing.T) {
	s := serve(t, provision(t, ""), func(http.ResponseWriter, *http.Request) error { return nil })
	if got := get(t, s.URL); got.StatusCode != 200 || got.Header.Get("X-Request-ID") == "" {
		t.Errorf("got %d with the id %q", got.StatusCode, got.Header.Get("X-Request-ID"))
	}
}

func TestReturnedErrors(t *testing.T) {
	fail := func(status int) caddyhttp.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) error {
			w.Header().Set("WWW-Authenticate", "Basic")
			return caddyhttp.Error(status, errors.New("dial tcp 10.1.2.3:80: connect: connection refused"))
		}
	}
	t.Run("translated", func(t *testing.T) {
		got := get(t, serve(t, provision(t, ""), fail(502)).URL)
		got.wantEnvelope(t, 502, "UPSTREAM.ERROR")
		if gjson.Get(got.body, "meta.origin").String() != "proxy" || strings.Contains(got.body, "10.1.2.3") {
			t.Error(got.body)
		}
	})
	t.Run("keeps its header", func(t *testing.T) {
		got := get(t, serve(t, provision(t, ""), fail(401)).URL)
		got.wantEnvelope(t, 401, "AUTH.UNAUTHENTICATED")
		if got.Header.Get("WWW-Authenticate") != "Basic" {
			t.Error("WWW-Authenticate is lost")
		}
	})
	for name, c := range map[string]struct {
		block  string
		header []string
		status int
	}{
		"passed on":        {"proxy_errors pass", nil, 502},
		"for a browser":    {"", []string{"Accept", "text/html"}, 502},
		"of another class": {"only 4xx", nil, 502},
		"client gone":      {"", nil, 499},
	} {
		t.Run(name, func(t *testing.T) {
			got := get(t, serve(t, provision(t, c.block), fail(c.status)).URL, c.header...)
			if got.StatusCode != c.status || got.body != "" || got.Header.Get("X-Request-ID") == "" {
				t.Errorf("got %d %q", got.StatusCode, got.body)
			}
		})
	}
	t.Run("after writing", func(t *testing.T) {
		got := get(t, serve(t, provision(t, ""), func(w http.ResponseWriter, r *http.Request) error {
			_ = write(404, "application/json", notFound)(w, r)
			return errors.New("too late")
		}).URL)
		got.wantEnvelope(t, 404, "PLAN.NOT_FOUND")
	})
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
			t.Error("the response looks whole, though its handler gave up")
		}
	})
}

func TestBodyOverTheCap(t *testing.T) {
	body := `{"error":"plan_not_found","message":"` + strings.Repeat("x", 5000) + `"}`
	for block, want := range map[string]string{"max_body 1KB": "", "max_body 1KB\nunmapped pass": body} {
		for _, announced := range []bool{true, false} {
			s := serve(t, provision(t, block), func(w http.ResponseWriter, _ *http.Request) error {
				w.Header().Set("Content-Type", "application/json")
				if announced {
					w.Header().Set("Content-Length", fmt.Sprint(len(body)))
				}
				w.WriteHeader(404)
				for rest := body; rest != ""; rest = rest[min(500, len(rest)):] {
					if _, err := io.WriteString(w, rest[:min(500, len(rest))]); err != nil {
						return err
					}
				}
				return nil
			})
			got := get(t, s.URL)
			if want == "" {
				got.wantEnvelope(t, 404, "RESOURCE.NOT_FOUND")
			} else if got.body != want || got.StatusCode != 404 {
				t.Errorf("got %d and %d bytes, want them all", got.StatusCode, len(got.body))
			}
		}
	}
}

func TestEndlessBodyIsGivenUp(t *testing.T) {
	var wrote int
	s := serve(t, provision(t, "max_body 1KB"), func(w http.ResponseWriter, _ *http.Request) error {
		w.Header().Set("Content-Type", "text/plain")
		w.WriteHeader(500)
		piece := make([]byte, 512)
		for {
			n, err := w.Write(piece)
			if wrote += n; err != nil {
				return err
			}
		}
	})
	get(t, s.URL).wantEnvelope(t, 500, "INTERNAL.ERROR")
	if most := 2 * discardFactor * 1000; wrote > most {
		t.Errorf("%d bytes were taken, more than %d", wrote, most)
	}
}

func TestStalledBody(t *testing.T) {
	t.Run("of a handler that listens", func(t *testing.T) {
		s := serve(t, provision(t, "body_timeout 20ms"), func(w http.ResponseWriter, r *http.Request) error {
			_ = write(404, "application/json", notFound[:12])(w, r)
			<-r.Context().Done()
			panic(http.ErrAbortHandler)
		})
		get(t, s.URL).wantEnvelope(t, 404, "RESOURCE.NOT_FOUND")
	})
	t.Run("of a handler that does not", func(t *testing.T) {
		end, ended := make(chan struct{}), make(chan error, 1)
		s := serve(t, provision(t, "body_timeout 20ms"), func(w http.ResponseWriter, r *http.Request) error {
			_ = write(404, "application/json", notFound[:12])(w, r)
			<-end
			_, err := io.WriteString(w, notFound[12:])
			w.Header().Set("X-Late", "1")
			ended <- err
			return nil
		})
		got := get(t, s.URL) // before the handler ends
		got.wantEnvelope(t, 404, "RESOURCE.NOT_FOUND")
		if !got.Close {
			t.Error("the connection is kept, though its handler still runs")
		}
		close(end)
		if err := <-ended; err == nil {
			t.Error("a late write was taken")
		}
	})
}

func TestCompressedBodies(t *testing.T) {
	s := serve(t, provision(t, ""), func(w http.ResponseWriter, _ *http.Request) error {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Encoding", "gzip")
		w.Header().Set("ETag", `"x"`)
		w.WriteHeader(404)
		z := gzip.NewWriter(w)
		_, _ = io.WriteString(z, notFound)
		return z.Close()
	})
	got := get(t, s.URL, "Accept-Encoding", "gzip")
	got.wantEnvelope(t, 404, "PLAN.NOT_FOUND")
	if got.Header.Get("Content-Encoding") != "" || got.Header.Get("ETag") != "" {
		t.Errorf("the header still speaks of the old body: %v", got.Header)
	}
}
