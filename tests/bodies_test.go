package tests

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"reflect"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// peakMemory returns the peak memory of the process in bytes.
func (p *proxy) peakMemory(t *testing.T) int {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("the peak memory of another process is available only on Linux")
	}
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.pid))
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`VmHWM:\s+(\d+) kB`).FindSubmatch(status)
	if m == nil {
		t.Fatalf("no VmHWM in %s", status)
	}
	kib, _ := strconv.Atoi(string(m[1]))
	return kib << 10
}

// checkGrowth checks that the peak memory did not grow much.
func (p *proxy) checkGrowth(t *testing.T, before int) {
	t.Helper()
	grown := p.peakMemory(t) - before
	t.Logf("the peak memory grew by %d KiB", grown>>10)
	if grown > 32<<20 && !raceDetector { // which needs additional memory
		t.Errorf("want at most 32 MiB")
	}
}

// TestLargeSuccess sends more than the proxy may buffer, and reads the start before the end
// is written.
func TestLargeSuccess(t *testing.T) {
	t.Parallel()
	const size = 96 << 20
	read := make(chan struct{})
	backend := upstream(t, func(w http.ResponseWriter, r *http.Request) {
		piece := bytes.Repeat([]byte("x"), 1<<20)
		w.Header().Set("Content-Type", "application/json")
		for i := range size / len(piece) {
			if _, err := w.Write(piece); err != nil {
				return
			}
			if i == 10 {
				_ = http.NewResponseController(w).Flush()
				select {
				case <-read:
				case <-r.Context().Done():
					return
				}
			}
		}
	})
	p := serve(t, "", `
http://large.test:{$PORT} {
	translate_errors
	reverse_proxy `+backend+`
}
`)
	before := p.peakMemory(t)
	resp, err := p.client.Do(newRequest(t, http.MethodGet, "large.test/", ""))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if _, err := io.CopyN(io.Discard, resp.Body, 8<<20); err != nil {
		t.Fatal(err)
	}
	close(read)
	if n, err := io.Copy(io.Discard, resp.Body); err != nil || n != size-8<<20 {
		t.Errorf("read %d more bytes: %v", n, err)
	}
	p.checkGrowth(t, before)
}

func TestTrailers(t *testing.T) {
	t.Parallel()
	backend := upstream(t, func(w http.ResponseWriter, r *http.Request) {
		status, _ := strconv.Atoi(r.URL.Path[1:])
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Trailer", "X-Sum")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, r.Header.Get("Body"))
		w.Header().Set("X-Sum", "42")
		w.Header().Set(http.TrailerPrefix+"X-Late", "43")
	})
	p := serve(t, "", `
http://trailers.test:{$PORT} {
	translate_errors {
		unmapped pass
	}
	reverse_proxy `+backend+`
}
`)
	p.get(t, "trailers.test/404", "Body: "+missing).checkMissing(t) // also checks trailers
	for _, a := range []*answer{
		p.get(t, "trailers.test/200", "Body: {}"),
		p.get(t, "trailers.test/404", "Body: {\"fault\":1}"),
	} {
		if a.trailer.Get("X-Sum") != "42" || a.trailer.Get("X-Late") != "43" {
			t.Errorf("trailers of a %d that passed through: %v", a.status, a.trailer)
		}
	}
}

// TestReplay compares errors that pass after they were buffered with the same responses
// without the directive.
func TestReplay(t *testing.T) {
	t.Parallel()
	const body = `{"error":"planet_not_found","message":"There is no such planet."}`
	chunked := fmt.Sprintf("Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n", len(body), body)
	backend := rawUpstream(t, map[string]string{
		"/late-trailer":       "Content-Type: application/json\r\n" + chunked + "X-Sum: 42\r\n\r\n",
		"/trailer":            "Content-Type: application/json\r\nTrailer: X-Sum\r\n" + chunked + "X-Sum: 42\r\n\r\n",
		"/two-trailers":       "Content-Type: application/json\r\nTrailer: X-Sum\r\n" + chunked + "X-Sum: 42\r\nX-Late: 43\r\n\r\n",
		"/chunked":            "Content-Type: application/json\r\n" + chunked + "\r\n",
		"/length":             "Content-Type: application/json\r\nContent-Length: " + strconv.Itoa(len(body)) + "\r\n\r\n" + body,
		"/until-the-end":      "Content-Type: application/json\r\nConnection: close\r\n\r\n" + body,
		"/empty-media-type":   "Content-Type:\r\nContent-Length: " + strconv.Itoa(len(body)) + "\r\n\r\n" + body,
		"/without-media-type": "Content-Length: " + strconv.Itoa(len(body)) + "\r\n\r\n" + body,
		"/empty":              "Content-Length: 0\r\n\r\n",
	})
	p := serve(t, "", `
http://plain.test:{$PORT} {
	reverse_proxy `+backend+`
}
http://pass.test:{$PORT} {
	translate_errors {
		unmapped pass
		request_id off
	}
	reverse_proxy `+backend+`
}
`)
	for _, path := range []string{"/late-trailer", "/trailer", "/two-trailers", "/chunked", "/length", "/until-the-end", "/empty-media-type", "/without-media-type", "/empty"} {
		want, got := p.get(t, "plain.test"+path), p.get(t, "pass.test"+path)
		for _, a := range []*answer{want, got} {
			delete(a.header, "Date")
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got\n%+v, want\n%+v", path, got, want)
		}
		if strings.Contains(path, "trailer") && want.trailer.Get("X-Sum") != "42" {
			t.Errorf("%s: without the directive, the trailers are %v", path, want.trailer)
		}
	}
}

