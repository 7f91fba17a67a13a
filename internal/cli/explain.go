package cli

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/translate"
)

// Report explains how a response was answered.
type Report struct {
	Response    translate.Response // of the upstream
	Explanation translate.Explanation
	Decision    *translate.Decision // nil if the response passed through
	Excluded    string              // why the response passed through without reading its body; "" if it did not
}

// Note records the decision about an error while its translation is in use.
func (r *Report) Note(t *translate.Translation, p *translate.Policy) {
	d := t.Explain(p)
	r.Decision = &d
}

// maxNear is the maximum number of listed dialects that match in part.
const maxNear = 5

// Write prints the report.
func (r *Report) Write(w io.Writer) error {
	var b strings.Builder
	section := func(title string, lines ...string) {
		b.WriteString("\n" + title + "\n")
		for _, line := range lines {
			b.WriteString("  " + line + "\n")
		}
	}
	if r.Excluded == "" {
		section("dialects", r.dialects()...)
	}
	if d := r.Decision; d == nil {
		section("passed through", r.whyPassed())
	} else {
		section("code", codeReason(d))
		section("status", statusReason(d))
		section("message", messageReason(d))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// dialects returns lines about the detected dialect, the others that match, and some that
// match in part.
func (r *Report) dialects() []string {
	type line struct{ name, text string }
	var detected, also, near []line
	title := r.detectedTitle()
	for _, t := range r.Explanation.Trials {
		switch {
		case t.Title() == title && t.General:
			detected = append(detected, line{t.Title(), "detected: the general rules, because no other dialect matches"})
		case t.General:
		case t.Title() == title && t.PassThrough:
			detected = append(detected, line{t.Title(), "detected, and passed through: " + t.Reason()})
		case t.Title() == title:
			detected = append(detected, line{t.Title(), "detected: " + t.Reason()})
		case t.Matched:
			also = append(also, line{t.Title(), "also matches: " + t.Reason()})
		case t.Mismatch.Condition == "evidence":
			also = append(also, line{t.Title(), "no evidence: " + t.Reason()})
		}
	}
	for _, t := range r.nearest() {
		near = append(near, line{t.Title(), fmt.Sprintf("no match: %s (%d of %s found)", t.Reason(), t.Found, count(t.Required, "member"))})
	}
	var lines []string
	if len(detected) == 0 {
		lines = append(lines, "(none)")
	}
	all := slices.Concat(detected, also, near)
	width := 0
	for _, l := range all {
		width = max(width, len(l.name))
	}
	for _, l := range all {
		lines = append(lines, fmt.Sprintf("%-*s  %s", width, l.name, l.text))
	}
	return lines
}

// detectedTitle returns the name of the dialect that read the response, or that matched but
// passed it through.
func (r *Report) detectedTitle() string {
	if d := r.Decision; d != nil {
		return translate.Title(d.Dialect, d.Variant)
	}
	return translate.Title(r.Explanation.Dialect, r.Explanation.Variant)
}

// nearest returns the dialects that match in part, those with the fewest missing members
// first.
func (r *Report) nearest() []translate.Trial {
	near := slices.DeleteFunc(slices.Clone(r.Explanation.Trials), func(t translate.Trial) bool {
		return t.Matched || t.General || t.Found == 0 || t.Mismatch.Condition == "evidence"
	})
	slices.SortStableFunc(near, func(a, b translate.Trial) int {
		return cmp.Or((a.Required-a.Found)-(b.Required-b.Found), b.Found-a.Found)
	})
	return near[:min(len(near), maxNear)]
}

// whyPassed explains why the response passed through, as far as the trials show it.
func (r *Report) whyPassed() string {
	if r.Excluded != "" {
		return r.Excluded
	}
	detected := ""
	for _, t := range r.Explanation.Trials {
		switch {
		case t.Title() != r.detectedTitle() || t.General:
		case t.PassThrough:
			return "`dialect auto` passes the errors of " + t.Dialect + " through; `dialect " + t.Dialect + "` or `dialect all` translates them"
		default:
			detected = t.Title()
		}
	}
	if detected != "" {
		return "detected as " + detected + ", but passed through because of its status, its media type or `unmapped pass`"
	}
	for _, t := range r.Explanation.Trials {
		if (t.PassThrough || t.On2xx && r.Response.Status < 400) && t.Found > 0 && t.Found == t.Required {
			return "it has the members of " + t.Dialect + ", whose errors `dialect auto` passes through with this status; to translate them, use `dialect " + t.Dialect + "` or `dialect all`"
		}
	}
	if r.Response.Status < 400 {
		return fmt.Sprintf("a %d is an error only for dialects whose errors also come with a 2xx status", r.Response.Status)
	}
	return "its status or its media type is not translated here"
}

// codeReason explains which row maps the native code to the canonical one.
func codeReason(d *translate.Decision) string {
	return cmp.Or(d.Native, "(no code)") + " → " + d.Code.Name + ", " + rowReason(d)
}

func rowReason(d *translate.Decision) string {
	switch {
	case d.RowSource == translate.RowSourceSite:
		return "by the row " + asWritten(d.Row) + " of the site"
	case d.RowSource == translate.RowSourceDialect:
		return "by the row " + asWritten(d.Row) + " of " + d.Dialect
	case d.RowSource == translate.RowSourceGeneral:
		return "by the general rules"
	case d.RowSource == translate.RowSourceCanonical:
		return "because codes of " + d.Dialect + " are canonical"
	case d.Match == translate.ByStatus && d.Dialect != "":
		return fmt.Sprintf("the generic code of its status: no row of %s applies", d.Dialect)
	case d.Match == translate.ByGuess:
		return "the generic code of its status: no general rule has the native code"
	}
	return "the generic code of its status"
}

// asWritten returns a row as it is written in a file.
func asWritten(row dialect.Row) string {
	text := row.Native + ": "
	if row.Status != 0 {
		text += fmt.Sprint(row.Status) + " "
	}
	text += row.Code
	if row.Force {
		text += " force"
	}
	return "`" + text + "`"
}

// statusReason explains why the answer has its status.
func statusReason(d *translate.Decision) string {
	from, to, code := d.UpstreamStatus, d.Status, d.Code
	changed, kept := fmt.Sprint(to), fmt.Sprintf("%d, unchanged", to)
	if from != to {
		changed = fmt.Sprintf("%d → %d", from, to)
		kept = changed + ", from the body or the dialect" // of an error that came with a 2xx
	}
	switch d.StatusReason {
	case translate.StatusReasonEqual:
		if from == to {
			return changed + ": the status of the upstream and of " + code.Name
		}
		return changed + ": the error came with a 2xx, and this status is from its body or its dialect"
	case translate.StatusReasonCode:
		return changed + ": the status of " + code.Name
	case translate.StatusReasonForced:
		return changed + ": the status of " + code.Name + ", because the row has `force`"
	case translate.StatusReasonPolicy:
		return kept + ": the site has `status upstream`"
	case translate.StatusReasonUnmapped:
		return kept + ": only a row of a table may change the status"
	case translate.StatusReasonRelayed:
		return kept + ": it was set by another Koine instance"
	case translate.StatusReasonClass:
		return fmt.Sprintf("%s (guard rail): %s has %d, and a 4xx never becomes a 5xx or the reverse", kept, code.Name, code.Status)
	case translate.StatusReasonGateway:
		return changed + ": the site has `gateway_status`"
	}
	return fmt.Sprintf("%s (guard rail): %s has %d, and clients act on that status automatically", kept, code.Name, code.Status)
}

// messageReason explains why the answer has its message.
func messageReason(d *translate.Decision) string {
	switch d.MessageReason {
	case translate.MessageReasonUpstream:
		return "the message of the upstream"
	case translate.MessageReasonMissing:
		return "the message of the canonical code: the upstream sent none"
	case translate.MessageReasonPolicy:
		return "the message of the canonical code: the site has `message canonical`"
	case translate.MessageReasonServerError:
		return "the message of the canonical code: messages of 5xx errors are not sent to clients"
	}
	return "the message of the canonical code: that of the upstream did not pass the message filter"
}
