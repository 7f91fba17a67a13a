// Package translate is the engine of Koine: it reads an error in a legacy
// dialect and writes it in another, usually the canonical envelope.
//
// The package is pure. It knows bytes, headers and tables; it has no clock, no
// network and no globals, and it imports neither Caddy nor a YAML parser. What
// depends on time takes a time.Time.
//
// # Vocabulary
//
//   - A dialect is one way of spelling errors: a lens (where code, message,
//     fields and details sit) and a table of native codes.
//   - A native code is what the backend said; a canonical [Code] is what the
//     client gets to see.
//   - A [Taxonomy] is the closed list of canonical codes.
//   - An [Engine] is a taxonomy and some dialects, compiled and immutable.
//   - A [Translation] is one error on its way through an engine. It comes from
//     a pool and goes back there.
//   - A [Fault] is a mistake in a file, with its position.
//
// # Use
//
// Compile once, then for every error take a Translation, read, render, and
// release it:
//
//	t := engine.Acquire()
//	defer t.Release()
//	t.Read(404, body)
//	out := t.AppendCanonical(nil, &policy, translate.Answer{RequestID: id})
package translate
