package koine

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"
	"github.com/dustin/go-humanize"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/internal/suggest"
)

// UnmarshalCaddyfile sets up the handler from Caddyfile tokens. Syntax:
//
//	translate_errors [<matcher>] {
//	    name         <word>
//	    dialect      auto|all|<name|file>...
//	    taxonomy     <file>...
//	    map          <dialect|*> <native-code> <CANONICAL.CODE> [force]
//	    map          <dialect|*> {
//	        <native-code> <CANONICAL.CODE> [force]
//	    }
//	    envelope     canonical|problem...
//	    status       canonical|upstream
//	    message      safe|upstream|canonical
//	    unmapped     fallback|pass
//	    only         <status...>
//	    max_body     <size>
//	    body_timeout <duration>
//	    retry_after  <duration>
//	    expose       upstream
//	    docs         <url-prefix>
//	    proxy_errors translate|pass
//	    streams      pass|translate
//	    request_id   off
//	    request_id {
//	        header <name>
//	        format req|uuid|ulid|trace
//	        trust  proxies|all|none|private_ranges|<cidr...>
//	    }
//	    rate_limit   [<matcher>] [<policy-name>] {
//	        key            <placeholder...>
//	        limit          <n> per <duration>
//	        store          memory | redis <url...>
//	        on_store_error allow|deny
//	    }
//	    rate_limit_headers x|ietf|both|off
//	}
//
// Every subdirective may be left out, and but for map and rate_limit may stand
// once. Paths of
// files are relative to the Caddyfile they stand in. In map, * means every
// dialect that the site speaks.
func (h *Handler) UnmarshalCaddyfile(d *caddyfile.Dispenser) error {
	d.Next() // the directive
	if d.NextArg() {
		return d.Errf("translate_errors takes no argument but a matcher; %q belongs into its block", d.Val())
	}
	seen := map[string]int{}
	for nesting := d.Nesting(); d.NextBlock(nesting); {
		word := d.Val()
		parse, ok := subdirectives[word]
		if !ok {
			return d.Errf("unknown subdirective %q of translate_errors%s", word, meant(word, subdirectiveWords()))
		}
		if line, twice := seen[word]; twice && word != "map" && word != "rate_limit" {
			return d.Errf("%s stands twice, first in line %d; it may stand once, with all its words", word, line)
		}
		seen[word] = d.Line()
		if err := parse(h, d); err != nil {
			return err
		}
	}
	return nil
}

// subdirectives are the words of the block, and what reads each.
var subdirectives map[string]func(*Handler, *caddyfile.Dispenser) error

func init() { // in init, since the readers name the table in their messages
	subdirectives = map[string]func(*Handler, *caddyfile.Dispenser) error{
		"name":     func(h *Handler, d *caddyfile.Dispenser) error { return one(d, &h.Name, nil) },
		"dialect":  parseDialect,
		"taxonomy": parseTaxonomy,
		"map":      parseMap,
		"envelope": parseEnvelope,
		"status":   func(h *Handler, d *caddyfile.Dispenser) error { return oneWord(d, &h.Status) },
		"message":  func(h *Handler, d *caddyfile.Dispenser) error { return oneWord(d, &h.Message) },
		"unmapped": func(h *Handler, d *caddyfile.Dispenser) error { return oneWord(d, &h.Unmapped) },
		"only":     parseOnly,
		"max_body": parseMaxBody,
		"body_timeout": func(h *Handler, d *caddyfile.Dispenser) error {
			return oneDuration(d, &h.BodyTimeout, time.Millisecond)
		},
		"retry_after":  func(h *Handler, d *caddyfile.Dispenser) error { return oneDuration(d, &h.RetryAfter, time.Second) },
		"expose":       func(h *Handler, d *caddyfile.Dispenser) error { return oneWord(d, &h.Expose) },
		"docs":         func(h *Handler, d *caddyfile.Dispenser) error { return one(d, &h.Docs, checkDocs) },
		"proxy_errors": func(h *Handler, d *caddyfile.Dispenser) error { return oneWord(d, &h.ProxyErrors) },
		"streams":      func(h *Handler, d *caddyfile.Dispenser) error { return oneWord(d, &h.Streams) },
		"request_id":   parseRequestID,
		"rate_limit":   parseRateLimit,

		"rate_limit_headers": func(h *Handler, d *caddyfile.Dispenser) error { return oneWord(d, &h.RateLimitHeaders) },
	}
}

