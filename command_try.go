package koine

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/spf13/cobra"
	"golang.org/x/net/http/httpguts"

	"github.com/koine-proxy/koine/internal/capture"
	"github.com/koine-proxy/koine/internal/cli"
	"github.com/koine-proxy/koine/internal/contentcoding"
	"github.com/koine-proxy/koine/internal/suggest"
	"github.com/koine-proxy/koine/translate"
)

// tryOptions are the flags of `try`.
type tryOptions struct {
	siteOptions
	status    int
	dialects  []string
	headers   []string
	host      string // of the upstream
	accept    string
	language  string
	respondAs string
	explain   bool
	expect    string
}

func tryCommand() *cobra.Command {
	t := new(tryOptions)
	c := &cobra.Command{
		Use:   "try [--status N] [FILE|-]",
		Short: "Prints the response that a client would get for an error of an upstream",
		Long: `
Passes an error through the handler, and prints the response that a client would
get: status line, headers and body. The body of the error is read from FILE, or
from the standard input if FILE is -. Without FILE, the body is empty. FILE can
also be the output of curl -i: then status and headers are read from it, too.

The handler has the default settings, or with --config those of a site, without
its rate limits.
`,
		Example: `  caddy translate-errors try --status 404 --explain body.json
  curl -si localhost:9001/missing | caddy translate-errors try --config Caddyfile --expect PLAN.NOT_FOUND -`,
		RunE: func(c *cobra.Command, args []string) error { return t.run(c, args) },
	}
	f := c.Flags()
	f.IntVar(&t.status, "status", 0, "the status of the upstream's response (required, except with the output of curl -i)")
	f.StringArrayVar(&t.dialects, "dialect", nil, "a dialect of the upstream: its name or its mapping file; may be repeated (default auto)")
	t.siteOptions.addFlags(f, "use")
	f.StringArrayVar(&t.headers, "header", nil, "a header of the upstream's response, as 'Name: value'; may be repeated (default: a Content-Type derived from the body)")
	f.StringVar(&t.host, "upstream", "", "the host name of the upstream, for dialects that are detected by it")
	f.StringVar(&t.accept, "accept", "", "the Accept header of the client's request")
	f.StringVar(&t.language, "accept-language", "", "the Accept-Language header of the client's request")
	f.StringVar(&t.respondAs, "respond-as", "", "write the answer in this dialect instead of an envelope")
	f.StringVar(&t.expect, "expect", "", "the canonical code that the answer should have, or none for a response that passes through: exit status 1 if it is another")
	f.BoolVar(&t.explain, "explain", false, "after the answer, print how it was determined")
	return c
}

// usageError is an error in the flags or arguments of a command.
type usageError string

func (e usageError) Error() string { return string(e) }

func (t *tryOptions) run(c *cobra.Command, args []string) error {
	s := streams(c)
	err := t.try(s, args)
	var usage usageError
	switch {
	case err == nil:
		return exit(c, cli.OK)
	case errors.As(err, &usage):
		return wrongUsage(c, usage.Error())
	}
	fmt.Fprintln(s.Err, err)
	return exit(c, cli.InvalidInput)
}

func (t *tryOptions) try(s cli.Streams, args []string) error {
	upstream, err := t.upstream(s, args)
	if err != nil {
		return err
	}
	h, host, err := t.handler(s)
	if err != nil {
		return err
	}
	ctx, cancel, err := quietContext()
	if err != nil {
		return err
	}
	defer cancel()
	if err := t.provision(h, ctx); err != nil {
		return err
	}
	defer func() { _ = h.Cleanup() }()
	if err := t.checkExpectation(h.rt.Load().engine.Taxonomy()); err != nil {
		return err
	}
	report := &cli.Report{Response: upstream}
	run := handlerRun{handler: h, request: t.request(host), host: t.host, respondAs: t.respondAs, note: report.Note}
	answer, err := run.serve(upstream)
	if err != nil {
		return err
	}
	if err := printAnswer(s.Out, answer); err != nil {
		return err
	}
	if t.explain {
		h.explain(report, t.request(host))
		if err := report.Write(s.Out); err != nil {
			return err
		}
	}
	return t.checkExpected(report)
}

// checkExpected returns an error if the answer does not have the expected code.
func (t *tryOptions) checkExpected(report *cli.Report) error {
	got := "none"
	if report.Decision != nil {
		got = report.Decision.Code.Name
	}
	if t.expect == "" || t.expect == got {
		return nil
	}
	if got == "none" {
		got = "none: the response passed through"
	}
	return fmt.Errorf("expected %s, got %s", t.expect, got)
}

// checkExpectation returns an error if no answer of the handler can have the expected
// code.
func (t *tryOptions) checkExpectation(taxonomy *translate.Taxonomy) error {
	if t.expect == "" || t.expect == "none" || taxonomy.Lookup(t.expect) != nil {
		return nil
	}
	names := []string{"none"}
	for _, code := range taxonomy.Codes() {
		names = append(names, code.Name)
	}
	hint := "; expected a code of the taxonomy, such as RESOURCE.NOT_FOUND, or none"
	if near := suggest.Nearest(t.expect, names); near != "" {
		hint = "; did you mean " + near + "?"
	}
	return fmt.Errorf("--expect: unknown canonical code %q%s", t.expect, hint)
}

