package translate

import "strings"

// Scan exports scan for FuzzScan.
func (t *Translation) Scan(s string) bool { return t.scan(s) }

// MaxDepth is the maximum nesting of a body.
const MaxDepth = maxDepth

// AppendFieldPath and AppendPointer export the two notations of a field path.
func AppendFieldPath(dst []byte, s string) []byte { return appendFieldPath(dst, s) }
func AppendPointer(dst []byte, s string) []byte   { return appendPointer(dst, s) }

// Unquote exports unquote for FuzzUnquote.
func Unquote(raw string) string { return unquote(raw, strings.IndexByte(raw, '\\') >= 0) }
