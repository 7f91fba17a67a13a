package koine

import (
	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"

	"github.com/koine-proxy/koine/internal/requestid"
)

// parseRequestID parses request_id: off, or a block.
func parseRequestID(h *Handler, d *caddyfile.Dispenser) error {
	h.RequestID = new(RequestID)
	switch args := d.RemainingArgs(); {
	case len(args) == 1 && args[0] == "off":
		h.RequestID.Off = true
		return noBlock(d, "request_id off")
	case len(args) > 0:
		return d.Errf("request_id: unexpected argument %q; expected off, or a block with header, format or trust", args[0])
	}
	lines := map[string]int{}
	for nesting := d.Nesting(); d.NextBlock(nesting); {
		name := d.Val()
		if line, ok := lines[name]; ok {
			return d.Errf("request_id: duplicate %s (first on line %d)", name, line)
		}
		lines[name] = d.Line()
		if err := h.RequestID.parseSubdirective(d, name); err != nil {
			return err
		}
	}
	if len(lines) == 0 {
		return d.Errf("request_id: expected off, or a block with header, format or trust")
	}
	return nil
}

func (c *RequestID) parseSubdirective(d *caddyfile.Dispenser, name string) (err error) {
	switch name {
	case "header":
		return parseArg(d, &c.Header, checkHeaderName)
	case "format":
		return parseArg(d, &c.Format, checkIDFormat)
	case "trust":
		if c.Trust, err = parseArgs(d); err != nil {
			return err
		}
		if _, err := requestid.ParseTrust(c.Trust); err != nil {
			return d.WrapErr(err)
		}
		return nil
	}
	return d.Errf("request_id: unknown subdirective %q%s", name, didYouMean(name, []string{"format", "header", "trust"}))
}