// upstream returns the response of the upstream that the arguments describe.
func (t *tryOptions) upstream(s cli.Streams, args []string) (r translate.Response, err error) {
	if err := t.siteOptions.check(); err != nil {
		return r, err
	}
	switch {
	case t.status != 0 && (t.status < 200 || t.status > 599):
		return r, usageError(fmt.Sprintf("--status %d: must be from 200 to 599", t.status))
	case t.config == "-" && slices.Contains(args, "-"):
		return r, usageError("the standard input can be either the config or the body; use a file for the other")
	case len(args) > 1:
		return r, usageError(fmt.Sprintf("expected 1 file, got %d", len(args)))
	}
	r = translate.Response{Status: t.status, Header: http.Header{}, Host: strings.ToLower(t.host)}
	header, err := t.header()
	if err != nil {
		return r, err
	}
	if len(args) == 1 {
		if err := readUpstream(s, args[0], &r); err != nil {
			return r, err
		}
	}
	if r.Status == 0 {
		return r, usageError("--status is missing; only the output of curl -i has a status of its own")
	}
	for name, values := range header {
		r.Header[name] = values
	}
	if media := cli.MediaType(r.Body); media != "" && r.Header["Content-Type"] == nil {
		r.Header["Content-Type"] = []string{media}
	}
	return r, nil
}

// readUpstream reads the body of a response or, from the output of curl -i, its status
// and header, too. Of several responses it takes the last, which is the one after
// redirects. A status that r has is kept.
func readUpstream(s cli.Streams, file string, r *translate.Response) (err error) {
	if r.Body, err = s.ReadFile(file); err != nil || !capture.IsTranscript(r.Body) {
		return err
	}
	all, err := capture.Read(file, r.Body)
	if err != nil {
		return err
	}
	last := all[len(all)-1]
	r.Status, r.Header, r.Body = cmp.Or(r.Status, last.Status), last.Header, last.Body
	return nil
}

// header returns the headers that the flags set.
func (t *tryOptions) header() (http.Header, error) {
	header := http.Header{}
	for _, line := range t.headers {
		name, value, ok := strings.Cut(line, ":")
		value = strings.TrimSpace(value)
		if !ok || !httpguts.ValidHeaderFieldName(name) || !httpguts.ValidHeaderFieldValue(value) {
			return nil, usageError(fmt.Sprintf("--header %q: expected a name and a value, for example 'Content-Type: text/html'", line))
		}
		header.Add(name, value)
	}
	return header, nil
}

// handler returns the handler to use, and a host that it serves.
func (t *tryOptions) handler(s cli.Streams) (h *Handler, host string, err error) {
	h, host = new(Handler), "localhost"
	if t.config != "" {
		if h, host, err = t.fromConfig(s); err != nil {
			return nil, "", err
		}
	}
	if len(t.dialects) > 0 {
		h.Dialect = t.dialects
	}
	if len(h.Mode) > 0 {
		h.Mode = nil // whoever tries an error wants to see its answer, for whichever clients
		_, _ = fmt.Fprintln(s.Err, "the site has modes; this is the answer of the mode translate")
	}
	return h, host, nil
}

// provision provisions the handler.
func (t *tryOptions) provision(h *Handler, ctx caddy.Context) error {
	if err := h.Provision(ctx); err != nil {
		return err
	}
	if t.respondAs == "" {
		return nil
	}
	if _, err := dialectRenderer(h.rt.Load().engine, "--respond-as", t.respondAs); err != nil {
		return errors.Join(err, h.Cleanup())
	}
	return nil
}

// request returns the request of the client.
func (t *tryOptions) request(host string) *http.Request {
	r := httptest.NewRequest(http.MethodGet, "http://"+host+"/", nil)
	if t.accept != "" {
		r.Header.Set("Accept", t.accept)
	}
	if t.language != "" {
		r.Header.Set("Accept-Language", t.language)
	}
	return r
}

// printAnswer prints a response as HTTP/1.1, with a line break at the end.
func printAnswer(out io.Writer, w *httptest.ResponseRecorder) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "HTTP/1.1 %d %s\n", w.Code, http.StatusText(w.Code))
	if err := w.Result().Header.Write(&b); err != nil {
		return err
	}
	text := strings.ReplaceAll(b.String(), "\r\n", "\n") + "\n" + w.Body.String()
	if !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	_, err := io.WriteString(out, text)
	return err
}

// explain adds to the report how the dialect of the response was detected, or why
// no dialect was tried.
func (h *Handler) explain(report *cli.Report, r *http.Request) {
	upstream := report.Response
	decoded := getBuffer()
	defer putBuffer(decoded)
	body, err := contentcoding.Decode(decoded, upstream.Body, upstream.Header, contentcoding.Limits{Size: h.MaxBody, Now: time.Now})
	if err == nil {
		upstream.Body = body
	}
	if report.Decision == nil && upstream.Status >= 400 {
		d := h.rt.Load().decide(upstream.Status, upstream.Header, r)
		if d == passThrough || d == bufferByBody && !startsJSON(upstream.Body) {
			report.Excluded = h.rt.Load().excludes(upstream.Status, upstream.Header, r).describe(upstream)
		}
	}
	report.Explanation = h.rt.Load().engine.Explain(upstream)
}

// describe returns a description of the exclusion; "" if there is none.
func (e exclusion) describe(upstream translate.Response) string {
	switch e {
	case excludedByStatus:
		return fmt.Sprintf("errors with the status %d are not translated here", upstream.Status)
	case excludedByCoding:
		return fmt.Sprintf("the Content-Encoding %q is not supported", strings.Join(contentcoding.List(upstream.Header), ", "))
	case excludedByMediaType:
		return fmt.Sprintf("the media type %s is not translated here", translate.MediaType(http.Header(upstream.Header).Get("Content-Type")))
	}
	return ""
}
