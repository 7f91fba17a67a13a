package koine

import (
	"bytes"
	"math/bits"
	"sync"
	"sync/atomic"
)

// The memory for bodies of errors is bounded for the whole process. Small bodies do not
// count: up to smallBody bytes for each request. For all others together, there are
// largeBodies bytes, or twice the max_body of the site if that is more. This includes
// bodies that are not complete yet, and answers that are being sent. What finds no place
// is treated as a body above max_body.
//
// What reading needs in addition is bounded by the number of readers; see
// exchange_reading.go. docs/security.md has the sum.
const (
	smallBody   = 16 << 10
	largeBodies = 16 << 20
)

// largeBytes is how much of the memory for large bodies is in use.
var largeBytes atomic.Int64

// reservation is a part of the memory for large bodies.
type reservation struct{ bytes int64 }

// resize changes the reservation to the bytes of a buffer that count. It reports false,
// and changes nothing, if there is no place.
func (r *reservation) resize(size int, maxBody int64) bool {
	wanted := int64(size)
	if wanted <= smallBody {
		wanted = 0
	}
	grown := wanted - r.bytes
	if grown > 0 && largeBytes.Add(grown) > max(largeBodies, 2*maxBody) {
		largeBytes.Add(-grown)
		return false
	}
	if grown < 0 {
		largeBytes.Add(grown)
	}
	r.bytes = wanted
	return true
}

// release gives the reservation back.
func (r *reservation) release() { r.resize(0, 0) }

// Buffers are pooled by their capacity: smallest<<class, up to maxPooled. Large ones must
// not keep small bodies waiting for the garbage collector, and the other way around.
const (
	smallestBuffer = 4 << 10
	bufferClasses  = 10
	maxPooled      = smallestBuffer << (bufferClasses - 1) // 2 MiB
)

// bufferPools have the buffers of bodies, by class.
var bufferPools [bufferClasses]sync.Pool

// bufferClass returns the smallest class of at least size bytes.
func bufferClass(size int) int { return bits.Len(uint(max(size-1, 0) / smallestBuffer)) }

// getBuffer returns a buffer for a small body.
func getBuffer() *bytes.Buffer { return getBufferOf(1) }

// getBufferOf returns an empty buffer with a capacity of at least size.
func getBufferOf(size int) *bytes.Buffer {
	class := bufferClass(size)
	if class >= bufferClasses {
		return bytes.NewBuffer(make([]byte, 0, size))
	}
	if b, ok := bufferPools[class].Get().(*bytes.Buffer); ok {
		return b
	}
	return bytes.NewBuffer(make([]byte, 0, smallestBuffer<<class))
}

// putBuffer returns a buffer to its pool.
func putBuffer(b *bytes.Buffer) {
	if b.Cap() < smallestBuffer || b.Cap() > maxPooled {
		return
	}
	b.Reset()
	bufferPools[bits.Len(uint(b.Cap()/smallestBuffer))-1].Put(b) // its capacity is at least that of the class
}

// hold adds p to the body, and reports whether there is place for it.
func (b *bufferedResponse) hold(p []byte, maxBody int64) bool {
	if need := b.body.Len() + len(p); need > b.body.Cap() {
		larger := need
		if class := bufferClass(need); class < bufferClasses {
			larger = smallestBuffer << class
		} else {
			larger = int(min(max(int64(need), 2*int64(b.body.Cap())), maxBody))
		}
		if !b.reservation.resize(larger, maxBody) {
			return false
		}
		body := getBufferOf(larger)
		body.Write(b.body.Bytes())
		putBuffer(b.body)
		b.body = body
	}
	b.body.Write(p)
	return true
}
