package koine

import (
	"slices"

	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"
)

// UnmarshalCaddyfile sets up the handler from Caddyfile tokens. Syntax:
//
//	translate_errors [<matcher>] {
//	    name         <word>
//	    dialect      auto|all|<name|file>...
//	    success_errors pass|named|guess
//	    taxonomy     <file>...
//	    map          <dialect|*> <native-code> <CANONICAL.CODE> [force]
//	    map          <dialect|*> {
//	        <native-code> <CANONICAL.CODE> [force]
//	    }
//	    envelope     canonical|problem|html|text|xml|markdown|<dialect>...
//	    html_template <file>
//	    respond_as   [<matcher>] <dialect> {
//	        deprecation <date> [<url>]
//	        sunset      <date> [<url>]
//	    }
//	    status       canonical|upstream
//	    gateway_status <status>
//	    message      safe|upstream|canonical
//	    unmapped     fallback|pass
//	    mode         observe|translate|off [<percent>] [by <placeholder>] [<matcher>]
//	    only         <status...>
//	    max_body     <size>
//	    body_timeout <duration>
//	    retry_after  <duration>
//	    expose       upstream
//	    locale       <language|file>...
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
//	    watch        [<interval>]
//	}
//
// All subdirectives are optional. Only map, mode, respond_as and rate_limit can be repeated. Paths
// of files are relative to the Caddyfile that contains them. In map, * stands for
// every dialect of the site.
func (h *Handler) UnmarshalCaddyfile(d *caddyfile.Dispenser) error {
	d.Next() // the directive
	if d.NextArg() {
		return d.Errf("unexpected argument %q; put it inside the block (only a matcher is allowed here)", d.Val())
	}
	lines := map[string]int{}
	for nesting := d.Nesting(); d.NextBlock(nesting); {
		name := d.Val()
		parse, ok := subdirectives[name]
		if !ok {
			return d.Errf("unknown subdirective %q%s", name, didYouMean(name, subdirectiveNames()))
		}
		if line, ok := lines[name]; ok && !slices.Contains(repeatable, name) {
			return d.Errf("duplicate %s (first on line %d)", name, line)
		}
		lines[name] = d.Line()
		if err := parse(h, d); err != nil {
			return err
		}
	}
	return h.checkModesAt()
}

// repeatable are the subdirectives that can be repeated.
var repeatable = []string{"map", "mode", "rate_limit", "respond_as"}

// subdirectives are the functions that parse each subdirective.
var subdirectives map[string]func(*Handler, *caddyfile.Dispenser) error

func init() { // in init, because the parsers use the table in their messages
	subdirectives = map[string]func(*Handler, *caddyfile.Dispenser) error{
		"name":       func(h *Handler, d *caddyfile.Dispenser) error { return parseArg(d, &h.Name, nil) },
		"dialect":    parseDialect,
		"taxonomy":   parseTaxonomy,
		"map":        parseMap,
		"envelope":   parseEnvelope,
		"locale":     parseLocale,
		"status":     func(h *Handler, d *caddyfile.Dispenser) error { return parseChoice(d, &h.Status) },
		"message":    func(h *Handler, d *caddyfile.Dispenser) error { return parseChoice(d, &h.Message) },
		"unmapped":   func(h *Handler, d *caddyfile.Dispenser) error { return parseChoice(d, &h.Unmapped) },
		"mode":       parseMode,
		"respond_as": parseRespondAs,
		"only":       parseOnly,
		"max_body":   parseMaxBody,
		"body_timeout": func(h *Handler, d *caddyfile.Dispenser) error {
			return parseDuration(d, &h.BodyTimeout, minBodyTimeout)
		},
		"retry_after":  func(h *Handler, d *caddyfile.Dispenser) error { return parseDuration(d, &h.RetryAfter, minRetryAfter) },
		"expose":       func(h *Handler, d *caddyfile.Dispenser) error { return parseChoice(d, &h.Expose) },
		"docs":         func(h *Handler, d *caddyfile.Dispenser) error { return parseArg(d, &h.Docs, checkDocs) },
		"proxy_errors": func(h *Handler, d *caddyfile.Dispenser) error { return parseChoice(d, &h.ProxyErrors) },
		"streams":      func(h *Handler, d *caddyfile.Dispenser) error { return parseChoice(d, &h.Streams) },
		"request_id":   parseRequestID,
		"rate_limit":   parseRateLimit,
		"watch":        parseWatch,

		"gateway_status":     parseGatewayStatus,
		"html_template":      parseHTMLTemplate,
		"success_errors":     func(h *Handler, d *caddyfile.Dispenser) error { return parseChoice(d, &h.SuccessErrors) },
		"rate_limit_headers": func(h *Handler, d *caddyfile.Dispenser) error { return parseChoice(d, &h.RateLimitHeaders) },
	}
}

func subdirectiveNames() []string {
	names := make([]string, 0, len(subdirectives))
	for name := range subdirectives {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
