// Package collector has the default of the garbage collector for a proxy.
package collector

import (
	"os"
	"runtime/debug"
)

// Growth is the default of GOGC, in percent: how far the heap may grow beyond what is in use
// before it is collected. A proxy has little in use, some ten megabytes of tables and pools, and
// makes much garbage, so Go's own default of 100 collects many times a second to save memory
// that nobody needs. With 300 the heap takes at most four times what is in use instead of
// twice. Caddy limits the memory of the process to 90 % of that of its container or machine,
// and near that limit Go collects earlier, whatever the growth is.
const Growth = 300

// SetDefault sets Growth, unless the environment says what the user wants: GOGC, or GOMEMLIMIT
// for a limit of their own.
func SetDefault() { setDefault(os.LookupEnv, func(percent int) { debug.SetGCPercent(percent) }) }

func setDefault(lookup func(string) (string, bool), set func(percent int)) {
	for _, name := range [...]string{"GOGC", "GOMEMLIMIT"} {
		if value, ok := lookup(name); ok && value != "" {
			return
		}
	}
	set(Growth)
}
