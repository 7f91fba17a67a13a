package koine

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"

	"github.com/koine-proxy/koine/internal/suggest"
	"github.com/koine-proxy/koine/mappings"
	"github.com/koine-proxy/koine/translate"
)

// RespondAs answers some clients in a legacy dialect, whatever the upstream speaks. The
// first one of a site that applies to a request is used; all other requests get an
// envelope.
type RespondAs struct {
	// The dialect: the name of a built-in one, or of a mapping file of the site;
	// `canonical+` before it writes the canonical envelope beside it.
	Dialect string `json:"dialect"`

	// The date since when these answers are deprecated, as 2026-07-01 or in RFC 3339: the
	// header Deprecation (RFC 9745). Default: none.
	Deprecation string `json:"deprecation,omitempty"`

	// The URL of a page about it: a Link with the relation deprecation. Default: none.
	DeprecationLink string `json:"deprecation_link,omitempty"`

	// The date from which on these answers are no longer sent, in the same formats: the header
	// Sunset (RFC 8594). Nothing changes at that date by itself. Default: none.
	Sunset string `json:"sunset,omitempty"`

	// The URL of a page about it: a Link with the relation sunset. Default: none.
	SunsetLink string `json:"sunset_link,omitempty"`

	// The name of these clients in metrics. (In a Caddyfile: the matcher.) Default: `*`.
	Name string `json:"name,omitempty"`

	// The requests to which it applies. Default: all.
	MatcherSetsRaw caddyhttp.RawMatcherSets `json:"match,omitempty" caddy:"namespace=http.matchers"`

	matcherToken *caddyfile.Token // the matcher in a Caddyfile, until it is resolved
}

// bothPrefix is how the name of a dialect begins beside which the canonical envelope is
// written.
const bothPrefix = "canonical+"

// responder is a compiled RespondAs.
type responder struct {
	renderer
	matchers caddyhttp.MatcherSets
	private  bool // the matchers read more than host, path or method
	name     string

	deprecation, sunset string // the values of the headers; "" for none
	links               []string
}

// parseDate parses a date as it is written in a configuration.
func parseDate(text string) (time.Time, error) {
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is not a date; use for example 2026-07-01, or 2026-07-01T12:00:00Z", text)
}

// check returns the faults of the values.
func (r *RespondAs) check() error {
	var errs []error
	if r.Dialect == "" {
		errs = append(errs, errors.New("respond_as: expected a dialect"))
	}
	for _, d := range []struct{ word, value string }{{"deprecation", r.Deprecation}, {"sunset", r.Sunset}} {
		if d.value == "" {
			continue
		}
		if _, err := parseDate(d.value); err != nil {
			errs = append(errs, fmt.Errorf("respond_as %s: %s: %w", r.Dialect, d.word, err))
		}
	}
	for _, link := range []string{r.DeprecationLink, r.SunsetLink} {
		if err := checkLink(link); err != nil {
			errs = append(errs, fmt.Errorf("respond_as %s: %w", r.Dialect, err))
		}
	}
	if len(r.Name) > 64 {
		errs = append(errs, fmt.Errorf("respond_as %s: name %q: must have at most 64 characters", r.Dialect, r.Name))
	}
	return errors.Join(errs...)
}

// checkLink returns an error for a URL that cannot be in a Link header.
func checkLink(link string) error {
	if err := checkDocs(link); err != nil || strings.ContainsAny(link, "<> \"\r\n") {
		return fmt.Errorf("link %q: expected an http or https URL or a path, for example https://docs.example.com/upgrade", link)
	}
	return nil
}

// checkRespondAs returns the first of a list that has a fault, and the fault; -1 if there is
// none.
func checkRespondAs(list []*RespondAs) error {
	var errs []error
	for i, r := range list {
		if r == nil {
			errs = append(errs, fmt.Errorf("respond_as: entry %d is null; expected an object with dialect", i+1))
			continue
		}
		errs = append(errs, r.check())
		if i > 0 && list[i-1] != nil && list[i-1].appliesToAll() {
			errs = append(errs, fmt.Errorf("respond_as %s: never used, because respond_as %s before it applies to all requests; put it first, or remove it", r.Dialect, list[i-1].Dialect))
		}
	}
	return errors.Join(errs...)
}

func (r *RespondAs) appliesToAll() bool {
	return len(r.MatcherSetsRaw) == 0 && (r.matcherToken == nil || r.matcherToken.Text == "*")
}

// loadResponders compiles the dialects of the answers, except for their renderers.
func (h *Handler) loadResponders(ctx caddy.Context) ([]responder, error) {
	out := make([]responder, len(h.RespondAs))
	for i, r := range h.RespondAs {
		out[i] = r.compile()
		if r.MatcherSetsRaw == nil {
			continue
		}
		sets, err := ctx.LoadModule(r, "MatcherSetsRaw")
		if err != nil {
			return nil, fmt.Errorf("respond_as %s: loading matchers: %w", r.Dialect, err)
		}
		if err := out[i].matchers.FromInterface(sets); err != nil {
			return nil, fmt.Errorf("respond_as %s: %w", r.Dialect, err)
		}
	}
	return out, nil
}

