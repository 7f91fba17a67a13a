package ledger

import "math"

// Confidence is the confidence of bounds.
const Confidence = 0.95

// UpperBound returns an upper bound of the share of errors that are bad, if k of n were. It
// holds with Confidence however often somebody looks: the chance that the bound is ever
// wrong, on any day, is 5 %. That is what a look every day needs, and it is why the bound is
// not that of a single look (Clopper and Pearson), except for k = 0, where both are nearly
// equal.
//
// A share p is excluded once a bet against it has won 20 times its stake (Ville's
// inequality). The bet puts zeroWeight of the stake on the share 0, and the rest on all
// shares evenly as by Jeffreys' prior.
func UpperBound(k, n int64) float64 {
	if n <= 0 || k >= n {
		return 1
	}
	low, high := float64(k)/float64(n), 1.0
	for range 60 {
		p := (low + high) / 2
		if logWin(k, n, p) > math.Log(1/(1-Confidence)) {
			high = p
		} else {
			low = p
		}
	}
	return high
}

// zeroWeight is the part of the stake that is on the share 0.
const zeroWeight = 0.95

// logWin returns the logarithm of what the bet against the share p has won, as a multiple of
// its stake.
func logWin(k, n int64, p float64) float64 {
	a, b := float64(k), float64(n-k)
	underP := a*math.Log(p) + b*math.Log1p(-p)
	if k == 0 {
		underP = b * math.Log1p(-p)
	}
	mixed := math.Log(1-zeroWeight) + logBeta(a+0.5, b+0.5) - logBeta(0.5, 0.5) - underP
	if k > 0 {
		return mixed
	}
	zero := math.Log(zeroWeight) - underP
	return math.Max(zero, mixed) + math.Log1p(math.Exp(-math.Abs(zero-mixed)))
}

func logBeta(a, b float64) float64 {
	x, _ := math.Lgamma(a)
	y, _ := math.Lgamma(b)
	z, _ := math.Lgamma(a + b)
	return x + y - z
}
