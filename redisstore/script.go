package redisstore

import (
	"context"
	"crypto/sha1"
	_ "embed" // for the script
	"encoding/hex"
	"errors"
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
	commandTake  = "take"
	commandCheck = "check"
	commandBack  = "back"
)

// run calls the script once per group in one round trip. A server that does not have the
// script gets it in a second one.
func run(ctx context.Context, client rueidis.Client, command string, groups [][]*call) error {
	unknown, err := send(ctx, client, groups, func(g []*call) rueidis.Completed {
		keys, args := parameters(command, g)
		return client.B().Evalsha().Sha1(scriptSum).Numkeys(int64(len(g))).Key(keys...).Arg(args...).Build()
	})
	if err != nil || len(unknown) == 0 {
		return err
	}
	unknown, err = send(ctx, client, unknown, func(g []*call) rueidis.Completed {
		keys, args := parameters(command, g)
		return client.B().Eval().Script(script).Numkeys(int64(len(g))).Key(keys...).Arg(args...).Build()
	})
	if err == nil && len(unknown) > 0 {
		return errScript
	}
	return err
}

// send sends a command for each group and reads the results. It returns the groups whose
// server does not have the script.
func send(ctx context.Context, client rueidis.Client, groups [][]*call, build func([]*call) rueidis.Completed) (unknown [][]*call, err error) {
	if len(groups) == 1 {
		return read(groups[0], client.Do(ctx, build(groups[0])))
	}
	cmds := make(rueidis.Commands, len(groups))
	for i, g := range groups {
		cmds[i] = build(g)
	}
	for i, result := range client.DoMulti(ctx, cmds...) {
		u, err := read(groups[i], result)
		if err != nil {
			return nil, err
		}
		unknown = append(unknown, u...)
	}
	return unknown, nil
}

func parameters(command string, g []*call) (keys, args []string) {
	keys, args = make([]string, 0, len(g)), make([]string, 0, 1+2*len(g))
	args = append(args, command)
	for _, c := range g {
		keys = append(keys, c.key)
		args = append(args, strconv.FormatInt(c.limit.Quota, 10), strconv.FormatInt(c.limit.Window.Microseconds(), 10))
	}
	return keys, args
}

// errScript is the error for a result that the script cannot return: the server is another
// one, or its answers do not belong to the commands.
var errScript = errors.New("malformed reply: not a result of the script")

// read sets the decisions of a group. It returns the group if the server does not have the
// script.
func read(g []*call, result rueidis.RedisResult) (unknown [][]*call, err error) {
	n, err := result.ToArray()
	switch {
	case isNoScript(err):
		return [][]*call{g}, nil
	case err != nil:
		return nil, err
	case len(n) != 3*len(g):
		return nil, fmt.Errorf("%w: %d values, want %d", errScript, len(n), 3*len(g))
	}
	for i, c := range g {
		allowed, err1 := n[3*i].ToInt64()
		t, err2 := n[3*i+1].ToInt64()
		p, err3 := n[3*i+2].ToInt64()
		if err := errors.Join(err1, err2, err3); err != nil {
			return nil, fmt.Errorf("%w: %w", errScript, err)
		}
		if !c.read(allowed, t, p) {
			return nil, errScript
		}
	}
	return nil, nil
}

func isNoScript(err error) bool {
	reply, ok := rueidis.IsRedisErr(err)
	return ok && strings.HasPrefix(reply.Error(), "NOSCRIPT")
}

// read sets the decision, from a debt of t microseconds and p parts. It reports whether the
// numbers are possible.
func (c *call) read(allowed, t, p int64) bool {
	quota, window := c.limit.Quota, c.limit.Window.Microseconds()
	if allowed < 0 || allowed > 1 || t < 0 || t > window || p < 0 || p >= quota || t == window && p > 0 {
		return false
	}
	const micro = int64(time.Microsecond)
	debt := ratelimit.Debt{Time: time.Duration(t*micro + p*micro/quota), Part: p * micro % quota}
	c.decision = c.limit.Decision(allowed == 1, debt)
	return allowed == 1 || c.limit.Decision(true, debt).Remaining == 0
}
