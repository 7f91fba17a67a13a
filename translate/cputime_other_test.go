//go:build !unix

package translate_test

import "time"

var started = time.Now()

// cpuTime returns the time of the clock, where no CPU time can be read.
func cpuTime() time.Duration { return time.Since(started) }
