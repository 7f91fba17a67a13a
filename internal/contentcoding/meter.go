package contentcoding

import (
	"io"
	"time"
)

// timePerByte is how long a body may be decoded for each byte that it may have: 42 ms
// for 1 MiB. Data that consists of tables, which a decoder builds and hardly uses, takes
// longer. Usual data takes a fifth of that or less.
const timePerByte = 40 * time.Nanosecond

const (
	// meteredPart is the number of bytes that a decoder gets at once, so that the time is
	// read often enough.
	meteredPart = 4 << 10

	// unmetered is the number of bytes of encoded data for which the time does not matter:
	// they cannot take long, and a busy machine does not change how they are answered.
	unmetered = 64 << 10
)

// meter ends the decoding of a body that takes too long. It measures all layers
// together.
type meter struct {
	limits Limits
	bytes  int
	start  time.Time
}

// measure returns a reader of r that stops when the time is used up.
func (m *meter) measure(r io.Reader) io.Reader { return &meteredReader{r, m} }

type meteredReader struct {
	source io.Reader
	meter  *meter
}

func (r *meteredReader) Read(p []byte) (int, error) {
	if err := r.meter.check(); err != nil {
		return 0, err
	}
	n, err := r.source.Read(p[:min(len(p), meteredPart)])
	r.meter.bytes += n
	return n, err
}

func (m *meter) check() error {
	if m.limits.Now == nil {
		return nil
	}
	if m.start.IsZero() {
		m.start = m.limits.Now()
		return nil
	}
	if m.bytes > unmetered && m.limits.Now().Sub(m.start) > max(m.allowed(), timePerByte*(1<<20)) {
		return errSlow
	}
	return nil
}

func (m *meter) allowed() time.Duration { return time.Duration(m.limits.Size) * timePerByte }
