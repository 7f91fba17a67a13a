package redisstore

import (
	"context"

	"github.com/koine-proxy/koine/ratelimit"
)

// Take lets tests use the module as its store.
func (r *Redis) Take(ctx context.Context, takes []ratelimit.Take, out []ratelimit.Decision) error {
	return r.Store().Take(ctx, takes, out)
}
