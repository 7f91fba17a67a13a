package koine

import (
	"encoding/hex"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/oklog/ulid/v2"
)

// formats are the words of `request_id format`, and how each makes an id.
var formats = map[string]func(time.Time) string{
	"req":   func(now time.Time) string { return ulids.text("req_", now) },
	"ulid":  func(now time.Time) string { return ulids.text("", now) },
	"uuid":  func(now time.Time) string { return uuids.uuid(now) },
	"trace": func(time.Time) string { return traceID() },
}

// ulids and uuids serve the whole process, so that the ids of all its sites
// sort.
var (
	ulids = &minter{step: 1, fill: fillRandom}
	uuids = &minter{step: 1 << unusedBits, fill: fillRandom}
)

// minter makes numbers of 128 bits that sort strictly by time, also within a
// millisecond and when the clock is set back: 48 bits of Unix milliseconds, then
// random ones, counted up where the time does not advance.
type minter struct {
	step uint8        // what is added to the last byte to count up
	fill func([]byte) // randomness

	mu   sync.Mutex
	last ulid.ULID
}

// fillRandom fills b from the runtime's generator, which is ChaCha8, seeded by
// the operating system. An id has to be unique, not secret.
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

// next returns a number above the last one.
func (m *minter) next(now time.Time) ulid.ULID {
	ms := min(uint64(max(now.UnixMilli(), 0)), ulid.MaxTime())
	m.mu.Lock()
	defer m.mu.Unlock()
	if ms > m.last.Time() {
		_ = m.last.SetTime(ms)
		m.fill(m.last[6:])
		m.last[6] &= 0x7f // room to count up within the millisecond
		return m.last
	}
	carry := uint16(m.step)
	for i := len(m.last) - 1; i >= 0 && carry > 0; i-- { // a carry may reach the time, so the order holds
		carry += uint16(m.last[i])
		m.last[i] = byte(carry)
		carry >>= 8
	}
	return m.last
}

// text returns the next number as a ULID, behind a prefix of at most four
// bytes.
func (m *minter) text(prefix string, now time.Time) string {
	id := m.next(now)
	var text [4 + ulid.EncodedSize]byte
	n := copy(text[:4], prefix)
	_ = id.MarshalTextTo(text[n : n+ulid.EncodedSize]) // the buffer has the size it wants
	return string(text[:n+ulid.EncodedSize])
}

// unusedBits is how many of the 80 random bits find no room in a UUID of
// version 7, which has 74.
const unusedBits = 6

// uuid returns the next number as a UUID of version 7 (RFC 9562 section 5.7).
func (m *minter) uuid(now time.Time) string {
	id := m.next(now)
	var high, low uint64 // the 16 highest random bits, and the rest
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
	return formatUUID(u)
}

func formatUUID(u [16]byte) string {
	var text [36]byte
	for i, part := 0, 0; part < 5; part++ {
		size := [...]int{4, 2, 2, 2, 6}[part]
		at := 2*i + part
		hex.Encode(text[at:], u[i:i+size])
		if i += size; part < 4 {
			text[2*i+part] = '-'
		}
	}
	return string(text[:])
}

// traceID returns a random trace id of W3C Trace Context (section 3.2.2.3).
func traceID() string {
	var id [16]byte
	fillRandom(id[:])
	id[15] |= 1 // all zero is no id
	return hex.EncodeToString(id[:])
}

// spanID returns a random parent id of W3C Trace Context (section 3.2.2.4).
func spanID() string { return traceID()[16:] }
