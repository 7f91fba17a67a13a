package ledger

import (
	"hash/maphash"
	"sync"
	"sync/atomic"
)

// recentErrors is the number of errors that can be found by the id of their request.
const recentErrors = 2048

// recent has the last errors of the process by the id of their request, of which it keeps
// only a hash.
type recent struct {
	next  atomic.Uint64
	slots [recentErrors]recentSlot
}

// recentSlot is one error. Its lock is contended only if all slots are used while an error is
// recorded.
type recentSlot struct {
	mu    sync.Mutex
	hash  uint64
	entry *entry
	unix  int64
}

func (r *recent) add(hash uint64, e *entry, unix int64) {
	slot := &r.slots[(r.next.Add(1)-1)%recentErrors]
	slot.mu.Lock()
	slot.hash, slot.entry, slot.unix = hash, e, unix
	slot.mu.Unlock()
}

// find returns the newest error of a request; nil if there is none.
func (r *recent) find(hash uint64) (e *entry, unix int64) {
	for i := range r.slots {
		slot := &r.slots[i]
		slot.mu.Lock()
		if slot.entry != nil && slot.hash == hash && slot.unix >= unix {
			e, unix = slot.entry, slot.unix
		}
		slot.mu.Unlock()
	}
	return e, unix
}

// remember makes an error one that Find finds.
func (l *Ledger) remember(o *Error, e *entry, unix int64) {
	if o.RequestID != "" {
		l.recent.add(maphash.String(l.seed, o.RequestID), e, unix)
	}
}

// Find returns the entry of the error of a request, and the time of the error in Unix seconds.
// It knows the last 2,048 errors of this process, also those whose entry was removed since.
func (l *Ledger) Find(requestID string, now int64) (found Entry, unix int64, ok bool) {
	e, unix := l.recent.find(maphash.String(l.seed, requestID))
	if e == nil {
		return Entry{}, 0, false
	}
	return e.snapshot(now), unix, true
}