func subdirectiveWords() []string {
	words := make([]string, 0, len(subdirectives))
	for word := range subdirectives {
		words = append(words, word)
	}
	slices.Sort(words)
	return words
}

// meant ends a message about an unknown word.
func meant(word string, words []string) string {
	if near := suggest.Nearest(word, words); near != "" {
		return fmt.Sprintf("; did you mean %s?", near)
	}
	return "; there are " + strings.Join(words, ", ")
}

// one reads a subdirective of exactly one argument.
func one(d *caddyfile.Dispenser, field *string, check func(string) error) error {
	word := d.Val()
	args := d.RemainingArgs()
	if len(args) != 1 {
		return d.Errf("%s takes one argument, not %d", word, len(args))
	}
	if args[0] == "" {
		return d.Errf("%s: its argument is empty; write it, or leave the line out", word)
	}
	*field = args[0]
	if check != nil {
		if err := check(args[0]); err != nil {
			return d.WrapErr(err)
		}
	}
	return noBlock(d, word)
}

// oneWord reads a subdirective of one word of a closed set.
func oneWord(d *caddyfile.Dispenser, field *string) error {
	word := d.Val()
	return one(d, field, func(arg string) error { return choose(word, arg) })
}

// several reads a subdirective of at least one argument.
func several(d *caddyfile.Dispenser) ([]string, error) {
	word := d.Val()
	args := d.RemainingArgs()
	if len(args) == 0 {
		return nil, d.Errf("%s takes at least one argument", word)
	}
	return args, noBlock(d, word)
}

// noBlock complains about a block where none belongs.
func noBlock(d *caddyfile.Dispenser, word string) error {
	for nesting := d.Nesting(); d.NextBlock(nesting); {
		return d.Errf("%s takes no block; %q stands in one", word, d.Val())
	}
	return nil
}

func oneDuration(d *caddyfile.Dispenser, field *caddy.Duration, least time.Duration) error {
	word := d.Val()
	var arg string
	if err := one(d, &arg, nil); err != nil {
		return err
	}
	n, err := caddy.ParseDuration(arg)
	if err != nil {
		return d.Errf("%s %q: this is no duration; write one such as 10s or 1m30s", word, arg)
	}
	if err := checkDuration(word, n, least); err != nil {
		return d.WrapErr(err)
	}
	*field = caddy.Duration(n)
	return nil
}

func parseDialect(h *Handler, d *caddyfile.Dispenser) error {
	args, err := several(d)
	if err != nil {
		return err
	}
	for i, name := range args {
		if err := checkDialect(name); err != nil {
			return d.WrapErr(err)
		}
		if slices.Contains(args[:i], name) {
			return d.Errf("dialect %s stands twice", name)
		}
		if isFile(name) {
			name = beside(d, name)
		}
		h.Dialect = append(h.Dialect, name)
	}
	return nil
}

func parseTaxonomy(h *Handler, d *caddyfile.Dispenser) error {
	args, err := several(d)
	for _, name := range args {
		h.Taxonomy = append(h.Taxonomy, beside(d, name))
	}
	return err
}

// beside makes a path relative to the file it stands in, as import does. It is
// absolute in the JSON: whoever adapts a Caddyfile may stand elsewhere than the
// server that loads it.
func beside(d *caddyfile.Dispenser, name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	name = filepath.Join(filepath.Dir(d.File()), name)
	if absolute, err := filepath.Abs(name); err == nil {
		return absolute
	}
	return name
}

// parseMap reads one row, or a block of rows of one dialect.
func parseMap(h *Handler, d *caddyfile.Dispenser) error {
	args := d.RemainingArgs()
	switch len(args) {
	case 0:
		return d.Errf("map takes a dialect (or *), a native code and a canonical code")
	case 1:
		return parseMapBlock(h, d, args[0])
	}
	if err := parseRow(h, d, args[0], args[1:]); err != nil {
		return err
	}
	return noBlock(d, "map with a row behind it")
}

