// Package limitheader reads the rate-limit headers of upstreams, and writes those
// of answers. The headers are defined by tables that are compiled from mapping
// files.
package limitheader
