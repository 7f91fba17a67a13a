package koine

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	goruntime "runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"
)

// observed returns what h records about a response that next writes, as the fields of its
// log line, and the response.
func observed(t *testing.T, h *Handler, next caddyhttp.HandlerFunc, header ...string) (map[string]any, response) {
	t.Helper()
	core, logs := observer.New(zapcore.DebugLevel)
	h.rt.Load().logger = zap.New(core)
	s := serve(t, h, next)
	got := get(t, s.URL, header...)
	s.Close() // waits for the handler, which records after the client has the response
	lines := logs.FilterMessage("observed an error").All()
	if len(lines) == 0 {
		return nil, got
	}
	return lines[0].ContextMap(), got
}

// changesOf returns the recorded differences.
func changesOf(line map[string]any) string {
	names, _ := line["changes"].([]any)
	var b strings.Builder
	for i, name := range names {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(name.(string))
	}
	return b.String()
}

func TestObservedChanges(t *testing.T) {
	for name, c := range map[string]struct {
		block       string
		status      int
		contentType string
		body        string
		header      []string // of the response, name and value in turn
		code        string
		changes     string
	}{
		"mapped": {
			status: 404, contentType: "application/json", body: notFound, code: "PLAN.NOT_FOUND", changes: "code_known",
		},
		"another status of the class": {
			block:  "dialect rustbill",
			status: 400, contentType: "application/json", body: notFound, code: "PLAN.NOT_FOUND", changes: "status_changed code_known",
		},
		"upstream status": {
			block:  "dialect rustbill\nstatus upstream",
			status: 400, contentType: "application/json", body: notFound, code: "PLAN.NOT_FOUND", changes: "code_known",
		},
		"a 2xx that is an error": {
			block:  "success_errors guess",
			status: 200, contentType: "application/json", body: `{"success":false,"message":"There is no such plan."}`, code: "REQUEST.INVALID", changes: "class_changed",
		},
		"unmapped": {
			status: 404, contentType: "application/json", body: `{"code":"no_such_thing","message":"There is no such thing."}`, code: "RESOURCE.NOT_FOUND", changes: "",
		},
		"other words": {
			status: 404, contentType: "application/json", body: `{"error":"plan_not_found","message":"no plan at /srv/app/plans.go:17"}`, code: "PLAN.NOT_FOUND", changes: "code_known words_replaced",
		},
		"lost words of a field": {
			status: 422, contentType: "application/json", body: `{"message":"The given data was invalid.","errors":{"email":["The email must be valid."],"path":["open /etc/app/x: no such file"]}}`,
			code: "VALIDATION.FAILED", changes: "code_known fields_lost",
		},
		"other headers": {
			status: 404, contentType: "application/json", body: notFound, header: []string{"Etag", `"7"`}, code: "PLAN.NOT_FOUND", changes: "code_known header_changed",
		},
		"another media type": {
			status: 404, contentType: "text/plain", body: "plan not found", code: "RESOURCE.NOT_FOUND", changes: "header_changed",
		},
		"headers that every answer gets": {
			status: 404, contentType: "application/json; charset=utf-8", body: notFound, header: []string{"X-Request-ID", "7", "X-RateLimit-Limit", "9"}, code: "PLAN.NOT_FOUND", changes: "code_known",
		},
		"empty": {status: 503, changes: "header_changed", code: "UPSTREAM.UNAVAILABLE"},
	} {
		t.Run(name, func(t *testing.T) {
			line, got := observed(t, provision(t, "mode observe\n"+c.block), func(w http.ResponseWriter, r *http.Request) error {
				for i := 0; i+1 < len(c.header); i += 2 {
					w.Header().Set(c.header[i], c.header[i+1])
				}
				return write(c.status, c.contentType, c.body)(w, r)
			})
			if got.StatusCode != c.status || got.body != c.body {
				t.Errorf("got %d %s", got.StatusCode, got.body)
			}
			if line["code"] != c.code || changesOf(line) != c.changes {
				t.Errorf("recorded %v with the changes %q; want %s with %q", line["code"], changesOf(line), c.code, c.changes)
			}
		})
	}
}

