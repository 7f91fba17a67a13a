package redact

// parserPhrases are phrases about parsers.
const parserPhrases = `
# parsers
	unexpected token Q
	unexpected token in
	unexpected token < W
	unexpected token at Q
	unexpected token [|]|{|}|:|;|,|&|*
	unexpected token W in json
	unexpected end of json|input|file|stream|data
	unexpected end - of
	end - of - input|file|stream
	unexpected eof|identifier|char|non|byte|symbol
	unexpected character Q|(|encountered
	invalid character Q looking|after|in|as
	invalid character ( W
	looking for beginning
	json parse|parser|parsing|decode|decoding|deserialization error|exception|failed
	json at position
	in json at
	Q is not valid json
	unrecognized token|field Q
	not marked as ignorable
	was expecting
	expecting value
	expecting property
	expecting G delimiter
	expected G delimiter
	expected value at line
	expected property name
	property name enclosed
	double - quoted property
	at line N column
	at line N , column
	line N , position N
	at line N at|offset
	( char N )
	( code N
	at offset N
	invalid numeric|integer|float literal
	invalid literal
	with base N
	parse json|yaml
	read json
	read document
	be parsed at
	parsed at index
	mapping values
	missing field B
	unknown field B ,
	document is empty , line
	root level
	start of a value|property
	invalid start of
	parser error
	syntax error at or
	syntax error , W
	error parsing
	parse|compile error on|at
	parsing time Q
	unterminated string
	trailing data|comma|characters at|in|after
	entity Q not defined
	unparseable date
	^ invalid time value $
	time data
	malformed packet|uri
	json text|value could|not|must|in not|be
	escape sequence
	string literal
	wire - format
	wire type
	in prolog
	namespace prefix
	element type
	yaml : W
	invalid value for W (
	: invalid syntax
	month|day|hour out of range
	no serializer
	creator exists
	close marker
	source : (
	for bodytype
	path : $
	path Q , line
	javascript runtime
	error domain
	data not be read
	unrecognized selector
	not be converted to W .
`
