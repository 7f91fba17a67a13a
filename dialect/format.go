package dialect

// Format is the format of a body.
type Format string

// The formats. All of them are read as a tree of the kind that JSON has.
const (
	FormatJSON  Format = "json"
	FormatXML   Format = "xml"
	FormatHTML  Format = "html"
	FormatText  Format = "text"
	FormatForm  Format = "form"
	FormatEmpty Format = "empty" // no body
)

// Formats returns the values of `format`.
func Formats() []Format {
	return []Format{FormatJSON, FormatXML, FormatHTML, FormatText, FormatForm, FormatEmpty}
}