// TestObservedSame observes an answer of another Koine instance.
func TestObservedSame(t *testing.T) {
	inner, outer := provision(t, ""), provision(t, "mode observe\nrequest_id off")
	line, got := observed(t, outer, func(w http.ResponseWriter, r *http.Request) error {
		r.Header.Set("X-Request-ID", "same")
		return inner.ServeHTTP(w, prepare(r, w), write(404, "application/json", notFound))
	})
	got.wantEnvelope(t, 404, "PLAN.NOT_FOUND")
	if changesOf(line) != "same code_known" {
		t.Errorf("the changes are %q\n%s", changesOf(line), got.body)
	}
}

func TestOff(t *testing.T) {
	line, got := observed(t, provision(t, "mode off"), write(404, "application/json", notFound))
	if got.StatusCode != 404 || got.body != notFound || line != nil {
		t.Errorf("got %d %s, recorded %v", got.StatusCode, got.body, line)
	}
	if got.Header.Get("X-Request-ID") == "" {
		t.Error("there is no id")
	}
}

func TestNotTranslatedReturnedErrors(t *testing.T) {
	fail := func(http.ResponseWriter, *http.Request) error {
		return caddyhttp.Error(http.StatusBadGateway, errors.New("no upstream"))
	}
	for _, block := range []string{"mode observe", "mode off"} {
		_, got := observed(t, provision(t, block), fail)
		if got.StatusCode != 502 || got.body != "" || got.Header.Get("X-Request-ID") == "" || got.Header.Get("Vary") != "" {
			t.Errorf("%s: got %d %q %v", block, got.StatusCode, got.body, got.Header)
		}
	}
}

// TestObservedFlush checks that a part of a body arrives before the next one is written,
// and that lengths and trailers are those of the handler.
func TestObservedFlush(t *testing.T) {
	arrived := make(chan struct{})
	url := serve(t, provision(t, "mode observe"), func(w http.ResponseWriter, _ *http.Request) error {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Trailer", "X-Sum")
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(w, notFound[:10])
		if err := http.NewResponseController(w).Flush(); err != nil {
			return err
		}
		select {
		case <-arrived:
		case <-t.Context().Done():
		}
		_, err := io.WriteString(w, notFound[10:])
		w.Header().Set("X-Sum", "7")
		return err
	}).URL
	res, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	part := make([]byte, 10)
	if _, err := io.ReadFull(res.Body, part); err != nil {
		t.Fatal(err)
	}
	close(arrived)
	rest, err := io.ReadAll(res.Body)
	if err != nil || string(part)+string(rest) != notFound {
		t.Errorf("got %s%s, %v", part, rest, err)
	}
	if res.Trailer.Get("X-Sum") != "7" || res.ContentLength != -1 {
		t.Errorf("trailers %v, length %d", res.Trailer, res.ContentLength)
	}
}

// TestObservedBeyondLimits checks that bodies which are too large, too slow or aborted
// reach the client unchanged, and are recorded by their status.
func TestObservedBeyondLimits(t *testing.T) {
	large := `{"error":"plan_not_found","message":"` + strings.Repeat("x", 64<<10) + `"}`
	line, got := observed(t, provision(t, "mode observe\nmax_body 1KiB"), write(404, "application/json", large))
	if got.body != large || line["code"] != "RESOURCE.NOT_FOUND" || line["match"] != "status" {
		t.Errorf("got %d bytes, recorded %v", len(got.body), line)
	}
	line, got = observed(t, provision(t, "mode observe\nmax_body 1KiB\nunmapped pass"), write(404, "application/json", large))
	if got.body != large || line != nil {
		t.Errorf("got %d bytes, recorded %v", len(got.body), line)
	}
	h := provision(t, "mode observe")
	core, logs := observer.New(zapcore.DebugLevel)
	h.rt.Load().logger = zap.New(core)
	server := serve(t, h, func(w http.ResponseWriter, r *http.Request) error {
		_ = write(404, "application/json", notFound[:10])(w, r)
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	})
	server.Config.ErrorLog = quiet
	res, err := http.Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if body, err := io.ReadAll(res.Body); err == nil {
		t.Errorf("the connection was not aborted: %s", body)
	}
	server.Close() // waits for the handler
	lines := logs.FilterMessage("observed an error").All()
	if len(lines) != 1 || lines[0].ContextMap()["match"] != "status" {
		t.Errorf("recorded %v", lines)
	}
}

