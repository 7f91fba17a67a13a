// Package learn drafts a mapping file from a handful of captured error
// responses. What it writes is a beginning: it compiles, its examples hold, and
// every row that is not sure says so.
//
// Nothing here knows the names of a product. A place of a body is judged by its
// values first (do they differ, are they words or sentences, do they repeat the
// status), and by its name second, so that names in any language will do.
package learn
