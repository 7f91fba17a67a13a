package tests

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/fcgi"
	"net/http/httptest"
	"net/http/httptrace"
	"net/textproto"
	"os"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// missing is an error body of the dialect rustbill.
const missing = `{"error":"plan_not_found","message":"There is no such plan."}`

// checkMissing checks that an answer is the translation of missing.
func (a *answer) checkMissing(t *testing.T) *envelope {
	t.Helper()
	e := a.envelope(t)
	if a.status != 404 || e.Error.Code != "PLAN.NOT_FOUND" || e.Error.Message != "There is no such plan." {
		t.Errorf("the answer is %d %s %q", a.status, e.Error.Code, e.Error.Message)
	}
	return e
}

// byStatus checks that only the status decided on an answer.
func (a *answer) byStatus(t *testing.T, status int, code string) *envelope {
	t.Helper()
	return a.matched(t, status, code, "status")
}

// byGuess checks that the general rules read the body.
func (a *answer) byGuess(t *testing.T, status int, code string) *envelope {
	t.Helper()
	return a.matched(t, status, code, "guess")
}

func (a *answer) matched(t *testing.T, status int, code, how string) *envelope {
	t.Helper()
	e := a.envelope(t)
	if a.status != status || e.Error.Code != code || e.Meta.Match != how {
		t.Errorf("the answer is %d %s by %s, want %d %s by %s", a.status, e.Error.Code, e.Meta.Match, status, code, how)
	}
	return e
}

// encoders has the content codings by name.
var encoders = map[string]func(io.Writer) io.WriteCloser{
	"gzip":   func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) },
	"x-gzip": func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) },
	"br":     func(w io.Writer) io.WriteCloser { return brotli.NewWriter(w) },
	"zlib":   func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) },
	"deflate": func(w io.Writer) io.WriteCloser {
		f, _ := flate.NewWriter(w, flate.DefaultCompression) // the level is valid
		return f
	},
	"zstd": func(w io.Writer) io.WriteCloser {
		z, _ := zstd.NewWriter(w) // no options, no error
		return z
	},
}

