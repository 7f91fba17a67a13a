package requestid

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
)

func TestIDsSortStrictly(t *testing.T) {
	s := &sequence{step: 1, fill: fillRandom}
	now := time.Date(2026, 5, 1, 8, 0, 0, 0, time.UTC)
	var ids []string
	for _, step := range []time.Duration{0, 0, time.Millisecond, -time.Hour, 0, time.Second} { // also with the clock set back
		now = now.Add(step)
		for range 1000 {
			ids = append(ids, s.text(new(Buffer), "req_", now))
		}
	}
	for i := 1; i < len(ids); i++ {
		if ids[i] <= ids[i-1] {
			t.Fatalf("id %d, %s, does not sort after %s", i, ids[i], ids[i-1])
		}
	}
	if id := ids[0]; len(id) != 30 || !strings.HasPrefix(id, "req_") || !IsValid(id) {
		t.Errorf("%q is not req_ and 26 characters", id)
	}
}

func TestIDsOverflowIntoTime(t *testing.T) {
	s := &sequence{step: 1, fill: func(b []byte) {
		for i := range b {
			b[i] = 0xff
		}
	}}
	now := time.UnixMilli(1)
	first := s.text(new(Buffer), "req_", now)
	for i := 7; i < 16; i++ {
		s.last[i] = 0xff
	}
	s.last[6] = 0xff // the random bits overflow into the time
	if second := s.text(new(Buffer), "req_", now); second <= first {
		t.Errorf("%s does not sort after %s", second, first)
	}
}

func TestIDsOfManyGoroutines(t *testing.T) {
	s, now := &sequence{step: 1, fill: fillRandom}, time.Now()
	var mu sync.Mutex
	var ids []string
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 500 {
				id := s.text(new(Buffer), "req_", now)
				mu.Lock()
				ids = append(ids, id)
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	slices.Sort(ids)
	if n := len(slices.Compact(ids)); n != 4000 {
		t.Errorf("%d of 4000 ids are unique", n)
	}
}

func TestUUIDs(t *testing.T) {
	s, now := &sequence{step: 1 << unusedBits, fill: fillRandom}, time.UnixMilli(1777622400123)
	last := ""
	for range 1000 {
		id := s.uuid(new(Buffer), now)
		u, err := uuid.Parse(id)
		if err != nil || u.Version() != 7 || u.Variant() != uuid.RFC4122 {
			t.Fatalf("%s is not a UUID of version 7: %v", id, err)
		}
		if sec, nsec := u.Time().UnixTime(); sec*1000+nsec/1e6 != now.UnixMilli() {
			t.Fatalf("%s has the time %d.%09d", id, sec, nsec)
		}
		if id <= last {
			t.Fatalf("%s does not sort after %s", id, last)
		}
		last = id
	}
}

func TestFormats(t *testing.T) {
	if NewGenerator("snowflake") != nil || len(Formats()) != len(generators) {
		t.Error("the list of formats differs from the generators")
	}
	for _, format := range Formats() {
		if id := NewGenerator(format)(new(Buffer), time.Now()); !IsValid(id) {
			t.Errorf("%s: %q is not valid", format, id)
		}
	}
}

// BenchmarkGenerate generates ids on all processors at once.
func BenchmarkGenerate(b *testing.B) {
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		now := time.Now()
		for pb.Next() {
			_ = ulids.text(new(Buffer), "req_", now)
		}
	})
}
