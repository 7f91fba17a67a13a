// Package redact decides which texts of an upstream may reach clients: those
// without stack frames, SQL, paths, addresses and secrets.
package redact
