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

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"github.com/spf13/cobra"
	"golang.org/x/net/http/httpguts"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/internal/cli"
	"github.com/koine-proxy/koine/mappings"
	"github.com/koine-proxy/koine/mappings/builtin"
	"github.com/koine-proxy/koine/translate"
)

// trial is one call of `try`.
type trial struct {
	status    int
	dialects  []string
	config    string
	site      string
	headers   []string
	accept    string
	respondAs string
	explain   bool
}

func tryCommand() *cobra.Command {
	t := new(trial)
	c := &cobra.Command{
		Use:   "try --status N [FILE|-]",
		Short: "Prints the response that a client would get for an error of a backend",
		Long: `
Runs an error through the real handler, and prints what a client would get:
status line, headers and body. The body is read from a file, or from the
standard input where its name is -; without either there is none.

The handler is one with all defaults, or that of a site of a Caddyfile. Its rate
limits do not count what is tried.
`,
		Example: `  caddy translate-errors try --status 404 --explain body.json
  curl -s localhost:9001/missing | caddy translate-errors try --status 404 --config Caddyfile -`,
		RunE: func(c *cobra.Command, args []string) error { return t.run(c, args) },
	}
	f := c.Flags()
	f.IntVar(&t.status, "status", 0, "the status of the backend's response (required)")
	f.StringArrayVar(&t.dialects, "dialect", nil, "a dialect that the backend speaks, by its name or its mapping file; may be repeated (default auto)")
	f.StringVar(&t.config, "config", "", "a Caddyfile: the handler of one of its sites is tried")
	f.StringVar(&t.site, "site", "", "the host of that site, where several sites translate errors")
	f.StringArrayVar(&t.headers, "header", nil, "a header of the backend's response, as 'Name: value'; may be repeated (default: a Content-Type that suits the body)")
	f.StringVar(&t.accept, "accept", "", "the Accept header of the client's request")
	f.StringVar(&t.respondAs, "respond-as", "", "the dialect in which to answer")
	f.BoolVar(&t.explain, "explain", false, "say how the answer came about, after it")
	return c
}

// usageError is a mistake in how a command was called.
type usageError string

func (e usageError) Error() string { return string(e) }

func (t *trial) run(c *cobra.Command, args []string) error {
	s := streams(c)
	err := t.try(s, args)
	var usage usageError
	switch {
	case err == nil:
		return exit(c, cli.OK)
	case errors.As(err, &usage):
		return wrongUsage(c, usage.Error())
	}
	fmt.Fprintln(s.Talk, err)
	return exit(c, cli.AtFault)
}

func (t *trial) try(s cli.Streams, args []string) error {
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
	if err := h.fill(report, upstream); err != nil {
		return err
	}
	return report.Write(s.Out)
}

