// Package learn drafts a mapping file from a few captured error responses. A draft
// compiles, its examples pass, and uncertain rows are marked for review.
//
// The package has no rules for specific products. It classifies a member of the bodies first by its
// values (whether they differ, are words or sentences, repeat the status) and then by its
// name, so it works with names in any language.
package learn
