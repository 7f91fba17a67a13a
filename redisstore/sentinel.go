package redisstore

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/redis/rueidis"
)

// watchInterval is how often the sentinels are asked whether there is another master. Most
// failovers are noticed before, because the old master closes its connections or refuses
// to write.
const watchInterval = 5 * time.Second

var errNoMaster = errors.New("the sentinel does not know the master")

// masterAddress asks all sentinels at once, and returns the first answer. The client
// library could do that too, but it trusts that every message of a sentinel has all its
// parts.
func (o *options) masterAddress(ctx context.Context) (string, error) {
	type answer struct {
		address string
		err     error
	}
	ctx, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	answers := make(chan answer, len(o.Addresses))
	for _, address := range o.Addresses {
		go func() {
			master, err := o.askSentinel(ctx, address)
			answers <- answer{master, err}
		}()
	}
	var errs []error
	for range o.Addresses {
		a := <-answers
		if a.err == nil {
			return a.address, nil
		}
		errs = append(errs, a.err)
	}
	return "", errors.Join(errs...)
}

func (o *options) askSentinel(ctx context.Context, address string) (string, error) {
	c, err := o.client()
	if err != nil {
		return "", err
	}
	c.InitAddress, c.ForceSingleClient, c.SelectDB = []string{address}, true, 0
	c.Username, c.Password = o.SentinelUser, o.SentinelPassword
	client, err := rueidis.NewClient(c)
	if err != nil {
		return "", fmt.Errorf("sentinel %s: %w", address, err)
	}
	defer client.Close()
	parts, err := client.Do(ctx, client.B().SentinelGetMasterAddrByName().Master(o.Master).Build()).AsStrSlice()
	if rueidis.IsRedisNil(err) || err == nil && (len(parts) != 2 || parts[0] == "" || parts[1] == "") {
		err = errNoMaster
	}
	if err != nil {
		return "", fmt.Errorf("sentinel %s: %w", address, err)
	}
	return net.JoinHostPort(parts[0], parts[1]), nil
}

// watchMaster drops the client when the sentinels name another master, until the
// connection is closed.
func (l *connection) watchMaster() {
	tick := time.NewTicker(watchInterval)
	defer tick.Stop()
	for {
		select {
		case <-l.done:
			return
		case <-tick.C:
		}
		master, err := l.options.masterAddress(context.Background())
		if err == nil {
			l.dropOther(master)
		}
	}
}

// dropOther drops the client if it is connected to another master.
func (l *connection) dropOther(master string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.client != nil && l.master != master {
		go l.client.Close()
		l.client = nil
	}
}
