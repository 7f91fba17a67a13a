package redact_test

import (
	"testing"

	"github.com/koine-proxy/koine/translate/redact"
)

// TestModel checks texts that no rule finds: what is about the insides of a program is
// found beside harmless sentences, too, and the same words in a sentence for people are
// shown.
func TestModel(t *testing.T) {
	for _, c := range []struct {
		text  string
		shown bool
	}{
		{"Unable to decode frame", false},
		{"Unable to decode frame. Please try again later.", false},
		{"We are sorry. Unable to decode frame.", false},
		{"Failed to enqueue job mail", false},
		{"Failed to flush the collection of proxies", false},
		{"Cannot add the collection to your basket.", true},
		{"The frame of the picture is sold out.", true},
		{"Your job could not be saved.", true},
		{"The proxy for the vote must be named.", true},
		{"Ihr Auftrag konnte nicht gespeichert werden.", true},
	} {
		if redact.AllowsMessage(c.text) != c.shown {
			t.Errorf("%q: shown %t, expected %t; found by %q", c.text, !c.shown, c.shown, redact.Leaks(c.text))
		}
		if names := redact.Leaks(c.text); len(names) > 0 {
			t.Errorf("%q is found by %q, not only by the model", c.text, names)
		}
	}
}

// TestModelJudgesPairs checks that the model has weights of single words and of pairs.
func TestModelJudgesPairs(t *testing.T) {
	if a, b := redact.WeightOfSentence("the stream is closed"), redact.WeightOfSentence("closed is the stream"); a == b {
		t.Errorf("the order of words does not matter: %d", a)
	}
}
