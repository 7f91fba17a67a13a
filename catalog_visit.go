package koine

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"

	"github.com/koine-proxy/koine/internal/catalog"
	"github.com/koine-proxy/koine/translate"
)

// catalogVisit is one request for a page of a catalogue.
type catalogVisit struct {
	pages *catalogPages
	w     http.ResponseWriter
	r     *http.Request
}

// catalogOffers are the media types of catalogFormats.
var catalogOffers = translate.NewOffers(translate.MediaTypeHTML, translate.MediaTypeCanonical, "text/markdown")

// serve sends the page that the last segment of the path names.
func (v *catalogVisit) serve() error {
	dir, name := path.Split(v.r.URL.Path)
	if target := v.missingSlash(name); target != "" {
		return v.redirect(target)
	}
	if page, err := v.pages.file(name); page != nil || err != nil {
		return v.send(page, err)
	}
	base, format := v.format(name)
	switch {
	case name == "":
		if e := v.lookup(path.Base(dir)); e != nil { // the page of a code is no directory
			return v.redirect("../" + e.Name)
		}
		return v.send(v.pages.index(format, v.query()))
	case base == "index" && base != name:
		return v.send(v.pages.index(format, v.query()))
	}
	e := v.lookup(base)
	switch {
	case e == nil:
		return v.sendUnknown(base, format)
	case e.Name != base:
		return v.redirect("./" + e.Name + strings.TrimPrefix(name, base))
	}
	return v.send(v.pages.entry(format, e))
}

func (v *catalogVisit) lookup(name string) *catalog.Entry { return v.pages.catalog.Lookup(name) }

// format returns the name of a page without the suffix of a form, and that form; without a suffix,
// the form that the client prefers.
func (v *catalogVisit) format(name string) (base string, f *catalogFormat) {
	for i := range catalogFormats {
		if base, ok := strings.CutSuffix(name, catalogFormats[i].suffix); ok {
			return base, &catalogFormats[i]
		}
	}
	v.w.Header().Add("Vary", "Accept")
	return name, &catalogFormats[catalogOffers.Choose(v.r.Header.Values("Accept"))]
}

// missingSlash returns where a request for the index without its slash at the end is sent, because
// relative links would lead elsewhere; "" if the request is another.
func (v *catalogVisit) missingSlash(name string) string {
	requested := v.r.URL.Path
	if orig, ok := v.r.Context().Value(caddyhttp.OriginalRequestCtxKey).(http.Request); ok && orig.URL != nil {
		requested = orig.URL.Path
	}
	last := path.Base(requested)
	switch isStripped := requested != v.r.URL.Path; {
	case strings.HasSuffix(requested, "/") || requested == "":
		return ""
	case isStripped && name == "":
	case !isStripped && "/"+last == requested && !strings.Contains(last, ".") && len(v.pages.catalog.Suggest(last)) == 0:
	default:
		return ""
	}
	return "./" + url.PathEscape(last) + "/"
}

func (v *catalogVisit) redirect(target string) error {
	if v.r.URL.RawQuery != "" {
		target += "?" + v.r.URL.RawQuery
	}
	v.w.Header().Set("Location", target)
	v.w.WriteHeader(http.StatusPermanentRedirect)
	return nil
}

// query returns what the reader looks for. Values that no code has are as none.
func (v *catalogVisit) query() catalog.Query {
	values := v.r.URL.Query()
	status, _ := strconv.Atoi(values.Get("status"))
	return catalog.Query{
		Text: values.Get("q"), Category: translate.Category(values.Get("category")), Status: status, Retry: translate.Retry(values.Get("retry")),
	}
}

// send sends a page, or only its header, or that it has not changed.
func (v *catalogVisit) send(page *catalogPage, err error) error {
	if err != nil {
		return caddyhttp.Error(http.StatusInternalServerError, err)
	}
	v.setHeaders(page.mediaType)
	v.w.Header().Set("Etag", page.etag)
	v.w.Header().Set("Cache-Control", "max-age=300")
	http.ServeContent(v.w, v.r, "", time.Time{}, bytes.NewReader(page.body))
	return nil
}

func (v *catalogVisit) setHeaders(mediaType string) {
	h := v.w.Header()
	if mediaType == typeHTML {
		catalog.HTMLPage.SetHeaders(h)
	}
	h.Set("Content-Type", mediaType)
	h.Set("X-Content-Type-Options", "nosniff")
}

// sendUnknown sends that there is no such code, with those that may be meant.
func (v *catalogVisit) sendUnknown(name string, f *catalogFormat) error {
	body, err := v.unknown(name, f)
	if err != nil {
		return caddyhttp.Error(http.StatusInternalServerError, err)
	}
	v.setHeaders(f.mediaType)
	v.w.Header().Set("Cache-Control", "max-age=60")
	v.w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	v.w.WriteHeader(http.StatusNotFound)
	if v.r.Method != http.MethodHead {
		_, _ = v.w.Write(body)
	}
	return nil
}

func (v *catalogVisit) unknown(name string, f *catalogFormat) ([]byte, error) {
	switch f.suffix {
	case ".html":
		return v.pages.catalog.UnknownHTML(catalog.Site{}, name)
	case ".md":
		return []byte(v.pages.catalog.UnknownMarkdown(name)), nil
	}
	suggestions := []string{}
	for _, e := range v.pages.catalog.Suggest(name) {
		suggestions = append(suggestions, e.Name)
	}
	return json.Marshal(map[string]any{"message": "There is no such code.", "suggestions": suggestions})
}
