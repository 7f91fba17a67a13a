package koine

import (
	"bytes"
	"cmp"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"

	"go.uber.org/zap"

	"github.com/koine-proxy/koine/internal/board"
	"github.com/koine-proxy/koine/internal/capture"
	"github.com/koine-proxy/koine/internal/cli"
	"github.com/koine-proxy/koine/ledger"
	"github.com/koine-proxy/koine/translate"
)

// trialRuntime returns a copy of the runtime that leaves no trace: it counts, records, logs and
// limits nothing, and always makes the answer.
func trialRuntime(rt *runtime) *runtime {
	next := *rt
	next.trial, next.ledger = true, nil
	next.modes, next.otherMode = nil, modeTranslate
	next.limitPolicies = nil
	next.logger, next.errorLogger = zap.NewNop(), zap.NewNop()
	next.warned = new(warnings)
	return &next
}

// trial passes a response through the tables of a site that are in force.
type trial struct {
	report *cli.Report
	answer *httptest.ResponseRecorder
}

// runTrial returns what a site answers to a response; nil if there is no such site.
func (p *boardPages) runTrial(site string, upstream translate.Response) (*trial, error) {
	live := p.app.sites.first(site)
	if live == nil {
		return nil, nil
	}
	rt := trialRuntime(live.Load())
	h := &Handler{MaxBody: rt.maxBody, rt: new(liveRuntime)}
	h.rt.Store(rt)
	request := httptest.NewRequest(http.MethodGet, "http://localhost/", nil)
	t := &trial{report: &cli.Report{Response: upstream}}
	var err error
	t.answer, err = handlerRun{handler: h, request: request, note: t.report.Note}.serve(upstream)
	if err != nil {
		return nil, err
	}
	h.explain(t.report, request)
	return t, nil
}

// try sends the page about a response that the reader has entered. Nothing of it is kept.
func (p *boardPages) try(w http.ResponseWriter, r *http.Request, form url.Values) error {
	page := board.Trial{Sites: p.sites(), Site: form.Get("site"), Text: strings.ReplaceAll(form.Get("response"), "\r\n", "\n")}
	page.Fault = p.fillTrial(&page)
	return sendPage(w, r, func(out *bytes.Buffer) error { return board.WriteTrial(out, page) })
}

// maxTrial bounds a response that is tried, in bytes.
const maxTrial = 64 << 10

// fillTrial adds the answer to the page, or returns why there is none.
func (p *boardPages) fillTrial(page *board.Trial) string {
	text := []byte(page.Text)
	switch {
	case len(text) > maxTrial:
		page.Text = ""
		return "The response is larger than 64 KiB."
	case !capture.IsTranscript(text):
		return "Expected a response as curl -i prints it: the line HTTP/1.1 404 Not Found, headers, an empty line, the body."
	}
	all, err := capture.Read("the response", text)
	if err != nil {
		return "The response cannot be read: " + err.Error()
	}
	last := all[len(all)-1]
	if last.Status < 200 || last.Status > 599 {
		return "Expected a status from 200 to 599."
	}
	upstream := translate.Response{Status: last.Status, Header: last.Header, Body: last.Body}
	if upstream.Header == nil {
		upstream.Header = http.Header{}
	}
	if media := cli.MediaType(last.Body); media != "" && upstream.Header["Content-Type"] == nil {
		upstream.Header["Content-Type"] = []string{media}
	}
	t, err := p.runTrial(page.Site, upstream)
	switch {
	case err != nil:
		return "It cannot be answered: " + err.Error()
	case t == nil:
		return "There is no site of that name in this configuration."
	}
	page.Before = board.Message{Status: last.Status, Body: string(last.Body)}
	page.After = board.Message{Status: t.answer.Code, Body: t.answer.Body.String()}
	page.Passed = t.report.Decision == nil
	page.Header = headerOf(t.answer)
	var why bytes.Buffer
	if err := t.report.Write(&why); err != nil {
		return err.Error()
	}
	page.Explains = strings.TrimSpace(why.String())
	return ""
}

// headerOf returns the status line and the header of an answer, as curl -i prints them.
func headerOf(answer *httptest.ResponseRecorder) string {
	var out bytes.Buffer
	if err := printAnswer(&out, answer); err != nil {
		return err.Error()
	}
	head, _, _ := strings.Cut(out.String(), "\n\n")
	return head
}

// answerSample returns what the site of an entry answers to its sample; nil if there is no
// sample that can be answered.
func (p *boardPages) answerSample(e *ledger.Entry) *board.Message {
	if e.Sample == nil || e.Sample.Body == "" || cmp.Or(e.Status, 0) < 200 {
		return nil
	}
	t, err := p.runTrial(e.Site, translate.Response{
		Status: e.Status, Header: http.Header{"Content-Type": {"application/json"}}, Body: []byte(e.Sample.Body),
	})
	if err != nil || t == nil {
		return nil
	}
	return &board.Message{Status: t.answer.Code, Body: t.answer.Body.String()}
}
