package capture_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/koine-proxy/koine/internal/capture"
)

func TestReadRequests(t *testing.T) {
	for _, c := range []struct{ file, data string }{
		{"a.har", `{"log":{"entries":[{"request":{"method":"POST","url":"https://API.example.com:8443/x","headers":[{"name":"accept","value":"text/html"}]},
			"response":{"status":404,"headers":[{"name":"Content-Encoding","value":"br"},{"name":"Content-Length","value":"3"},{"name":":status","value":"404"},{"name":"X-A","value":"b"}],"content":{"mimeType":"application/json","text":"{}"}}}]}}`},
		{"a.jsonl", `{"method":"POST","host":"api.example.com","accept":"text/html","status":404,"headers":{"content-type":"application/json","x-a":"b"},"body":{}}` + "\n" + `{"status":500,"body":""}`},
		{"a.json", `[{"method":"POST","url":"https://api.example.com/","accept":"text/html","status":404,"headers":{"content-type":"application/json","x-a":"b"},"body":{}}]`},
	} {
		all, err := capture.Read(c.file, []byte(c.data))
		if err != nil {
			t.Fatal(err)
		}
		r := all[0]
		if !strings.HasPrefix(r.Name, c.file) || r.Method != "POST" || r.Host != "api.example.com" || r.Accept != "text/html" || string(r.Body) != "{}" {
			t.Errorf("%s: %+v", c.file, r)
		}
		if len(r.Header) != 2 || r.Header["Content-Type"][0] != "application/json" || r.Header["X-A"][0] != "b" {
			t.Errorf("%s: the header is %v", c.file, r.Header)
		}
	}
}

// TestReadCompressed checks that a body that is compressed keeps its coding.
func TestReadCompressed(t *testing.T) {
	all, err := capture.Read("a.txt", []byte("HTTP/1.1 404 Not Found\nContent-Encoding: gzip\n\n\x1f\x8b\x08\x00\x00"))
	if err != nil || len(all) != 1 || all[0].Header["Content-Encoding"] == nil {
		t.Errorf("got %v, %v", all, err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add("a.txt", []byte("HTTP/1.1 302 Found\r\nLocation: /b\r\n\r\nHTTP/1.1 404 \nContent-Length: 2\n\n{}HTTP/2 500\n\n"))
	f.Add("404.jsonl", []byte("{\"status\":409,\"body\":{}}\n{}"))
	f.Add("a.har", []byte(`{"log":{"entries":[{"request":{"url":"http://[::1"},"response":{"status":404,"content":{"text":"e30=","encoding":"base64"}}}]}}`))
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		all, err := capture.Read(name, data)
		if (err == nil) != (len(all) > 0) {
			t.Errorf("%d responses, error %v", len(all), err)
		}
		size := 0
		for _, r := range all {
			size += len(r.Body)
			if r.Status != 0 && (r.Status < 100 || r.Status > 599) {
				t.Errorf("status %d", r.Status)
			}
		}
		if capture.IsTranscript(data) && size > len(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))) {
			t.Errorf("%d bytes of bodies in %d", size, len(data))
		}
	})
}
