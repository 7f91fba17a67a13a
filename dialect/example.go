package dialect

// Example is a response that the dialect must detect or, with Is "none", must not.
type Example struct {
	About  string
	Status int
	Header map[string][]string // of the response
	Host   string              // of the upstream; "" if not known
	Body   string
	Is     string // a canonical code, or "none"

	// The expected values, checked if given.
	Code      string // the native code
	Message   string
	RequestID string
	Fields    map[string]string
	Details   string // a JSON object
	After     int    // seconds to wait; -1 if not checked
	Retry     string // the retry strategy
	At        Pos
}
