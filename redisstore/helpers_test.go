package redisstore

import (
	"context"
	"time"

	"github.com/caddyserver/caddy/v2"

	"github.com/koine-proxy/koine/ratelimit"
)

// Take lets tests use the module as its store.
func (r *Redis) Take(ctx context.Context, takes []ratelimit.Take, out []ratelimit.Decision) error {
	return r.Store().Take(ctx, takes, out)
}

// withLongTimeout lets a store wait for as long as a busy machine needs: the test is
// about counting.
func withLongTimeout(r *Redis) *Redis {
	r.Timeout = caddy.Duration(10 * time.Second)
	return r
}

// Check is like Take.
func (r *Redis) Check(ctx context.Context, takes []ratelimit.Take, out []ratelimit.Decision) error {
	return r.Store().Check(ctx, takes, out)
}

// GiveBack is like Take.
func (r *Redis) GiveBack(ctx context.Context, takes []ratelimit.Take, out []ratelimit.Decision) error {
	return r.Store().GiveBack(ctx, takes, out)
}
