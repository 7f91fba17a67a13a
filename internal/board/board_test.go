package board

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/koine-proxy/koine/internal/cli"
	"github.com/koine-proxy/koine/ledger"
)

var now = time.Unix(1_800_000_000, 0)

// snapshot returns a snapshot with one stratum.
func snapshot(mapped, fallback, days int64) *ledger.Snapshot {
	s := &ledger.Snapshot{
		Version: ledger.SnapshotVersion, Saved: now.Unix(), Since: now.Unix() - 86400,
		Strata: []ledger.Stratum{{
			Site: "api", Dialect: "acme", Errors: mapped + fallback, Mapped: mapped, Fallback: fallback, Days: days, First: now.Unix() - 86400*days, Last: now.Unix(),
			ErrorsByHour:   []ledger.Hour{{Start: now.Unix() - 7200, Count: mapped}, {Start: now.Unix(), Count: fallback}},
			UnmappedByHour: []ledger.Hour{{Start: now.Unix(), Count: fallback}},
		}},
	}
	s.SetStates(nil)
	return s
}

func TestOverview(t *testing.T) {
	t.Parallel()
	unmapped := func(n int, state ledger.State) (list []cli.UnmappedError) {
		for i := range n {
			list = append(list, cli.UnmappedError{ID: fmt.Sprint(state, i), Site: "api", Dialect: "acme", Code: fmt.Sprint("code_", i), Status: 404, Count: int64(n - i), State: state, Row: "row", LastSeen: now})
		}
		return list
	}
	for name, c := range map[string]struct {
		in        Input
		want, not []string
	}{
		"nothing":  {Input{Snapshot: &ledger.Snapshot{}}, []string{"No error of an upstream was seen yet."}, []string{"<table"}},
		"ready":    {Input{Snapshot: snapshot(10_000, 0, 8)}, []string{">Yes<", "The dialect that was seen can be switched.", "10,000"}, []string{"<td class=\"num count\""}},
		"too soon": {Input{Snapshot: snapshot(10_000, 0, 3)}, []string{">Not yet<", "Everything maps"}, nil},
		"unmapped": {Input{Snapshot: snapshot(100, 10, 8), Unmapped: unmapped(3, ledger.StateNew)}, []string{">No<", "The dialect has errors", "3 codes, the most frequent first", "code_2"}, nil},
		"many":     {Input{Snapshot: snapshot(100, 10, 8), Unmapped: unmapped(60, ledger.StateNew)}, []string{"The 25 most frequent of 60", "code_24"}, []string{"code_25<"}},
		"all":      {Input{Snapshot: snapshot(100, 10, 8), Unmapped: unmapped(60, ledger.StateNew), Query: Query{All: true}}, []string{"code_59"}, []string{"Show all"}},
		"filtered": {Input{Snapshot: snapshot(100, 10, 8), Unmapped: unmapped(60, ledger.StateNew), Query: Query{Text: " CODE_59 "}}, []string{"1 code, ", "code_59"}, []string{"code_1<"}},
		"site":     {Input{Snapshot: snapshot(100, 10, 8), Unmapped: unmapped(60, ledger.StateNew), Query: Query{Site: "other"}}, []string{"No unmapped code matches the filter."}, nil},
		"ignored":  {Input{Snapshot: snapshot(100, 10, 8), Unmapped: append(unmapped(1, ledger.StateIgnored), unmapped(1, ledger.StateCameBack)...)}, []string{"1 ignored last", "Undo ignore"}, nil},
		"loads": {Input{Snapshot: snapshot(1, 0, 1), Loads: []Load{{Site: "api", Time: now, Success: now.Add(-time.Hour), Faults: []string{"acme.yaml:3:1: <b>"}}}},
			[]string{"last load failed", "acme.yaml:3:1: &lt;b&gt;", "1 h ago"}, []string{"<b>"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.in.Now = now
			var out bytes.Buffer
			if err := WriteOverview(&out, c.in); err != nil {
				t.Fatal(err)
			}
			for _, want := range c.want {
				if !strings.Contains(out.String(), want) {
					t.Errorf("no %q", want)
				}
			}
			for _, not := range append(c.not, " style=", " onclick=", "ZgotmplZ", "%!") {
				if strings.Contains(out.String(), not) {
					t.Errorf("%q is on the page", not)
				}
			}
		})
	}
}

func TestPair(t *testing.T) {
	t.Parallel()
	p := newPair(Message{404, `{"error":"gone","n":[1,{"a":"<b>"}],"kept":"yes"}`}, Message{410, `{"code":"GONE","kept":{"x":"yes"}}`})
	for _, want := range []string{`<mark class="gone">&#34;gone&#34;</mark>`, `<mark class="gone">&#34;&lt;b&gt;&#34;</mark>`, `: &#34;yes&#34;`} {
		if !strings.Contains(string(p.Before), want) {
			t.Errorf("no %s in %s", want, p.Before)
		}
	}
	if !strings.Contains(string(p.After), `<mark class="new">&#34;GONE&#34;</mark>`) || strings.Contains(string(p.After), `<mark class="new">&#34;yes`) || !p.StatusDiffers {
		t.Errorf("got %s", p.After)
	}
	if text := newPair(Message{500, "<i>not JSON"}, Message{500, ""}); text.Before != "&lt;i&gt;not JSON" || text.After != "" || text.HasNew {
		t.Errorf("got %+v", text)
	}
	deep := strings.Repeat(`[`, 10_000) + strings.Repeat(`]`, 10_000)
	if p := newPair(Message{500, deep}, Message{500, deep}); len(p.Before) > 10_000 {
		t.Errorf("%d bytes for a deep body", len(p.Before))
	}
}

func TestTexts(t *testing.T) {
	t.Parallel()
	for got, want := range map[string]string{
		thousands(0): "0", thousands(1234567): "1,234,567", percent(0): "0\u00a0%", percent(1): "100\u00a0%", percent(0.99999): "99.9\u00a0%",
		bound(0): "100\u00a0%", bound(0.000976): "0.098\u00a0%", bound(0.0123): "1.3\u00a0%", bound(0.5): "50\u00a0%",
		ago(now, now.Add(-3*time.Second)): "just now", ago(now, now.Add(-90*time.Minute)): "1 h ago", ago(now, now.Add(-72*time.Hour)): "3 days ago", ago(now, time.Time{}): "never",
		plural(1, "day"): "1 day", plural(2000, "day"): "2,000 days",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestChart(t *testing.T) {
	t.Parallel()
	if c := newChart(&ledger.Snapshot{}, now); c != nil {
		t.Error("a chart of nothing")
	}
	c := newChart(snapshot(30, 10, 1), now)
	if c.Max != 30 || len(c.Days) == 0 || c.Step != "each hour" || strings.Count(string(c.Coverage), "<rect") != 2 {
		t.Errorf("got %+v", c)
	}
	old := snapshot(30, 10, 8)
	old.Strata[0].ErrorsByHour[0].Start -= 6 * 86400
	if c := newChart(old, now); c.Step != "steps of 3 hours" {
		t.Errorf("the step is %s", c.Step)
	}
	if s := sparkline([]ledger.Hour{{Start: now.Unix(), Count: 3}, {Start: now.Unix() - 30*3600, Count: 9}}, now); strings.Count(string(s), "<rect") != 1 {
		t.Errorf("got %s", s)
	}
}
