package redact

// systemPhrases are phrases about networks, servers, containers and operating systems.
const systemPhrases = `
# queues, caches, directories, mail, remote calls
	hash slot
	persist on disk
	read only replica
	loading the dataset
	^ err W
	consumer group
	not present in metadata
	broker transport
	in - sync
	not leader
	no queue Q
	in vhost
	reply - code
	channel error|exception
	protocol method|error|violation
	broker logfile
	dead letter
	ldap : error
	ldap error
	bind : invalid credentials (
	ora|pls|tns - N
	tns : W
	relaying denied
	relay access
	smtp host|server|error
	mail server connection
	authentication mechanism
	rpc error
	^ N unavailable|internal|unknown|cancelled|unimplemented|aborted :
	no connection established
	name resolution
	resolve host|hostname
	dns resolution|lookup
	no address associated
	nodename nor
	name or service
	service not known
	stream error|reset|removed
	healthy upstream
	upstream connect|prematurely|server|request|sent|timed
	connect error
	before headers
	reset reason
	connection failure|termination
	no route to
	network is unreachable
	host unreachable
	broken pipe
	by peer
	remote end closed
	without response
	handshake failed|failure|error|timed
	ssl connection|error|handshake|routines|alert
	tls handshake|alert
	certificate signed|verify|chain|is valid|failed|for
	certificate is valid for
	unknown authority
	certification path
	first certificate
	self - signed
	self signed
	in certificate chain
	issuer certificate
	trust anchor
	max retries
	read timed out
	connect timeout|timed
	i / o error|timeout|exception
	while awaiting
	waiting for connection
	waiting for an open
	machine actively
	actively refused
	socket hang|closed|timeout|error|exception
	status code N $
	( status code
	signature validation failed
	have a kid
	perform : W : W
	assume role
	provisioned throughput
	conditional request
	security token included
	included credentials
	retrieve a token
	establishing a database connection
	credentials cache
	initial credentials
	encryption type (
	authentication failure $
	gss - api
	no responders
	clock skew
	no route found for
	login W password W
# containers and operating systems
	exit code is N
	stage failure
	has state failed
	insufficient memory|cpu|storage $
	nodes are available
	state lock
	err ! W
	library not loaded
	killed on request
	no such file or|:|$
	file or directory
	is a directory
	not a directory
	read - only file
	file descriptor|handle
	too many open files|connections|sockets
	disk quota
	space left on
	device or resource
	resource temporarily
	operation not permitted
	os error
	exit status|code N
	exited with
	exec : W
	exec failed|format
	killed process
	signal : W
	command not found
	open stream
	failed to open stream|tcp|file
	used by another process
	cannot find the file|path
	shared object
	symbol lookup
	restarting failed
	container process|runtime
	start container
	failed container
	docker daemon
	in the namespace Q
	permission Q denied
	in api group
	cannot get resource
	admission webhook
	oci runtime
	liveness|readiness probe
	vm limit
	gc overhead
	array size exceeds
	permission denied (
	process is not alive
	alive or there
	stack smashing
	access violation
	at runtime
	event loop
	invalid argument supplied
	invalid memory
	zero value
	error occurred ( W )
	unsupported scan
	driver class
	data source G url
	spel expression
	evaluated to null
	evaluate field
	executing Q at
	begin N , end
	W N , W N , W N
	error sending request
	for url (
	request timed out after N ms
	timeout of N exceeded
	after N ms|milliseconds
	pool is probably
	dropped from queue
	unmarshal errors
	illegal base64
	bad decrypt
	final block
	jwt malformed|signature
	data exception
	null property
`
