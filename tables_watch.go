package koine

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"time"

	"go.uber.org/zap"
)

// watcher loads the tables of a handler when its files change. It compares the
// contents of the files at an interval: notifications of the file system do not
// arrive from network file systems, and describe neither a file that is renamed into
// its place nor a directory that is a symbolic link as a change of that file. Tables
// are small, so reading them costs little.
type watcher struct {
	handler  *Handler
	interval time.Duration

	loaded map[string][sha256.Size]byte // the files of the last load, also if it failed
	seen   map[string][sha256.Size]byte // the files when they were last read

	stop, done chan struct{} // done is closed when the goroutine has ended
}

// settle is the time after which a file that has changed is read again. It is loaded
// when two reads in a row agree, since an editor may be in the middle of writing it.
const settle = 100 * time.Millisecond

// watch starts the watcher of the handler, if it has one. files are those that
// Provision loaded.
func (h *Handler) watch(files tableFiles) {
	if h.Watch == 0 {
		return
	}
	if len(files.digests) == 0 {
		h.rt.Load().logger.Info("watch has no effect: the site names no mapping, taxonomy or locale files", zap.String("name", h.Name))
		return
	}
	h.watcher = &watcher{
		handler: h, interval: time.Duration(h.Watch), loaded: files.digests, seen: files.digests,
		stop: make(chan struct{}), done: make(chan struct{}),
	}
	go h.watcher.run()
}

// close stops the watcher. It does not wait for a read that a network file system
// delays.
func (w *watcher) close() { close(w.stop) }

func (w *watcher) run() {
	defer close(w.done)
	timer := time.NewTimer(w.interval)
	defer timer.Stop()
	for {
		select {
		case <-w.stop:
			return
		case <-timer.C:
		}
		wait := w.interval
		if w.poll() {
			wait = min(wait, settle)
		}
		timer.Reset(wait)
	}
}

// poll reads the files, and loads them if they changed before the last poll and not
// since. It reports whether they have changed since the last poll.
func (w *watcher) poll() (changing bool) {
	files := w.handler.readTables()
	changing = !files.equal(w.seen)
	w.seen = files.digests
	if changing || files.equal(w.loaded) {
		return changing
	}
	changed := files.changedSince(w.loaded)
	w.loaded = files.digests
	err := w.handler.reloadTables(files)
	if errors.Is(err, errClosed) {
		return false
	}
	tableLoads.reloaded(w.handler, err)
	logger := w.handler.rt.Load().logger.With(zap.String("name", w.handler.Name), zap.Strings("files", bounded(changed)))
	if err != nil {
		faults := strings.Split(err.Error(), "\n")
		logger.Error("tables were not reloaded, because their files have faults; the tables that were loaded before stay in force",
			zap.Int("fault_count", len(faults)), zap.Strings("faults", bounded(faults)))
		return false
	}
	logger.Info("tables were reloaded")
	return false
}

// reloadTables replaces the tables of a handler that serves requests. Requests that
// have begun keep the old ones.
func (h *Handler) reloadTables(files tableFiles) (err error) {
	defer func() {
		if v := recover(); v != nil { // without this, a bug that a file reveals would end the server
			err = fmt.Errorf("panic: %v %s", v, debug.Stack())
		}
	}()
	loaded, err := h.loadTables(files)
	if err != nil {
		return err
	}
	if !h.rt.replaceTables(h, loaded) {
		return errClosed
	}
	return nil
}

var errClosed = errors.New("the handler is no longer in use")

// maxLogged is the maximum number of files and of faults in a log entry.
const maxLogged = 20

func bounded(texts []string) []string {
	return texts[:min(len(texts), maxLogged)]
}
