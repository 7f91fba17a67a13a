package tests

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
)

// Errors that `dialect auto` passes through, and errors with a 2xx status.
const (
	slackError   = `{"ok":false,"error":"channel_not_found"}`
	oauthError   = `{"error":"invalid_grant","error_description":"That code was used before."}`
	graphqlError = `{"data":null,"errors":[{"message":"There is no field of that name.","extensions":{"code":"GRAPHQL_VALIDATION_FAILED"}}]}`
)

// autoAndAllSites returns sites with the default dialects, with all, and with named ones.
func autoAndAllSites(backend string) string {
	site := func(host, block string) string {
		return fmt.Sprintf("http://%s:{$PORT} {\n\ttranslate_errors %s\n\treverse_proxy %s\n}\n", host, block, backend)
	}
	return site("auto.test", "") + site("all.test", "{\n\t\tdialect all\n\t}") + site("named.test", "{\n\t\tdialect slack graphql oauth2-token nginx\n\t}")
}

// TestAutoPasses checks errors that clients parse by a standard, and errors with a 2xx:
// by default they pass through and are counted; they are translated if the dialect is named, or
// with `all`.
func TestAutoPasses(t *testing.T) {
	t.Parallel()
	byPath := map[string]response{
		"/grant":   {400, []string{asJSON, "Cache-Control: no-store"}, oauthError},
		"/slack":   {200, []string{asJSON}, slackError},
		"/graphql": {200, []string{asJSON}, graphqlError},
	}
	p := serve(t, "\n\tmetrics", autoAndAllSites(respondWith(t, byPath)))
	for path, r := range byPath {
		p.get(t, "auto.test"+path).checkPassed(t, r.status, "application/json", r.body)
	}
	p.checkMetrics(t, map[string]float64{responses("auto.test", "oauth2-token", "", "400", "passed"): 1})
	for _, host := range []string{"all.test", "named.test"} {
		p.get(t, host+"/grant").checkMatch(t, 400, "AUTH.GRANT_INVALID", "table")
		p.get(t, host+"/slack").checkMatch(t, 404, "RESOURCE.NOT_FOUND", "table")
		p.get(t, host+"/graphql").checkMatch(t, 400, "REQUEST.QUERY_INVALID", "table")
	}
}

// TestSimilarSuccesses checks that `dialect all` does not translate successes whose members
// have names that errors use.
func TestSimilarSuccesses(t *testing.T) {
	t.Parallel()
	bodies := []string{
		`{"ok":true,"error":"none"}`,
		`{"error":null,"result":7}`,
		`{"error":"","errors":[]}`,
		`{"errors":[],"success":true,"result":{"errors":[{"code":1}]}}`,
		`{"data":{"me":null},"errors":[{"message":"Only half of it."}]}`,
		`{"id":1,"error":{"code":7,"message":"a property of the resource"}}`,
		`{"status":"error","message":"the state of a monitored host"}`,
		`{"code":0,"msg":"ok","data":{}}`,
		`[{"error":"one of many"},{"ok":true}]`,
		`<report><error>none</error></report>`,
	}
	byPath := map[string]response{}
	for i, body := range bodies {
		byPath[fmt.Sprint("/", i)] = response{200, []string{asJSON}, body}
	}
	p := serve(t, "", autoAndAllSites(respondWith(t, byPath)))
	for path, r := range byPath {
		for _, host := range []string{"auto.test", "all.test"} {
			p.get(t, host+path).checkPassed(t, 200, "application/json", r.body)
		}
	}
}

// TestSuccessKeepsStreaming checks that a success reaches the client piece by piece with
// `dialect all`, as soon as it cannot be an error.
func TestSuccessKeepsStreaming(t *testing.T) {
	t.Parallel()
	for name, pieces := range map[string][]string{
		"no member of an error": {`{"items":[1`, `,2`, `,3]}`},
		"a large success":       {`{"error":null,"data":"` + strings.Repeat("x", 20<<10), `y`, `z"}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			next := make(chan struct{})
			backend := upstream(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				for _, piece := range pieces {
					_, _ = io.WriteString(w, piece)
					_ = http.NewResponseController(w).Flush()
					select {
					case <-next:
					case <-r.Context().Done():
						return
					}
				}
			})
			p := serve(t, "", autoAndAllSites(backend))
			resp, err := p.client.Do(newRequest(t, "GET", "all.test/", ""))
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			in := bufio.NewReader(resp.Body)
			for _, piece := range pieces {
				got := make([]byte, len(piece))
				if _, err := io.ReadFull(in, got); err != nil || string(got) != piece {
					t.Fatalf("a piece is %q: %v", got, err)
				}
				next <- struct{}{}
			}
		})
	}
}

// TestErrorInPieces checks that an error on 2xx is detected wherever its body is split.
func TestErrorInPieces(t *testing.T) {
	t.Parallel()
	backend := upstream(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		at := len(r.URL.Path)
		for _, piece := range []string{slackError[:at], slackError[at:]} {
			_, _ = io.WriteString(w, piece)
			_ = http.NewResponseController(w).Flush()
		}
	})
	p := serve(t, "", autoAndAllSites(backend))
	for at := len(`{"ok":`); at < len(slackError); at++ {
		p.get(t, "all.test/"+strings.Repeat("x", at-1)).checkMatch(t, 404, "RESOURCE.NOT_FOUND", "table")
	}
}

// TestNamedMediaType checks that a named dialect translates bodies of a media type that
// otherwise passes through, and only those that match.
func TestNamedMediaType(t *testing.T) {
	t.Parallel()
	page := "<html>\r\n<head><title>404 Not Found</title></head>\r\n<body>\r\n<center><h1>404 Not Found</h1></center>\r\n<hr><center>nginx/1.25.3</center>\r\n</body>\r\n</html>\r\n"
	other := "<html><body><h1>Our own page</h1></body></html>"
	byPath := map[string]response{"/nginx": {404, []string{"Content-Type: text/html"}, page}, "/own": {404, []string{"Content-Type: text/html"}, other}}
	p := serve(t, "", autoAndAllSites(respondWith(t, byPath)))
	p.get(t, "auto.test/nginx", acceptHTML).checkPassed(t, 404, "text/html", page)
	p.get(t, "named.test/own", acceptHTML).checkPassed(t, 404, "text/html", other)
	p.get(t, "named.test/nginx", acceptHTML).checkMatch(t, 404, "RESOURCE.NOT_FOUND", "status")
}
