package tests

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
)

// The errors of dialects that `auto` leaves alone, or that ride on a success.
const (
	slackLost   = `{"ok":false,"error":"channel_not_found"}`
	grantUsed   = `{"error":"invalid_grant","error_description":"That code was used before."}`
	queryFailed = `{"data":null,"errors":[{"message":"There is no field of that name.","extensions":{"code":"GRAPHQL_VALIDATION_FAILED"}}]}`
)

// riding are two sites in front of one backend: one with the bare directive, and
// one that takes in all dialects.
func riding(backend string) string {
	site := func(host, block string) string {
		return fmt.Sprintf("http://%s:{$PORT} {\n\ttranslate_errors %s\n\treverse_proxy %s\n}\n", host, block, backend)
	}
	return site("auto.test", "") + site("all.test", "{\n\t\tdialect all\n\t}") + site("named.test", "{\n\t\tdialect slack graphql oauth2-token nginx\n\t}")
}

// TestLeftAlone: what clients parse by a standard, and what rides on a success,
// passes by default, is counted, and is translated where it was named or taken in.
func TestLeftAlone(t *testing.T) {
	t.Parallel()
	byPath := map[string]reply{
		"/grant":   {400, []string{asJSON, "Cache-Control: no-store"}, grantUsed},
		"/slack":   {200, []string{asJSON}, slackLost},
		"/graphql": {200, []string{asJSON}, queryFailed},
	}
	p := serve(t, "\n\tmetrics", riding(replies(t, byPath)))
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

// TestSuccessesThatLookAlike: with all dialects taken in, no success is touched
// that merely has the words of errors in it.
func TestSuccessesThatLookAlike(t *testing.T) {
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
	p := serve(t, "", riding(replies(t, byPath)))
	for path, r := range byPath {
		for _, host := range []string{"auto.test", "all.test"} {
			p.get(t, host+path).passed(t, 200, "application/json", r.body)
		}
	}
}

// TestSuccessKeepsStreaming: a success whose pieces come one by one reaches the
// client piece by piece, though all dialects are taken in, once it shows no sign
// of an error.
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
			p := serve(t, "", riding(backend))
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

// TestErrorInPieces: an error that rides on a success is found, however its body
// is cut into pieces.
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
	p := serve(t, "", riding(backend))
	for at := len(`{"ok":`); at < len(slackLost); at++ {
		p.get(t, "all.test/"+strings.Repeat("x", at-1)).matched(t, 404, "RESOURCE.NOT_FOUND", "table")
	}
}

// TestClaims: a dialect that was named translates a media type that otherwise
// passes, and leaves what is not its own.
func TestClaims(t *testing.T) {
	t.Parallel()
	page := "<html>\r\n<head><title>404 Not Found</title></head>\r\n<body>\r\n<center><h1>404 Not Found</h1></center>\r\n<hr><center>nginx/1.25.3</center>\r\n</body>\r\n</html>\r\n"
	other := "<html><body><h1>Our own page</h1></body></html>"
	byPath := map[string]reply{"/nginx": {404, []string{"Content-Type: text/html"}, page}, "/own": {404, []string{"Content-Type: text/html"}, other}}
	p := serve(t, "", riding(replies(t, byPath)))
	p.get(t, "auto.test/nginx", likesPages).passed(t, 404, "text/html", page)
	p.get(t, "named.test/own", likesPages).passed(t, 404, "text/html", other)
	p.get(t, "named.test/nginx", likesPages).matched(t, 404, "RESOURCE.NOT_FOUND", "status")
}
