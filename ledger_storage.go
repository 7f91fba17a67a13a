package koine

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/certmagic"
	"github.com/google/uuid"
	"go.uber.org/zap"

	"github.com/koine-proxy/koine/ledger"
)

// ledgerPrefix is where ledgers are in the storage: one key for each instance.
const ledgerPrefix = "translate_errors/ledger"

const (
	// saveInterval is the time between two saves. It grows with the size, so that the storage
	// gets at most saveRate bytes a second.
	saveInterval = 10 * time.Second
	saveRate     = 16 << 10
	// heartbeat is the time after which a ledger is saved although nothing has changed.
	heartbeat = 5 * time.Minute
	// abandonedAfter is the age of a ledger whose process is taken to be gone.
	abandonedAfter = 3 * heartbeat
	// adoptedAfter is the age of a ledger that another instance takes over.
	adoptedAfter = 24 * time.Hour
	// newCodeDelay is the delay of a save because of a new code.
	newCodeDelay = time.Second
	// storageTimeout bounds the work with the storage.
	storageTimeout = 10 * time.Second
	// maxSlots bounds the processes that share a data directory.
	maxSlots = 64
	// maxInstances bounds the ledgers that are read together.
	maxInstances = 1000
)

// ledgerSaver saves the ledger of the process to the storage of the running config.
type ledgerSaver struct {
	ledger *processLedger

	next  atomic.Pointer[ledgerStorage] // of the running config
	woken chan struct{}
	ready chan struct{} // closed when the ledger was loaded, or could not be
	quit  chan struct{}
	done  chan struct{} // closed when run has ended
	begun sync.Once

	mu sync.Mutex // of what follows, and of the work with the storage
	ledgerStorage
	key     string // in the storage; "" before the ledger was loaded
	revised int64  // the revision of the ledger that was saved
	saved   time.Time
	size    int
	warned  time.Time
}

// ledgerStorage is the storage of a config.
type ledgerStorage struct {
	storage certmagic.Storage
	logger  *zap.Logger
}

func (s *ledgerSaver) init(p *processLedger) {
	s.ledger, s.woken = p, make(chan struct{}, 1)
	s.ready, s.quit, s.done = make(chan struct{}), make(chan struct{}), make(chan struct{})
}

// use makes storage the one to which the ledger is saved, and begins to save it. It does not
// wait for the storage.
func (s *ledgerSaver) use(storage ledgerStorage) {
	s.next.Store(&storage)
	s.begun.Do(func() { go s.run() })
	s.wake()
}

// storageName tells storages apart. Each config has modules of its own for the same storage.
func storageName(s certmagic.Storage) string {
	if named, ok := s.(fmt.Stringer); ok {
		return named.String()
	}
	return fmt.Sprintf("%T", s)
}

// wake lets the ledger be saved soon.
func (s *ledgerSaver) wake() {
	select {
	case s.woken <- struct{}{}:
	default:
	}
}

// run saves the ledger at intervals, until stop.
func (s *ledgerSaver) run() {
	defer close(s.done)
	s.work()
	close(s.ready)
	next := time.Now().Add(saveInterval)
	for {
		timer := time.NewTimer(time.Until(next))
		select {
		case <-s.quit:
			timer.Stop()
			return
		case <-s.woken:
			timer.Stop()
			if soon := time.Now().Add(max(newCodeDelay, s.pause())); soon.Before(next) {
				next = soon
			}
		case <-timer.C:
			s.work()
			next = time.Now().Add(max(saveInterval, s.pause()))
		}
	}
}

// work loads the ledger if that was not done yet, and saves it.
func (s *ledgerSaver) work() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if next := s.next.Load(); next.storage != s.storage {
		if s.storage == nil || storageName(s.storage) != storageName(next.storage) {
			s.key = ""
		}
		s.ledgerStorage = *next
	}
	s.load()
	s.save(false)
}

// awaitLoad waits until the ledger has what earlier processes saw, and reports whether the
// config is still in use.
func (s *ledgerSaver) awaitLoad(ctx context.Context) bool {
	timer := time.NewTimer(2 * storageTimeout)
	defer timer.Stop()
	select {
	case <-s.ready:
	case <-timer.C: // there is no storage, or it does not answer
	case <-ctx.Done():
	}
	return ctx.Err() == nil
}

// pause returns how long the ledger is not to be saved, because of its size.
func (s *ledgerSaver) pause() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return time.Until(s.saved.Add(time.Duration(s.size) * time.Second / saveRate))
}

// stop saves the ledger for the last time.
func (s *ledgerSaver) stop() error {
	close(s.quit)
	s.begun.Do(func() { close(s.done) })
	<-s.done
	s.mu.Lock()
	defer s.mu.Unlock()
	s.save(true)
	return nil
}

