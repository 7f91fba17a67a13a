package redisstore

import (
	"context"
	"crypto/sha1"
	"crypto/sha256"
	_ "embed" // of the script
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

// scriptSum names the script to the server.
var scriptSum = func() string {
	sum := sha1.Sum([]byte(script))
	return hex.EncodeToString(sum[:])
}()

// The words of the script.
const (
	wordTake = "take"
	wordBack = "back"
)

// counters are those of one prefix on one server. Values that are equal are one
// store: policies that share it are decided together.
type counters struct {
	link    *link
	prefix  string
	timeout time.Duration
}

// Store satisfies koine.StoreModule.
func (r *Redis) Store() ratelimit.Store {
	return counters{r.link, r.Prefix, time.Duration(r.Timeout)}
}

// Take implements ratelimit.Store: all takes in one round trip, and a second
// one only where a refusal gives back what others took.
func (c counters) Take(ctx context.Context, takes []ratelimit.Take, out []ratelimit.Decision) error {
	if len(takes) == 0 {
		return nil
	}
	return c.link.do(ctx, c.timeout, func(ctx context.Context, client rueidis.Client) error {
		calls := make([]call, len(takes))
		for i := range takes {
			calls[i] = call{take: &takes[i], key: c.keyOf(&takes[i]), decision: &out[i]}
		}
		if err := run(ctx, client, wordTake, calls); err != nil {
			return err
		}
		if back := allowedAmongRefused(calls); len(back) > 0 {
			// The request is refused whatever becomes of this: what cannot be
			// given back comes back with time.
			_ = giveBack(ctx, client, back)
		}
		return nil
	})
}

// call is one take on its way.
type call struct {
	take     *ratelimit.Take
	key      string
	decision *ratelimit.Decision
}

// keyOf is the name of a take's key on the server. The braces make it known to
// people which counter it is, and to a cluster that nothing else has to be
// near. 16 bytes of the hash are enough that nobody finds two keys with one
// hash.
func (c counters) keyOf(t *ratelimit.Take) string {
	sum := sha256.Sum256([]byte(t.Key))
	return c.prefix + ":{" + t.Counter + ":" + base64.RawURLEncoding.EncodeToString(sum[:16]) + "}"
}

// allowedAmongRefused returns the calls whose takes are to be given back.
func allowedAmongRefused(calls []call) (back []call) {
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

// giveBack gives the takes back within the time that is left, also for a
// client that has gone.
func giveBack(ctx context.Context, client rueidis.Client, calls []call) error {
	end, _ := ctx.Deadline()
	ctx, cancel := context.WithDeadline(context.WithoutCancel(ctx), end)
	defer cancel()
	return run(ctx, client, wordBack, calls)
}

// run calls the script once for every take, all in one go. A server that does
// not know the script any more is sent it.
func run(ctx context.Context, client rueidis.Client, word string, calls []call) error {
	cmds := make(rueidis.Commands, len(calls))
	for i := range calls {
		cmds[i] = client.B().Evalsha().Sha1(scriptSum).Numkeys(1).Key(calls[i].key).Arg(calls[i].args(word)...).Build()
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
	return runWhole(ctx, client, word, unknown)
}

// runWhole sends the script itself.
func runWhole(ctx context.Context, client rueidis.Client, word string, calls []call) error {
	cmds := make(rueidis.Commands, len(calls))
	for i := range calls {
		cmds[i] = client.B().Eval().Script(script).Numkeys(1).Key(calls[i].key).Arg(calls[i].args(word)...).Build()
	}
	for i, result := range client.DoMulti(ctx, cmds...) {
		if err := calls[i].read(result); err != nil {
			return err
		}
	}
	return nil
}

func isNoScript(err error) bool {
	answer, ok := rueidis.IsRedisErr(err)
	return ok && strings.HasPrefix(answer.Error(), "NOSCRIPT")
}

func (c *call) args(word string) []string {
	l := c.take.Limit
	return []string{strconv.FormatInt(l.Quota, 10), strconv.FormatInt(l.Window.Microseconds(), 10), word}
}

// read turns the script's answer, in microseconds and parts of one, into a
// decision.
func (c *call) read(result rueidis.RedisResult) error {
	n, err := result.AsIntSlice()
	if err != nil {
		return err
	}
	if len(n) != 3 {
		return fmt.Errorf("the script answered %d numbers, not 3", len(n))
	}
	quota, micro := c.take.Limit.Quota, int64(time.Microsecond)
	debt := ratelimit.Debt{
		Time: time.Duration(n[1]*micro + n[2]*micro/quota),
		Part: n[2] * micro % quota,
	}
	*c.decision = c.take.Limit.Decision(n[0] == 1, debt)
	return nil
}
