package koine

import (
	"context"
	"sync"
	"time"
)

// lifetime is the context of a request behind the handler. It is that of the
// client, and can be ended early, when an error body stalls. A cancellable
// context costs several allocations, so it is made when somebody first asks for
// Done: a handler that waits for nothing never pays for it.
type lifetime struct {
	parent context.Context

	mu     sync.Mutex
	inner  context.Context
	cancel context.CancelFunc
	ended  bool
}

// Deadline satisfies context.Context.
func (l *lifetime) Deadline() (time.Time, bool) { return l.parent.Deadline() }

// Done satisfies context.Context.
func (l *lifetime) Done() <-chan struct{} { return l.cancellable().Done() }

// Err satisfies context.Context.
func (l *lifetime) Err() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.inner != nil {
		return l.inner.Err()
	}
	if l.ended {
		return context.Canceled
	}
	return l.parent.Err()
}

// Value satisfies context.Context. Once there is a cancellable context it is
// asked first: package context looks for it by a private key, to hang children
// on it without a goroutine.
func (l *lifetime) Value(key any) any {
	l.mu.Lock()
	inner := l.inner
	l.mu.Unlock()
	if inner != nil {
		return inner.Value(key)
	}
	return l.parent.Value(key)
}

func (l *lifetime) cancellable() context.Context {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.inner == nil {
		l.inner, l.cancel = context.WithCancel(l.parent)
		if l.ended {
			l.cancel()
		}
	}
	return l.inner
}

// end ends the lifetime.
func (l *lifetime) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ended = true
	if l.cancel != nil {
		l.cancel()
	}
}