// load loads what an earlier process of this instance has saved, if that was not done yet. It
// is called with the lock.
func (s *ledgerSaver) load() {
	if s.storage == nil || s.key != "" {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), storageTimeout)
	defer cancel()
	if err := s.storage.Lock(ctx, ledgerPrefix); err != nil {
		s.warn("the ledger of errors was not loaded", err)
		return
	}
	defer func() { _ = s.storage.Unlock(context.WithoutCancel(ctx), ledgerPrefix) }()
	id := instanceID()
	for slot := range maxSlots {
		key := path.Join(ledgerPrefix, fmt.Sprintf("%s-%d.json.gz", id, slot))
		earlier, err := loadLedger(ctx, s.storage, key)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			s.logger.Warn("a ledger of errors cannot be read, and is replaced", zap.String("key", key), zap.Error(err))
		case !earlier.Closed && time.Since(time.Unix(earlier.Saved, 0)) < abandonedAfter && !s.ledger.Includes(earlier.Run):
			continue // of a process that runs
		default:
			s.ledger.Load(earlier)
		}
		s.key, s.revised = key, -1
		break
	}
	s.save(false) // claims the key
	s.adopt(ctx)
}

// instanceID returns the id of the data directory. Without one that can be written, every
// process is an instance of its own.
func instanceID() string {
	id, err := caddy.InstanceID()
	if err != nil {
		return uuid.NewString()
	}
	return id.String()
}

// warn logs a failure of the storage, at most once an hour. It is called with the lock.
func (s *ledgerSaver) warn(message string, err error) {
	if time.Since(s.warned) > time.Hour {
		s.warned = time.Now()
		s.logger.Warn(message, zap.Error(err))
	}
}

// adopt takes over the ledgers of instances that are gone, so that they do not add up. It
// saves before it deletes: a ledger that is in both places counts once.
func (s *ledgerSaver) adopt(ctx context.Context) {
	var gone []string
	for key, other := range loadLedgers(ctx, s.storage, s.key) {
		s.ledger.ApplyDecisions(other)
		if time.Since(time.Unix(other.Saved, 0)) > adoptedAfter {
			s.ledger.Load(other)
			gone = append(gone, key)
		}
	}
	if len(gone) == 0 || !s.save(false) {
		return
	}
	for _, key := range gone {
		_ = s.storage.Delete(ctx, key)
	}
}

// save saves the ledger if it has changed, and reports whether the storage has it. It is
// called with the lock.
func (s *ledgerSaver) save(closed bool) bool {
	if s.storage == nil || s.key == "" {
		return false
	}
	revision := s.ledger.Revision()
	if revision == s.revised && !closed && time.Since(s.saved) < heartbeat {
		return true
	}
	snapshot := s.ledger.Snapshot(time.Now().Unix())
	s.ledger.setStates(snapshot)
	snapshot.Closed = closed
	data, err := snapshot.Encode()
	if err == nil {
		ctx, cancel := context.WithTimeout(context.Background(), storageTimeout)
		defer cancel()
		err = s.storage.Store(ctx, s.key, data)
	}
	s.saved, s.size = time.Now(), len(data)
	if err != nil {
		s.warn("the ledger of errors was not saved", err)
		return false
	}
	s.revised = revision
	return true
}

// saveNow saves a decision, so that other instances see it.
func (s *ledgerSaver) saveNow() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.save(false)
}

// others returns the ledgers of the other instances.
func (s *ledgerSaver) others() (out []*ledger.Snapshot) {
	s.mu.Lock()
	storage, key := s.storage, s.key
	s.mu.Unlock()
	if storage == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), storageTimeout)
	defer cancel()
	for _, other := range loadLedgers(ctx, storage, key) {
		out = append(out, other)
	}
	return out
}

// loadLedgers returns the ledgers in a storage by their keys, without one of them.
func loadLedgers(ctx context.Context, storage certmagic.Storage, except string) map[string]*ledger.Snapshot {
	keys, err := storage.List(ctx, ledgerPrefix, false)
	if err != nil {
		return nil
	}
	out := map[string]*ledger.Snapshot{}
	for _, key := range keys {
		if key == except || !strings.HasSuffix(key, ".json.gz") || len(out) == maxInstances {
			continue
		}
		if s, err := loadLedger(ctx, storage, key); err == nil {
			out[key] = s
		}
	}
	return out
}

func loadLedger(ctx context.Context, storage certmagic.Storage, key string) (*ledger.Snapshot, error) {
	data, err := storage.Load(ctx, key)
	if err != nil {
		return nil, err
	}
	return ledger.Decode(data)
}
