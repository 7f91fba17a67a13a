package koine

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"github.com/spf13/cobra"
	"golang.org/x/net/http/httpguts"

	"github.com/koine-proxy/koine/internal/cli"
	"github.com/koine-proxy/koine/internal/contentcoding"
	"github.com/koine-proxy/koine/mappings"
	"github.com/koine-proxy/koine/translate"
)

// tryOptions are the flags of `try`.
type tryOptions struct {
	status    int
	dialects  []string
	config    string
	site      string
	headers   []string
	host      string // of the upstream
	accept    string
	respondAs string
	explain   bool
}

func tryCommand() *cobra.Command {
	t := new(tryOptions)
	c := &cobra.Command{
		Use:   "try --status N [FILE|-]",
		Short: "Prints the response that a client would get for an error of an upstream",
		Long: `
Passes an error through the handler, and prints the response that a client would
get: status line, headers and body. The body of the error is read from FILE, or
from the standard input if FILE is -. Without FILE, the body is empty.

The handler has the default settings, or with --config those of a site, without
its rate limits.
`,
		Example: `  caddy translate-errors try --status 404 --explain body.json
  curl -s localhost:9001/missing | caddy translate-errors try --status 404 --config Caddyfile -`,
		RunE: func(c *cobra.Command, args []string) error { return t.run(c, args) },
	}
	f := c.Flags()
	f.IntVar(&t.status, "status", 0, "the status of the upstream's response (required)")
	f.StringArrayVar(&t.dialects, "dialect", nil, "a dialect of the upstream: its name or its mapping file; may be repeated (default auto)")
	f.StringVar(&t.config, "config", "", "a Caddyfile or JSON config with the handler to use")
	f.StringVar(&t.site, "site", "", "the host of the site in that config, if several sites have translate_errors")
	f.StringArrayVar(&t.headers, "header", nil, "a header of the upstream's response, as 'Name: value'; may be repeated (default: a Content-Type derived from the body)")
	f.StringVar(&t.host, "upstream", "", "the host name of the upstream, for dialects that are detected by it")
	f.StringVar(&t.accept, "accept", "", "the Accept header of the client's request")
	f.StringVar(&t.respondAs, "respond-as", "", "write the answer in this dialect instead of an envelope")
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
	report := &cli.Report{Response: upstream}
	answer, err := t.serve(h, host, report)
	if err != nil {
		return err
	}
	if err := printAnswer(s.Out, answer); err != nil {
		return err
	}
	if !t.explain {
		return nil
	}
	h.explain(report, t.request(host))
	return report.Write(s.Out)
}

// upstream returns the response of the upstream that the arguments describe.
func (t *tryOptions) upstream(s cli.Streams, args []string) (r translate.Response, err error) {
	switch {
	case t.status == 0:
		return r, usageError("--status is missing")
	case t.status < 200 || t.status > 599:
		return r, usageError(fmt.Sprintf("--status %d: must be from 200 to 599", t.status))
	case t.site != "" && t.config == "":
		return r, usageError("--site requires --config")
	case t.config == "-" && slices.Contains(args, "-"):
		return r, usageError("the standard input can be either the config or the body; use a file for the other")
	case len(args) > 1:
		return r, usageError(fmt.Sprintf("expected 1 file, got %d", len(args)))
	}
	header := http.Header{}
	for _, line := range t.headers {
		name, value, ok := strings.Cut(line, ":")
		value = strings.TrimSpace(value)
		if !ok || !httpguts.ValidHeaderFieldName(name) || !httpguts.ValidHeaderFieldValue(value) {
			return r, usageError(fmt.Sprintf("--header %q: expected a name and a value, for example 'Content-Type: text/html'", line))
		}
		header.Add(name, value)
	}
	r = translate.Response{Status: t.status, Header: header, Host: strings.ToLower(t.host)}
	if len(args) == 1 {
		if r.Body, err = s.ReadFile(args[0]); err != nil {
			return r, err
		}
	}
	if media := cli.MediaType(r.Body); media != "" && header["Content-Type"] == nil {
		header.Set("Content-Type", media)
	}
	return r, nil
}