func TestPrivateAnswers(t *testing.T) {
	for _, c := range []struct{ block, cacheControl, want string }{
		{"", "public, max-age=60", "public, max-age=60"},
		{"mode translate 100%", "", "no-store"},
		{"mode translate 100%", "public, max-age=60, s-maxage=90", "max-age=60, private"},
		{"mode translate 100%", `public, ext="a,b", private="X-A"`, `ext="a,b", private="X-A", private`},
		{"mode translate 100%", "Private, max-age=60", "Private, max-age=60"},
		{"mode translate 100%", "no-store", "no-store"},
		{"mode translate", "public, max-age=60", "public, max-age=60"},
		{"mode observe", "public, max-age=60", "public, max-age=60"},
	} {
		got := get(t, serve(t, provision(t, c.block), func(w http.ResponseWriter, r *http.Request) error {
			if c.cacheControl != "" {
				w.Header().Set("Cache-Control", c.cacheControl)
			}
			return write(404, "application/json", notFound)(w, r)
		}).URL)
		if got.Header.Get("Cache-Control") != c.want {
			t.Errorf("%s: %q became %q, want %q", c.block, c.cacheControl, got.Header.Get("Cache-Control"), c.want)
		}
	}
}

// TestObservedAfterSending checks that clients have the whole response before it is read: the
// line of the log is written when they do.
func TestObservedAfterSending(t *testing.T) {
	large := `{"error":"plan_not_found","message":"` + strings.Repeat("x", 100<<10) + `"}`
	for name, c := range map[string]struct {
		next caddyhttp.HandlerFunc
		size int // what the client must have
	}{
		"known length": {func(w http.ResponseWriter, r *http.Request) error {
			w.Header().Set("Content-Length", strconv.Itoa(len(notFound)))
			return write(404, "application/json", notFound)(w, r)
		}, len(notFound)},
		"large": {write(404, "application/json", large), len(large)},
		"flushed": {func(w http.ResponseWriter, r *http.Request) error {
			_ = write(404, "application/json", notFound[:5])(w, r)
			_ = http.NewResponseController(w).Flush()
			_, err := io.WriteString(w, notFound[5:])
			return err
		}, len(notFound)},
	} {
		t.Run(name, func(t *testing.T) {
			h, hasAll := provision(t, "mode observe"), make(chan struct{})
			core, _ := observer.New(zapcore.DebugLevel)
			h.rt.Load().logger = zap.New(zapcore.RegisterHooks(core, func(zapcore.Entry) error {
				select {
				case <-hasAll:
				case <-time.After(10 * time.Second):
					t.Error("the error was read before the client had the response")
				}
				return nil
			}))
			res, err := http.Get(serve(t, h, c.next).URL)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			if _, err := io.ReadFull(res.Body, make([]byte, c.size)); err != nil {
				t.Error(err)
			}
			close(hasAll)
		})
	}
}

