// Package schema holds the JSON Schemas (draft 2020-12) of what clients get to
// see, and of mapping files. The former are a promise: every answer of an engine
// validates, and the tests of package translate hold it to that.
package schema

import _ "embed"

// Envelope describes the canonical envelope (application/json).
//
//go:embed envelope.schema.json
var Envelope []byte

// Problem describes the envelope `problem` (application/problem+json). It
// refers to Envelope for what the two share.
//
//go:embed problem.schema.json
var Problem []byte

// Mapping describes mapping files, for completion in editors. The reader of the
// files does not need it: it says more of what is wrong, and where.
//
//go:embed mapping.json
var Mapping []byte
