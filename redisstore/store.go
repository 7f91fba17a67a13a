package redisstore

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"time"

	"github.com/redis/rueidis"

	"github.com/koine-proxy/koine/ratelimit"
)

// store has the counters of one prefix on one server. It is comparable: policies with equal
// values share one Take.
type store struct {
	conn    *connection
	prefix  string
	timeout time.Duration
}

// Store implements koine.StoreModule.
func (r *Redis) Store() ratelimit.Store {
	return store{r.conn, r.Prefix, time.Duration(r.Timeout)}
}

// Take implements ratelimit.Store with one script, so that no other request can be between
// the takes. In a cluster a script reaches the keys of one slot only. For more slots the
// first round trip decides without counting, so that a request that is refused takes
// nothing; the second one counts, and what one slot refuses after all is given back by
// the others.
func (c store) Take(ctx context.Context, takes []ratelimit.Take, out []ratelimit.Decision) error {
	return c.do(ctx, takes, out, takeAll)
}

// Check implements ratelimit.Store.
func (c store) Check(ctx context.Context, takes []ratelimit.Take, out []ratelimit.Decision) error {
	return c.do(ctx, takes, out, func(ctx context.Context, client rueidis.Client, calls []call) error {
		return run(ctx, client, commandCheck, groupCalls(client, calls))
	})
}

// GiveBack implements ratelimit.Store.
func (c store) GiveBack(ctx context.Context, takes []ratelimit.Take, out []ratelimit.Decision) error {
	return c.do(ctx, takes, out, func(ctx context.Context, client rueidis.Client, calls []call) error {
		return run(ctx, client, commandBack, groupCalls(client, calls))
	})
}

// do calls f for takes, and stores the decisions in out if f returns in time. f works on
// copies, because it may return later.
func (c store) do(ctx context.Context, takes []ratelimit.Take, out []ratelimit.Decision, f func(context.Context, rueidis.Client, []call) error) error {
	if len(takes) == 0 {
		return nil
	}
	calls := make([]call, len(takes))
	for i := range takes {
		calls[i].limit = takes[i].Limit
		calls[i].tag, calls[i].key = c.keyOf(&takes[i])
	}
	err := c.conn.do(ctx, c.timeout, func(ctx context.Context, client rueidis.Client) error { return f(ctx, client, calls) })
	if err != nil {
		return err
	}
	for i := range calls {
		out[i] = calls[i].decision
	}
	return nil
}

func takeAll(ctx context.Context, client rueidis.Client, calls []call) error {
	groups := groupCalls(client, calls)
	if len(groups) == 1 {
		return run(ctx, client, commandTake, groups)
	}
	if err := run(ctx, client, commandCheck, groups); err != nil || slices.ContainsFunc(groups, isRefused) {
		return err
	}
	if err := run(ctx, client, commandTake, groups); err != nil || !slices.ContainsFunc(groups, isRefused) {
		return err
	}
	if taken := slices.DeleteFunc(groups, isRefused); len(taken) > 0 {
		// The request is refused even if this fails: the quota comes back with time.
		_ = giveBack(ctx, client, taken)
	}
	return nil
}

// giveBack gives takes back before the deadline, even if the request has been cancelled.
func giveBack(ctx context.Context, client rueidis.Client, groups [][]*call) error {
	end, _ := ctx.Deadline()
	ctx, cancel := context.WithDeadline(context.WithoutCancel(ctx), end)
	defer cancel()
	return run(ctx, client, commandBack, groups)
}

// call is one take with its decision.
type call struct {
	limit    ratelimit.Limit
	tag, key string
	decision ratelimit.Decision
}

// keyOf returns the name of the key on the server, and the part of it that determines its
// slot in a cluster: policies with equal keys have one slot. 16 bytes of the hash make
// collisions infeasible.
func (c store) keyOf(t *ratelimit.Take) (tag, key string) {
	sum := sha256.Sum256([]byte(t.Key))
	tag = base64.RawURLEncoding.EncodeToString(sum[:16])
	return tag, c.prefix + ":{" + tag + "}:" + t.Counter
}

// groupCalls returns the calls of each script: all, or in a cluster those of each slot.
func groupCalls(client rueidis.Client, calls []call) (groups [][]*call) {
	isCluster := client.Mode() == rueidis.ClientModeCluster
next:
	for i := range calls {
		c := &calls[i]
		for n, g := range groups {
			if !isCluster || g[0].tag == c.tag {
				groups[n] = append(g, c)
				continue next
			}
		}
		groups = append(groups, append(make([]*call, 0, len(calls)), c))
	}
	return groups
}

func isRefused(calls []*call) bool {
	return slices.ContainsFunc(calls, func(c *call) bool { return !c.decision.Allowed })
}
