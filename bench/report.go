package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// report is the file results.json.
type report struct {
	Machine string   `json:"machine"`
	Go      string   `json:"go"`
	Pairs   int      `json:"pairs"`
	Seconds float64  `json:"seconds"`
	Results []result `json:"results"`
}

// writeReport writes the results as data, as a table and as plots.
func writeReport(dir string, s settings, results []result) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	data, err := json.MarshalIndent(report{machine(), runtime.Version(), s.pairs, s.duration.Seconds(), results}, "", "\t")
	if err != nil {
		return err
	}
	drawn := plots(results)
	files := map[string]string{"results.json": string(data) + "\n", "results.md": page(s, results, slices.Sorted(maps.Keys(drawn)))}
	for name, svg := range drawn {
		files[name+".svg"] = svg
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// page is the results as a page of Markdown.
func page(s settings, results []result, drawn []string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Results\n\n<!-- Written by make bench-peers. -->\n\n%s, %s; %d pairs of runs, %s each. What the columns mean: "+
		"[Performance](../performance.md). Every run is in [results.json](results.json).\n\n%s", machine(), runtime.Version(), s.pairs, s.duration, table(results))
	for _, name := range drawn {
		fmt.Fprintf(&b, "\n![CPU for each request by %s](%s.svg)\n", name, name)
	}
	return b.String()
}

// table is the results as a table of Markdown.
func table(results []result) string {
	var b strings.Builder
	b.WriteString("| Comparison | Subject | Baseline | CPU | quartiles | µs each | at most | throughput | p50 | p99 | p999 | memory |\n")
	b.WriteString("|---|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n")
	for i := range results {
		r := &results[i]
		fmt.Fprintf(&b, "| %s | %s | %s | %.2f | %.2f–%.2f | %.1f / %.1f | %s | %.2f | %s | %s | %s | %.2f |\n", r.Name, r.Subject, r.Baseline,
			r.CPU.Median, r.CPU.Low, r.CPU.High, r.CPU.Subject, r.CPU.Baseline, limit(r.Limit), r.Rate.Median,
			orDash(r.P50), orDash(r.P99), orDash(r.P999), r.Memory.Median)
	}
	return b.String()
}

// limit is the promised bound of the ratio of CPU.
func limit(v float64) string {
	if v == 0 {
		return ""
	}
	return fmt.Sprintf("%.2f", v)
}

func orDash(r ratio) string {
	if r.Baseline == 0 {
		return "–"
	}
	return fmt.Sprintf("%.2f", r.Median)
}

// machine describes the machine: its processor and number of cores.
func machine() string {
	model := "unknown processor"
	text, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(text)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			model = strings.TrimSpace(value)
			break
		}
	}
	return fmt.Sprintf("%s, %d cores, %s", model, runtime.NumCPU(), runtime.GOOS)
}
