package koine

import (
	"sync"
	"sync/atomic"
)

// liveRuntime is the runtime of a handler that serves requests. A request loads it
// once, and keeps it to its end. When tables are reloaded, a runtime with another
// engine takes its place.
type liveRuntime struct {
	atomic.Pointer[runtime]

	mu     sync.Mutex
	ref    *engineRef // of the engine of the runtime
	closed bool
}

// replaceTables takes over the tables of a handler. It reports whether they are now in
// use: they are not after close.
func (l *liveRuntime) replaceTables(h *Handler, t *tables) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		_ = t.ref.release()
		return false
	}
	l.Store(l.Load().withTables(h, t))
	_ = l.ref.release()
	l.ref = t.ref
	return true
}

// close releases the engine. It must be called once.
func (l *liveRuntime) close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	return l.ref.release()
}
