package main

import (
	"context"
	"fmt"
	"time"
)

// bench runs comparisons.
type bench struct {
	settings
	dir      string
	upstream string
	built    map[binary]string

	redisAddress string // "" until it is needed
}

// comparison is two sides under one load. The ratio is the cost of the first to that of the second.
type comparison struct {
	name     string
	about    string
	subject  side
	baseline side
	load     load
	limit    float64 // the ratio of CPU that is promised at most; 0: none
	chart    chart   // the plot that it is a point of, if any
}

// chart says where a comparison stands in a plot.
type chart struct {
	plot string
	x    float64
}

// sample is one run of one side.
type sample struct {
	CPU    float64 `json:"cpu_us"` // microseconds of CPU for each request
	Rate   float64 `json:"requests_per_second"`
	P50    float64 `json:"p50_us,omitempty"`
	P99    float64 `json:"p99_us,omitempty"`
	P999   float64 `json:"p999_us,omitempty"`
	Memory int64   `json:"memory_bytes"` // resident, at the end
}

// compare runs the pairs of a comparison. Which side is first alternates, so that a machine that becomes slower or faster
// in the meantime harms both alike.
func (b *bench) compare(ctx context.Context, c comparison) (result, error) {
	r := result{Name: c.name, About: c.about, Subject: c.subject.name, Baseline: c.baseline.name, Limit: c.limit, chart: c.chart}
	for i := range b.pairs {
		sides := []side{c.subject, c.baseline}
		samples := [2]sample{}
		for k := range sides {
			k := (k + i) % 2
			s, err := b.sample(ctx, sides[k], c.load)
			if err != nil {
				return r, fmt.Errorf("%s: %w", sides[k].name, err)
			}
			samples[k] = s
		}
		r.Subjects, r.Baselines = append(r.Subjects, samples[0]), append(r.Baselines, samples[1])
	}
	r.summarize()
	return r, nil
}

// warmUp is the part of a run before the measured part, as a share of it.
const warmUp = 4

// sample measures one run of a side in a fresh process.
func (b *bench) sample(ctx context.Context, s side, l load) (sample, error) {
	p, err := b.start(ctx, s)
	if err != nil {
		return sample{}, err
	}
	defer p.stop()
	warm := l
	warm.rate = 0
	if _, err := warm.run(ctx, p.address, b.duration/warmUp); err != nil {
		return sample{}, err
	}
	before, err := p.cpu()
	if err != nil {
		return sample{}, err
	}
	m, err := l.run(ctx, p.address, b.duration)
	if err != nil {
		return sample{}, err
	}
	after, err := p.cpu()
	if err != nil {
		return sample{}, err
	}
	return sample{
		CPU:  microseconds(after-before) / float64(max(m.requests, 1)),
		Rate: float64(m.requests) / m.elapsed.Seconds(),
		P50:  m.quantile(0.5), P99: m.quantile(0.99), P999: m.quantile(0.999),
		Memory: p.memory(),
	}, nil
}

func microseconds(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }

// quantile returns a quantile of the latencies in microseconds, 0 without any.
func (m measured) quantile(q float64) float64 {
	if len(m.latencies) == 0 {
		return 0
	}
	return microseconds(m.latencies[min(int(q*float64(len(m.latencies))), len(m.latencies)-1)])
}
