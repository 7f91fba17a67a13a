package translate

import "github.com/koine-proxy/koine/dialect"

// usualStatus are the statuses whose generic code stands for a category.
var usualStatus = map[Category]int{
	InvalidRequest: 400, Unauthenticated: 401, PaymentRequired: 402, PermissionDenied: 403, NotFound: 404, Conflict: 409,
	Gone: 410, RateLimited: 429, Timeout: 408, Unavailable: 503, Upstream: 502, Internal: 500,
}

// genericIn returns the generic code of a status in a category: that of the status or, if
// that is of another category, the one that stands for the category.
func (t *Taxonomy) genericIn(category Category, status int) *Code {
	code := t.Generic(status)
	if code.Category != category && usualStatus[category] != 0 {
		code = t.Generic(usualStatus[category])
	}
	return code
}

// addNearest adds what nearest codes with a status mean: what is written for the errors of a
// category is read as an error of that category. Rows of the file take precedence.
func (t *table) addNearest(taxonomy *Taxonomy, w *dialect.Write) {
	if w == nil {
		return
	}
	for _, n := range w.Nearest {
		for _, native := range n.Rows {
			code, status, marked := dialect.CutStatus(native)
			if _, ok := t.exact[native]; ok || !marked || code == "" {
				continue
			}
			t.add(native, row{code: taxonomy.genericIn(Category(n.Category), status), status: status})
		}
	}
}
