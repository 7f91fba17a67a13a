package redact

// valuePhrases are phrases about null values and types.
const valuePhrases = `
# null values
	because Q is null
	on an undefined
	because the return value of
	property|properties G of|on|from undefined|null|nil
	undefined method|variable|index|offset|property|constant|function|reference|symbol|array|local|field|label
	null value in
	null|nil pointer|reference|check|dereference|object
	object reference not
	reference is|to null
	not be null ( W
	is undefined|null|none|nil not
	it is undefined|null|nil
	undefined|null ( reading
	undefined|null|none|nan is not an|a object|function|iterable|constructor|callable
	undefined|null|none|nan is not iterable|callable|subscriptable
	not found : undefined
	received|got undefined|nan|symbol
	not read property|properties|field Q
	not set property|properties of
	not read Q
	not load|store|throw|enter G because Q
	not invoke Q
	Q is|was undefined $
	on|of|to null|none|nil|undefined $
	on|of value of type null
	of type null
	null cast|converted
	null not be cast
	, null|none|array|int|string|false|bool returned|given
	because W is undefined|null|nil
	not be undefined
	not defined at G (
	unwrapping an optional
	non - null assertion
# types
	! deserialize
	be cast to
	! implicitly convert
	! convert object|undefined|null|nil|symbol
	! convert value of type
	! convert a value of type
	! convert property
	! convert G to type|integer|float|int|long
	convert W to float|int|integer|long|nil
	! cast object|from|type|value
	! coerce
	cast is not|from
	specified|invalid|unsafe|illegal|dynamic cast
	cast to W failed
	of type Q to|cannot|could
	of required type
	to required type
	to type Q
	into type Q
	value of type B
	go struct|value|type
	struct field
	interface conversion
	operand type|types
	unsupported operand|operands
	bad operand
	must be str|int|bytes|dict , not
	must be of type W , W
	must be of type W . received
	must be of the type
	argument must be
	argument # N
	argument|parameter type|count mismatch
	can only concatenate|join
	index|indices out of range|bounds
	out of bounds for|access|of|memory
	bounds out of range
	index N is out
	index N out of
	range of valid values
	the bounds of the
	sequence contains
	contains no element|elements matching
	no implicit conversion
	to string conversion
	object|instance of type W is|has|cannot
	object|instance of type Q is|has|cannot
	[ object W ]
	bean named|of|with|definition|creation
	object is|has not|no callable|iterable|subscriptable|attribute|len|extensible
	given key Q
	key G not present in the dictionary
	for an instance of
	instance of entity
	expected type Q
	mismatched types
	incompatible types
	input string was|Q
	for input string
	was of type W $
	expected string but|, received|got|was|found undefined|object
	enum constant
	constant|variant of enum
	unknown variant
	premature end
	not assignable to
	type W does|is not implement|assignable|comparable
	invalid type : string|integer|map|sequence|null|boolean|floating|unit|byte|newtype|struct|char
	data type int|varchar|nvarchar|datetime|text|bigint
	not a subtype of
	wrong argument type
	wrong kind of value
	wrong number or types
	is not an instance of
	not a valid representation
	not recognized as a valid
	in a correct format
	be interpreted as
	overflows int|long|uint|byte
	arithmetic|stack|integer|field|buffer overflow
	with overflow
	an overflow
	comparison of W with
	comparison method violates
	not supported between instances
	non - numeric value
	not json serializable
	not serializable|callable|hashable|subscriptable|indexable
	is not iterable|callable|subscriptable|hashable
	does not support item|indexing|slicing|iteration
	item assignment|deletion
	immutable type|object
	type assertion
	parse Q as
	array to string
	converting circular
	circular structure|reference
	object cycle
	referencing loop
	infinite recursion
	modify frozen
	does not exist on type
	property Q of|does not|undefined|null|non
	property Q does not exist on
	property of non
	of non - object
	assign to read
	getter|setter G property
	property W found for
	property or field
	initialization of|error|failed
	already has a value
	indices must be
	( parameter Q )
	of class W not
	character found in
`
