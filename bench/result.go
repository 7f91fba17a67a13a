package main

import (
	"fmt"
	"slices"
)

// result is the outcome of a comparison.
type result struct {
	Name      string   `json:"name"`
	About     string   `json:"about"`
	Subject   string   `json:"subject"`
	Baseline  string   `json:"baseline"`
	Limit     float64  `json:"limit,omitempty"`
	CPU       ratio    `json:"cpu"`
	Rate      ratio    `json:"throughput"`
	P50       ratio    `json:"p50"`
	P99       ratio    `json:"p99"`
	P999      ratio    `json:"p999"`
	Memory    ratio    `json:"memory"`
	Subjects  []sample `json:"subject_runs"`
	Baselines []sample `json:"baseline_runs"`
	chart     chart
}

// ratio is the median of the ratios of the pairs, with their quartiles, and the median of each side.
type ratio struct {
	Median   float64 `json:"median"`
	Low      float64 `json:"first_quartile"`
	High     float64 `json:"third_quartile"`
	Subject  float64 `json:"subject"`
	Baseline float64 `json:"baseline"`
}

// summarize computes the ratios from the runs.
func (r *result) summarize() {
	of := func(value func(sample) float64) ratio {
		var ratios, subjects, baselines []float64
		for i := range r.Subjects {
			s, b := value(r.Subjects[i]), value(r.Baselines[i])
			subjects, baselines = append(subjects, s), append(baselines, b)
			if b != 0 {
				ratios = append(ratios, s/b)
			}
		}
		return ratio{quantile(ratios, 0.5), quantile(ratios, 0.25), quantile(ratios, 0.75), quantile(subjects, 0.5), quantile(baselines, 0.5)}
	}
	r.CPU = of(func(s sample) float64 { return s.CPU })
	r.Rate = of(func(s sample) float64 { return s.Rate })
	r.P50 = of(func(s sample) float64 { return s.P50 })
	r.P99 = of(func(s sample) float64 { return s.P99 })
	r.P999 = of(func(s sample) float64 { return s.P999 })
	r.Memory = of(func(s sample) float64 { return float64(s.Memory) })
}

// quantile returns a quantile of values by linear interpolation; 0 without any.
func quantile(values []float64, q float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	at := q * float64(len(sorted)-1)
	i := int(at)
	if i+1 == len(sorted) {
		return sorted[i]
	}
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}

// line is the result in one line.
func (r *result) line() string {
	verdict := ""
	if r.Limit != 0 {
		verdict = fmt.Sprintf("  at most %.2f: yes", r.Limit)
		if r.CPU.Median > r.Limit {
			verdict = fmt.Sprintf("  at most %.2f: NO", r.Limit)
		}
	}
	s := fmt.Sprintf("%-34s CPU %.3f [%.3f–%.3f]  %6.1f and %6.1f µs (%+.1f)  throughput %.2f  memory %.2f", r.Name,
		r.CPU.Median, r.CPU.Low, r.CPU.High, r.CPU.Subject, r.CPU.Baseline, r.CPU.Subject-r.CPU.Baseline, r.Rate.Median, r.Memory.Median)
	if r.P99.Baseline != 0 {
		s += fmt.Sprintf("  p50 %.2f p99 %.2f p999 %.2f", r.P50.Median, r.P99.Median, r.P999.Median)
	}
	return s + verdict
}
