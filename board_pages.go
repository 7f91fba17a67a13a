package koine

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/koine-proxy/koine/internal/board"
	"github.com/koine-proxy/koine/internal/cli"
	"github.com/koine-proxy/koine/ledger"
)

// boardPages makes the pages of a board.
type boardPages struct {
	app *App

	mu         sync.Mutex // of what is kept for some time
	others     []*ledger.Snapshot
	othersTime time.Time
	seen       boardSeen

	closing   chan struct{} // closed when the streams are to end
	closeOnce sync.Once
}

func newBoardPages(app *App) *boardPages { return &boardPages{app: app, closing: make(chan struct{})} }

// boardSeen is what was seen at one time, for all pages that are asked for soon after.
type boardSeen struct {
	time     time.Time
	took     time.Duration // to make it
	revision string
	snapshot *ledger.Snapshot
	unmapped []cli.UnmappedError
	others   int
}

// How old what a page shows may be.
const (
	seenTime   = 200 * time.Millisecond // or seenShare times as long as it takes to look
	seenShare  = 8                      // so that looking takes at most an eighth of one processor
	othersTime = 5 * time.Second        // what other instances have saved to the storage
)

// revision changes with everything that the board shows.
func (p *boardPages) revision() string {
	return strconv.FormatInt(p.app.ledger.Revision(), 36) + "." + strconv.FormatInt(tableLoads.revision(), 36)
}

// look returns what the ledger has. If fresh is set, it is not older than this call.
func (p *boardPages) look(fresh bool) boardSeen {
	p.mu.Lock()
	defer p.mu.Unlock()
	revision, now := p.revision(), time.Now()
	age, enough := now.Sub(p.seen.time), max(seenTime, seenShare*p.seen.took)
	if p.seen.snapshot != nil && age < othersTime && (revision == p.seen.revision || !fresh && age < enough) {
		return p.seen
	}
	if fresh || now.Sub(p.othersTime) >= othersTime {
		p.others, p.othersTime = p.app.ledger.saver.others(), now
	}
	l := p.app.ledger
	s := l.snapshot(slices.Clone(p.others))
	unmapped := cli.DescribeUnmapped(s, l.taxonomyOf, generalRules())
	p.seen = boardSeen{now, time.Since(now), revision, s, unmapped, len(p.others)}
	return p.seen
}

// boardNotices are what a page says after an action, by the word in its address.
var boardNotices = map[string]board.Notice{
	"ignored":   {Text: "The error is ignored. It still counts in all totals."},
	"undone":    {Text: "The error is not ignored any more."},
	"forgotten": {Text: "The error is forgotten, and its part of the totals. If it occurs again, it came back."},
	"gone":      {Text: "There is no such error any more.", Bad: true},
	"full":      {Text: "10,000 errors are ignored already. Forget some of them first.", Bad: true},
	"unknown":   {Text: "No error of that request is known. The last 2,048 errors of this process are, and the samples of all instances; the access log has the others.", Bad: true},
}

// get answers a request for a page.
func (p *boardPages) get(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	switch {
	case q.Has("events"):
		return p.stream(w, r)
	case q.Has("rows"):
		return p.sendRows(w, r)
	case q.Get("request") != "":
		return p.lookUp(w, r, q.Get("request"))
	case q.Get("entry") != "":
		return p.sendEntry(w, r, q.Get("entry"), boardNotices[q.Get("done")])
	}
	seen := p.look(q.Get("done") != "")
	in := board.Input{
		Now: time.Now(), Revision: seen.revision, Snapshot: seen.snapshot, Unmapped: seen.unmapped, Instances: seen.others + 1,
		Loads: tableLoads.results(), Sites: p.sites(),
		Query:  board.Query{Text: bounded128(q.Get("q")), Site: q.Get("site"), All: q.Has("all")},
		Notice: boardNotices[q.Get("done")],
	}
	return sendPage(w, r, func(out *bytes.Buffer) error { return board.WriteOverview(out, in) })
}

