package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
)

// startUpstream serves the legacy upstream, in this process, and returns its address. Paths are KIND or KIND/SIZE.
func startUpstream() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	mux := http.NewServeMux()
	for kind, r := range responses() {
		mux.Handle("/"+kind, r)
	}
	for _, size := range sizes {
		mux.Handle("/json/"+strconv.Itoa(size), response{404, "application/json", "", jsonOf(size)})
		mux.Handle("/html/"+strconv.Itoa(size), response{404, "text/html", "", htmlOf(size)})
	}
	go func() { _ = (&http.Server{Handler: mux}).Serve(l) }()
	return l.Addr().String(), nil
}

// sizes are the sizes of bodies in comparisons of sizes, in bytes.
var sizes = []int{128, 1 << 10, 8 << 10, 64 << 10, 256 << 10, 1 << 20}

// response is a response of the upstream.
type response struct {
	status                int
	contentType, encoding string
	body                  []byte
}

// ServeHTTP implements http.Handler.
func (r response) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	h := w.Header()
	if r.contentType != "" {
		h["Content-Type"] = []string{r.contentType}
	}
	if r.encoding != "" {
		h["Content-Encoding"] = []string{r.encoding}
	}
	h["Content-Length"] = []string{strconv.Itoa(len(r.body))}
	w.WriteHeader(r.status)
	_, _ = w.Write(r.body)
}

// nestedError is an error of the dialect `success`.
const nestedError = `{"success":false,"data":null,"error":{"code":"PRODUCT_NOT_FOUND","message":"There is no product with this id in the shop.","details":{"product_id":"prod_8c1d2f","shop":"north"}},"meta":{"request_id":"req_8c1d","took":12}}`

func responses() map[string]response {
	return map[string]response{
		"ok":      {200, "application/json", "", []byte(`{"plan":"basic","price":50.00}`)},
		"nested":  {404, "application/json", "", []byte(nestedError)},
		"flat":    {404, "application/json", "", []byte(`{"error":"plan_not_found","message":"There is no plan with this id."}`)},
		"unknown": {400, "application/json", "", []byte(`{"fault":{"num":4711,"reason":"The delivery date is in the past.","where":"order.delivery"}}`)},
		"empty":   {503, "", "", nil},
		"gzip":    {404, "application/json", "gzip", gzipped(nestedError)},
		"xml":     {404, "application/xml", "", []byte(`<?xml version="1.0"?><Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message><RequestId>4442587FB7D0A2F9</RequestId></Error>`)},
		"html":    {502, "text/html", "", []byte("<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center><hr><center>nginx</center></body></html>")},
		"text":    {500, "text/plain", "", []byte("The report could not be made.")},
	}
}

func gzipped(s string) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write([]byte(s))
	_ = w.Close()
	return b.Bytes()
}

// jsonOf returns an error whose details make it size bytes long, at least approximately.
func jsonOf(size int) []byte {
	var b strings.Builder
	b.WriteString(`{"success":false,"data":null,"error":{"code":"PRODUCT_NOT_FOUND","message":"There is no product with this id.","details":{`)
	for i := 0; b.Len() < size-40; i++ {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `"part_%d":{"sku":"A-%d","left":%d}`, i, i*7, i%13)
	}
	b.WriteString(`}},"meta":{"request_id":"req_8c1d"}}`)
	return []byte(b.String())
}

// htmlOf returns a page of about size bytes.
func htmlOf(size int) []byte {
	var b strings.Builder
	b.WriteString("<!DOCTYPE html><html><head><title>Not found</title></head><body><h1>Not found</h1><p>There is no such page in this shop.</p>")
	for i := 0; b.Len() < size-40; i++ {
		fmt.Fprintf(&b, "<p class=\"row\">Article %d is here.</p>\n", i)
	}
	b.WriteString("</body></html>")
	return []byte(b.String())
}
