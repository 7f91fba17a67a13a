package translate

import (
	"strconv"
	"strings"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/translate/redact"
)

// Decision describes how an error is answered, and why. It has no views of the
// body, so it can be kept after the translation was released.
type Decision struct {
	Dialect         string // the dialect that read the error, which may be general rules; "" if none did
	Variant         string // of that dialect; "" for the dialect itself
	Native, Subcode string // codes of the upstream
	Code            Code
	Match           MatchKind

	RowSource RowSource
	Row       dialect.Row // the row that has Code; zero if there is none

	UpstreamStatus int // of the response
	Status         int // of the answer
	StatusReason   StatusReason
	MessageReason  MessageReason
}

// RowSource is where the row with the canonical code comes from.
type RowSource string

// The sources of rows.
const (
	RowSourceSite      RowSource = "site"      // rows of the site
	RowSourceDialect   RowSource = "dialect"   // the table of the dialect
	RowSourceGeneral   RowSource = "general"   // the general rules; keys of their rows have lower-case letters and digits only
	RowSourceCanonical RowSource = "canonical" // no row: the codes of the dialect are canonical
	RowSourceStatus    RowSource = "status"    // no row: the code is the generic one of the status
)

// StatusReason is the reason for the status of an answer.
type StatusReason string

// The reasons for a status. With those from StatusReasonPolicy to
// StatusReasonClient, the error keeps its own status.
const (
	StatusReasonEqual    StatusReason = "equal"    // the error and its code have the same
	StatusReasonCode     StatusReason = "code"     // that of the code
	StatusReasonForced   StatusReason = "forced"   // that of the code, despite the guard rails: the row has force
	StatusReasonPolicy   StatusReason = "policy"   // the site keeps statuses
	StatusReasonUnmapped StatusReason = "unmapped" // only a row of a table may change a status
	StatusReasonRelayed  StatusReason = "relayed"  // another Koine instance decided
	StatusReasonClass    StatusReason = "class"    // guard rail: a 4xx never becomes a 5xx, nor the reverse
	StatusReasonClient   StatusReason = "client"   // guard rail: clients act automatically on the status of the code
	StatusReasonGateway  StatusReason = "gateway"  // the site sends it in place of 502 and 504
)

// MessageReason is the reason for the message of an answer.
type MessageReason string

// The reasons for a message. All but the first mean that of the canonical code.
const (
	MessageReasonUpstream    MessageReason = "upstream"
	MessageReasonMissing     MessageReason = "missing"      // the upstream sent none
	MessageReasonPolicy      MessageReason = "policy"       // the site never passes messages on
	MessageReasonServerError MessageReason = "server_error" // messages of 5xx errors are not passed on
	MessageReasonUnsafe      MessageReason = "unsafe"       // it is not a sentence for people, or may leak internals
)

// Explain returns how the error is answered under a policy, and why.
func (t *Translation) Explain(p *Policy) Decision {
	out := Decision{
		Dialect: t.DetectedDialect(), Variant: t.DetectedVariant(), Native: strings.Clone(t.Native), Subcode: strings.Clone(t.Subcode()),
		Code: *t.Code, Match: t.Match, UpstreamStatus: t.Status, MessageReason: t.messageReason(p),
	}
	out.Status, out.StatusReason = t.decideStatus(p)
	out.RowSource, out.Row = t.decidingRow()
	return out
}

// decidingRow looks up again the row that decided the code.
func (t *Translation) decidingRow() (RowSource, dialect.Row) {
	d, k := t.dialect, &t.native
	switch {
	case t.chained.found:
		return RowSourceCanonical, dialect.Row{}
	case d == nil || t.Match == ByStatus:
		return RowSourceStatus, dialect.Row{}
	case t.Match == ByGuess:
		code := t.Code
		defer func() { t.Code = code }()
		for _, g := range t.engine.generalRules {
			if t.applyGeneralRow(g, k) {
				return RowSourceGeneral, dialect.Row{Native: string(t.scratch), Code: code.Name}
			}
		}
		return RowSourceStatus, dialect.Row{}
	}
	site, native := t.engine.siteOf(d), ""
	if k.code != "" {
		if site != nil {
			if r, ok := site.find(k, &native); ok {
				return RowSourceSite, r.asWritten(native)
			}
		}
		if r, ok := d.table.find(k, &native); ok {
			return RowSourceDialect, r.asWritten(native)
		}
	}
	native = "@" + strconv.Itoa(k.status)
	if site != nil {
		if r, ok := site.statuses[k.status]; ok {
			return RowSourceSite, r.asWritten(native)
		}
	}
	return RowSourceDialect, d.table.statuses[k.status].asWritten(native)
}

// asWritten returns the row as a file has it.
func (r row) asWritten(native string) dialect.Row {
	out := dialect.Row{Native: native, Status: r.status, Force: r.force}
	if r.code != nil {
		out.Code = r.code.Name
	}
	return out
}

// messageReason returns why the answer has its message.
func (t *Translation) messageReason(p *Policy) MessageReason {
	w := newWriter(t, p, RenderParams{})
	_, shown := w.shownText(w.Message)
	_, safe := redact.Message(w.Message)
	switch {
	case w.Message == "":
		return MessageReasonMissing
	case shown:
		return MessageReasonUpstream
	case p.Message == MessageCanonical:
		return MessageReasonPolicy
	case !safe:
		return MessageReasonUnsafe
	}
	return MessageReasonServerError
}