func encode(t *testing.T, coding, body string) string {
	t.Helper()
	var b bytes.Buffer
	w := encoders[coding](&b)
	if _, err := io.WriteString(w, body); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestCodings(t *testing.T) {
	t.Parallel()
	unreadable := encode(t, "gzip", missing)[:30]
	twice := encode(t, "gzip", encode(t, "gzip", missing))
	byPath := map[string]reply{
		"/gzip":         {404, []string{asJSON, "Content-Encoding: gzip"}, encode(t, "gzip", missing)},
		"/x-gzip":       {404, []string{asJSON, "Content-Encoding: x-gzip"}, encode(t, "gzip", missing)},
		"/GZIP":         {404, []string{asJSON, "Content-Encoding: GZIP"}, encode(t, "gzip", missing)},
		"/br":           {404, []string{asJSON, "Content-Encoding: br"}, encode(t, "br", missing)},
		"/zstd":         {404, []string{asJSON, "Content-Encoding: zstd"}, encode(t, "zstd", missing)},
		"/deflate-zlib": {404, []string{asJSON, "Content-Encoding: deflate"}, encode(t, "zlib", missing)},
		"/deflate-raw":  {404, []string{asJSON, "Content-Encoding: deflate"}, encode(t, "deflate", missing)},
		"/identity":     {404, []string{asJSON, "Content-Encoding: identity"}, missing},
		"/twice":        {404, []string{asJSON, "Content-Encoding: gzip, gzip"}, twice},
		"/twice-lines":  {404, []string{asJSON, "Content-Encoding: br", "Content-Encoding: gzip"}, encode(t, "gzip", encode(t, "br", missing))},
	}
	for path, r := range byPath {
		r.header = append(r.header, "Etag: \"1\"")
		byPath[path] = r
	}
	byPath["/thrice"] = reply{404, []string{asJSON, "Content-Encoding: gzip, gzip, gzip"}, encode(t, "gzip", twice)}
	byPath["/unknown"] = reply{404, []string{asJSON, "Content-Encoding: dcb"}, "\xff\x44\x43\x42whatever"}
	byPath["/unreadable"] = reply{404, []string{asJSON, "Content-Encoding: gzip"}, unreadable}
	byPath["/silent"] = reply{404, []string{asJSON}, encode(t, "gzip", missing)}
	byPath["/lying"] = reply{404, []string{asJSON, "Content-Encoding: gzip"}, missing}
	backend := replies(t, byPath)
	p := serve(t, "", translateAndPassSites("codings.test", backend))
	for _, path := range []string{"/gzip", "/x-gzip", "/GZIP", "/br", "/zstd", "/deflate-zlib", "/deflate-raw", "/identity", "/twice", "/twice-lines"} {
		t.Run(path[1:], func(t *testing.T) {
			p.get(t, "codings.test"+path, "Accept-Encoding: gzip, br, zstd, deflate").checkMissing(t)
		})
	}
	for _, path := range []string{"/thrice", "/unknown"} {
		a := p.get(t, "codings.test"+path)
		a.passed(t, 404, "application/json", byPath[path].body)
		if a.header.Get("Content-Encoding") == "" {
			t.Errorf("%s has no Content-Encoding", path)
		}
	}
	const gzip = "Accept-Encoding: gzip" // otherwise reverse_proxy decodes it
	p.get(t, "codings.test/unreadable", gzip).byStatus(t, 404, "RESOURCE.NOT_FOUND")
	p.get(t, "codings.test/unreadable").byStatus(t, 404, "RESOURCE.NOT_FOUND")
	p.get(t, "pass.test/unreadable", gzip).passed(t, 404, "application/json", unreadable)
	p.get(t, "codings.test/lying", gzip).checkMissing(t)
	p.get(t, "codings.test/silent", gzip).checkMissing(t)
	p.get(t, "codings.test/lying").byStatus(t, 404, "RESOURCE.NOT_FOUND")
}

// TestBombs sends bodies that decompress to large ones.
func TestBombs(t *testing.T) {
	t.Parallel()
	bomb := func(codings ...string) string {
		body := strings.Repeat(" ", 64<<20)
		for _, coding := range codings {
			body = encode(t, coding, body)
		}
		return body
	}
	byPath := map[string]reply{
		"/gzip":       {404, []string{asJSON, "Content-Encoding: gzip"}, bomb("gzip")},
		"/zstd":       {404, []string{asJSON, "Content-Encoding: zstd"}, bomb("zstd")},
		"/twice":      {404, []string{asJSON, "Content-Encoding: gzip, gzip"}, bomb("gzip", "gzip")},
		"/just-right": {404, []string{asJSON, "Content-Encoding: gzip"}, encode(t, "gzip", missing+strings.Repeat(" ", 500<<10))},
	}
	backend := replies(t, byPath)
	p := serve(t, "", `
http://bombs.test:{$PORT} {
	translate_errors
	reverse_proxy `+backend+`
}
`)
	p.get(t, "bombs.test/just-right").checkMissing(t)
	before := p.peakMemory(t)
	for _, path := range []string{"/gzip", "/zstd", "/twice"} {
		p.get(t, "bombs.test"+path).byStatus(t, 404, "RESOURCE.NOT_FOUND")
	}
	p.checkGrowth(t, before)
}

// peakMemory returns the peak memory of the process in bytes.
func (p *proxy) peakMemory(t *testing.T) int {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("the peak memory of another process is only known on Linux")
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
	if grown > 32<<20 && !raceDetector { // it needs memory of its own
		t.Errorf("want at most 32 MiB")
	}
}

func TestMethodsAndStatuses(t *testing.T) {
	t.Parallel()
	backend := upstream(t, func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Content-Type", "application/json")
		switch r.URL.Path {
		case "/head":
			header.Set("Content-Length", strconv.Itoa(len(missing)))
			w.WriteHeader(404)
			if r.Method != http.MethodHead {
				_, _ = io.WriteString(w, missing)
			}
		case "/partial":
			header.Set("Content-Range", "bytes 0-3/10")
			w.WriteHeader(206)
			_, _ = io.WriteString(w, "part")
		case "/range":
			header.Set("Content-Range", "bytes */10")
			w.WriteHeader(416)
			_, _ = io.WriteString(w, `{"error":"not_found","message":"No such range."}`)
		case "/allow":
			header.Set("Allow", "GET, HEAD")
			w.WriteHeader(405)
			_, _ = io.WriteString(w, "Method Not Allowed\n")
		case "/sign-in":
			header.Set("WWW-Authenticate", `Bearer realm="api"`)
			w.WriteHeader(401)
			_, _ = io.WriteString(w, `{"error":"unauthorized","message":"Sign in, please."}`)
		case "/chunked":
			w.WriteHeader(404)
			for _, piece := range strings.SplitAfter(missing, ",") {
				_, _ = io.WriteString(w, piece)
				_ = http.NewResponseController(w).Flush()
			}
		case "/hints":
			header.Set("Link", "</style.css>; rel=preload")
			w.WriteHeader(http.StatusEarlyHints)
			w.WriteHeader(404)
			_, _ = io.WriteString(w, missing)
		default:
			status, _ := strconv.Atoi(r.URL.Path[1:])
			w.WriteHeader(status)
		}
	})
	p := serve(t, "", `
http://statuses.test:{$PORT} {
	translate_errors
	reverse_proxy `+backend+`
}
`)
	t.Run("HEAD", func(t *testing.T) {
		got, head := p.get(t, "statuses.test/head"), p.send(t, http.MethodHead, "statuses.test/head", "")
		if head.status != 404 || len(head.body) > 0 || head.header.Get("Content-Type") != "application/json" {
			t.Errorf("HEAD is %d %v %q", head.status, head.header, head.body)
		}
		head.id(t)
		got.checkMissing(t)
		if head.header.Get("Content-Length") == strconv.Itoa(len(missing)) {
			t.Error("HEAD has the length of the replaced body")
		}
	})
	t.Run("206", func(t *testing.T) {
		a := p.get(t, "statuses.test/partial", "Range: bytes=0-3")
		a.passed(t, 206, "application/json", "part")
		if a.header.Get("Content-Range") != "bytes 0-3/10" {
			t.Errorf("Content-Range is %q", a.header.Get("Content-Range"))
		}
	})
	t.Run("416", func(t *testing.T) {
		a := p.get(t, "statuses.test/range", "Range: bytes=20-30")
		if a.envelope(t); a.header.Get("Content-Range") != "bytes */10" {
			t.Errorf("Content-Range is %q", a.header.Get("Content-Range"))
		}
	})
	t.Run("405", func(t *testing.T) {
		a := p.get(t, "statuses.test/allow")
		if a.byGuess(t, 405, "REQUEST.METHOD_NOT_ALLOWED"); a.header.Get("Allow") != "GET, HEAD" {
			t.Errorf("Allow is %q", a.header.Get("Allow"))
		}
	})
	t.Run("401", func(t *testing.T) {
		a := p.get(t, "statuses.test/sign-in")
		if e := a.envelope(t); e.Error.Code != "AUTH.UNAUTHENTICATED" || a.header.Get("WWW-Authenticate") != `Bearer realm="api"` {
			t.Errorf("%s, WWW-Authenticate is %q", e.Error.Code, a.header.Get("WWW-Authenticate"))
		}
	})
	t.Run("chunked", func(t *testing.T) { p.get(t, "statuses.test/chunked").checkMissing(t) })
	t.Run("204 and 304", func(t *testing.T) {
		for _, status := range []int{204, 304} {
			if a := p.get(t, "statuses.test/"+strconv.Itoa(status)); a.status != status || len(a.body) > 0 {
				t.Errorf("%d became %d %q", status, a.status, a.body)
			}
		}
	})
	t.Run("103", func(t *testing.T) {
		var hints []int
		r := newRequest(t, http.MethodGet, "statuses.test/hints", "")
		trace := &httptrace.ClientTrace{Got1xxResponse: func(code int, header textproto.MIMEHeader) error {
			hints = append(hints, code)
			if header.Get("Link") != "</style.css>; rel=preload" {
				t.Errorf("the hint has %v", header)
			}
			return nil
		}}
		a := p.do(t, r.WithContext(httptrace.WithClientTrace(context.Background(), trace)))
		a.checkMissing(t)
		if !slices.Equal(hints, []int{103}) {
			t.Errorf("informational responses: %v", hints)
		}
	})
	t.Run("safe to repeat", func(t *testing.T) {
		for method, safe := range map[string]bool{"GET": true, "PUT": true, "DELETE": true, "OPTIONS": true, "POST": false, "PATCH": false, "PURGE": false} {
			if e := p.send(t, method, "statuses.test/chunked", "").checkMissing(t); e.Error.Retry.Safe != safe {
				t.Errorf("safe for %s is %v", method, e.Error.Retry.Safe)
			}
		}
	})
}

