package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// load is what clients send.
type load struct {
	path        string
	accept      string
	connections int
	http2       bool
	rate        int // requests per second; 0: as fast as the answers come
}

// measured is the outcome of a load.
type measured struct {
	requests  int64
	elapsed   time.Duration
	latencies []time.Duration // sorted; only with a rate
}

// client sends one request and reads its answer.
type client interface {
	roundTrip() error
	close()
}

// run sends the load for a duration.
func (l load) run(ctx context.Context, address string, duration time.Duration) (measured, error) {
	ctx, cancel := context.WithTimeout(ctx, duration)
	defer cancel()
	var (
		wg        sync.WaitGroup
		mu        sync.Mutex
		count     atomic.Int64
		scheduled atomic.Int64
		latencies []time.Duration
		failed    error
	)
	start := time.Now()
	for range l.connections {
		c, err := l.dial(address)
		if err != nil {
			return measured{}, err
		}
		wg.Go(func() {
			defer c.close()
			var own []time.Duration
			var err error
			for ctx.Err() == nil {
				due := time.Now()
				if l.rate > 0 {
					due = start.Add(time.Duration(scheduled.Add(1)) * time.Second / time.Duration(l.rate))
					time.Sleep(time.Until(due))
				}
				if err = c.roundTrip(); err != nil {
					break
				}
				count.Add(1)
				if l.rate > 0 {
					own = append(own, time.Since(due)) // from when it was due: a late start is latency too
				}
			}
			mu.Lock()
			defer mu.Unlock()
			latencies = append(latencies, own...)
			failed = errors.Join(failed, err)
		})
	}
	wg.Wait()
	slices.Sort(latencies)
	return measured{requests: count.Load(), elapsed: time.Since(start), latencies: latencies}, failed
}

func (l load) dial(address string) (client, error) {
	if l.http2 {
		return newHTTP2Client(l, address), nil
	}
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	request := fmt.Sprintf("GET /%s HTTP/1.1\r\nHost: %s\r\nAccept: %s\r\nUser-Agent: bench\r\n\r\n", l.path, address, l.acceptOrAny())
	return &http1Client{conn: conn, reader: bufio.NewReaderSize(conn, 64<<10), request: []byte(request)}, nil
}

func (l load) acceptOrAny() string {
	if l.accept == "" {
		return "*/*"
	}
	return l.accept
}

// http1Client is one connection. It reads no more of an answer than its end, so that it costs little.
type http1Client struct {
	conn    net.Conn
	reader  *bufio.Reader
	request []byte
}

func (c *http1Client) close() { _ = c.conn.Close() }

var (
	lengthName  = []byte("content-length:")
	chunkedName = []byte("transfer-encoding: chunked")
)

func (c *http1Client) roundTrip() error {
	if _, err := c.conn.Write(c.request); err != nil {
		return err
	}
	length, chunked := 0, false
	for {
		line, err := c.reader.ReadSlice('\n')
		if err != nil {
			return err
		}
		line = bytes.TrimSpace(line)
		if len(line) == 0 {
			break
		}
		switch lower := bytes.ToLower(line); {
		case bytes.HasPrefix(lower, lengthName):
			length, _ = strconv.Atoi(string(bytes.TrimSpace(line[len(lengthName):])))
		case bytes.Equal(lower, chunkedName):
			chunked = true
		}
	}
	if !chunked {
		_, err := c.reader.Discard(length)
		return err
	}
	return c.discardChunks()
}

func (c *http1Client) discardChunks() error {
	for {
		line, err := c.reader.ReadSlice('\n')
		if err != nil {
			return err
		}
		n, err := strconv.ParseInt(string(bytes.TrimSpace(line)), 16, 64)
		if err != nil {
			return err
		}
		if _, err := c.reader.Discard(int(n) + 2); err != nil || n == 0 {
			return err
		}
	}
}

// http2Client sends requests over HTTP/2 without TLS.
type http2Client struct {
	client  *http.Client
	request *http.Request
}

func newHTTP2Client(l load, address string) *http2Client {
	var protocols http.Protocols
	protocols.SetUnencryptedHTTP2(true)
	r, _ := http.NewRequest(http.MethodGet, "http://"+address+"/"+l.path, nil)
	r.Header.Set("Accept", l.acceptOrAny())
	return &http2Client{client: &http.Client{Transport: &http.Transport{Protocols: &protocols, DisableCompression: true}}, request: r}
}

func (c *http2Client) close() { c.client.CloseIdleConnections() }

func (c *http2Client) roundTrip() error {
	r, err := c.client.Do(c.request)
	if err != nil {
		return err
	}
	defer r.Body.Close()
	_, err = io.Copy(io.Discard, r.Body)
	return err
}
