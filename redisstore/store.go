package redisstore

import (
	"context"
	"crypto/sha1"
	"crypto/sha256"
	_ "embed" // for the script
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/redis/rueidis"

	"github.com/koine-proxy/koine/ratelimit"
)

//go:embed take.lua
var script string

// scriptSum is the SHA-1 by which the server identifies the script.
var scriptSum = func() string {
	sum := sha1.Sum([]byte(script))
	return hex.EncodeToString(sum[:])
}()

// The commands of the script.
const (
	commandTake = "take"
	commandBack = "back"
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

// Take implements ratelimit.Store: one round trip, and a second one only to give back takes
// after a refusal.
func (c store) Take(ctx context.Context, takes []ratelimit.Take, out []ratelimit.Decision) error {
	if len(takes) == 0 {
		return nil
	}
	return c.conn.do(ctx, c.timeout, func(ctx context.Context, client rueidis.Client) error {
		calls := make([]call, len(takes))
		for i := range takes {
			calls[i] = call{take: &takes[i], key: c.keyOf(&takes[i]), decision: &out[i]}
		}
		if err := run(ctx, client, commandTake, calls); err != nil {
			return err
		}
		if back := callsToGiveBack(calls); len(back) > 0 {
			// The request is refused even if this fails: the quota comes back with
			// time.
			_ = giveBack(ctx, client, back)
		}
		return nil
	})
}

// call is one take with its decision.
type call struct {
	take     *ratelimit.Take
	key      string
	decision *ratelimit.Decision
}

// keyOf returns the name of the key on the server. The braces are the hash tag of Redis
// Cluster. 16 bytes of the hash make collisions infeasible.
func (c store) keyOf(t *ratelimit.Take) string {
	sum := sha256.Sum256([]byte(t.Key))
	return c.prefix + ":{" + t.Counter + ":" + base64.RawURLEncoding.EncodeToString(sum[:16]) + "}"
}

// callsToGiveBack returns the calls to give back: the allowed ones, unless all are.
func callsToGiveBack(calls []call) (back []call) {
	for _, c := range calls {
		if c.decision.Allowed {
			back = append(back, c)
		}
	}
	if len(back) == len(calls) {
		return nil
	}
	return back
}

// giveBack gives takes back before the deadline, even if the request has been cancelled.
func giveBack(ctx context.Context, client rueidis.Client, calls []call) error {
	end, _ := ctx.Deadline()
	ctx, cancel := context.WithDeadline(context.WithoutCancel(ctx), end)
	defer cancel()
	return run(ctx, client, commandBack, calls)
}

// run calls the script once per take in one round trip. A server that does not have the
// script gets it in a second one.
func run(ctx context.Context, client rueidis.Client, command string, calls []call) error {
	cmds := make(rueidis.Commands, len(calls))
	for i := range calls {
		cmds[i] = client.B().Evalsha().Sha1(scriptSum).Numkeys(1).Key(calls[i].key).Arg(calls[i].args(command)...).Build()
	}
	var unknown []call
	for i, result := range client.DoMulti(ctx, cmds...) {
		err := calls[i].read(result)
		if isNoScript(err) {
			unknown = append(unknown, calls[i])
			continue
		}
		if err != nil {
			return err
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	return runWithScript(ctx, client, command, unknown)
}

// runWithScript sends the script itself.
func runWithScript(ctx context.Context, client rueidis.Client, command string, calls []call) error {
	cmds := make(rueidis.Commands, len(calls))
	for i := range calls {
		cmds[i] = client.B().Eval().Script(script).Numkeys(1).Key(calls[i].key).Arg(calls[i].args(command)...).Build()
	}
	for i, result := range client.DoMulti(ctx, cmds...) {
		if err := calls[i].read(result); err != nil {
			return err
		}
	}
	return nil
}

func isNoScript(err error) bool {
	reply, ok := rueidis.IsRedisErr(err)
	return ok && strings.HasPrefix(reply.Error(), "NOSCRIPT")
}

func (c *call) args(command string) []string {
	l := c.take.Limit
	return []string{strconv.FormatInt(l.Quota, 10), strconv.FormatInt(l.Window.Microseconds(), 10), command}
}

// read converts the result of the script, in microseconds and parts, to a decision.
func (c *call) read(result rueidis.RedisResult) error {
	n, err := result.AsIntSlice()
	if err != nil {
		return err
	}
	if len(n) != 3 {
		return fmt.Errorf("script returned %d numbers, want 3", len(n))
	}
	quota, micro := c.take.Limit.Quota, int64(time.Microsecond)
	debt := ratelimit.Debt{
		Time: time.Duration(n[1]*micro + n[2]*micro/quota),
		Part: n[2] * micro % quota,
	}
	*c.decision = c.take.Limit.Decision(n[0] == 1, debt)
	return nil
}