// TestStreams checks that a success is not buffered.
func TestStreams(t *testing.T) {
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

// TestUpgrade upgrades to another protocol.
func TestUpgrade(t *testing.T) {
	t.Parallel()
	backend := upstream(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Upgrade") != "echo" || r.Header.Get("X-Request-Id") == "" {
			http.Error(w, "not upgraded", http.StatusBadRequest)
			return
		}
		conn, both, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		defer conn.Close()
		_, _ = io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n")
		line, _ := both.ReadString('\n')
		_, _ = io.WriteString(conn, "echo "+line)
	})
	p := serve(t, "", `
http://upgrade.test:{$PORT} {
	translate_errors
	reverse_proxy `+backend+`
}
`)
	conn, err := net.Dial("tcp", p.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(timeout))
	_, _ = io.WriteString(conn, "GET / HTTP/1.1\r\nHost: upgrade.test\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n")
	lines := bufio.NewReader(conn)
	resp, err := http.ReadResponse(lines, nil)
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != 101 || len(resp.Header.Values("X-Request-Id")) != 1 {
		t.Fatalf("%d %v", resp.StatusCode, resp.Header)
	}
	_, _ = io.WriteString(conn, "hello\n")
	if line, err := lines.ReadString('\n'); line != "echo hello\n" {
		t.Errorf("got %q over the other protocol: %v", line, err)
	}
	p.get(t, "upgrade.test/").byStatus(t, 400, "REQUEST.INVALID")
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
			t.Errorf("trailers of a %d that passed: %v", a.status, a.trailer)
		}
	}
}

