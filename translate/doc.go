// Package translate is the engine of Koine: it reads an error in one dialect and
// writes it in another, usually as the canonical envelope.
//
// The package works on bytes, headers and tables; it has no clock, no
// network and no globals, and imports neither Caddy nor a YAML parser. Functions
// that depend on the time take a time.Time.
//
// # Vocabulary
//
//   - A dialect is one error format: a shape (where code, message, fields
//     and details are) and a table of native codes.
//   - A native code is that of the upstream; a canonical [Code] is that of the
//     answer.
//   - A [Taxonomy] is the closed list of canonical codes.
//   - An [Engine] is a taxonomy and some dialects, compiled and immutable.
//   - A [Translation] is one error that is read and written. It is taken from a
//     pool and returned to it.
//   - General rules are dialects that read bodies of unknown dialects.
//   - A chained instance is another Koine instance in front of the upstream; its
//     envelope is passed on.
//
// # Use
//
// Compile once, then for every error take a Translation, read, render, and
// release it:
//
//	t := engine.Acquire()
//	defer t.Release()
//	t.Read(404, body)
//	out := t.AppendCanonical(nil, &policy, translate.RenderParams{RequestID: id})
//
// # Files
//
// The files of one step share a prefix, and each step has one struct. compile_
// makes an Engine. read_ makes a document of a body, whose values are reached by
// tree_. detect_ finds the dialect (detection), extract_ reads an error by its
// rules (reader, extraction) and fields_ its fields (fieldWalk). write_ renders the
// answer (writer, dialectWriter). stream_ is about frames of streams.
package translate
