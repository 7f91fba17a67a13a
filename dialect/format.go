package dialect

// Format is what a body is.
type Format string

// The formats. All but JSON are read as the JSON that says the same.
const (
	FormatJSON  Format = "json"
	FormatXML   Format = "xml"
	FormatHTML  Format = "html"
	FormatText  Format = "text"
	FormatForm  Format = "form"
	FormatEmpty Format = "empty" // no body: only headers tell
)

// Formats returns the words of `format`.
func Formats() []Format {
	return []Format{FormatJSON, FormatXML, FormatHTML, FormatText, FormatForm, FormatEmpty}
}
