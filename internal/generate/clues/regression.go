package main

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
)

// regression is a logistic regression over clues.
type regression struct {
	index   map[uint32]int // of a clue in weights
	weights []float64
	bias    float64
}

// Parameters of the fit, by cross-validation.
const (
	epochs   = 12
	rate     = 0.15
	ridge    = 0.001 // how strongly weights are drawn to 0, in proportion to them
	lasso    = 0.001 // and by a constant
	minCount = 2     // in how many texts a clue must be
)

// fit fits a regression to all samples but those for which without, if it is not nil, is
// true: once to find the clues that matter, and again with those that the model has
// space for.
func (s *samples) fit(without func(i int) bool) *regression {
	var used []sentence
	counts := map[uint32]int{}
	for i := range s.list {
		if without == nil || !without(i) {
			used = append(used, s.list[i].sentences()...)
		}
	}
	for i := range used {
		for _, c := range used[i].clues {
			counts[c]++
		}
	}
	all := fit(used, func(c uint32) bool { return counts[c] >= minCount })
	kept := all.kept()
	return fit(used, func(c uint32) bool { return kept[c] })
}

// sentence is what is learned from.
type sentence struct {
	clues  []uint32
	leaks  bool
	weight float64
}

// sentences returns the sentences of a text. All of a harmless one are harmless. In a
// leak, the first one mostly says what happened.
func (t *sample) sentences() (list []sentence) {
	if t.leaks {
		return []sentence{{t.clues[0], true, t.weight}}
	}
	for _, clues := range t.clues {
		list = append(list, sentence{clues, false, t.weight})
	}
	return list
}

func fit(used []sentence, has func(clue uint32) bool) *regression {
	r := &regression{index: map[uint32]int{}, bias: -1}
	rows := make([][]int, len(used))
	for i := range used {
		for _, c := range used[i].clues {
			if !has(c) {
				continue
			}
			at, ok := r.index[c]
			if !ok {
				at = len(r.index)
				r.index[c] = at
			}
			rows[i] = append(rows[i], at)
		}
	}
	r.weights = make([]float64, len(r.index))
	squares, biasSquares := make([]float64, len(r.index)), 1.0 // of the gradients
	random := rand.New(rand.NewPCG(1, 2))
	order := random.Perm(len(used))
	for range epochs {
		random.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for _, i := range order {
			z := r.bias
			for _, at := range rows[i] {
				z += r.weights[at]
			}
			gradient := 1 / (1 + math.Exp(-z))
			if used[i].leaks {
				gradient--
			}
			gradient *= used[i].weight
			biasSquares += gradient * gradient
			r.bias -= rate * gradient / math.Sqrt(biasSquares)
			for _, at := range rows[i] {
				squares[at] += gradient*gradient + 0.001
				step := rate / math.Sqrt(squares[at]+0.5)
				w := r.weights[at]
				w -= step * (gradient + ridge*w)
				r.weights[at] = math.Copysign(max(0, math.Abs(w)-step*lasso), w)
			}
		}
	}
	return r
}

// score returns the highest score of a sentence of a text.
func (r *regression) score(t *sample) float64 {
	highest := math.Inf(-1)
	for _, clues := range t.clues {
		z := r.bias
		for _, c := range clues {
			if at, ok := r.index[c]; ok {
				z += r.weights[at]
			}
		}
		highest = max(highest, z)
	}
	return highest
}

// strongest returns the clues, those with the greatest weights first.
func (r *regression) strongest() []uint32 {
	var all []uint32
	for c, at := range r.index {
		if r.weights[at] != 0 {
			all = append(all, c)
		}
	}
	slices.SortFunc(all, func(a, b uint32) int {
		return cmp.Or(cmp.Compare(math.Abs(r.weights[r.index[b]]), math.Abs(r.weights[r.index[a]])), cmp.Compare(a, b))
	})
	return all
}