func parseMapBlock(h *Handler, d *caddyfile.Dispenser, name string) error {
	rows := 0
	for nesting := d.Nesting(); d.NextBlock(nesting); rows++ {
		words := append([]string{d.Val()}, d.RemainingArgs()...)
		if err := parseRow(h, d, name, words); err != nil {
			return err
		}
	}
	if rows == 0 {
		return d.Errf("map %s has no rows; write map %s <native-code> <CANONICAL.CODE>, or a block of them", name, name)
	}
	return nil
}

func parseRow(h *Handler, d *caddyfile.Dispenser, name string, words []string) error {
	if n := len(words); n < 2 || n > 3 || (n == 3 && words[2] != "force") {
		return d.Errf("map %s %s: a row is <native-code> <CANONICAL.CODE>, with an optional force behind", name, strings.Join(words, " "))
	}
	row, complaint := dialect.ParseRow(words[0], words[1:])
	if complaint != "" {
		return d.Errf("map %s %s: %s", name, words[0], complaint)
	}
	for _, other := range h.Map {
		if other.Dialect == name && other.Native == words[0] {
			return d.Errf("map %s %s stands twice", name, words[0])
		}
	}
	h.Map = append(h.Map, MapRow{Dialect: name, Native: words[0], Code: row.Code, Force: row.Force})
	return nil
}

func parseEnvelope(h *Handler, d *caddyfile.Dispenser) (err error) {
	if h.Envelope, err = several(d); err != nil {
		return err
	}
	if err := checkEnvelopes(h.Envelope); err != nil {
		return d.WrapErr(err)
	}
	return nil
}

func parseOnly(h *Handler, d *caddyfile.Dispenser) error {
	args, err := several(d)
	if err != nil {
		return err
	}
	for _, arg := range args {
		n, err := parseStatus(arg)
		if err != nil {
			return d.WrapErr(err)
		}
		h.Only = append(h.Only, n)
	}
	return nil
}

func parseMaxBody(h *Handler, d *caddyfile.Dispenser) error {
	var arg string
	if err := one(d, &arg, nil); err != nil {
		return err
	}
	n, err := humanize.ParseBytes(arg)
	if err != nil || n > math.MaxInt64 {
		return d.Errf("max_body %q: this is no size; write one such as 512KiB or 1MB", arg)
	}
	if err := checkSize(int64(n)); err != nil {
		return d.WrapErr(err)
	}
	h.MaxBody = int64(n)
	return nil
}

func parseRequestID(h *Handler, d *caddyfile.Dispenser) error {
	h.RequestID = new(RequestID)
	switch args := d.RemainingArgs(); {
	case len(args) == 1 && args[0] == "off":
		h.RequestID.Off = true
		return noBlock(d, "request_id off")
	case len(args) > 0:
		return d.Errf("request_id takes off, or a block with header, format and trust; not %q", args[0])
	}
	seen := map[string]bool{}
	for nesting := d.Nesting(); d.NextBlock(nesting); {
		word := d.Val()
		if seen[word] {
			return d.Errf("request_id %s stands twice", word)
		}
		seen[word] = true
		if err := parseRequestIDWord(h.RequestID, d, word); err != nil {
			return err
		}
	}
	if len(seen) == 0 {
		return d.Errf("request_id takes off, or a block with header, format and trust")
	}
	return nil
}

func parseRequestIDWord(c *RequestID, d *caddyfile.Dispenser, word string) (err error) {
	switch word {
	case "header":
		return one(d, &c.Header, checkHeaderName)
	case "format":
		return one(d, &c.Format, checkFormat)
	case "trust":
		if c.Trust, err = several(d); err != nil {
			return err
		}
		if _, err := parseTrust(c.Trust); err != nil {
			return d.WrapErr(err)
		}
		return nil
	}
	return d.Errf("unknown subdirective %q of request_id%s", word, meant(word, []string{"format", "header", "trust"}))
}