// compile makes the responder without its matchers.
func (r *RespondAs) compile() responder {
	out := responder{name: r.Name, private: !readsTargetOnly(r.MatcherSetsRaw)}
	if out.name == "" {
		out.name = "*"
	}
	out.renderer.name = r.Dialect
	if t, err := parseDate(r.Deprecation); err == nil {
		out.deprecation = "@" + strconv.FormatInt(t.Unix(), 10) // a date of RFC 9651
	}
	if t, err := parseDate(r.Sunset); err == nil {
		out.sunset = t.UTC().Format(http.TimeFormat)
	}
	if r.DeprecationLink != "" {
		out.links = append(out.links, `<`+r.DeprecationLink+`>; rel="deprecation"`)
	}
	if r.SunsetLink != "" {
		out.links = append(out.links, `<`+r.SunsetLink+`>; rel="sunset"`)
	}
	return out
}

// setHeaders sets the headers that say until when such answers are sent.
func (r *responder) setHeaders(header http.Header) {
	if r.deprecation != "" {
		header["Deprecation"] = []string{r.deprecation}
	}
	if r.sunset != "" {
		header["Sunset"] = []string{r.sunset}
	}
	if len(r.links) > 0 {
		header["Link"] = append(slices.Clip(header["Link"]), r.links...)
	}
}

// chooseResponder sets the responder of the request. Matchers see the request as it is before
// the handlers behind this one change it.
func (x *exchange) chooseResponder() error {
	for i := range x.rt.responders {
		r := &x.rt.responders[i]
		x.private = x.private || r.private
		matches, err := r.matchers.AnyMatchWithError(x.request) // an empty set matches every request
		if err != nil {
			return err
		}
		if matches {
			x.responder = r
			x.captureRequest(&r.renderer)
			return nil
		}
	}
	if len(x.rt.renderers) > 0 {
		x.captureRequest(&x.rt.renderers[0])
	}
	return nil
}

// envelopeMatcher is the matcher in metrics of answers in a dialect that is an envelope.
const envelopeMatcher = "envelope"

// countDialect counts an answer in a dialect.
func (x *exchange) countDialect() {
	if x.responder != nil {
		countRespondAs(x.rt.site(x.request), x.responder.name, x.responder.renderer.name)
	} else if r := x.renderer(); r.dialect != nil {
		countRespondAs(x.rt.site(x.request), envelopeMatcher, r.name)
	}
}

// prefersHTML reports whether the client wants a page rather than an envelope. One that is
// answered in a dialect is a program, whatever it accepts.
func (x *exchange) prefersHTML() bool {
	return x.responder == nil && translate.PrefersHTML(x.request.Header["Accept"])
}

// negotiated returns the request by whose Accept it is decided which responses are errors.
func (x *exchange) negotiated() *http.Request {
	if x.responder == nil || !translate.PrefersHTML(x.request.Header["Accept"]) {
		return x.request
	}
	r := *x.request
	r.Header = http.Header{"Accept": {translate.MediaTypeCanonical}}
	return &r
}

// isDialectEnvelope reports whether the name of an envelope is that of a dialect.
func isDialectEnvelope(name string) bool {
	_, isEnvelope := renderers[name]
	return !isEnvelope && name != "html"
}

// checkAnswers returns an error for a dialect that a site answers in and that cannot be
// written.
func (h *Handler) checkAnswers(engine *translate.Engine) error {
	var errs []error
	for _, r := range h.RespondAs {
		_, err := dialectRenderer(engine, "respond_as", r.Dialect)
		errs = append(errs, err)
	}
	if name := h.Envelope[0]; isDialectEnvelope(name) {
		_, err := dialectRenderer(engine, "envelope", name)
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// dialectRenderer returns the renderer of a dialect, or of canonical+ and a dialect.
func dialectRenderer(engine *translate.Engine, word, name string) (renderer, error) {
	of, both := strings.CutPrefix(name, bothPrefix)
	d, err := engine.DialectRenderer(of)
	switch {
	case errors.Is(err, translate.ErrUnknownDialect):
		return renderer{}, fmt.Errorf("%s %s: unknown dialect%s", word, name, nearDialect(of, engine))
	case err != nil:
		return renderer{}, fmt.Errorf("%s %s: %w", word, name, err)
	case both && !d.IsJSON():
		return renderer{}, fmt.Errorf("%s %s: the errors of %s are not JSON objects, so the canonical envelope cannot stand beside them; use %s alone", word, name, of, of)
	}
	if faults := d.CheckNearest(); len(faults) > 0 {
		return renderer{}, fmt.Errorf("%s %s: %s", word, name, strings.Join(faults, "; "))
	}
	r := renderer{name: name, mediaType: d.MediaType(), dialect: d}
	if both {
		r.appendDialect = d.AppendBoth
	} else {
		r.appendDialect = d.Append
	}
	return r, nil
}

// nearDialect ends a message about an unknown dialect.
func nearDialect(name string, engine *translate.Engine) string {
	names := append(engine.Dialects(), mappings.Dialects()...)
	if near := suggest.Nearest(name, names); near != "" {
		return "; did you mean " + near + "?"
	}
	return "; expected a dialect of the site or a built-in one, which `caddy translate-errors dialects` lists"
}