// TestBrokenBodies sends errors with an incomplete body.
func TestBrokenBodies(t *testing.T) {
	t.Parallel()
	gone := make(chan struct{})
	backend := upstream(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		switch r.URL.Path {
		case "/short":
			w.Header().Set("Content-Length", strconv.Itoa(len(missing)+100))
			w.WriteHeader(404)
			_, _ = io.WriteString(w, missing)
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		case "/cut":
			w.WriteHeader(503)
			_, _ = io.WriteString(w, `{"error":"plan_not`)
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		case "/stalls":
			w.WriteHeader(404)
			_, _ = io.WriteString(w, missing)
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
			gone <- struct{}{}
		}
	})
	p := serve(t, "", `
http://broken.test:{$PORT} {
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
	for _, host := range []string{"broken.test", "pass.test"} {
		for path, status := range map[string]int{"/short": 404, "/cut": 503, "/stalls": 404} {
			t.Run(host+path, func(t *testing.T) {
				a := p.get(t, host+path)
				if e := a.envelope(t); a.status != status || e.Meta.Origin != "upstream" {
					t.Errorf("the answer is %d: %s", a.status, a.body)
				}
				if path == "/stalls" {
					receive(t, "the end of the request to an upstream that stalls", gone)
				}
			})
		}
	}
}

// TestFastCGI checks that the client gets an answer while a FastCGI application hangs in
// the middle of an error.
func TestFastCGI(t *testing.T) {
	t.Parallel()
	release, hangs := make(chan struct{}), make(chan struct{}, 10)
	backend := fastCGI(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		switch r.URL.Path {
		case "/fine":
			_, _ = io.WriteString(w, "{}")
		case "/missing":
			w.WriteHeader(404)
			_, _ = io.WriteString(w, missing)
		default:
			w.WriteHeader(404)
			_, _ = io.WriteString(w, missing[:20])
			w.(http.Flusher).Flush()
			hangs <- struct{}{}
			<-release
		}
	})
	t.Cleanup(func() { close(release) })
	p := serve(t, "", `
http://fastcgi.test:{$PORT} {
	translate_errors {
		body_timeout 300ms
	}
	reverse_proxy `+backend+` {
		transport fastcgi {
			root {$STATE}
		}
	}
}
`)
	p.get(t, "fastcgi.test/fine").passed(t, 200, "application/json", "{}")
	p.get(t, "fastcgi.test/missing").checkMissing(t)
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() {
			resp, err := p.client.Do(newRequest(t, http.MethodGet, "fastcgi.test/hangs", ""))
			if err != nil {
				t.Error(err)
				return
			}
			defer resp.Body.Close()
			body, err := io.ReadAll(resp.Body)
			if err != nil {
				t.Error(err)
			}
			(&answer{resp.StatusCode, resp.Header, body, resp.Trailer}).byStatus(t, 404, "RESOURCE.NOT_FOUND")
		})
	}
	all.Wait()
	for range 3 {
		receive(t, "an application that hangs", hangs)
	}
}

// fastCGI starts a FastCGI application, and returns its address.
func fastCGI(t *testing.T, serve http.HandlerFunc) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() { _ = fcgi.Serve(l, serve) }()
	return l.Addr().String()
}

// TestHTTP2 sends several requests over one HTTP/2 connection.
func TestHTTP2(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	application := fastCGI(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(404)
		_, _ = io.WriteString(w, missing[:20])
		w.(http.Flusher).Flush()
		<-release
	})
	t.Cleanup(func() { close(release) })
	p := serve(t, `
	servers {
		protocols h1 h2c
	}`, `
