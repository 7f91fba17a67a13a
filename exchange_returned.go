package koine

import (
	"errors"
	"net/http"
	"time"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"

	"github.com/koine-proxy/koine/ledger"
	"github.com/koine-proxy/koine/translate"
)

// handleReturned answers an error that a handler returned, or returns it for the
// error routes of the server. `only` is about written errors.
func (x *exchange) handleReturned(err error) error {
	rt, status := x.rt, returnedStatus(err)
	header := x.ResponseWriter.Header()
	if !x.isInnermost() {
		return err
	}
	if x.mode == modeOff || !isError(status) || x.ctx.parent.Err() != nil {
		return x.returnError(err, status)
	}
	if rt.passesReturned {
		return x.passReturned(err, status)
	}
	prefersHTML := x.prefersHTML()
	if x.mode == modeObserve {
		if prefersHTML {
			return x.passReturned(err, status)
		}
		x.observeReturned(err, status)
		return x.returnError(err, status)
	}
	if prefersHTML && !x.answersPages() {
		addVary(header, "Accept")
		return x.passReturned(err, status)
	}
	x.needsPage = prefersHTML && !rt.hasPages
	rt.warnErrorRoutes(x.request)
	x.answerReturned(err, status)
	return nil
}

// refuse answers a request that enforceLimits refused. For a browser it returns
// the error for the error routes. `only` and `proxy_errors` do not apply: they are
// about errors of other handlers. With the modes `observe` and `off` clients know no
// envelope, and the error routes answer.
func (x *exchange) refuse(err error) error {
	header := x.ResponseWriter.Header()
	setRetryAfter(header, err)
	status := returnedStatus(err)
	if x.mode == modeOff {
		return x.returnError(err, status)
	}
	if x.mode == modeObserve {
		return x.passReturned(err, status)
	}
	prefersHTML := x.prefersHTML()
	if prefersHTML && !x.answersPages() {
		addVary(header, "Accept")
		return x.passReturned(err, status)
	}
	x.needsPage = prefersHTML && !x.rt.hasPages
	x.answerReturned(err, status)
	return nil
}

// answersPages reports whether clients that prefer HTML get the page of an error that a
// handler returned: where they can choose it, and where the server has no error routes
// and would send an empty body.
func (x *exchange) answersPages() bool {
	s := x.server()
	return x.rt.hasPages || s != nil && (s.Errors == nil || len(s.Errors.Routes) == 0)
}

// passReturned returns an error to the error routes, and enters it into the ledger.
func (x *exchange) passReturned(err error, status int) error {
	t := x.rt.engine.Acquire()
	defer t.Release()
	t.ReadStatus(status, translate.FromProxy)
	x.enterReturned(t, status, ledger.Same, false)
	return x.returnError(err, status)
}

// returnError returns an error to the error routes of the server, with the headers of every
// response.
func (x *exchange) returnError(err error, status int) error {
	x.recordReturned(status)
	x.addResponseHeaders(x.ResponseWriter.Header())
	return err
}

// answerReturned answers a returned error.
func (x *exchange) answerReturned(err error, status int) {
	x.returnedErr, x.notForwarded = err, x.wasNotForwarded(err, status)
	x.logReturned(err)
	countReturned(status)

	t := x.rt.engine.Acquire()
	defer t.Release()
	t.ReadStatus(status, translate.FromProxy)
	out := x.renderAnswer(t, nil, 0, time.Now())
	defer out.release()
	x.enterReturned(t, out.status, 0, false)
	x.sendAnswer(out)
	x.addLogFields()
}

// returnedStatus returns the status with which Caddy would answer an error.
func returnedStatus(err error) int {
	if he, ok := errors.AsType[caddyhttp.HandlerError](err); ok && he.StatusCode != 0 {
		return he.StatusCode
	}
	return http.StatusInternalServerError
}

// wasNotForwarded reports whether a request that failed did not reach an upstream:
// no connection was made, or none was attempted.
func (x *exchange) wasNotForwarded(err error, status int) bool {
	if isDialError(err) {
		return true
	}
	return x.replacer != nil && !x.hasUpstream() && status < 500
}
