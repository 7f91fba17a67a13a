// Package redact decides which texts of an upstream may reach clients: those
// without stack frames, SQL, paths, addresses and secrets.
//
// A text is read once for its features (scan) and for the weights of its words, pairs of
// words and forms of writing (model), by which it is about the insides of a program or
// for people. Most have no feature that matters. A text that has some is split into
// tokens, and rules are asked at the tokens: about the form of what is there, about
// phrases that programs use (phrases), and about the syntax of code. What a rule reads is
// bounded, so that the time is linear in the text.
package redact
