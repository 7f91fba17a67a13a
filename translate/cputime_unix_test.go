//go:build unix

package translate_test

import (
	"syscall"
	"time"
)

// cpuTime returns the CPU time of the process so far. Unlike the time of the clock, it says
// what the work costs on a machine that does other work, too.
func cpuTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
