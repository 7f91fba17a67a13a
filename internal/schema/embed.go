// Package schema holds the JSON Schemas (draft 2020-12) of envelopes and of mapping files.
// Tests of package translate validate every answer of an engine.
package schema

import _ "embed"

// Envelope describes the canonical envelope (application/json).
//
//go:embed envelope.schema.json
var Envelope []byte

// Problem describes the envelope `problem` (application/problem+json). It refers to
// Envelope for shared definitions.
//
//go:embed problem.schema.json
var Problem []byte

// Mapping describes mapping files, for completion in editors. The reader of the files does
// not use it, because its faults have positions and suggestions.
//
//go:embed mapping.schema.json
var Mapping []byte
