package redact

// databasePhrases are phrases about databases.
const databasePhrases = `
# databases
	sql syntax|error|statement|query|exception|server|state
	; sql
	duplicate entry Q for
	duplicate entry Q
	dup key
	violates unique|foreign|check|not|exclusion
	violation of
	constraint failed|fails|[
	constraint violation :|[|exception|error
	constraint Q failed|violated
	unique constraint failed|(|Q
	key constraint fails|Q|(
	foreign key constraint
	integrity constraint
	relation Q
	key ( G ) =
	of relation
	in table Q
	of table Q
	on table Q
	is not present in
	column|table Q does not
	column|table Q already exists
	column Q cannot be null
	column Q not be null
	column Q specified
	column Q in Q
	column Q is of type
	column|table Q of
	column|table W . W not|already
	table W . W not
	column|table W_ not
	unknown column|table|database Q
	Q in Q clause
	in where clause
	data too long for
	too long for type|column
	out of range value
	value for column
	for column Q
	incorrect integer|string|datetime|date|decimal|double value
	column count
	restarting transaction
	lock wait
	get lock
	! acquire jdbc|connection|lock|the|a lock|connection
	! obtain jdbc|connection|a connection
	resource from the
	connection from the
	acquiring a connection
	connection pool|slots|broken|leak|reset
	pooled connections|connection
	connections were in
	deadlock found|detected|victim
	serialize access
	commands ignored
	transaction block|(|isolation|aborted
	transaction is aborted
	canceling statement
	statement timeout|has|callback|( terminated
	statement timeout
	execute statement|query
	prepared statement
	parameterized query
	administrator command
	password authentication failed
	for user Q
	login failed for user
	too many clients|connections
	server has gone
	server closed the
	lost connection to
	closed the connection unexpectedly
	remote host
	connect to redis|mysql|database|mongodb|postgres|elasticsearch|kafka|docker|memcached|rabbitmq
	connect to W server on
	connect to server
	connecting to W :
	database server|driver|engine
	database is locked
	database Q does|is|not
	database disk
	open|reach|readonly database
	disk image
	no such table|column|collection|index|function|savepoint|keyspace|container|image|host|process|device
	near Q : syntax
	syntax to use
	table or view
	invalid object|column name Q
	incorrect syntax
	would be truncated
	failed when converting
	statement conflicted
	( process id
	deadlocked on
	insert null
	insert duplicate
	child row
	parent row
	cursor N
	cursor id N
	cursor is not open
	query results for
	find W with Q =
	W matching query
	matching query does
	more than one W returned
	not return a unique
	returned more than one
	no rows in
	multiple rows were
	extract resultset
	not - null
	- to - many
	many - to - W
	bind variable|parameter|message
	bulk write
	multi - document
	executor error
	scan error
	find name Q
	unexported field
	find module
	server selection
	no suitable servers
	replica set
	not master|primary
	all shards
	shards failed
	index Q already|does
	parse field [
	collection : W . W
	query of W \
	is missing for a query
	does not match the schema
	row - level
	packet bigger
	operator does not exist
	permission denied for|to table|schema|relation|database|sequence|function|view|column W
	level N , state
	consistency level
	unconfigured table
	failing row
	row contains (
	argument id is
	buffering timed
	to objectid
	invalid input syntax
	input syntax|value for type|integer|enum
	quorum G level
	a connection to the
	mongo|mongodb|postgres|postgresql|mysql|mariadb|sqlite|redis said|says|error|server|client|connection|query|host|driver|returned|refused|failed|not|did|cluster|replica|instance|database|backend|:
	mongo|mongodb|postgres|postgresql|mysql|mariadb|sqlite|redis is|was down|not|unavailable|locked|full|unreachable|gone|offline|read
	^ moved|ask N
	readonly you
	oom command
	loading redis
`
