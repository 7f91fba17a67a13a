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
	slackLost   = `{"ok":false,"error":"channel_not_found"}`
	grantUsed   = `{"error":"invalid_grant","error_description":"That code was used before."}`
	queryFailed = `{"data":null,"errors":[{"message":"There is no field of that name.","extensions":{"code":"GRAPHQL_VALIDATION_FAILED"}}]}`
)

// autoAndAllSites are sites with the bare directive, with all dialects, and with named ones.
func autoAndAllSites(backend string) string {
	site := func(host, block string) string {
		return fmt.Sprintf("http://%s:{$PORT} {\n\ttranslate_errors %s\n\treverse_proxy %s\n}\n", host, block, backend)
	}
	return site("auto.test", "") + site("all.test", "{\n\t\tdialect all\n\t}") + site("named.test", "{\n\t\tdialect slack graphql oauth2-token nginx\n\t}")
}

// TestAutoPasses checks errors that clients parse by a standard, and errors with a 2xx:
// they pass through by default and are counted, and are translated by name or `all`.
func TestAutoPasses(t *testing.T) {
	t.Parallel()
	byPath := map[string]reply{
		"/grant":   {400, []string{asJSON, "Cache-Control: no-store"}, grantUsed},
		"/slack":   {200, []string{asJSON}, slackLost},
		"/graphql": {200, []string{asJSON}, queryFailed},
	}
	p := serve(t, "\n\tmetrics", autoAndAllSites(replies(t, byPath)))
	for path, r := range byPath {
		p.get(t, "auto.test"+path).passed(t, r.status, "application/json", r.body)
	}
	p.checkMetrics(t, map[string]float64{responses("auto.test", "oauth2-token", "", "400", "passed"): 1})
	for _, host := range []string{"all.test", "named.test"} {
		p.get(t, host+"/grant").matched(t, 400, "AUTH.GRANT_INVALID", "table")
		p.get(t, host+"/slack").matched(t, 404, "RESOURCE.NOT_FOUND", "table")
		p.get(t, host+"/graphql").matched(t, 400, "REQUEST.QUERY_INVALID", "table")
	}
}

// TestSimilarSuccesses checks that `dialect all` does not touch successes with words of
// errors.
func TestSimilarSuccesses(t *testing.T) {
	t.Parallel()
	bodies := []string{
		`{"ok":true,"error":"none"}`,
		`{"error":null,"result":7}`,
		`{"error":"","errors":[]}`,
		`{"errors":[],"success":true,"result":{"errors":[{"code":1}]}}`,
		`{"data":{"me":null},"errors":[{"message":"Only half of it."}]}`,
		`{"id":1,"error":{"code":7,"message":"of the thing itself"}}`,
		`{"status":"error","message":"of a monitored thing"}`,
		`{"code":0,"msg":"ok","data":{}}`,
		`[{"error":"one of many"},{"ok":true}]`,
		`<report><error>none</error></report>`,
	}
	byPath := map[string]reply{}
	for i, body := range bodies {
		byPath[fmt.Sprint("/", i)] = reply{200, []string{asJSON}, body}
	}
	p := serve(t, "", autoAndAllSites(replies(t, byPath)))
	for path, r := range byPath {
		for _, host := range []string{"auto.test", "all.test"} {
			p.get(t, host+path).passed(t, 200, "application/json", r.body)
		}
	}
}

// TestSuccessKeepsStreaming checks that a success reaches the client piece by piece with
// `dialect all`, as soon as it cannot be an error.
func TestSuccessKeepsStreaming(t *testing.T) {
	t.Parallel()
	for name, pieces := range map[string][]string{
		"no sign of an error": {`{"items":[1`, `,2`, `,3]}`},
		"a large success":     {`{"error":null,"data":"` + strings.Repeat("x", 20<<10), `y`, `z"}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			goOn := make(chan struct{})
			backend := upstream(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				for _, piece := range pieces {
					_, _ = io.WriteString(w, piece)
					_ = http.NewResponseController(w).Flush()
					select {
					case <-goOn:
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
				goOn <- struct{}{}
			}
		})
	}
}

// TestErrorInPieces checks that an error with a 2xx is found however its body is split.
func TestErrorInPieces(t *testing.T) {
	t.Parallel()
	backend := upstream(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		at := len(r.URL.Path)
		for _, piece := range []string{slackLost[:at], slackLost[at:]} {
			_, _ = io.WriteString(w, piece)
			_ = http.NewResponseController(w).Flush()
		}
	})
	p := serve(t, "", autoAndAllSites(backend))
	for at := len(`{"ok":`); at < len(slackLost); at++ {
		p.get(t, "all.test/"+strings.Repeat("x", at-1)).matched(t, 404, "RESOURCE.NOT_FOUND", "table")
	}
}

// TestNamedMediaType checks that a named dialect translates a media type that passes
// otherwise, and no other bodies.
func TestNamedMediaType(t *testing.T) {
	t.Parallel()
	page := "<html>\r\n<head><title>404 Not Found</title></head>\r\n<body>\r\n<center><h1>404 Not Found</h1></center>\r\n<hr><center>nginx/1.25.3</center>\r\n</body>\r\n</html>\r\n"
	other := "<html><body><h1>Our own page</h1></body></html>"
	byPath := map[string]reply{"/nginx": {404, []string{"Content-Type: text/html"}, page}, "/own": {404, []string{"Content-Type: text/html"}, other}}
	p := serve(t, "", autoAndAllSites(replies(t, byPath)))
	p.get(t, "auto.test/nginx", acceptHTML).passed(t, 404, "text/html", page)
	p.get(t, "named.test/own", acceptHTML).passed(t, 404, "text/html", other)
	p.get(t, "named.test/nginx", acceptHTML).matched(t, 404, "RESOURCE.NOT_FOUND", "status")
}
