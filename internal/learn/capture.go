package learn

import (
	"strconv"

	"github.com/tidwall/gjson"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/translate"
)

// capture is a sample with its parsed body.
type capture struct {
	Sample
	format        dialect.Format
	root          *tree
	statusGuessed bool // the sample has no status
}

// readCapture parses the body as the engine does.
func readCapture(s Sample) capture {
	c := capture{Sample: s}
	format, doc := translate.Document(s.response())
	c.format = format
	c.root = newTree(gjson.ParseBytes(doc))
	if c.Status == 0 {
		c.Status, c.statusGuessed = statusIn(c.root, 0), true
	}
	return c
}

func (s Sample) response() translate.Response {
	return translate.Response{Status: s.Status, Header: s.Header, Body: s.Body}
}

// statusIn finds the status in the body of a sample without one: a whole number from
// 400 to 599 in a member whose name suggests a status. It defaults to 400.
func statusIn(t *tree, depth int) int {
	if n := findStatus(t, depth, 2); n > 0 {
		return n
	}
	if n := findStatus(t, depth, 1); n > 0 {
		return n
	}
	return 400
}

func findStatus(t *tree, depth, weight int) int {
	for i, child := range t.children {
		if t.kind == object && meansStatus.weight(t.names[i]) >= weight {
			if n, err := strconv.Atoi(child.scalar()); err == nil && n >= 400 && n <= 599 {
				return n
			}
		}
	}
	if depth > 4 {
		return 0
	}
	for _, child := range t.children {
		if n := findStatus(child, depth+1, weight); n > 0 {
			return n
		}
	}
	return 0
}
