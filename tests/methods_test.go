package tests

import (
	"context"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"slices"
	"strconv"
	"strings"
	"testing"
)

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
		case "/empty":
			header.Set("Content-Length", "0")
			w.WriteHeader(404)
		case "/bytes":
			header.Set("Content-Type", "application/octet-stream")
			header.Set("Content-Length", strconv.Itoa(len(missing)))
			w.WriteHeader(404)
			_, _ = io.WriteString(w, missing)
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
	p := serve(t, "", translateAndPassSites("statuses.test", backend)+`
http://down.test:{$PORT} {
	translate_errors
	reverse_proxy `+refusedAddress+`
}
`)
	t.Run("HEAD", func(t *testing.T) {
		got, head := p.get(t, "statuses.test/head"), p.send(t, http.MethodHead, "statuses.test/head", "")
		if head.status != 404 || len(head.body) > 0 || head.header.Get("Content-Type") != "application/json" {
			t.Errorf("HEAD: got %d %v %q", head.status, head.header, head.body)
		}
		head.id(t)
		got.checkMissing(t)
		if head.header.Get("Content-Length") == strconv.Itoa(len(missing)) {
			t.Error("the answer to HEAD has the length of the replaced body")
		}
	})
	for _, path := range []string{
		"statuses.test/head", "statuses.test/allow", "statuses.test/sign-in", "statuses.test/chunked", "statuses.test/range", "statuses.test/empty", "statuses.test/404", "statuses.test/503",
		"statuses.test/bytes", "pass.test/head", "pass.test/404", "pass.test/bytes", "down.test/",
	} {
		t.Run("HEAD and GET of "+path, func(t *testing.T) {
			get, head := p.get(t, path), p.send(t, http.MethodHead, path, "")
			length := head.header.Get("Content-Length")
			if want := get.header.Get("Content-Length"); length != want && length != "" {
				t.Errorf("HEAD has the length %s, GET %s", length, want)
			}
			if (path == "down.test/" || path == "statuses.test/empty") && length == "" {
				t.Error("HEAD has no length, although it is known")
			}
			if strings.HasSuffix(path, "/bytes") {
				return // whether this is an error in JSON depends on its body
			}
			for _, name := range []string{"Content-Type", "Cache-Control", "Vary", "Proxy-Status", "Retry-After", "Allow", "WWW-Authenticate", "Content-Range"} {
				if got, want := head.header.Get(name), get.header.Get(name); got != want && !strings.HasPrefix(path, "pass.test") {
					t.Errorf("%s of HEAD is %q, of GET %q", name, got, want)
				}
			}
		})
	}
	t.Run("206", func(t *testing.T) {
		a := p.get(t, "statuses.test/partial", "Range: bytes=0-3")
		a.checkPassed(t, 206, "application/json", "part")
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
		if a.checkByGeneralRules(t, 405, "REQUEST.METHOD_NOT_ALLOWED"); a.header.Get("Allow") != "GET, HEAD" {
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
				t.Errorf("the informational response has %v", header)
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
