// Package learn drafts a mapping file from a few captured error responses. A draft
// compiles, its examples pass, and uncertain rows are marked for review.
//
// The general rules of package translate read each sample, and say which members gave code,
// message and so on. Where the names say nothing, the samples are compared: a member whose
// values are words that differ from error to error may be the code.
package learn
