package redisstore

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
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
	options options
	start   time.Time
	breaker breaker
	slots   chan struct{}
	done    chan struct{}
	logger  atomic.Pointer[slog.Logger] // of the latest config
	outage  outage

	mu         sync.Mutex
	client     rueidis.Client // nil while not connected
	master     string         // the address of client, with sentinels
	connecting chan struct{}  // closed at the end of an attempt; nil between attempts
	err        error          // of the last attempt
	closed     bool
}

func newConnection(o options, logger *slog.Logger) *connection {
	l := &connection{options: o, start: time.Now(), slots: make(chan struct{}, maxInFlight), done: make(chan struct{})}
	l.logger.Store(logger)
	if o.Master != "" {
		go l.watchMaster()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.connect()
	return l
}

// Destruct closes the connections, without waiting for an unavailable server.
func (l *connection) Destruct() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	close(l.done)
	if l.client != nil {
		go l.client.Close()
	}
	l.client = nil
	return nil
}

// do runs call with the client and a timeout, unless the breaker is open. If there was no
// usable reply, the error wraps ratelimit.ErrUnavailable. call may still run when do
// returns: the library does not end all its waits with a context.
func (l *connection) do(ctx context.Context, timeout time.Duration, call func(context.Context, rueidis.Client) error) error {
	probe, ok := l.breaker.enter(l.now())
	if !ok {
		return errBreakerOpen
	}
	within, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	err := l.run(within, probe, call)
	result := outcomeOf(ctx, err)
	l.breaker.leave(result, probe, l.now())
	l.logOutcome(result, err)
	switch {
	case err == nil || errors.Is(err, ratelimit.ErrUnavailable):
		return err
	case result == replied:
		return fmt.Errorf("redis: %w", err)
	case within.Err() != nil && ctx.Err() == nil:
		return fmt.Errorf("%w: no reply within %s", ratelimit.ErrUnavailable, timeout)
	}
	return fmt.Errorf("%w: %w", ratelimit.ErrUnavailable, err)
}

func outcomeOf(ctx context.Context, err error) outcome {
	switch {
	case err == nil || isErrorOfRequest(err):
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
	if !probe && l.breaker.isOpen() { // it opened while this request waited for a slot
		<-l.slots
		return errBreakerOpen
	}
	client, err := l.waitForClient(ctx)
	if err != nil {
		<-l.slots
		return err
	}
	ended := make(chan error, 1)
	go func() {
		defer func() { <-l.slots }()
		ended <- callSafely(ctx, client, call)
	}()
	select {
	case err = <-ended:
	case <-ctx.Done():
		err = ctx.Err()
	}
	if probe && err != nil && !isErrorOfRequest(err) {
		l.drop(client)
	}
	return err
}

// callSafely turns a panic of the client library, which a reply may cause, into an error.
func callSafely(ctx context.Context, client rueidis.Client, call func(context.Context, rueidis.Client) error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("client library: %v", v)
		}
	}()
	return call(ctx, client)
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
		if l.err == nil { // dropped since
			return nil, errBreakerOpen
		}
		return nil, l.err
	}
	return l.client, nil
}

// connect starts an attempt to connect, unless one is in progress. The caller holds the
// lock. A failure opens the breaker, so that the first requests after a start do not wait.
func (l *connection) connect() {
	if l.connecting != nil {
		return
	}
	end := make(chan struct{})
	l.connecting = end
	go func() {
		client, master, err := l.options.connect()
		l.mu.Lock()
		defer l.mu.Unlock()
		defer close(end)
		l.connecting, l.err = nil, err
		switch {
		case l.closed:
			l.err = errClosed
			if client != nil {
				go client.Close()
			}
		case err != nil:
			l.breaker.leave(failed, false, l.now())
			l.logOutcome(failed, err)
		default:
			l.client, l.master = client, master
		}
	}()
}

// connect connects, and loads the script on every node, for the first request. If a server
// forbids that, the first request sends the script. Any other failure is one of the
// server: it is also the probe of a start.
func (o *options) connect() (client rueidis.Client, master string, err error) {
	c, err := o.client()
	if err != nil {
		return nil, "", err
	}
	if o.Master != "" {
		if master, err = o.masterAddress(context.Background()); err != nil {
			return nil, "", err
		}
		c.InitAddress = []string{master}
	}
	client, err = newClient(c)
	if err != nil {
		return nil, "", err
	}
	ctx, cancel := context.WithTimeout(context.Background(), dialTimeout)
	defer cancel()
	if err = callSafely(ctx, client, loadScript); err != nil {
		client.Close()
		return nil, "", err
	}
	return client, master, nil
}

// newClient turns a panic of the client library into an error.
func newClient(c rueidis.ClientOption) (client rueidis.Client, err error) {
	defer func() {
		if v := recover(); v != nil {
			client, err = nil, fmt.Errorf("client library: %v", v)
		}
	}()
	client, err = rueidis.NewClient(c)
	if err != nil && client != nil {
		client.Close()
	}
	return client, err
}

// loadScript returns an error if no node replies.
func loadScript(ctx context.Context, client rueidis.Client) error {
	var errs []error
	replies := false
	for _, node := range client.Nodes() {
		err := node.Do(ctx, node.B().ScriptLoad().Script(script).Build()).Error()
		_, isReply := rueidis.IsRedisErr(err)
		replies = replies || err == nil || isReply
		errs = append(errs, err)
	}
	if replies {
		return nil
	}
	return errors.Join(errs...)
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
