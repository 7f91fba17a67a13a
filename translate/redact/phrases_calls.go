package redact

// callPhrases are phrases about calls, names, memory and the execution of programs.
const callPhrases = `
# calls and names
	^ I is not a function|constructor $
	^ I . I is not a function|constructor $
	. I . I is not a function|constructor $
	^ I is not defined $
	name Q is not defined
	has no attribute|method|member|property|constructor
	no attribute|method|constructor|overload Q
	member function
	positional argument|arguments|parameter|parameters
	keyword argument|arguments
	takes N positional|argument|arguments
	takes exactly|no argument|arguments
	takes no arguments
	( given N , expected
	uninitialized constant|variable|property|value
	lateinit property
	number of arguments
	too few|many arguments|positional
	values|value to unpack
	local variable
	variable or method
	referenced before
	before assignment|initialization
	no module named
	! find|load|resolve module|type|symbol|assembly|bean|library|shared
	! resolve all|keyword|dependencies|reference|placeholder|service|parameter|host|method|view
	! load file or
	file or assembly
	^ file Q , line N
	. W on line N
	parse|parsing|parser|syntax|compile|compilation|fatal|template error G line N
	unexpected G line N
	: line N
	. W , line N
	. W Q on|, line N
	line N , col|column N
	line N col|column N
	traceback (
	goroutine N [
	panic : W
	runtime error :
	caused by : W
	nested exception is
	file Q , line
	dial tcp|udp|unix
	apache|nginx|openresty|tomcat|jetty|iis|php|werkzeug|gunicorn|uvicorn|express|openssl|envoy|varnish|lighttpd|caddy / N
	site - packages
	connection refused
	connection reset by
	socket hang up
	no such host
	module not found
	import name
	object method
	assignment to constant|entry|undeclared
	class|default|copy constructor
	no suitable|matching|applicable constructor|method|function|overload|driver
	argument constructor
	constructor of|for|or
	is|was called on|with null
	invoked without
	super constructor
	get property Q
	private|protected|abstract|virtual|static method|constructor
	abstract class
	method resolution
	method W (
	method not found :
	method or data
	unexpected keyword
	function clause
	case clause
	match of right
	right hand side
	attempt to call|index|compare|concatenate|divide|subtract|multiply|add|modify
	attempted to divide
	attempted relative import
	no method matching|error
	undeclared variable|identifier
	bad argument #|in|type
	must not be accessed
	uncaught|unhandled exception|error|rejection|promise|signal
	illegal invocation|offset|instruction|state
	invalid|illegal string|array|memory|buffer|seek offset|length|access
	invalid procedure call
	procedure|function or function|procedure|view
	procedure|function W has too
	to undefined|unknown function|method
	undefined function
	has already been declared
	previously declared
	headers already
	headers after they
	closed|nil channel|socket|pipe
	use of closed network|file|connection
	use of unassigned|undeclared|uninitialized|undefined
	already been consumed|disposed
	disposed object|context
	a disposed
	never awaited
	! autowire
	dependency injection
	unsatisfied dependency
	resolve service for
	service for type Q
	! instantiate
	type initializer|instantiation
	mapping found for
	ambiguous mapping|handler|overload|column|method
	handler methods
	target class
	for servlet
	no overload
	inaccessible due
	protection level
	class loader|path
	in class path
	must implement interface|method
	exception of type
	threw|throw an exception|error
	thrown exception
	inner|nested|unexpected|uncaught|checked|runtime|previous exception
	exception was|is thrown|raised|caught|handled
	exception has been thrown|raised|caught
	exception occurred|during|evaluating|processing|calling|handling|error
	thrown during
	request processing failed
	raised unexpected
	calling the W operation
	operation error W
	futures timed
	ask timed out
	timeoutexception
	stack level|overflow|trace|size|smashing|frame|underflow|exhausted
	call stack
	recursion depth|limit
	changed size during
	during iteration
	collection was modified
	enumeration operation|already|has
	nullable object
	reduce of empty
	of empty array|sequence|collection|string|range
	pop|peek from
	pop|peek|dequeue from an|empty empty|list
	empty sequence|collection|iterable
	dictionary G key
	max|min ( ) arg
	invalid array|buffer length
	invalid digit
	invalid regular expression
	array|dict|hash|undefined offset|index|key
	duplicate key value|error|row|in
	with the same key
	same key value
	key not found : W
	key not found : : W
	^ division|divide|divided|modulo|remainder by zero $
	divided|division|divide by N $
	^ / by zero
	divide by zero
	attempt to divide
	divided by zero $
	division|modulo by zero $
	math domain
	char boundary
	byte index|offset|array|order|sequence
	surrogates not
	! encode|decode byte|character|bytes|string
	codec not
	utf - 8 codec|sequence|characters|encoded
	malformed utf
	invalid utf
	continuation byte
	sequence for encoding
	out of memory
	memory size|exhausted|allocation|leak|address
	bytes exhausted
	tried to allocate
	! allocate memory
	execution time of
	maximum execution time
	heap space|size|out|limit
	native thread
	thread pool
	thread Q panicked
	core dumped
	segmentation fault
	terminate called
	double free
	free or corruption
	assertion failed|error
	assertion Q failed
	assert failed
	panicked at
	fatal error : W
	mutably borrowed
	already borrowed|mutably
	dereference of
	go runtime
	goroutines are asleep
	outside of application|request|session|transaction context
	application|request|db|security|execution context $
	context instance
	context deadline
	deadline exceeded
	context canceled|cancelled
	canceled while
	a task was canceled|cancelled
	execution expired
	bound to a session
	detached entity|instance
	persistent instance|entity|class
	unsaved transient
	transient instance
	references an unsaved
	lazily initialize
	initialize proxy
	passed to persist
	row count from
	unexpected row count
	by another transaction (
	unsaved - value
	transaction has been rolled
	rolled back due to
	entity changes
	data reader
	second operation was
	linq expression
	expression G not be translated
	type map
	lambda expression
	mass assignment
	fillable property
	unpermitted parameter|parameters|param
	param is missing
	unknown attribute Q for
	for the named route
	reactor running
	no route matches [
	route [
	reverse for
	pattern ( s
	missing template
	template error :
	rendering of a
	unclosed tag|block|token|string
	N validation error|errors for W
	validation for Q failed on
	[ type = W
	input_value =
	at path Q
	key : Q error :
	unknown query [
	) . W is not a function
	delegate must
	guid should contain
	registered for interface
	variable Q does not exist
	but got none
	persistent term
	a hash|array|code|scalar|glob reference
	! commit transaction
	! commit jpa|jdbc|hibernate|W transaction
	non - exhaustive
	number of array elements
	object variable
	run - time error
	runtime error N
	null - valued
	non - nullable
	non - conformable
	at line N of file
	variable W is undefined
	in program W
	unrecognized name : W
	empty list $
	method on a null
	exceeds the number of array
	program or batch file
	rollback - only
	parameter not bound
	requirement failed :
	current state of the object
	part of the path
	guid format
	completion state
	server closed $
	not apply to a|an Q
	^ incorrect padding
	generator not
	! serialize the|object|type|value
	do not know how to serialize
	atomic block
	offset - naive|aware
	unknown keyword : :
	serialization of
	called on non
	because W . W is undefined|null
	update / delete query
	not loaded yet
	arguments must
	primary key value before
	conversion of W to
	not set attribute Q
	redefine property|constant|method|function
	generator|coroutine|fiber is|was already
	already been operated
	attempted merging
	be mapped because
	required type :
	W . W redeclared
`