// upstream is the response that the backend is said to have given.
func (t *trial) upstream(s cli.Streams, args []string) (r translate.Response, err error) {
	switch {
	case t.status == 0:
		return r, usageError("--status is missing: which status did the backend answer with?")
	case t.status < 200 || t.status > 599:
		return r, usageError(fmt.Sprintf("--status %d: it must be from 200 to 599", t.status))
	case t.site != "" && t.config == "":
		return r, usageError("--site names a site of a Caddyfile; say which one with --config")
	case t.config == "-" && slices.Contains(args, "-"):
		return r, usageError("the standard input is either the config or the body; put one of them into a file")
	case len(args) > 1:
		return r, usageError(fmt.Sprintf("try takes one file, or - for the standard input; not %d", len(args)))
	}
	header := http.Header{}
	for _, line := range t.headers {
		name, value, ok := strings.Cut(line, ":")
		value = strings.TrimSpace(value)
		if !ok || !httpguts.ValidHeaderFieldName(name) || !httpguts.ValidHeaderFieldValue(value) {
			return r, usageError(fmt.Sprintf("--header %q: it must be a name and a value, such as 'Content-Type: text/html'", line))
		}
		header.Add(name, value)
	}
	r = translate.Response{Status: t.status, Header: header}
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

// quietContext is one in which a handler can be provisioned, and that logs
// errors alone.
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

// handler makes the handler that is tried, and names the host that it serves.
func (t *trial) handler(s cli.Streams) (h *Handler, host string, err error) {
	h, host = new(Handler), "localhost"
	if t.config != "" {
		if h, host, err = t.fromConfig(s); err != nil {
			return nil, "", err
		}
	}
	if len(t.dialects) > 0 {
		h.Dialect = t.dialects
	}
	h.RateLimit = nil // a trial is no request, and stores may be far away
	return h, host, nil
}

// provision makes the handler ready. A dialect to answer in joins those that are
// read, as the last of them.
func (t *trial) provision(h *Handler, ctx caddy.Context) error {
	if err := h.Provision(ctx); err != nil {
		return err
	}
	spoken := h.engine.Dialects()
	if t.respondAs == "" || slices.Contains(spoken, t.respondAs) {
		return nil
	}
	if !slices.Contains(mappings.Dialects(), t.respondAs) {
		return fmt.Errorf("--respond-as: there is no dialect %q%s", t.respondAs, meant(t.respondAs, append(spoken, mappings.Dialects()...)))
	}
	if err := h.Cleanup(); err != nil {
		return err
	}
	h.Dialect = append(h.Dialect, t.respondAs)
	return h.Provision(ctx)
}

// serve runs the handler in front of a backend that answers as it is said to, and
// notes on the way what became of the error.
func (t *trial) serve(h *Handler, host string, report *cli.Report) (*httptest.ResponseRecorder, error) {
	upstream, status := report.Response, 0
	forms := slices.Clone(h.forms)
	for i := range forms {
		render := forms[i].render
		forms[i].render = func(tr *translate.Translation, dst []byte, p *translate.Policy, a translate.RenderParams) []byte {
			report.Note(tr, p)
			if t.respondAs == "" {
				return render(tr, dst, p, a)
			}
			dst, status, _ = tr.AppendDialect(dst, t.respondAs, p, a) // that there is one was checked
			return dst
		}
		if t.respondAs != "" {
			forms[i].mediaType = translate.MediaTypeCanonical
		}
	}
	h.forms = forms
	r := httptest.NewRequest(http.MethodGet, "http://"+host+"/", nil)
	if t.accept != "" {
		r.Header.Set("Accept", t.accept)
	}
	w := httptest.NewRecorder()
	next := caddyhttp.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) error {
		for name, values := range upstream.Header {
			w.Header()[name] = values
		}
		w.WriteHeader(upstream.Status)
		_, err := w.Write(upstream.Body)
		return err
	})
	err := h.ServeHTTP(w, caddyhttp.PrepareRequest(r, caddy.NewReplacer(), w, new(caddyhttp.Server)), next)
	if status != 0 {
		w.Code = status
	}
	return w, err
}

// printAnswer prints a response as it goes over the wire, with a line break behind
// it where it has none.
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

// fill adds to the report what the dialects had to say.
func (h *Handler) fill(report *cli.Report, upstream translate.Response) error {
	decoded := takeBuffer()
	defer giveBack(decoded)
	body, err := decode(decoded, upstream.Body, upstream.Header, h.MaxBody)
	if err == nil {
		upstream.Body = body
	}
	report.Trials, report.Near = h.engine.Explain(upstream), h.engine.NearMisses(upstream)
	src, err := h.read()
	if err != nil {
		return err
	}
	built := builtin.Library()
	if report.Dialects, report.Passive, err = src.dialects(built); err != nil {
		return err
	}
	for _, r := range h.Map {
		if r.Dialect == "*" || r.Dialect == report.Dialect {
			report.Site = append(report.Site, dialect.Row{Native: r.Native, Code: r.Code, Force: r.Force})
		}
	}
	return nil
}
