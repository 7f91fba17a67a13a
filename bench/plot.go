package main

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// The area of a plot, in pixels.
const (
	plotWidth, plotHeight = 640, 320
	marginLeft, marginTop = 64, 24
	marginRight           = 16
	marginBottom          = 48
)

// plots draws the microseconds of CPU for each request against what grows, for both sides; by name.
func plots(results []result) map[string]string {
	points := map[string][]*result{}
	for i := range results {
		if name := results[i].chart.plot; name != "" {
			points[name] = append(points[name], &results[i])
		}
	}
	all := map[string]string{}
	for name, rs := range points {
		slices.SortFunc(rs, func(a, b *result) int { return int(a.chart.x - b.chart.x) })
		all[name] = plot(name, rs)
	}
	return all
}

// axis maps values to pixels by their logarithm.
type axis struct{ low, high, from, to float64 }

func (a axis) at(v float64) float64 {
	return a.from + (math.Log10(v)-a.low)/(max(a.high-a.low, 0.01))*(a.to-a.from)
}

// newAxis returns an axis with whole powers of ten at its ends.
func newAxis(values []float64, from, to float64) axis {
	return axis{math.Floor(math.Log10(slices.Min(values))), math.Ceil(math.Log10(slices.Max(values))), from, to}
}

// plot draws one plot with logarithmic axes.
func plot(name string, rs []*result) string {
	var xs, ys []float64
	for _, r := range rs {
		xs, ys = append(xs, r.chart.x), append(ys, r.CPU.Subject, r.CPU.Baseline)
	}
	x := newAxis(xs, marginLeft, plotWidth-marginRight)
	y := newAxis(ys, plotHeight-marginBottom, marginTop)
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img" font-family="sans-serif" font-size="12">`+"\n", plotWidth, plotHeight)
	fmt.Fprintf(&b, "<title>CPU for each request by %s</title>\n<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n", name)
	for p := x.low; p <= x.high; p++ {
		at := x.at(math.Pow(10, p))
		fmt.Fprintf(&b, `<line x1="%.1f" x2="%.1f" y1="%d" y2="%d" stroke="#ddd"/><text x="%.1f" y="%d" text-anchor="middle">%s</text>`+"\n",
			at, at, marginTop, plotHeight-marginBottom, at, plotHeight-marginBottom+16, short(math.Pow(10, p)))
	}
	for p := y.low; p <= y.high; p++ {
		at := y.at(math.Pow(10, p))
		fmt.Fprintf(&b, `<line x1="%d" x2="%d" y1="%.1f" y2="%.1f" stroke="#ddd"/><text x="%d" y="%.1f" text-anchor="end">%s µs</text>`+"\n",
			marginLeft, plotWidth-marginRight, at, at, marginLeft-6, at+4, short(math.Pow(10, p)))
	}
	curve(&b, rs, x, y, "#1f6feb", rs[0].Subject, 0, func(r *result) float64 { return r.CPU.Subject })
	curve(&b, rs, x, y, "#8b949e", rs[0].Baseline, 1, func(r *result) float64 { return r.CPU.Baseline })
	fmt.Fprintf(&b, `<text x="%d" y="%d" text-anchor="middle">%s</text>`+"\n</svg>\n", (marginLeft+plotWidth-marginRight)/2, plotHeight-10, name)
	return b.String()
}

// curve draws the values of one side, and its line of the legend.
func curve(b *strings.Builder, rs []*result, x, y axis, color, label string, line int, value func(*result) float64) {
	var points []string
	for _, r := range rs {
		px, py := x.at(r.chart.x), y.at(value(r))
		points = append(points, fmt.Sprintf("%.1f,%.1f", px, py))
		fmt.Fprintf(b, `<circle cx="%.1f" cy="%.1f" r="3" fill="%s"/>`, px, py, color)
	}
	fmt.Fprintf(b, `<polyline points="%s" fill="none" stroke="%s" stroke-width="2"/>`+"\n", strings.Join(points, " "), color)
	fmt.Fprintf(b, `<text x="%d" y="%d" fill="%s">%s</text>`+"\n", marginLeft+10, marginTop+14+16*line, color, label)
}

// short writes a power of ten with a unit of thousands.
func short(v float64) string {
	switch {
	case v >= 1e6:
		return fmt.Sprintf("%gM", v/1e6)
	case v >= 1e3:
		return fmt.Sprintf("%gk", v/1e3)
	}
	return fmt.Sprintf("%g", v)
}
