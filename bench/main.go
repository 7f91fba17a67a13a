// Command bench measures the proxy against what it could be replaced by: Caddy without it, nginx with Lua, a proxy written
// by hand. It runs the two sides of a comparison in alternating pairs, each time in a fresh process, on the same upstream,
// and reports ratios.
//
//	go run ./bench [-only REGEXP] [-pairs 9] [-time 3s] [-out docs/performance]
//	go run ./bench -profile caddy/default.pgo   writes a CPU profile of a mixed load instead
//
// CPU time is that of the process of the proxy alone, by /proc: Linux only.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"time"
)

// settings are the flags.
type settings struct {
	only     *regexp.Regexp
	pairs    int
	duration time.Duration
	out      string
	profile  string
}

func main() {
	log.SetFlags(0)
	s := settings{}
	only := flag.String("only", ".", "run the comparisons whose name matches this regular expression")
	flag.IntVar(&s.pairs, "pairs", 9, "pairs of runs for each comparison")
	flag.DurationVar(&s.duration, "time", 3*time.Second, "length of the measured part of a run")
	flag.StringVar(&s.out, "out", "", "directory for results.json, tables and plots; empty: print only")
	flag.StringVar(&s.profile, "profile", "", "write a CPU profile of a mixed load to this file, and measure nothing")
	flag.Parse()
	var err error
	if s.only, err = regexp.Compile(*only); err != nil {
		log.Fatal("-only: ", err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop() // it also ends the processes that run
	if err := run(ctx, s); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, s settings) error {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	upstream, err := startUpstream()
	if err != nil {
		return err
	}
	bench := &bench{settings: s, dir: dir, upstream: upstream, built: map[binary]string{}}
	if s.profile != "" {
		return bench.writeProfile(ctx)
	}
	var results []result
	for _, c := range comparisons() {
		if !s.only.MatchString(c.name) {
			continue
		}
		r, err := bench.compare(ctx, c)
		if err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
		fmt.Println(r.line())
		results = append(results, r)
	}
	if s.out == "" {
		return nil
	}
	return writeReport(filepath.Clean(s.out), s, results)
}
