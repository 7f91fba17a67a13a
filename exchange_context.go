package koine

import (
	"context"
	"sync"
	"time"
)

// lazyContext is the context of the request for the inner handlers. It ends with
// the context of the client, or earlier if an error body takes too long. It makes
// a cancellable context, which costs several allocations, only on the first call
// of Done.
type lazyContext struct {
	parent context.Context

	mu     sync.Mutex
	inner  context.Context
	cancel context.CancelFunc
	ended  bool
}

// Deadline implements context.Context.
func (c *lazyContext) Deadline() (time.Time, bool) { return c.parent.Deadline() }

// Done implements context.Context.
func (c *lazyContext) Done() <-chan struct{} { return c.cancellable().Done() }

// Err implements context.Context.
func (c *lazyContext) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.inner != nil {
		return c.inner.Err()
	}
	if c.ended {
		return context.Canceled
	}
	return c.parent.Err()
}

// Value implements context.Context. It prefers the cancellable context: package
// context looks for it under a private key, to attach children without a
// goroutine.
func (c *lazyContext) Value(key any) any {
	c.mu.Lock()
	inner := c.inner
	c.mu.Unlock()
	if inner != nil {
		return inner.Value(key)
	}
	return c.parent.Value(key)
}

func (c *lazyContext) cancellable() context.Context {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.inner == nil {
		c.inner, c.cancel = context.WithCancel(c.parent)
		if c.ended {
			c.cancel()
		}
	}
	return c.inner
}

// end cancels the context.
func (c *lazyContext) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ended = true
	if c.cancel != nil {
		c.cancel()
	}
}
