package koine

import (
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/koine-proxy/koine/ledger"
)

// maxBoardForm bounds the body of a form, in bytes. A response that is tried is in it, percent-
// encoded.
const maxBoardForm = 256 << 10

// sameOrigin refuses requests that another page has made a browser send.
var sameOrigin = http.NewCrossOriginProtection()

// post answers a form.
func (p *boardPages) post(w http.ResponseWriter, r *http.Request) error {
	if err := sameOrigin.Check(r); err != nil {
		return refusePage(w, r, http.StatusForbidden, "Not from this page", "The form was not sent by a page of this board.")
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxBoardForm)
	if err := r.ParseForm(); err != nil {
		return refusePage(w, r, http.StatusRequestEntityTooLarge, "The form cannot be read", "It is not a form, or larger than 256 KiB.")
	}
	switch form := r.PostForm; form.Get("action") {
	case "ignore":
		return p.decide(w, form, func(l *processLedger, id string) string {
			if !l.Ignore(id, form.Get("reason"), false, time.Now().Unix()) {
				return "full"
			}
			return "ignored"
		})
	case "undo":
		return p.decide(w, form, func(l *processLedger, id string) string {
			l.Ignore(id, "", true, time.Now().Unix())
			return "undone"
		})
	case "forget":
		return p.decide(w, form, func(l *processLedger, id string) string {
			l.Forget([]string{id}, time.Now().Unix())
			return "forgotten"
		})
	case "try":
		return p.try(w, r, form)
	}
	return refusePage(w, r, http.StatusBadRequest, "Unknown action", "Expected the action ignore, undo, forget or try.")
}

// decide makes a decision about the error of the form, and sends the reader to the list.
func (p *boardPages) decide(w http.ResponseWriter, form url.Values, do func(l *processLedger, id string) string) error {
	id, done := form.Get("id"), "gone"
	if slices.ContainsFunc(p.look(true).snapshot.Entries, func(e ledger.Entry) bool { return e.ID == id }) {
		done = do(p.app.ledger, id)
		p.app.ledger.saver.saveNow()
	}
	return seeOther(w, "?done="+done)
}
