package dialect

// Decodings returns the words of Place.Decode.
func Decodings() []string { return []string{"html", "percent"} }

// WaitUnits returns the words of Place.Unit.
func WaitUnits() []string { return []string{"seconds", "ms", "minutes", "duration", "date", "epoch"} }
