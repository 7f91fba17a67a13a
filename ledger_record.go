package koine

import (
	"net/http"
	"strings"

	"github.com/koine-proxy/koine/ledger"
	"github.com/koine-proxy/koine/translate"
)

// ledgerSite returns the counts of the site of the request; nil without a ledger.
func (x *exchange) ledgerSite() *ledger.Site {
	rt := x.rt
	if rt.ledger == nil || x.record.uncounted {
		return nil
	}
	s := rt.ledgerSite.Load()
	if s != nil && rt.name != "" {
		return s
	}
	if name := rt.site(x.request); s == nil || s.Name() != name { // the name of the server
		s = rt.ledger.Site(name)
		rt.ledgerSite.Store(s)
	}
	return s
}

// countAnswer counts a response of any status.
func (x *exchange) countAnswer() {
	if x.isInnermost() {
		if s := x.ledgerSite(); s != nil {
			if weight := s.CountAnswer(); weight > 0 {
				s.CountRoute(x.route(), weight)
			}
		}
	}
}

// enter enters an error of an upstream into the ledger. body is the decoded body, status that
// of the answer, and changes the other differences to the answer as far as they are known. A
// response to HEAD has no body, so nothing is known about its error.
func (x *exchange) enter(t *translate.Translation, body []byte, status int, changes ledger.Changes, observed bool) {
	site := x.ledgerSite()
	if site == nil || x.request.Method == http.MethodHead && !t.Mapped() {
		return
	}
	changes |= ledger.CompareStatus(t.Status, status)
	match := matchInLedger(t)
	if match == ledger.ByTable {
		changes |= ledger.CodeKnown
	}
	e := ledger.Error{
		Site: site, Route: x.route(), Dialect: t.Dialect, Code: t.Native, Message: t.Message, Status: t.Status,
		Canonical: t.Code.Name, Match: match, Evidence: t.Evidence(), Observed: observed, Changes: changes, RequestID: x.record.id, Now: x.start,
	}
	if e.Code == "" && e.Message == "" && len(body) > 0 { // nothing was read
		e.Message = ledger.Outline(body)
	}
	sight := x.rt.ledger.Record(&e)
	if sight.WantsSample {
		sight.AddSample(ledger.NewSample(&e, strings.Clone(x.record.id), body))
	}
	if sight.IsNew && match != ledger.ByTable {
		x.rt.ledger.saver.wake()
		if sight.IsFirst {
			x.rt.announceUnmapped(sight, x.start, x.record.id)
		}
	}
}

// enterReturned enters an error that a handler returned. status is that of the answer.
func (x *exchange) enterReturned(t *translate.Translation, status int, changes ledger.Changes, observed bool) {
	site := x.ledgerSite()
	if site == nil {
		return
	}
	x.rt.ledger.Record(&ledger.Error{
		Site: site, Route: x.route(), Status: t.Status, Canonical: t.Code.Name, Match: ledger.Returned,
		Observed: observed, Changes: changes | ledger.CompareStatus(t.Status, status), RequestID: x.record.id, Now: x.start,
	})
}

// matchInLedger returns how the code of an error was found.
func matchInLedger(t *translate.Translation) ledger.Match {
	switch {
	case t.Mapped():
		return ledger.ByTable
	case t.Match == translate.ByGuess:
		return ledger.ByGuess
	}
	return ledger.ByStatus
}
