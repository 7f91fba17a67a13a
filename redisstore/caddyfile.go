package redisstore

import "github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"

// UnmarshalCaddyfile parses the arguments of `store`. Syntax:
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
		return d.Errf("store redis: no address given; use for example redis://localhost:6379")
	}
	for nesting := d.Nesting(); d.NextBlock(nesting); {
		if d.Val() != "prefix" {
			return d.Errf("store redis: unknown subdirective %q; expected prefix", d.Val())
		}
		if err := r.parsePrefix(d); err != nil {
			return err
		}
	}
	return nil
}

func (r *Redis) parsePrefix(d *caddyfile.Dispenser) error {
	if r.Prefix != "" {
		return d.Errf("store redis: duplicate prefix")
	}
	args := d.RemainingArgs()
	if len(args) != 1 {
		return d.Errf("store redis: prefix: expected 1 argument, got %d", len(args))
	}
	if !validPrefix.MatchString(args[0]) {
		return d.Errf("store redis: prefix %q: must be 1 to 64 characters of A-Z a-z 0-9 _ . : -", args[0])
	}
	r.Prefix = args[0]
	return nil
}
