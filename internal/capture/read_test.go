package capture_test

import (
	"encoding/base64"
	"slices"
	"strings"
	"testing"

	"github.com/koine-proxy/koine/internal/capture"
)

func TestRead(t *testing.T) {
	type want struct {
		status int
		body   string
	}
	for _, c := range []struct {
		name, file, data string
		want             []want
	}{
		{"a status at the start of the file name", "404.json", `{"a": 1}`, []want{{404, `{"a": 1}`}}},
		{"a status after a dash", "foo-404.xml", `<a/>`, []want{{404, `<a/>`}}},
		{"a status before a dash, in a folder with a number as name", "500/dir/422-foo.json", `{}`, []want{{422, `{}`}}},
		{"a number that is not a status", "a1404b.json", `{}`, []want{{0, `{}`}}},
		{"a text", "words.txt", "ERR 42 no\n", []want{{0, "ERR 42 no\n"}}},
		{"a top-level array is one body", "404.json", `[{"code": 1}, {"code": 2}]`, []want{{404, `[{"code": 1}, {"code": 2}]`}}},
		{"curl -i", "a.txt", "HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\n\r\nno\r\n", []want{{404, "no\r\n"}}},
		{"curl -i with HTTP/2, without a phrase", "a.txt", "HTTP/2 503 \ncontent-type: text/plain\n\nno", []want{{503, "no"}}},
		{
			"100 Continue, a tunnel and a redirect first", "a.txt",
			"HTTP/1.1 200 Connection established\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 302 Found\r\nLocation: /b\r\n\r\n<a>moved</a>\r\nHTTP/1.1 410 Gone\r\n\r\ngone",
			[]want{{410, "gone"}},
		},
		{"several, each with its length", "a.txt", "HTTP/1.1 404 Not Found\r\nContent-Length: 9\r\n\r\n{\"a\": 1}\nHTTP/1.1 409 Conflict\r\nContent-Length: 8\r\n\r\n{\"a\": 2}", []want{{404, "{\"a\": 1}\n"}, {409, `{"a": 2}`}}},
		{"several, without a line break between them", "a.txt", "HTTP/2 404 \r\nx-a: b\r\n\r\n{\"a\": 1}HTTP/2 409 \r\nx-a: b\r\n\r\n<a/>HTTP/2 503 \r\n\r\nno\r\n", []want{{404, `{"a": 1}`}, {409, `<a/>`}, {503, "no\r\n"}}},
		{"several with a length that is that of the compressed body", "a.txt", "HTTP/1.1 404 Not Found\nContent-Length: 4\n\n{\"a\": 1}\nHTTP/1.1 409 Conflict\n\nno", []want{{404, "{\"a\": 1}\n"}, {409, "no"}}},
		{"a length that covers a response in an error", "a.txt", "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 47\r\n\r\nit said:\nHTTP/1.1 500 Oops\r\nServer: x\r\n\r\nno way", []want{{502, "it said:\nHTTP/1.1 500 Oops\r\nServer: x\r\n\r\nno way"}}},
		{"several, with an empty body", "a.txt", "HTTP/1.1 404 Not Found\r\nA: b\r\n\r\nHTTP/1.1 409 Conflict\r\nA: b\r\n\r\nno", []want{{404, ""}, {409, "no"}}},
		{"no body", "a.txt", "HTTP/1.1 502 Bad Gateway\r\nServer: x\r\n", []want{{502, ""}}},
		{"a status line inside an error", "a.txt", "HTTP/1.1 502 Bad Gateway\r\n\r\nit said:\nHTTP/1.1 500 Oops\r\n", []want{{502, "it said:\nHTTP/1.1 500 Oops\r\n"}}},
		{
			"HAR: only errors", "a.har",
			`{"log": {"entries": [{"response": {"status": 200, "content": {"text": "fine"}}}, {"response": {"status": 404, "content": {"text": "` +
				base64.StdEncoding.EncodeToString([]byte("gone")) + `", "encoding": "base64"}}}]}}`,
			[]want{{404, "gone"}},
		},
		{"HAR without errors", "a.har", `{"log": {"entries": [{"response": {"status": 200, "content": {"text": "{\"rc\": 7}"}}}]}}`, []want{{200, `{"rc": 7}`}}},
		{"JSON Lines of bodies", "404.jsonl", "{\"a\": 1}\n\n{\"a\": 2}\n", []want{{404, `{"a": 1}`}, {404, `{"a": 2}`}}},
		{
			"JSON Lines of responses", "a.jsonl", `{"status": 409, "body": {"a": 1}}` + "\n" + `{"statusCode": 500, "headers": {"x": "y"}, "body": "text"}`,
			[]want{{409, `{"a": 1}`}, {500, "text"}},
		},
		{"an array of responses", "a.json", `[{"status": 409, "body": {"a": 1}}, {"status": 404, "body": "no"}]`, []want{{409, `{"a": 1}`}, {404, "no"}}},
		{"a body that has a body", "404.json", `{"status": 404, "body": {"a": 1}, "code": "x"}`, []want{{404, `{"status": 404, "body": {"a": 1}, "code": "x"}`}}},
		{"a byte order mark", "404.json", "\xef\xbb\xbf{}", []want{{404, "{}"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := capture.Read(c.file, []byte(c.data))
			if err != nil {
				t.Fatal(err)
			}
			got = slices.DeleteFunc(got, func(s capture.Response) bool { return s.Unused != "" })
			if len(got) != len(c.want) {
				t.Fatalf("%d responses, want %d", len(got), len(c.want))
			}
			for i, w := range c.want {
				if got[i].Status != w.status || string(got[i].Body) != w.body {
					t.Errorf("response %d: %d %q, want %d %q", i, got[i].Status, got[i].Body, w.status, w.body)
				}
			}
		})
	}
}

func TestReadHeader(t *testing.T) {
	for file, data := range map[string]string{
		"a.txt":  "HTTP/1.1 404 Not Found\r\ncontent-type: text/x\r\n\r\nno",
		"a.har":  `{"log": {"entries": [{"response": {"status": 404, "headers": [{"name": "content-type", "value": "text/x"}], "content": {"text": "no"}}}]}}`,
		"a.json": `{"status": 404, "headers": {"content-type": ["text/x"]}, "body": "no"}`,
	} {
		got, err := capture.Read(file, []byte(data))
		if err != nil || len(got) != 1 || len(got[0].Header["Content-Type"]) != 1 || got[0].Header["Content-Type"][0] != "text/x" {
			t.Errorf("%s: %v, %v", file, got, err)
		}
	}
}

func TestReadFaults(t *testing.T) {
	for _, c := range []struct{ file, data, want string }{
		{"a.json", " \n", "a.json: empty file"},
		{"a.har", "not JSON", "not a HAR file"},
		{"a.har", `{"log": {"entries": []}}`, "no response found"},
		{"a.txt", strings.Repeat("x", 300<<10), "a body has 307200 bytes"},
	} {
		_, err := capture.Read(c.file, []byte(c.data))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got error %v, want %q", c.file, err, c.want)
		}
	}
}
