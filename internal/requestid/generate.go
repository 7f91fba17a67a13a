package requestid

import (
	"encoding/hex"
	"math/rand/v2"
	"sync"
	"time"
	"unsafe"

	"github.com/oklog/ulid/v2"
)

// Buffer has room for an id of any format.
type Buffer [36]byte

// Generator returns a new id. It is safe for concurrent use. The id shares the memory of b, so
// that it costs no allocation if b is part of a larger value: b must not be changed after that.
// An id that is kept longer than that value should be cloned.
type Generator func(b *Buffer, now time.Time) string

// generators make the ids of each format.
var generators = map[string]Generator{
	"req":   func(b *Buffer, now time.Time) string { return ulids.text(b, "req_", now) },
	"ulid":  func(b *Buffer, now time.Time) string { return ulids.text(b, "", now) },
	"uuid":  func(b *Buffer, now time.Time) string { return uuids.uuid(b, now) },
	"trace": func(*Buffer, time.Time) string { return NewTraceID() },
}

// text returns the first n bytes of the buffer as a string that shares its memory.
func (b *Buffer) text(n int) string { return unsafe.String(&b[0], n) }

// Formats returns the names of the formats, sorted.
func Formats() []string { return []string{"req", "trace", "ulid", "uuid"} }

// NewGenerator returns the generator of a format, or nil for an unknown one. Ids
// of the formats req, ulid and uuid sort strictly by time within the process.
func NewGenerator(format string) Generator { return generators[format] }

// ulids and uuids are shared by all sites of the process, so that all ids sort.
var (
	ulids = &sequence{step: 1, fill: fillRandom}
	uuids = &sequence{step: 1 << unusedBits, fill: fillRandom}
)

// sequence makes numbers of 128 bits that sort strictly by time, also within a
// millisecond and when the clock is set back: 48 bits of Unix milliseconds, then
// random bits, which are incremented if the time does not advance.
type sequence struct {
	step uint8        // the increment of the last byte
	fill func([]byte) // fills bytes with random data

	mu   sync.Mutex
	last ulid.ULID
}

// fillRandom fills b from the generator of the Go runtime, which is ChaCha8,
// seeded by the operating system. An id must be unique, but need not be secret.
func fillRandom(b []byte) {
	for len(b) >= 8 {
		n := rand.Uint64()
		for i := range 8 {
			b[i] = byte(n >> (8 * i))
		}
		b = b[8:]
	}
	for i := range b {
		b[i] = byte(rand.Uint32())
	}
}

// next returns a number greater than the last one.
func (s *sequence) next(now time.Time) ulid.ULID {
	ms := min(uint64(max(now.UnixMilli(), 0)), ulid.MaxTime())
	s.mu.Lock()
	defer s.mu.Unlock()
	if ms > s.last.Time() {
		_ = s.last.SetTime(ms)
		s.fill(s.last[6:])
		s.last[6] &= 0x7f // so that many ids fit into one millisecond
		return s.last
	}
	carry := uint16(s.step)
	for i := len(s.last) - 1; i >= 0 && carry > 0; i-- { // a carry may change the time, which keeps the order
		carry += uint16(s.last[i])
		s.last[i] = byte(carry)
		carry >>= 8
	}
	return s.last
}

// text returns the next number as a ULID, after a prefix of at most four bytes.
func (s *sequence) text(b *Buffer, prefix string, now time.Time) string {
	id := s.next(now)
	n := copy(b[:4], prefix)
	_ = id.MarshalTextTo(b[n : n+ulid.EncodedSize]) // the buffer has the required size
	return b.text(n + ulid.EncodedSize)
}

// unusedBits is the number of the 80 random bits that do not fit into a UUID of
// version 7, which has 74.
const unusedBits = 6

// uuid returns the next number as a UUID of version 7 (RFC 9562 section 5.7).
func (s *sequence) uuid(b *Buffer, now time.Time) string {
	id := s.next(now)
	var high, low uint64 // the 16 highest random bits, and the other 64
	high = uint64(id[6])<<8 | uint64(id[7])
	for _, b := range id[8:] {
		low = low<<8 | uint64(b)
	}
	var u [16]byte
	copy(u[:6], id[:6])
	u[6], u[7] = 0x70|byte(high>>12), byte(high>>4)
	rest := high<<58 | low>>unusedBits // 4 bits of high, then 58 of low
	for i := range 8 {
		u[8+i] = byte(rest >> (56 - 8*i))
	}
	u[8] = 0x80 | u[8]&0x3f
	return formatUUID(b, u)
}

func formatUUID(text *Buffer, u [16]byte) string {
	for i, part := 0, 0; part < 5; part++ {
		size := [...]int{4, 2, 2, 2, 6}[part]
		at := 2*i + part
		hex.Encode(text[at:], u[i:i+size])
		if i += size; part < 4 {
			text[2*i+part] = '-'
		}
	}
	return text.text(len(text))
}
