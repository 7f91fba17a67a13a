package koine

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/caddyserver/caddy/v2"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/internal/suggest"
	"github.com/koine-proxy/koine/mappings"
)

// choices are the fields with a closed set of words. The parser of the
// Caddyfile and the check of a JSON config share them.
var choices = map[string][]string{
	"status":       {"canonical", "upstream"},
	"message":      {"safe", "upstream", "canonical"},
	"unmapped":     {"fallback", "pass"},
	"expose":       {"upstream"},
	"proxy_errors": {"translate", "pass"},
	"streams":      {"pass", "translate"},
	"envelope":     {"canonical", "problem"},

	"on_store_error":     {"allow", "deny"},
	"rate_limit_headers": {"x", "ietf", "both", "off"},
}

// choose complains where word is not one of the words of a field.
func choose(field, word string) error {
	if slices.Contains(choices[field], word) {
		return nil
	}
	return fmt.Errorf("%s %q: %s", field, word, oneOf(word, choices[field]))
}

// oneOf says which word was meant, or which there are.
func oneOf(word string, words []string) string {
	if len(words) == 1 {
		return "it must be " + words[0]
	}
	if near := suggest.Nearest(word, words); near != "" {
		return fmt.Sprintf("did you mean %s? It must be one of %s", near, strings.Join(words, ", "))
	}
	return "it must be one of " + strings.Join(words, ", ")
}

// check finds everything that is wrong with the words of a config, all at once.
func (h *Handler) check() error {
	var errs []error
	for _, f := range []struct{ field, word string }{
		{"status", h.Status}, {"message", h.Message}, {"unmapped", h.Unmapped}, {"proxy_errors", h.ProxyErrors},
		{"streams", h.Streams}, {"rate_limit_headers", h.RateLimitHeaders},
	} {
		errs = append(errs, choose(f.field, f.word))
	}
	if h.Expose != "" {
		errs = append(errs, choose("expose", h.Expose))
	}
	errs = append(errs, checkEnvelopes(h.Envelope), checkSize(h.MaxBody), checkDocs(h.Docs), h.RequestID.check())
	for _, status := range h.Only {
		errs = append(errs, checkStatus(status))
	}
	for _, d := range []struct {
		field string
		value caddy.Duration
		least time.Duration
	}{
		{"body_timeout", h.BodyTimeout, time.Millisecond}, {"retry_after", h.RetryAfter, time.Second},
	} {
		errs = append(errs, checkDuration(d.field, time.Duration(d.value), d.least))
	}
	for _, row := range h.Map {
		errs = append(errs, checkRow(row))
	}
	for _, name := range h.Dialect {
		errs = append(errs, checkDialect(name))
	}
	return errors.Join(errs...)
}

func checkEnvelopes(words []string) error {
	for i, word := range words {
		if err := choose("envelope", word); err != nil {
			return err
		}
		if slices.Contains(words[:i], word) {
			return fmt.Errorf("envelope %s stands twice", word)
		}
	}
	return nil
}

func checkSize(n int64) error {
	if n < 1 || n > mostMaxBody {
		return fmt.Errorf("max_body %d: it must be from 1 byte to 64MiB", n)
	}
	return nil
}

func checkDuration(field string, d, least time.Duration) error {
	if d < least {
		return fmt.Errorf("%s %v: it must be at least %v", field, d, least)
	}
	return nil
}

func checkStatus(n int) error {
	if n == 4 || n == 5 || (n >= 400 && n <= 599 && n != 499) {
		return nil
	}
	word := strconv.Itoa(n)
	if n > 0 && n < 10 {
		word += "xx"
	}
	return fmt.Errorf("only %s: it must be a status from 400 to 599 other than 499, or a class, 4xx or 5xx", word)
}

// parseStatus reads a status or a class of the Caddyfile: 404, 4xx.
func parseStatus(word string) (int, error) {
	if class, ok := strings.CutSuffix(strings.ToLower(word), "xx"); ok && len(class) == 1 {
		word = class
	}
	n, err := strconv.Atoi(word)
	if err != nil {
		return 0, fmt.Errorf("only %q: it must be a status such as 404, or a class, 4xx or 5xx", word)
	}
	return n, checkStatus(n)
}

// covers tells whether a status is in a list of statuses and classes.
func covers(only []int, status int) bool {
	for _, n := range only {
		if n == status || n == status/100 {
			return true
		}
	}
	return false
}

// checkDocs wants a URL that clients can follow.
func checkDocs(docs string) error {
	if docs == "" {
		return nil
	}
	u, err := url.Parse(docs)
	if err != nil || (u.Host == "" && !strings.HasPrefix(docs, "/")) || (u.Scheme != "" && u.Scheme != "http" && u.Scheme != "https") {
		return fmt.Errorf("docs %q: it must be an http or https URL, or a path, such as https://docs.example.com/errors/", docs)
	}
	return nil
}

func checkRow(row MapRow) error {
	where := strings.TrimSpace("map " + row.Dialect + " " + row.Native)
	if row.Dialect == "" || row.Native == "" {
		return fmt.Errorf("%s: a row needs a dialect (or *), a native code and a canonical code", where)
	}
	if !dialect.IsCodeName(row.Code) {
		_, complaint := dialect.ParseRow(row.Native, []string{row.Code})
		return fmt.Errorf("%s: %s", where, complaint)
	}
	return nil
}

// isFile tells a path of a mapping file from the name of a built-in dialect.
func isFile(name string) bool {
	return strings.ContainsAny(name, `/\`) || strings.HasSuffix(name, ".yaml") || strings.HasSuffix(name, ".yml")
}

// checkDialect complains about names that no built-in dialect has.
func checkDialect(name string) error {
	names := append(mappings.Dialects(), "auto", "all")
	if isFile(name) || slices.Contains(names, name) {
		return nil
	}
	hint := "`caddy translate-errors dialects` lists them."
	if near := suggest.Nearest(name, names); near != "" {
		hint = "did you mean " + near + "?"
	}
	return fmt.Errorf("dialect %q: no built-in dialect has this name; %s A mapping file is written with a slash or its ending: ./%s.yaml", name, hint, name)
}
