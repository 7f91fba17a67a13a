// Package redact decides which texts of an upstream may reach clients: those
// without stack frames, SQL, paths, addresses and secrets.
//
// A text is read once for its features (scan). Most have none that matter. A text that
// has some is split into tokens, and rules are asked at the tokens: about the form of
// what is there, about phrases that programs use (phrases), and about the sum of the
// weights of the words in a sentence (weights). What a rule reads is bounded, so that
// the time is linear in the text.
package redact
