package koine

import (
	"sync"
	"sync/atomic"

	"github.com/koine-proxy/koine/translate"
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

// replaceEngine takes over an engine and the reference to it. It reports whether it
// is now in use: it is not after close.
func (l *liveRuntime) replaceEngine(engine *translate.Engine, ref *engineRef) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		_ = ref.release()
		return false
	}
	l.Store(l.Load().withEngine(engine))
	_ = l.ref.release()
	l.ref = ref
	return true
}

// close releases the engine. It must be called once.
func (l *liveRuntime) close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	return l.ref.release()
}