// bounded128 returns at most 128 bytes of a text.
func bounded128(s string) string { return s[:min(len(s), 128)] }

// sendPage renders a page before anything is sent.
func sendPage(w http.ResponseWriter, r *http.Request, write func(*bytes.Buffer) error) error {
	out := new(bytes.Buffer)
	if err := write(out); err != nil {
		return fmt.Errorf("rendering the board: %w", err)
	}
	setPageHeaders(w.Header())
	w.Header().Set("Content-Length", strconv.Itoa(out.Len()))
	if r.Method == http.MethodHead {
		return nil
	}
	_, err := w.Write(out.Bytes())
	return err
}

// seeOther sends the reader to another page of the board. The address is relative to that of the
// request: the board does not know its own path, which handlers before it may have changed.
func seeOther(w http.ResponseWriter, query string) error {
	h := w.Header()
	h.Set("Location", query)
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusSeeOther)
	return nil
}

// sites returns the names of the sites whose tables can be tried.
func (p *boardPages) sites() []string {
	s := p.app.sites
	s.mu.RLock()
	defer s.mu.RUnlock()
	return sortedKeys(s.byName)
}

// sendRows sends a file with the rows of all unmapped errors.
func (p *boardPages) sendRows(w http.ResponseWriter, r *http.Request) error {
	text := "# Rows for errors that no table knows, as of " + time.Now().UTC().Format(time.DateTime) + " UTC. Review them, and put\n" +
		"# them below codes: in the mapping file of their dialect.\n" + cli.Rows(p.look(true).unmapped)
	h := w.Header()
	h.Set("Content-Type", "application/yaml; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="rows.yaml"`)
	h.Set("Content-Length", strconv.Itoa(len(text)))
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	if r.Method == http.MethodHead {
		return nil
	}
	_, err := w.Write([]byte(text))
	return err
}

// sendEntry sends the page of one error.
func (p *boardPages) sendEntry(w http.ResponseWriter, r *http.Request, id string, notice board.Notice) error {
	seen := p.look(notice.Text != "")
	i := slices.IndexFunc(seen.snapshot.Entries, func(e ledger.Entry) bool { return e.ID == id })
	if i < 0 {
		return refusePage(w, r, http.StatusNotFound, "No such error", boardNotices["gone"].Text)
	}
	return p.sendEntryPage(w, r, seen, board.Entry{Now: time.Now(), Entry: &seen.snapshot.Entries[i], Notice: notice})
}

func (p *boardPages) sendEntryPage(w http.ResponseWriter, r *http.Request, seen boardSeen, page board.Entry) error {
	if i := slices.IndexFunc(seen.unmapped, func(u cli.UnmappedError) bool { return u.ID == page.Entry.ID }); i >= 0 {
		page.Unmapped = &seen.unmapped[i]
	}
	page.After = p.answerSample(page.Entry)
	return sendPage(w, r, func(out *bytes.Buffer) error { return board.WriteEntry(out, page) })
}

// lookUp sends the page of the error of a request.
func (p *boardPages) lookUp(w http.ResponseWriter, r *http.Request, id string) error {
	seen := p.look(true)
	found, unix, ok := p.app.ledger.Find(id, time.Now().Unix())
	for i := range seen.snapshot.Entries {
		e := &seen.snapshot.Entries[i]
		switch {
		case ok && e.ID == found.ID:
			found = *e // with its state, and with the counts of other instances
		case !ok && e.Sample != nil && e.Sample.RequestID == id:
			found, unix, ok = *e, e.Sample.Time, true
		}
	}
	if !ok {
		return seeOther(w, "?done=unknown")
	}
	return p.sendEntryPage(w, r, seen, board.Entry{Now: time.Now(), Entry: &found, Request: &board.Request{ID: id, Time: time.Unix(unix, 0)}})
}

// openStreams is the number of streams of live updates of the process.
var openStreams atomic.Int64
