package koine

import (
	"fmt"
	"net/http"
	"time"

	"github.com/caddyserver/caddy/v2"
)

// maxStreams bounds the streams of live updates of the process.
const maxStreams = 32

// Times of streams.
const (
	eventGap      = 500 * time.Millisecond // between two events
	streamPing    = 15 * time.Second       // without an event, so that proxies do not end the stream
	streamTimeout = 10 * time.Second       // for one write
)

// closeStreams ends all streams of the board.
func (p *boardPages) closeStreams() { p.closeOnce.Do(func() { close(p.closing) }) }

// stream sends an event whenever something has changed, until the client goes or the
// configuration is replaced.
func (p *boardPages) stream(w http.ResponseWriter, r *http.Request) error {
	if openStreams.Add(1) > maxStreams {
		openStreams.Add(-1)
		w.Header().Set("Retry-After", "10")
		w.WriteHeader(http.StatusServiceUnavailable) // the page works without
		return nil
	}
	defer openStreams.Add(-1)
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Accel-Buffering", "no")
	if r.Method == http.MethodHead {
		return nil
	}
	out := http.NewResponseController(w)
	send := func(text string) bool {
		_ = out.SetWriteDeadline(time.Now().Add(streamTimeout))
		_, err := fmt.Fprint(w, text)
		return err == nil && out.Flush() == nil
	}
	if !send("retry: 2000\n\n") {
		return nil
	}
	ticker := time.NewTicker(streamInterval)
	defer ticker.Stop()
	shown, sent := p.revision(), time.Now()
	for {
		select {
		case <-r.Context().Done():
			return nil
		case <-p.closing:
			return nil
		case now := <-ticker.C:
			revision, since := p.revision(), now.Sub(sent)
			switch {
			case p.isReplaced():
				return nil
			case revision != shown && since >= eventGap:
				if !send("event: change\ndata: " + revision + "\n\n") {
					return nil
				}
				shown, sent = revision, now
			case since >= streamPing:
				if !send(": still here\n\n") {
					return nil
				}
				sent = now
			}
		}
	}
}

// isReplaced reports whether another configuration is in force, or the process ends. Caddy
// waits for open responses before it cleans up.
func (p *boardPages) isReplaced() bool {
	return caddy.Exiting() || p.app.ledger.active.Load() != p.app
}
