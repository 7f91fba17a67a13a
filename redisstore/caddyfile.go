package redisstore

import "github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"

// UnmarshalCaddyfile reads the words behind `store`. Syntax:
//
//	redis <url...> {
//	    prefix <word>
//	}
//
// Several URLs name nodes of one cluster, or several sentinels.
func (r *Redis) UnmarshalCaddyfile(d *caddyfile.Dispenser) error {
	d.Next() // the name of the store
	r.Addresses = append(r.Addresses, d.RemainingArgs()...)
	if len(r.Addresses) == 0 {
		return d.Errf("store redis: where is it? Write an address behind it, such as redis://localhost:6379")
	}
	for nesting := d.Nesting(); d.NextBlock(nesting); {
		if d.Val() != "prefix" {
			return d.Errf("store redis: unknown word %q; there is prefix", d.Val())
		}
		if err := r.parsePrefix(d); err != nil {
			return err
		}
	}
	return nil
}

func (r *Redis) parsePrefix(d *caddyfile.Dispenser) error {
	if r.Prefix != "" {
		return d.Errf("store redis: prefix is given twice")
	}
	args := d.RemainingArgs()
	if len(args) != 1 {
		return d.Errf("store redis: prefix takes one word, not %d", len(args))
	}
	if !soundPrefix.MatchString(args[0]) {
		return d.Errf("store redis: prefix %q: it must be 1 to 64 characters of A-Z a-z 0-9 _ . : -", args[0])
	}
	r.Prefix = args[0]
	return nil
}
