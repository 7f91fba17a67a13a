package dialect

// Unit is the format of a time: a reset, a window, or a wait.
type Unit string

// The units.
const (
	UnitAuto              Unit = "auto"               // by the form and size of the value; the default
	UnitSeconds           Unit = "seconds"            // from now
	UnitMilliseconds      Unit = "milliseconds"       // from now
	UnitMinutes           Unit = "minutes"            // from now
	UnitDuration          Unit = "duration"           // from now, in the format of Go or of ISO 8601: 6m0s, PT6M
	UnitDate              Unit = "date"               // RFC 3339, ISO 8601 or an HTTP date
	UnitEpoch             Unit = "epoch"              // Unix seconds
	UnitEpochMilliseconds Unit = "epoch_milliseconds" // Unix milliseconds
)

// Units returns all units.
func Units() []Unit {
	return []Unit{UnitAuto, UnitSeconds, UnitMilliseconds, UnitMinutes, UnitDuration, UnitDate, UnitEpoch, UnitEpochMilliseconds}
}