// rawUpstream starts an upstream that answers with a 404, by path: header lines and body as
// they are sent. It closes each connection.
func rawUpstream(t *testing.T, byPath map[string]string) string {
	t.Helper()
	return upstream(t, func(w http.ResponseWriter, r *http.Request) {
		conn, buffered, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		_, _ = buffered.WriteString("HTTP/1.1 404 Not Found\r\n" + byPath[r.URL.Path])
		_ = buffered.Flush()
	})
}

// TestIncompleteBodies sends errors with an incomplete body.
func TestIncompleteBodies(t *testing.T) {
	t.Parallel()
	cancelled := make(chan struct{})
	backend := upstream(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		switch r.URL.Path {
		case "/short":
			w.Header().Set("Content-Length", strconv.Itoa(len(missing)+100))
			w.WriteHeader(404)
			_, _ = io.WriteString(w, missing)
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		case "/truncated":
			w.WriteHeader(503)
			_, _ = io.WriteString(w, `{"error":"plan_not`)
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		case "/stalled":
			w.WriteHeader(404)
			_, _ = io.WriteString(w, missing)
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
			cancelled <- struct{}{}
		}
	})
	p := serve(t, "", `
http://incomplete.test:{$PORT} {
	translate_errors {
		body_timeout 300ms
	}
	reverse_proxy `+backend+`
}
http://pass.test:{$PORT} {
	translate_errors {
		body_timeout 300ms
		unmapped pass
	}
	reverse_proxy `+backend+`
}
`)
	for _, host := range []string{"incomplete.test", "pass.test"} {
		for path, status := range map[string]int{"/short": 404, "/truncated": 503, "/stalled": 404} {
			t.Run(host+path, func(t *testing.T) {
				a := p.get(t, host+path)
				if e := a.envelope(t); a.status != status || e.Meta.Origin != "upstream" {
					t.Errorf("the answer is %d: %s", a.status, a.body)
				}
				if path == "/stalled" {
					receive(t, "the cancellation of the request to a stalled upstream", cancelled)
				}
			})
		}
	}
}

// TestLargeErrors sends many bodies much larger than max_body at once.
func TestLargeErrors(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("256 MiB of errors")
	}
	piece := bytes.Repeat([]byte("x"), 1<<20)
	backend := upstream(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if r.URL.Path == "/sized" {
			w.Header().Set("Content-Length", strconv.Itoa(64<<20))
		}
		w.WriteHeader(500)
		for range 64 {
			if _, err := w.Write(piece); err != nil {
				return
			}
		}
	})
	p := serve(t, "", translateAndPassSites("large.test", backend))
	p.get(t, "large.test/").checkByStatus(t, 500, "INTERNAL.ERROR") // the first request costs more
	before := p.peakMemory(t)
	for _, path := range []string{"large.test/", "large.test/sized", "pass.test/", "pass.test/sized"} {
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				resp, err := p.client.Get("http://" + path)
				if err != nil {
					t.Error(err)
					return
				}
				defer resp.Body.Close()
				n, err := io.Copy(io.Discard, resp.Body)
				if passedThrough := strings.HasPrefix(path, "pass"); err != nil || resp.StatusCode != 500 || passedThrough != (n == 64<<20) {
					t.Errorf("%s: %d with %d bytes, %v", path, resp.StatusCode, n, err)
				}
			})
		}
		all.Wait()
	}
	p.checkGrowth(t, before)
}
