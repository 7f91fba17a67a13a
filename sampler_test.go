package koine

import (
	"fmt"
	"testing"
	"time"
)

func TestSampler(t *testing.T) {
	t.Parallel()
	start := time.Unix(1_800_000_000, 0)
	s := &sampler{first: 2, every: 3, interval: time.Second}
	allowed := func(key string, n int, now time.Time) (out []string) {
		for i := range n {
			if dropped, ok := s.allow(key, now); ok {
				out = append(out, fmt.Sprintf("%d after %d", i, dropped))
			}
		}
		return out
	}
	for _, tt := range []struct {
		name string
		key  string
		n    int
		now  time.Time
		want string
	}{
		{"the first ones, then every third", "a", 9, start, "[0 after 0 1 after 0 4 after 2 7 after 2]"},
		{"another key", "b", 1, start, "[0 after 0]"},
		{"the next interval tells what was dropped", "a", 3, start.Add(time.Second), "[0 after 1 1 after 0]"},
	} {
		if got := fmt.Sprint(allowed(tt.key, tt.n, tt.now)); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
	only := &sampler{first: 1, interval: time.Minute}
	for i := range 3 * maxSampleKeys {
		only.allow(fmt.Sprint("key", i), start)
	}
	if len(only.keys) > maxSampleKeys+1 {
		t.Errorf("there are %d keys", len(only.keys))
	}
	if _, ok := only.allow("key0", start); ok {
		t.Error("a second one was allowed")
	}
}
