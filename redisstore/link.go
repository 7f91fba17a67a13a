package redisstore

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/redis/rueidis"

	"github.com/koine-proxy/koine/ratelimit"
)

// mostWaiting is how many requests wait for the server at once. More of them
// wait for their turn, no longer than their time-out.
const mostWaiting = 1024

var (
	errResting = fmt.Errorf("%w: it failed less than %s ago", ratelimit.ErrUnavailable, rest)
	errClosed  = fmt.Errorf("%w: the config that used it was unloaded", ratelimit.ErrUnavailable)
)

// link is the way to one server, cluster or set of sentinels, for all that name
// it. It connects by itself, and again after a failure.
type link struct {
	options rueidis.ClientOption
	start   time.Time
	breaker breaker
	turns   chan struct{}

	mu         sync.Mutex
	client     rueidis.Client // nil while there is none
	connecting chan struct{}  // closed at the end of the attempt; nil while there is none
	err        error          // of the last attempt
	closed     bool
}

func newLink(o options) (*link, error) {
	c, err := o.client()
	if err != nil {
		return nil, err
	}
	l := &link{options: c, start: time.Now(), turns: make(chan struct{}, mostWaiting)}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.connect()
	return l, nil
}

// Destruct closes the connections. It does not wait for a server that is away.
func (l *link) Destruct() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	if l.client != nil {
		go l.client.Close()
	}
	l.client = nil
	return nil
}

// do lets ask call the server, within the time-out, if it is there. The error
// wraps ratelimit.ErrUnavailable.
func (l *link) do(ctx context.Context, timeout time.Duration, ask func(context.Context, rueidis.Client) error) error {
	probe, ok := l.breaker.enter(l.now())
	if !ok {
		return errResting
	}
	within, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	err := l.call(within, probe, ask)
	l.breaker.leave(judge(ctx, err), probe, l.now())
	if err == nil || errors.Is(err, ratelimit.ErrUnavailable) {
		return err
	}
	if within.Err() != nil && ctx.Err() == nil {
		return fmt.Errorf("%w: nothing came within %s", ratelimit.ErrUnavailable, timeout)
	}
	return fmt.Errorf("%w: %w", ratelimit.ErrUnavailable, err)
}

func judge(ctx context.Context, err error) outcome {
	switch {
	case err == nil:
		return answered
	case ctx.Err() != nil || errors.Is(err, errResting) || errors.Is(err, errClosed):
		return gaveUp
	}
	return failed
}

// now is the time of the breaker, never 0.
func (l *link) now() int64 { return int64(time.Since(l.start)) + 1 }

func (l *link) call(ctx context.Context, probe bool, ask func(context.Context, rueidis.Client) error) error {
	select {
	case l.turns <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-l.turns }()
	if !probe && l.breaker.broken() { // while this request waited for its turn
		return errResting
	}
	client, err := l.connected(ctx)
	if err != nil {
		return err
	}
	err = ask(ctx, client)
	if err != nil && probe {
		l.drop(client)
	}
	return err
}

// connected returns the client, and waits for the attempt to connect.
func (l *link) connected(ctx context.Context) (rueidis.Client, error) {
	l.mu.Lock()
	if l.client != nil || l.closed {
		defer l.mu.Unlock()
		if l.closed {
			return nil, errClosed
		}
		return l.client, nil
	}
	l.connect()
	end := l.connecting
	l.mu.Unlock()
	select {
	case <-end:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.client == nil {
		return nil, l.err
	}
	return l.client, nil
}

// connect starts an attempt, if none is under way. The caller holds the lock.
func (l *link) connect() {
	if l.connecting != nil {
		return
	}
	end := make(chan struct{})
	l.connecting = end
	go func() {
		client, err := dial(l.options)
		l.mu.Lock()
		defer l.mu.Unlock()
		defer close(end)
		l.connecting, l.err = nil, err
		if l.closed {
			l.err = errClosed
			if client != nil {
				go client.Close()
			}
			return
		}
		l.client = client
	}()
}

// dial connects, and brings the script to every node, so that it is there for
// the first request. A server that forbids it gets it with that request.
func dial(o rueidis.ClientOption) (rueidis.Client, error) {
	client, err := rueidis.NewClient(o)
	if err != nil {
		if client != nil {
			client.Close()
		}
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), dialTimeout)
	defer cancel()
	for _, node := range client.Nodes() {
		node.Do(ctx, node.B().ScriptLoad().Script(script).Build())
	}
	return client, nil
}

// drop forgets a client after a probe has failed. What stands behind the
// addresses may have changed: the next probe looks anew.
func (l *link) drop(client rueidis.Client) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.client != client {
		return
	}
	l.client = nil
	go client.Close()
}
