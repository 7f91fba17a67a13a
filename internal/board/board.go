package board

import (
	_ "embed"
	"html/template"
	"io"
	"time"

	"github.com/koine-proxy/koine/internal/cli"
	"github.com/koine-proxy/koine/internal/webpage"
	"github.com/koine-proxy/koine/ledger"
)

//go:embed board.css
var style string

//go:embed board.js
var script string

//go:embed board.html
var markup string

// Base has the headers of the pages.
var Base = webpage.New(webpage.Config{Style: style, Script: script, Theme: true, Policy: []string{"connect-src 'self'", "form-action 'self'"}})

var pages = template.Must(template.New("board").Funcs(template.FuncMap{
	"thousands": thousands,
	"int":       func(n int64) int { return int(n) },
	"percent":   percent,
	"bound":     bound,
	"plural":    plural,
	"ago":       ago,
	"moment":    moment,
	"iso":       func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
	"unix":      func(seconds int64) time.Time { return time.Unix(seconds, 0) },
	"spark":     sparkline,
	"bar":       bar,
	"head":      Base.Head,
	"pack":      func(now, t time.Time) instant { return instant{now, t} },
	"when":      func(now time.Time, seconds int64) instant { return instant{now, time.Unix(seconds, 0)} },
	"state":     stateOf,
	"answer":    answerOf,
	"first":     func(n int, list []*ledger.Entry) []*ledger.Entry { return list[:min(n, len(list))] },
	"more":      func(n int, list []*ledger.Entry) int { return max(0, len(list)-n) },
}).Parse(markup))

// instant is a time, and the time from which the reader looks at it.
type instant struct{ Now, T time.Time }

// word is a word for a state, and its class in the stylesheet.
type word struct{ Text, Class string }

func stateOf(s ledger.State) word {
	switch s {
	case ledger.StateNew:
		return word{"new", "warn"}
	case ledger.StateCameBack:
		return word{"came back", "bad"}
	case ledger.StateIgnored:
		return word{"ignored", ""}
	case ledger.StateWaiting:
		return word{"mapped, waiting", "info"}
	case ledger.StateWillMap:
		return word{"will map", "info"}
	case ledger.StateKnown:
		return word{"mapped", "good"}
	}
	return word{"nothing to map", ""}
}

func answerOf(a ledger.Answer) word {
	switch a {
	case ledger.AnswerYes:
		return word{"Yes", "good"}
	case ledger.AnswerNo:
		return word{"No", "bad"}
	case ledger.AnswerNotYet:
		return word{"Not yet", "warn"}
	}
	return word{"Nothing seen", ""}
}

// WriteOverview writes the page that answers whether sites can be switched.
func WriteOverview(w io.Writer, in Input) error {
	return pages.ExecuteTemplate(w, "overview", newView(in))
}

// Entry is what the page of one error shows.
type Entry struct {
	Now      time.Time
	Entry    *ledger.Entry
	Unmapped *cli.UnmappedError // if no table has it
	Request  *Request           // that was looked up
	After    *Message           // the answer to the sample; nil if there is none
	Notice   Notice
}

// Request is one request that was looked up.
type Request struct {
	ID   string
	Time time.Time
}

// WriteEntry writes the page of one error.
func WriteEntry(w io.Writer, e Entry) error {
	v := struct {
		Entry
		What []difference
		Pair *pair
	}{Entry: e, What: differencesOf(e.Entry)}
	if e.After != nil && e.Entry.Sample != nil {
		v.Pair = newPair(Message{e.Entry.Status, e.Entry.Sample.Body}, *e.After)
	}
	return pages.ExecuteTemplate(w, "entry", v)
}

// Trial is what the page about a response that the reader has entered shows.
type Trial struct {
	Sites    []string
	Site     string // that was chosen
	Text     string // as it was entered
	Fault    string // why there is no answer; "" if there is one
	Header   string // of the answer, as curl -i prints it
	Before   Message
	After    Message
	Passed   bool // the response would not be changed
	Explains string
}

// WriteTrial writes the page about a response that the reader has entered.
func WriteTrial(w io.Writer, t Trial) error {
	v := struct {
		Trial
		Pair *pair
	}{Trial: t}
	if t.Fault == "" {
		v.Pair = newPair(t.Before, t.After)
	}
	return pages.ExecuteTemplate(w, "trial", v)
}

// WriteMessage writes a page with nothing but a message.
func WriteMessage(w io.Writer, title, text string, withLink bool) error {
	return pages.ExecuteTemplate(w, "message", struct {
		Title, Text string
		WithLink    bool
	}{title, text, withLink})
}
