// Package limitheader reads the rate-limit headers of upstreams, and writes those
// of answers. Tables compiled from mapping files say which headers there are.
package limitheader
