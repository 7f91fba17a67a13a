package contentcoding

import (
	"bytes"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// hostileBodies are bodies that ask for as much memory as they can, by coding.
func hostileBodies(t *testing.T) map[string][]byte {
	bomb := []byte(strings.Repeat(" ", 8<<20))
	return map[string][]byte{
		"br":             hostileBrotli(1, 1<<24),
		"br, many codes": hostileBrotli(20, 1),
		"zstd":           zstdFrame(0xff),
		"zstd, frames":   bytes.Repeat(zstdFrame(14<<3), 1000), // 16 MiB each
		"zstd, one segment": append([]byte{0x28, 0xb5, 0x2f, 0xfd, 0xa0, 0, 0, 0, 1}, // 16 MiB
			0x03|8, 0, 0, 'x'),
		"gzip":    encode(t, "gzip", bomb),
		"deflate": encode(t, "deflate", bomb),
	}
}

// TestMemoryOfOneDecoder checks how much a body can make a decoder allocate, in the
// first and in the second layer.
func TestMemoryOfOneDecoder(t *testing.T) {
	const limit, allowed = 1 << 20, 6 << 20
	for name, body := range hostileBodies(t) {
		coding, _, _ := strings.Cut(name, ",")
		for _, outer := range []string{"", "gzip", "br", "zstd", "deflate"} {
			declared, body := coding, body
			if outer != "" {
				declared, body = coding+", "+outer, encode(t, outer, body)
			}
			t.Run(strings.ReplaceAll(name+" in "+outer, ", ", " "), func(t *testing.T) {
				dst := bytes.NewBuffer(make([]byte, 0, 2*limit))
				allocated := allocatedBy(func() { _, _ = Decode(dst, body, headerOf(declared), Limits{Size: limit}) })
				if allocated > allowed {
					t.Errorf("%d bytes of data: allocated %d KiB, want at most %d", len(body), allocated>>10, allowed>>10)
				}
			})
		}
	}
}

// allocatedBy returns how many bytes a function allocates that finds nothing in a pool.
func allocatedBy(f func()) uint64 {
	runtime.GC()
	runtime.GC() // what was in a pool survives one collection
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// TestMemoryForSmallBodies checks that a small limit means little memory.
func TestMemoryForSmallBodies(t *testing.T) {
	for name, body := range map[string][]byte{"br": hostileBrotli(1, 1<<24), "zstd": zstdFrame(0xff)} {
		allocated := allocatedBy(func() { _, _ = Decode(new(bytes.Buffer), body, headerOf(name), Limits{Size: 16 << 10}) })
		if allocated > 3<<20 {
			t.Errorf("%s: allocated %d KiB", name, allocated>>10)
		}
	}
}

// TestDecodersArePooled checks that a decoder of every coding is used again.
func TestDecodersArePooled(t *testing.T) {
	for coding := range codings {
		header, dst := headerOf(coding), new(bytes.Buffer)
		body := encode(t, coding, []byte(text))
		decode := func() {
			dst.Reset()
			if _, err := Decode(dst, body, header, Limits{Size: 1 << 20}); err != nil || dst.String() != text {
				t.Fatalf("%s: got %q, %v", coding, dst, err)
			}
		}
		decode()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		const times = 100
		for range times {
			decode()
		}
		runtime.ReadMemStats(&after)
		// With the race detector, a pool forgets a part of what it gets.
		if each := (after.TotalAlloc - before.TotalAlloc) / times; each > 16<<10 && !raceDetector {
			t.Errorf("%s: %d bytes allocated for each body", coding, each)
		}
	}
}

// TestPooledDecodersAfterFaults decodes a sound body with a decoder that has just failed.
func TestPooledDecodersAfterFaults(t *testing.T) {
	for coding := range codings {
		body := encode(t, coding, []byte(text))
		for i := range len(body) {
			damaged := bytes.Clone(body)
			damaged[i] ^= 0x55
			_, _ = Decode(new(bytes.Buffer), damaged, headerOf(coding), Limits{Size: 1000})
			_, _ = Decode(new(bytes.Buffer), body[:i], headerOf(coding), Limits{Size: 1000})
			got, err := Decode(new(bytes.Buffer), body, headerOf(coding), Limits{Size: 1000})
			if err != nil || string(got) != text {
				t.Fatalf("%s, after a fault in byte %d: got %q, %v", coding, i, got, err)
			}
		}
	}
}

// TestDecodersAtOnce checks how many bodies are decoded at once: all stop when they read
// the clock.
func TestDecodersAtOnce(t *testing.T) {
	body := encode(t, "gzip", []byte(text))
	var inside, most atomic.Int32
	full, proceed := make(chan struct{}), make(chan struct{})
	now := func() time.Time {
		n := inside.Add(1)
		defer inside.Add(-1)
		for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
		}
		if int(n) == maxDecoders() {
			select {
			case <-full:
			default:
				close(full)
			}
		}
		<-proceed
		return time.Time{}
	}
	var group sync.WaitGroup
	for range 50 * maxDecoders() {
		group.Go(func() {
			_, _ = Decode(new(bytes.Buffer), body, headerOf("gzip"), Limits{Size: 1000, Now: now})
		})
	}
	<-full
	for range 10000 {
		runtime.Gosched() // the others have every occasion to begin
	}
	close(proceed)
	group.Wait()
	if n := int(most.Load()); n > maxDecoders() {
		t.Errorf("%d bodies were decoded at once, want at most %d", n, maxDecoders())
	}
}

// TestSlowData gives a decoder a clock that passes a millisecond with every part of
// the data.
func TestSlowData(t *testing.T) {
	large := make([]byte, 600<<10) // does not compress: the encoded data is as large
	state := uint32(1)
	for i := range large {
		state = state*1664525 + 1013904223
		large[i] = byte(state >> 24)
	}
	for coding := range codings {
		for _, c := range []struct {
			part    time.Duration
			size    int
			refused bool
		}{
			{time.Millisecond, len(large), true},
			{time.Microsecond, len(large), false},
			{time.Minute, 50 << 10, false}, // too short to take long
		} {
			t.Run(fmt.Sprint(coding, " ", c.part, " ", c.size), func(t *testing.T) {
				clock := time.Unix(0, 0)
				now := func() time.Time {
					clock = clock.Add(c.part)
					return clock
				}
				_, err := Decode(new(bytes.Buffer), encode(t, coding, large[:c.size]), headerOf(coding), Limits{Size: 1 << 20, Now: now})
				if (err != nil) != c.refused {
					t.Errorf("got %v", err)
				}
			})
		}
	}
}
