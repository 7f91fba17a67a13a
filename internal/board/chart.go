package board

import (
	"fmt"
	"html/template"
	"strings"
	"time"

	"github.com/koine-proxy/koine/ledger"
)

// chart is the picture of coverage over time.
type chart struct {
	Coverage template.HTML // SVG: the share of errors that were mapped
	Volume   template.HTML // SVG: how many errors there were
	Max      int64         // the most errors in one step
	Step     string        // the time of one step, in words
	Labels   []string      // of the time axis: begin, middle, end
	Days     []day
}

// day has the errors of one day, in UTC.
type day struct {
	Date             string
	Errors, Unmapped int64
}

// Share returns the share of errors that were mapped.
func (d day) Share() float64 {
	if d.Errors == 0 {
		return 0
	}
	return 1 - float64(d.Unmapped)/float64(d.Errors)
}

// steps is the number of steps of the chart.
const steps = 56

// newChart draws the errors of the last hours, at most 7 days; nil if there were none. Errors
// count as mapped if a table had them when they occurred.
func newChart(s *ledger.Snapshot, now time.Time) *chart {
	errors, unmapped := map[int64]int64{}, map[int64]int64{}
	first := int64(0)
	for i := range s.Strata {
		t := &s.Strata[i]
		if t.Origin == ledger.OriginProxy {
			continue
		}
		for _, h := range t.ErrorsByHour {
			errors[h.Start/3600] += h.Count
			if first == 0 || h.Start/3600 < first {
				first = h.Start / 3600
			}
		}
		for _, h := range t.UnmappedByHour {
			unmapped[h.Start/3600] += h.Count
		}
	}
	if first == 0 {
		return nil
	}
	last := now.Unix() / 3600
	span := max(last-first+1, 24)
	hours := (span + steps - 1) / steps // in one step
	begin := last - hours*steps + 1
	c := &chart{Step: "each hour"}
	if hours > 1 {
		c.Step = "steps of " + plural(int(hours), "hour")
	}
	var all, bad [steps]int64
	for hour, n := range errors {
		if i := (hour - begin) / hours; hour >= begin && i < steps {
			all[i] += n
			bad[i] += min(unmapped[hour], n)
		}
	}
	for _, n := range all {
		c.Max = max(c.Max, n)
	}
	c.draw(all[:], bad[:])
	at := func(step int64) string { return time.Unix((begin+step*hours)*3600, 0).UTC().Format("Mon 2 Jan 15:04") }
	c.Labels = []string{at(0), at(steps / 2), "now"}
	c.addDays(errors, unmapped)
	return c
}

// draw draws both pictures. Their coordinates are steps and percent; the page stretches them.
func (c *chart) draw(all, bad []int64) {
	var line, area, bars strings.Builder
	open := false
	for i, n := range all {
		if n == 0 {
			open = false
			continue
		}
		share := 100 - 100*float64(bad[i])/float64(n)
		command := "L"
		if !open {
			command = "M"
		}
		open = true
		fmt.Fprintf(&line, "%s%d %.1fH%d", command, i, 100-share, i+1)
		fmt.Fprintf(&area, `<rect class="mapped" x="%d" y="%.1f" width="1" height="%.1f"/>`, i, 100-share, share)
		height, lost := 100*float64(n)/float64(c.Max), 100*float64(bad[i])/float64(c.Max)
		fmt.Fprintf(&bars, `<rect class="mapped" x="%.2f" y="%.1f" width="0.72" height="%.1f"/>`, float64(i)+0.14, 100-height, height-lost)
		fmt.Fprintf(&bars, `<rect class="unmapped" x="%.2f" y="%.1f" width="0.72" height="%.1f"/>`, float64(i)+0.14, 100-lost, lost)
	}
	grid := `<path class="grid" d="M0 0.5H56M0 50H56M0 99.5H56"/>`
	begin := fmt.Sprintf(`<svg viewBox="0 0 %d 100" preserveAspectRatio="none" aria-hidden="true" focusable="false">`, len(all))
	c.Coverage = template.HTML(begin + `<g class="area">` + area.String() + "</g>" + grid + `<path class="line" d="` + line.String() + `"/></svg>`)
	c.Volume = template.HTML(begin + `<path class="grid" d="M0 99.5H56"/>` + bars.String() + "</svg>")
}

func (c *chart) addDays(errors, unmapped map[int64]int64) {
	byDay := map[int64]*day{}
	oldest, newest := int64(1<<62), int64(0)
	for hour, n := range errors {
		d := hour / 24
		oldest, newest = min(oldest, d), max(newest, d)
		if byDay[d] == nil {
			byDay[d] = &day{Date: time.Unix(d*24*3600, 0).UTC().Format("Mon 2 Jan")}
		}
		byDay[d].Errors += n
		byDay[d].Unmapped += min(unmapped[hour], n)
	}
	for d := newest; d >= oldest; d-- {
		if byDay[d] != nil {
			c.Days = append(c.Days, *byDay[d])
		}
	}
}

// sparkline draws how often an error occurred in each of the last 24 hours.
func sparkline(trend []ledger.Hour, now time.Time) template.HTML {
	const hours = 24
	var counts [hours]int64
	most, last := int64(0), now.Unix()/3600
	for _, h := range trend {
		if i := hours - 1 - (last - h.Start/3600); i >= 0 && i < hours {
			counts[i] += h.Count
			most = max(most, counts[i])
		}
	}
	var b strings.Builder
	b.WriteString(`<svg class="spark" viewBox="0 0 24 10" preserveAspectRatio="none" aria-hidden="true" focusable="false"><path class="base" d="M0 9.75H24"/>`)
	for i, n := range counts {
		if n > 0 {
			height := max(1, 9.5*float64(n)/float64(most))
			fmt.Fprintf(&b, `<rect x="%.1f" y="%.1f" width="0.8" height="%.1f"/>`, float64(i)+0.1, 9.5-height, height)
		}
	}
	b.WriteString("</svg>")
	return template.HTML(b.String())
}

// bar draws shares of a whole, in classes of the stylesheet.
func bar(r ledger.Readiness) template.HTML {
	total := float64(max(r.Errors, 1))
	var b strings.Builder
	b.WriteString(`<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" focusable="false"><rect class="rest" width="100" height="8"/>`)
	x := 0.0
	for _, part := range []struct {
		class string
		n     int64
	}{{"mapped", r.Mapped}, {"ignored", r.Ignored}, {"unmapped", r.Unmapped}} {
		width := 100 * float64(part.n) / total
		if part.n > 0 {
			width = max(width, 1) // still to be seen
			fmt.Fprintf(&b, `<rect class="%s" x="%.2f" width="%.2f" height="8"/>`, part.class, min(x, 99), width)
		}
		x += width
	}
	b.WriteString("</svg>")
	return template.HTML(b.String())
}
