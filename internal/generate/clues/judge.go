package main

import (
	"cmp"
	"fmt"
	"log"
	"maps"
	"os"
	"slices"
	"strings"
)

// judge prints how many of our own texts are judged correctly by what is learned without
// them, at different shares of harmless texts that are taken for leaks.
func (s *samples) judge(folds int, misses string) {
	scores := map[int]float64{}
	for fold := range folds {
		heldOut := func(i int) bool { return s.list[i].own && i%folds == fold }
		r := s.fit(heldOut)
		for i := range s.list {
			if heldOut(i) {
				scores[i] = r.score(&s.list[i])
			}
		}
	}
	order := sortedKeys(scores)
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(scores[b], scores[a]) })
	var leaks, harmless int
	for _, i := range order {
		if s.list[i].leaks {
			leaks++
		} else {
			harmless++
		}
	}
	var wrong strings.Builder
	for _, share := range []float64{0.003, 0.005, 0.008, 0.012, 0.02} {
		found, mistakes, threshold := 0, 0, 0.0
		for _, i := range order {
			threshold = scores[i]
			if s.list[i].leaks {
				found++
			} else if mistakes++; float64(mistakes) > share*float64(harmless) {
				break
			}
		}
		fmt.Printf("%.1f %% of %d harmless texts, score %.2f: %.1f %% of %d leaks\n", 100*share, harmless, threshold, 100*float64(found)/float64(leaks), leaks)
		if share == 0.008 {
			for _, i := range order {
				if s.list[i].leaks != (scores[i] > threshold) {
					fmt.Fprintf(&wrong, "%t\t%.2f\t%s\n", s.list[i].leaks, scores[i], s.list[i].text)
				}
			}
		}
	}
	if misses == "" {
		return
	}
	if err := os.WriteFile(misses, []byte(wrong.String()), 0o644); err != nil {
		log.Fatal(err)
	}
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