// TestObservedStream checks that errors in streams are recorded, and that streams reach the
// client unchanged and at once.
func TestObservedStream(t *testing.T) {
	first, second := "event: error\ndata: "+overloadedError+"\n\n", "data: "+invalidKeyError+"\n\n"
	h, arrived := provision(t, "mode observe\nstreams translate"), make(chan struct{})
	core, logs := observer.New(zapcore.DebugLevel)
	h.rt.Load().logger = zap.New(core)
	s := serve(t, h, func(w http.ResponseWriter, r *http.Request) error {
		w.Header().Set("Content-Length", strconv.Itoa(len(first)+len(second)))
		_ = write(200, eventStream, first)(w, r)
		_ = http.NewResponseController(w).Flush()
		if n := logs.FilterMessage("observed an error").Len(); n != 1 {
			t.Errorf("after a flush %d errors are recorded", n)
		}
		select {
		case <-arrived:
		case <-t.Context().Done():
		}
		_, err := io.WriteString(w, second)
		return err
	})
	res, err := http.Get(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	part := make([]byte, len(first))
	if _, err := io.ReadFull(res.Body, part); err != nil || string(part) != first {
		t.Fatalf("got %q, %v", part, err)
	}
	close(arrived)
	rest, err := io.ReadAll(res.Body)
	if err != nil || string(rest) != second || res.ContentLength != int64(len(first)+len(second)) {
		t.Errorf("got %q, %v, length %d", rest, err, res.ContentLength)
	}
	s.Close() // waits for the handler
	var codes []any
	for _, line := range logs.FilterMessage("observed an error").All() {
		codes = append(codes, line.ContextMap()["code"])
	}
	if fmt.Sprint(codes) != "[MODEL.OVERLOADED AUTH.INVALID_API_KEY]" {
		t.Errorf("recorded %v", codes)
	}
}

// TestObservedPanic checks that a fault while reading does not reach the client.
func TestObservedPanic(t *testing.T) {
	h := provision(t, "mode observe")
	core, logs := observer.New(zapcore.DebugLevel)
	h.rt.Load().logger = zap.New(core)
	h.rt.Load().renderers[0].render = nil
	s := serve(t, h, write(404, "application/json", notFound))
	got := get(t, s.URL)
	s.Close() // waits for the handler
	if got.StatusCode != 404 || got.body != notFound || logs.FilterMessage("reading an observed error panicked").Len() != 1 {
		t.Errorf("got %d %s, logged %v", got.StatusCode, got.body, logs.All())
	}
}

// TestObservedMemory checks that copies give back what they reserve of the memory for
// large bodies.
func TestObservedMemory(t *testing.T) {
	before := largeBytes.Load()
	large := `{"error":"plan_not_found","message":"` + strings.Repeat("x", 200<<10) + `"}`
	h := provision(t, "mode observe\nsuccess_errors guess")
	for _, status := range []int{200, 404} {
		s := serve(t, h, write(status, "application/json", large))
		if got := get(t, s.URL); got.body != large {
			t.Errorf("got %d bytes", len(got.body))
		}
		s.Close() // waits for the handler
	}
	if n := largeBytes.Load(); n != before {
		t.Errorf("%d bytes are reserved, %d were before", n, before)
	}
}

// TestObservedInParallel is for the race detector.
func TestObservedInParallel(t *testing.T) {
	h := provision(t, "mode translate 50%\nstreams translate\nsuccess_errors guess")
	url := serve(t, h, func(w http.ResponseWriter, r *http.Request) error {
		switch r.URL.Path {
		case "/stream":
			return write(200, eventStream, "event: error\ndata: "+overloadedError+"\n\n")(w, r)
		case "/success":
			return write(200, "application/json", `{"success":false,"message":"No."}`)(w, r)
		case "/down":
			return caddyhttp.Error(http.StatusBadGateway, errors.New("no upstream"))
		}
		return write(404, "application/json", notFound)(w, r)
	}).URL
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 20 {
				for _, path := range []string{"/", "/stream", "/success", "/down"} {
					if got := get(t, url+path); got.Header.Get("X-Request-ID") == "" {
						t.Errorf("%s has no id", path)
					}
				}
			}
		})
	}
	group.Wait()
}

// TestObservedLate checks that a slow body gives back what it reserves, and reaches the
// client all the same.
func TestObservedLate(t *testing.T) {
	before := largeBytes.Load()
	part := `{"error":"plan_not_found","message":"` + strings.Repeat("x", 20<<10)
	h := provision(t, "mode observe\nsuccess_errors guess\nbody_timeout 20ms")
	line, got := observed(t, h, func(w http.ResponseWriter, r *http.Request) error {
		_ = write(404, "application/json", part)(w, r)
		if largeBytes.Load() == before {
			t.Error("nothing is reserved")
		}
		for deadline := time.Now().Add(10 * time.Second); largeBytes.Load() != before; goruntime.Gosched() {
			if time.Now().After(deadline) {
				t.Error("the memory is not given back")
				break
			}
		}
		_, err := io.WriteString(w, `"}`)
		return err
	})
	if got.body != part+`"}` || line["match"] != "status" {
		t.Errorf("got %d bytes, recorded %v", len(got.body), line)
	}
}
