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

// maxInFlight bounds the requests that wait for the server at once. Further requests wait
// for a slot, until their timeout.
const maxInFlight = 1024

var (
	errBreakerOpen = fmt.Errorf("%w: failed less than %s ago", ratelimit.ErrUnavailable, openTime)
	errClosed      = fmt.Errorf("%w: config was unloaded", ratelimit.ErrUnavailable)
)

// connection is the shared connection to one server, cluster or set of sentinels. It connects
// in the background, and again after a failure.
type connection struct {
	options rueidis.ClientOption
	start   time.Time
	breaker breaker
	slots   chan struct{}

	mu         sync.Mutex
	client     rueidis.Client // nil while not connected
	connecting chan struct{}  // closed at the end of an attempt; nil between attempts
	err        error          // of the last attempt
	closed     bool
}

func newConnection(o options) (*connection, error) {
	c, err := o.client()
	if err != nil {
		return nil, err
	}
	l := &connection{options: c, start: time.Now(), slots: make(chan struct{}, maxInFlight)}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.connect()
	return l, nil
}

// Destruct closes the connections, without waiting for an unavailable server.
func (l *connection) Destruct() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	if l.client != nil {
		go l.client.Close()
	}
	l.client = nil
	return nil
}

// do runs call with the client and a timeout, unless the breaker is open. The error wraps
// ratelimit.ErrUnavailable.
func (l *connection) do(ctx context.Context, timeout time.Duration, call func(context.Context, rueidis.Client) error) error {
	probe, ok := l.breaker.enter(l.now())
	if !ok {
		return errBreakerOpen
	}
	within, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	err := l.run(within, probe, call)
	l.breaker.leave(outcomeOf(ctx, err), probe, l.now())
	if err == nil || errors.Is(err, ratelimit.ErrUnavailable) {
		return err
	}
	if within.Err() != nil && ctx.Err() == nil {
		return fmt.Errorf("%w: no reply within %s", ratelimit.ErrUnavailable, timeout)
	}
	return fmt.Errorf("%w: %w", ratelimit.ErrUnavailable, err)
}

func outcomeOf(ctx context.Context, err error) outcome {
	switch {
	case err == nil:
		return replied
	case ctx.Err() != nil || errors.Is(err, errBreakerOpen) || errors.Is(err, errClosed):
		return cancelled
	}
	return failed
}

// now returns the time of the breaker's clock, which is never 0.
func (l *connection) now() int64 { return int64(time.Since(l.start)) + 1 }

func (l *connection) run(ctx context.Context, probe bool, call func(context.Context, rueidis.Client) error) error {
	select {
	case l.slots <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-l.slots }()
	if !probe && l.breaker.isOpen() { // it opened while this request waited for a slot
		return errBreakerOpen
	}
	client, err := l.waitForClient(ctx)
	if err != nil {
		return err
	}
	err = call(ctx, client)
	if err != nil && probe {
		l.drop(client)
	}
	return err
}

// waitForClient returns the client, after waiting for the connection.
func (l *connection) waitForClient(ctx context.Context) (rueidis.Client, error) {
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

// connect starts an attempt to connect, unless one is in progress. The caller holds the lock.
func (l *connection) connect() {
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

// dial connects, and loads the script on every node, for the first request. If a server
// forbids that, the first request sends the script.
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

// drop closes a client after a failed probe. The next probe connects again, because
// the addresses may then resolve to other servers.
func (l *connection) drop(client rueidis.Client) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.client != client {
		return
	}
	l.client = nil
	go client.Close()
}