http://two.test:{$PORT} {
	translate_errors {
		body_timeout 300ms
	}
	reverse_proxy /hangs `+application+` {
		transport fastcgi {
			root {$STATE}
		}
	}
	reverse_proxy /down `+dead+`
	reverse_proxy `+replies(t, map[string]reply{"/missing": {404, []string{asJSON}, missing}, "/ok": {200, []string{asJSON}, "{}"}})+`
}
`)
	transport := p.client.Transport.(*http.Transport)
	transport.Protocols = new(http.Protocols)
	transport.Protocols.SetUnencryptedHTTP2(true)
	for range 2 {
		p.get(t, "two.test/ok").passed(t, 200, "application/json", "{}")
		p.get(t, "two.test/missing").checkMissing(t)
		p.get(t, "two.test/down").byStatus(t, 502, "UPSTREAM.ERROR")
		if head := p.send(t, http.MethodHead, "two.test/missing", ""); head.status != 404 || len(head.body) > 0 {
			t.Errorf("HEAD is %d %q", head.status, head.body)
		}

		// The stream ends with the handler; until then the length tells the client that the body is complete.
		resp, err := p.client.Do(newRequest(t, http.MethodGet, "two.test/hangs", ""))
		if err != nil {
			t.Fatal(err)
		}
		body := make([]byte, resp.ContentLength)
		if _, err := io.ReadFull(resp.Body, body); err != nil {
			t.Error(err)
		}
		resp.Body.Close()
		(&answer{resp.StatusCode, resp.Header, body, nil}).byStatus(t, 404, "RESOURCE.NOT_FOUND")
	}
}

// TestHandlers checks errors of handlers of Caddy.
func TestHandlers(t *testing.T) {
	t.Parallel()
	p := serve(t, "", `
