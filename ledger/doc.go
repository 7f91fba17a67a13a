// Package ledger counts the errors of upstreams by site, route, dialect, native code and
// status, so that people see what is not mapped, and whether a site can be switched.
//
// The package has no clock and no storage. Its memory is bounded whatever the traffic
// invents: it keeps the most frequent errors and says how wrong their counts can be
// (Metwally et al., Efficient Computation of Frequent and Top-k Elements in Data Streams,
// 2005). Nothing that an upstream sent is kept unless package redact allows it.
package ledger
