package redisstore

import (
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/redis/rueidis"
)

// outageErrors are the codes of errors that are about the server, not about a key or a
// policy: every other request would get the same answer.
var outageErrors = []string{
	"LOADING", "READONLY", "MASTERDOWN", "CLUSTERDOWN", "MISCONF", "OOM", "BUSY", "UNKILLABLE", "NOREPLICAS", "NOAUTH", "WRONGPASS",
}

// isErrorOfRequest reports whether the server has answered, with an error that concerns one
// request only. Its policy follows on_store_error; the others keep their store.
func isErrorOfRequest(err error) bool {
	reply, ok := rueidis.IsRedisErr(err)
	if !ok {
		return false
	}
	code, _, _ := strings.Cut(reply.Error(), " ")
	return !slices.Contains(outageErrors, code)
}

// outage is the state of the log about a server: an outage and its end are logged once,
// and at most once a minute if they alternate. Times are those of the breaker's clock.
type outage struct {
	since  atomic.Int64 // 0: no outage is logged
	logged atomic.Int64 // the last one; 0 for none
}

const outageLogInterval = int64(time.Minute)

// begin reports whether an outage is to be logged.
func (o *outage) begin(now int64) bool {
	last := o.logged.Load()
	if o.since.Load() != 0 || last != 0 && now-last < outageLogInterval || !o.logged.CompareAndSwap(last, now) {
		return false
	}
	o.since.Store(now)
	return true
}

// end returns how long the outage lasted, and whether its end is to be logged.
func (o *outage) end(now int64) (lasted time.Duration, ok bool) {
	since := o.since.Load()
	if since == 0 || !o.since.CompareAndSwap(since, 0) {
		return 0, false
	}
	return time.Duration(now - since), true
}

// logOutcome logs the beginning and the end of an outage. Addresses have no passwords.
func (l *connection) logOutcome(result outcome, err error) {
	switch result {
	case failed:
		if l.outage.begin(l.now()) {
			l.logger.Load().Warn("redis does not answer; requests follow on_store_error until it does", "addresses", l.options.Addresses, "error", err)
		}
	case replied:
		if lasted, ok := l.outage.end(l.now()); ok {
			l.logger.Load().Info("redis answers again", "addresses", l.options.Addresses, "after", lasted)
		}
	}
}
