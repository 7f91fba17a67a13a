package redisstore

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"sync/atomic"
)

var errUnsolicited = errors.New("malformed reply: there is no command that it answers")

// guardedConn checks what a server sends before the client library reads it: the library
// allocates memory for any length that a reply announces, and panics in a goroutine of its
// own if a length is negative or if it expects no reply, which would end the process. Here
// a malformed reply is an error of the connection, which is then closed.
type guardedConn struct {
	net.Conn
	pending  atomic.Int64 // commands without a complete reply
	commands scanner      // of the goroutine that writes
	replies  scanner      // of the goroutine that reads
	fault    error        // of the replies; nothing is read after it
}

// dialGuarded connects to a server. An address of a unix socket is its path.
func dialGuarded(ctx context.Context, network, address string, d *net.Dialer, t *tls.Config) (net.Conn, error) {
	var conn net.Conn
	var err error
	if t != nil {
		conn, err = (&tls.Dialer{NetDialer: d, Config: t}).DialContext(ctx, network, address)
	} else {
		conn, err = d.DialContext(ctx, network, address)
	}
	if err != nil {
		return nil, err
	}
	return &guardedConn{Conn: conn}, nil
}

// Write implements net.Conn. It counts the commands, before any can be answered.
func (c *guardedConn) Write(p []byte) (int, error) {
	n, err := c.commands.scan(p)
	if err != nil {
		return 0, err
	}
	c.pending.Add(int64(n))
	return c.Conn.Write(p)
}

// Read implements net.Conn.
func (c *guardedConn) Read(p []byte) (int, error) {
	if c.fault != nil {
		return 0, c.fault
	}
	n, err := c.Conn.Read(p)
	if c.fault = c.check(p[:n]); c.fault != nil {
		_ = c.Conn.Close()
		return 0, c.fault
	}
	return n, err
}

// check checks a piece of the replies.
func (c *guardedConn) check(p []byte) error {
	messages, err := c.replies.scan(p)
	if err != nil {
		return err
	}
	begun := int64(messages)
	if c.replies.isInside() {
		begun++
	}
	if begun > c.pending.Load() {
		return errUnsolicited
	}
	c.pending.Add(-int64(messages))
	return nil
}