// quietContext returns a context to provision a handler in, which logs only errors.
func quietContext() (caddy.Context, context.CancelFunc, error) {
	ctx, err := caddy.ProvisionContext(&caddy.Config{
		Admin:   &caddy.AdminConfig{Disabled: true},
		Logging: &caddy.Logging{Logs: map[string]*caddy.CustomLog{"default": {BaseLog: caddy.BaseLog{Level: "ERROR"}}}},
	})
	if err != nil {
		return ctx, nil, err
	}
	ctx, cancel := caddy.NewContext(ctx)
	return ctx, cancel, nil
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
	h.RateLimit = nil // requests must not be counted, and stores may be unreachable
	if len(h.Mode) > 0 {
		h.Mode = nil // whoever tries an error wants to see its answer, for whichever clients
		_, _ = fmt.Fprintln(s.Err, "the site has modes; this is the answer of the mode translate")
	}
	return h, host, nil
}

// provision provisions the handler. The dialect of the answer is added to the
// dialects that are detected, as the last one.
func (t *tryOptions) provision(h *Handler, ctx caddy.Context) error {
	if err := h.Provision(ctx); err != nil {
		return err
	}
	names := h.rt.engine.Dialects()
	if t.respondAs == "" || slices.Contains(names, t.respondAs) {
		return nil
	}
	if !slices.Contains(mappings.Dialects(), t.respondAs) {
		return fmt.Errorf("--respond-as: unknown dialect %q%s", t.respondAs, didYouMean(t.respondAs, append(names, mappings.Dialects()...)))
	}
	if err := h.Cleanup(); err != nil {
		return err
	}
	h.Dialect = append(h.Dialect, t.respondAs)
	return h.Provision(ctx)
}

// serve runs the handler with the response of the upstream, and adds to the report
// how the error was translated.
func (t *tryOptions) serve(h *Handler, host string, report *cli.Report) (*httptest.ResponseRecorder, error) {
	upstream, status := report.Response, 0
	renderers := slices.Clone(h.rt.renderers)
	for i := range renderers {
		render := renderers[i].render
		renderers[i].render = func(tr *translate.Translation, dst []byte, p *translate.Policy, params translate.RenderParams) []byte {
			report.Note(tr, p)
			if t.respondAs == "" {
				return render(tr, dst, p, params)
			}
			dst, status, _ = tr.AppendDialect(dst, t.respondAs, p, params) // the dialect was checked
			return dst
		}
		if t.respondAs != "" {
			renderers[i].mediaType = translate.MediaTypeCanonical
		}
	}
	h.rt.renderers = renderers
	w := httptest.NewRecorder()
	next := caddyhttp.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) error {
		for name, values := range upstream.Header {
			w.Header()[name] = values
		}
		w.WriteHeader(upstream.Status)
		_, err := w.Write(upstream.Body)
		return err
	})
	repl := caddy.NewReplacer()
	repl.Set(upstreamPlaceholder, t.host)
	err := h.ServeHTTP(w, caddyhttp.PrepareRequest(t.request(host), repl, w, new(caddyhttp.Server)), next)
	if status != 0 {
		w.Code = status
	}
	return w, err
}

// request returns the request of the client.
func (t *tryOptions) request(host string) *http.Request {
	r := httptest.NewRequest(http.MethodGet, "http://"+host+"/", nil)
	if t.accept != "" {
		r.Header.Set("Accept", t.accept)
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
		d := h.rt.decide(upstream.Status, upstream.Header, r)
		if d == passThrough || d == bufferByBody && !startsJSON(upstream.Body) {
			report.Excluded = h.rt.excludes(upstream.Status, upstream.Header, r).describe(upstream)
		}
	}
	report.Explanation = h.rt.engine.Explain(upstream)
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