http://handlers.test:{$PORT} {
	log
	translate_errors
	respond /text "That is not here." 404
	respond /bare 403
	respond /fine "yes" 200
	error /thrown "no such thing" 410
	abort /aborted
	handle /files/* {
		root {$STATE}/none
		file_server
	}
	handle /replaced/* {
		reverse_proxy `+upstream(t, echoCode)+` {
			@bad status 4xx
			handle_response @bad {
				respond "Down for maintenance." 503
			}
		}
	}
	handle /empty/* {
	}
}
`)
	if e := p.get(t, "handlers.test/text").byStatus(t, 404, "RESOURCE.NOT_FOUND"); e.Meta.Origin != "upstream" {
		t.Errorf("origin of a written error is %s", e.Meta.Origin)
	}
	p.get(t, "handlers.test/bare").byStatus(t, 403, "AUTH.FORBIDDEN")
	p.get(t, "handlers.test/fine").passed(t, 200, "text/plain; charset=utf-8", "yes")
	if e := p.get(t, "handlers.test/thrown").byStatus(t, 410, "RESOURCE.GONE"); e.Meta.Origin != "proxy" {
		t.Errorf("origin of a returned error is %s", e.Meta.Origin)
	}
	p.get(t, "handlers.test/files/none").byStatus(t, 404, "RESOURCE.NOT_FOUND")
	p.get(t, "handlers.test/replaced/x").byStatus(t, 503, "UPSTREAM.UNAVAILABLE")
	p.get(t, "handlers.test/empty/x").passed(t, 200, "", "") // like every request without a response
	if resp, err := p.client.Get("http://handlers.test/aborted"); err == nil {
		resp.Body.Close()
		t.Errorf("abort: got status %d", resp.StatusCode)
	}
}

// TestClientGone cancels a request before the upstream answers.
func TestClientGone(t *testing.T) {
	t.Parallel()
	asked := make(chan struct{}, 1)
	backend := upstream(t, func(_ http.ResponseWriter, r *http.Request) {
		asked <- struct{}{}
		<-r.Context().Done()
	})
	p := serve(t, "", `
http://gone.test:{$PORT} {
	log
	translate_errors
	reverse_proxy `+backend+`
}
`)
	ctx, leave := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		resp, err := p.client.Do(newRequest(t, http.MethodGet, "gone.test/", "").WithContext(ctx))
		if err == nil {
			resp.Body.Close()
		}
	}()
	receive(t, "the upstream to be asked", asked)
	leave()
	receive(t, "the client to leave", done)
	access := p.logged(t, func(l logLine) bool { return l["msg"] == "handled request" })
	if access["status"] != 499.0 || access["request_id"] == nil || access["error_code"] != nil || access["upstream_status"] != nil {
		t.Errorf("access log: %v", access)
	}
}

// TestConnectionReuse sends many errors, and counts the connections to the upstream.
func TestConnectionReuse(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("9,000 requests")
	}
	var opened atomic.Int32
	large := missing + strings.Repeat(" ", 6<<10)
	backend := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(404)
		if r.URL.Path == "/large" {
			_, _ = io.WriteString(w, large)
			return
		}
		_, _ = io.WriteString(w, missing)
	}))
	backend.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			opened.Add(1)
		}
	}
	backend.Start()
	t.Cleanup(backend.Close)
	p := serve(t, "", `
http://reuse.test:{$PORT} {
	translate_errors {
		max_body 1KiB
	}
	reverse_proxy `+backend.Listener.Addr().String()+` {
		transport http {
			keepalive_idle_conns_per_host 64 # with its default, 32, stock Caddy opens hundreds for 64 clients
		}
	}
}
`)
	const clients, requests = 64, 9000
	transport := p.client.Transport.(*http.Transport)
	transport.MaxIdleConnsPerHost, transport.MaxConnsPerHost = clients, clients
	var all sync.WaitGroup
	var left atomic.Int32
	left.Store(requests)
	for range clients {
		all.Go(func() {
			for n := left.Add(-1); n >= 0; n = left.Add(-1) {
				path, code := "/", "PLAN.NOT_FOUND"
				if n%3 == 0 { // larger than max_body, but still read to its end
					path, code = "/large", "RESOURCE.NOT_FOUND"
				}
				resp, err := p.client.Get("http://reuse.test" + path)
				if err != nil {
					t.Error(err)
					return
				}
				body, err := io.ReadAll(resp.Body)
				resp.Body.Close()
				if err != nil || !bytes.Contains(body, []byte(code)) {
					t.Errorf("%s: %s, %v", path, body, err)
					return
				}
			}
		})
	}
	all.Wait()
	if n := opened.Load(); n > 100 {
		t.Errorf("%d errors opened %d connections to the upstream", requests, n)
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
	p.get(t, "large.test/").byStatus(t, 500, "INTERNAL.ERROR") // the first request costs more
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
				if passes := strings.HasPrefix(path, "pass"); err != nil || resp.StatusCode != 500 || passes != (n == 64<<20) {
					t.Errorf("%s: %d with %d bytes, %v", path, resp.StatusCode, n, err)
				}
			})
		}
		all.Wait()
	}
	p.checkGrowth(t, before)
}
