package koine

import (
	"sync"
	"time"
)

// sampler bounds what is written or sent about each key: the first ones in an interval, and
// then every nth, so that a storm of errors is no storm of logs and events.
type sampler struct {
	first    int64
	every    int64 // 0: none after the first ones
	interval time.Duration

	mu   sync.Mutex
	keys map[string]*sampleCount
}

// sampleCount is what a sampler knows about a key.
type sampleCount struct {
	start   time.Time // of the interval
	seen    int64     // in the interval
	dropped int64     // since the last one that was allowed
}

// maxSampleKeys bounds the keys. They are from closed lists, but a process may see many
// configurations.
const maxSampleKeys = 4096

// allow reports whether one more of a key is let through at a time, and how many were dropped
// before it.
func (s *sampler) allow(key string, now time.Time) (dropped int64, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.keys[key]
	if c == nil {
		if s.keys == nil {
			s.keys = map[string]*sampleCount{}
		}
		if len(s.keys) >= maxSampleKeys {
			key = otherCode
		}
		if c = s.keys[key]; c == nil {
			c = &sampleCount{start: now}
			s.keys[key] = c
		}
	}
	if now.Sub(c.start) >= s.interval {
		c.start, c.seen = now, 0
	}
	c.seen++
	if c.seen > s.first && (s.every == 0 || (c.seen-s.first)%s.every != 0) {
		c.dropped++
		return 0, false
	}
	dropped, c.dropped = c.dropped, 0
	return dropped, true
}
