package koine

import (
	"strings"
	"sync"
	"time"

	"github.com/koine-proxy/koine/internal/board"
)

// tableLoads has the results of the last loads of tables, for the metrics.
var tableLoads = siteLoads{faulty: map[string]map[*Handler]bool{}, rejected: map[string]bool{}, last: map[string]*board.Load{}}

// siteLoads has the results by the name of the site. A site may have several
// handlers, and two of each while a configuration is replaced.
type siteLoads struct {
	mu       sync.Mutex
	faulty   map[string]map[*Handler]bool // the handlers, and whether their last load failed
	rejected map[string]bool              // a new configuration of the site was not loaded
	last     map[string]*board.Load
	loads    int64 // how many there were
}

// provisioned records that the tables of a new handler were loaded, or why not. A
// handler with an error is not used.
func (l *siteLoads) provisioned(h *Handler, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	handlers := l.faulty[h.Name]
	if err != nil && handlers == nil { // there are no tables in force
		return
	}
	l.rejected[h.Name] = err != nil
	if err == nil {
		if handlers == nil {
			handlers = map[*Handler]bool{}
			l.faulty[h.Name] = handlers
		}
		handlers[h] = false
	}
	l.report(h.Name, err)
}

// reloaded records that the tables of a handler were reloaded, or why not.
func (l *siteLoads) reloaded(h *Handler, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	handlers := l.faulty[h.Name]
	if _, ok := handlers[h]; !ok { // removed meanwhile
		return
	}
	handlers[h] = err != nil
	if err == nil {
		l.rejected[h.Name] = false
	}
	l.report(h.Name, err)
}

// remove forgets a handler.
func (l *siteLoads) remove(h *Handler) {
	l.mu.Lock()
	defer l.mu.Unlock()
	handlers, ok := l.faulty[h.Name]
	if !ok {
		return
	}
	delete(handlers, h)
	if len(handlers) > 0 {
		l.setSuccessful(h.Name)
		return
	}
	delete(l.faulty, h.Name)
	delete(l.rejected, h.Name)
	delete(l.last, h.Name)
	collectors.loadSuccessful.DeleteLabelValues(h.Name)
	collectors.loadTime.DeleteLabelValues(h.Name)
}

// report sets the metrics of a site after a load.
func (l *siteLoads) report(name string, err error) {
	l.setSuccessful(name)
	l.loads++
	last := l.last[name]
	if last == nil {
		last = &board.Load{Site: name}
		l.last[name] = last
	}
	last.Time, last.Faults = time.Now(), nil
	if err != nil {
		last.Faults = bounded(strings.Split(err.Error(), "\n"))
	} else {
		last.Success = last.Time
	}
	if err == nil {
		collectors.loadTime.WithLabelValues(name).Set(float64(time.Now().UnixMilli()) / 1000)
	}
}

// results returns the last load of each site.
func (l *siteLoads) results() (out []board.Load) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, name := range sortedKeys(l.last) {
		out = append(out, *l.last[name])
	}
	return out
}

// revision returns a number that changes with every load.
func (l *siteLoads) revision() int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.loads
}

func (l *siteLoads) setSuccessful(name string) {
	value := 1.0
	if l.rejected[name] {
		value = 0
	}
	for _, faulty := range l.faulty[name] {
		if faulty {
			value = 0
		}
	}
	collectors.loadSuccessful.WithLabelValues(name).Set(value)
}
