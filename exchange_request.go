package koine

import (
	"io"
	"net/http"
)

// maxCaptured bounds the part of a request that is kept for answers that repeat a member of
// it.
const maxCaptured = 64 << 10

// requestCapture keeps the start of the body of a request while it is read.
type requestCapture struct {
	io.ReadCloser
	kept     []byte
	overflow bool
	read     bool // some of it was read, or tried to
}

// Read implements io.Reader.
func (c *requestCapture) Read(p []byte) (int, error) {
	n, err := c.ReadCloser.Read(p)
	c.read = true
	if room := maxCaptured - len(c.kept); n <= room {
		c.kept = append(c.kept, p[:n]...)
	} else {
		c.overflow = true
	}
	return n, err
}

// captureRequest keeps the body of the request if the answers of a renderer repeat members of
// it.
func (x *exchange) captureRequest(r *renderer) {
	body := x.request.Body
	if r.dialect == nil || body == nil || body == http.NoBody || !r.dialect.ReadsRequest() {
		return
	}
	x.captured = &requestCapture{ReadCloser: body}
	x.request.Body = x.captured
}

// requestBody returns the body of the request, as far as it is known. A short one that no
// handler has read is read now: the id of the request is in it.
func (x *exchange) requestBody() []byte {
	c := x.captured
	if c == nil {
		return nil
	}
	if !c.read && x.request.ContentLength > 0 && x.request.ContentLength <= maxCaptured {
		_, _ = io.Copy(io.Discard, io.LimitReader(c, maxCaptured)) // a body that breaks off has no id
	}
	if c.overflow {
		return nil
	}
	return c.kept
}
