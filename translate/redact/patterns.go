package redact

import "regexp"

// patterns find texts that must not reach clients. A pattern is run only if the
// text has all features of one of its masks, so that an ordinary sentence needs one
// pass and no regular expression.
var patterns = []struct {
	name  string // for tests
	masks []features
	re    *regexp.Regexp
}{
	{
		"stack frame",
		[]features{wordAt | paren, wordDot | paren},
		regexp.MustCompile(`(?:^|\s)at (?:(?:async |new )[\w.$<>\[\]/]+|[\w$<>\[\]]*[./$<][\w.$<>\[\]/]+) ?\(|\.[A-Za-z]\w*\(0x[0-9a-f]+`),
	},
	{
		"exception class",
		[]features{exception | wordDot, exception | backslash, typeColon},
		regexp.MustCompile(`\b(?:[A-Za-z_$][\w$]*[.\\])+[A-Z]\w*(?:Exception|Error|Fault)\b|\b[A-Z]\w*(?:Exception|Error): `),
	},
	{
		"traceback",
		[]features{wordTrace, quotedFile, exception},
		regexp.MustCompile(`\bTraceback \(|\bFile "[^"]+"|\bgoroutine \d+ \[|\bpanic: |\bruntime error: |\bnil pointer\b|\binvalid memory address\b|\bCaused by: |\bnested exception is\b|\bNull(?:Reference|Pointer)(?:Exception)?\b|(?i:\bstack ?trace\b)`),
	},
	{
		"source line",
		[]features{lineNumber, wordDot | digitColon},
		regexp.MustCompile(`(?i)\.(?:go|py|java|kt|scala|php|rb|js|ts|cs|cpp|c|rs|pl|vb|jsx|tsx|exs?):\d+|\bon line \d+|:line \d+|, line \d+`),
	},
	{
		"SQL statement",
		[]features{wordSelect, wordWhere | equals, wordInsert | wordInto, wordUpdate | wordSet, wordDelete | wordFrom, wordChange | wordTable},
		regexp.MustCompile(`(?i)\bselect\s+(?:distinct\s+)?(?:\*|\w+\.[\w*]|count\(|["\x60]\w|\w+(?:\s+as\s+\w+)?(?:\s*,\s*[\w.]+(?:\s+as\s+\w+)?)+\s+from\s|\w+\s+from\s+\w+(?:\s*(?:$|[;)\]'"])|\s+(?:where|order|group|limit|join|inner|left|having)\b))|\binsert\s+into\b|\bupdate\s+\S+\s+set\s+\S+\s*=|\bdelete\s+from\b|\b(?:drop|alter|create|truncate)\s+table\b|\bwhere\s+["'\x60]?\w[\w."'\x60]*\s*=`),
	},
	{
		"database message",
		[]features{wordData, wordTable, equals | paren},
		regexp.MustCompile(`(?i)\bsqlstate\b|\bSQL syntax\b|\bsyntax error at or near\b|\bORA-\d{4,5}\b|\bduplicate (?:key value|entry)\b|\bviolates (?:unique|foreign|check|not-null|exclusion)|\b(?:foreign key|primary key|not null|unique|integrity|check) constraint (?:["'\x60(]|fail|violat)|\bKey \([^)]*\)=\(|\brelation "[^"]*"|\b(?:column|table) ["'\x60]?[\w.]+["'\x60]? (?:does not exist|doesn't exist|of relation|already exists|cannot be null)|\bdeadlock (?:found|detected)\b|\bE11000\b|\bmongo(?:db)?\b|\bpostgres(?:ql)?\b|\bmysql\b|\bmariadb\b|\bsqlite\b|\bsql server\b`),
	},
	{
		"file path",
		[]features{slash},
		regexp.MustCompile(`(?:^|[\s"'(=:\[<,])/(?:bin|boot|dev|etc|home|lib|mnt|opt|private|proc|root|run|sbin|srv|sys|tmp|usr|var|app|node_modules|workspace|Users|Library|Applications|Volumes)(?:/|\b)`),
	},
	{
		"Windows path",
		[]features{backslash, drive},
		regexp.MustCompile(`\b[A-Za-z]:[\\/][\w. $-]+[\\/.]|\\\\[\w.$-]+\\`),
	},
	{
		"source file",
		[]features{slash | wordDot, backslash | wordDot},
		regexp.MustCompile(`[\w.-]*[/\\][\w./\\-]*\.(?:go|py|java|kt|php|rb|js|ts|cs|cpp|rs|pl|jsp|aspx?|cshtml|erb|ini|conf|ya?ml|env|pem|key|sql|log)\b`),
	},
	{
		"connection string",
		[]features{slash, wordDial},
		regexp.MustCompile(`(?i)\bjdbc:|\b(?:tcp|udp|unix|rediss?|amqps?|mongodb(?:\+srv)?|postgres(?:ql)?|mysql|mssql|ldaps?|smtp|nats|kafka|file|ssh|s3|gs)://`),
	},
	{
		"internal URL",
		[]features{slash},
		regexp.MustCompile(`(?i)\bhttps?://(?:[^\s/@]*@|[^\s/]*:\d+|[^\s/.]+(?:[/\s]|$)|\[)`),
	},
	{
		"IP address",
		[]features{digitDot, doubleColon},
		regexp.MustCompile(`(?i)(?:^|[^\w.])(?:\d{1,3}\.){3}\d{1,3}(?:$|[^\w.]|\.(?:$|\s))|\b(?:[0-9a-f]{1,4}:){3,7}[0-9a-f]{0,4}|[0-9a-f]*::[0-9a-f]`),
	},
	{
		"internal host",
		[]features{wordHost},
		regexp.MustCompile(`(?i)\blocalhost\b|\b[\w-]+(?:\.[\w-]+)*\.(?:internal|intranet|local|localdomain|lan|corp|svc|consul)\b|\bip-\d+-\d+-\d+-\d+\b`),
	},
	{
		"host and port",
		[]features{digitColon},
		regexp.MustCompile(`(?i)\b[a-z]\w*(?:[.-][\w-]+)+:\d{2,5}(?:\D|$)|\b[a-z]\w*:\d{4,5}(?:\D|$)`),
	},
	{
		"network failure",
		[]features{wordDial},
		regexp.MustCompile(`\bdial (?:tcp|udp|unix)\b|\bE(?:CONN(?:REFUSED|RESET|ABORTED)|(?:HOST|NET)UNREACH|PIPE|NOTFOUND|TIMEDOUT)\b|\bgetaddrinfo\b|\bno such host\b|\b[Cc]onnection (?:refused|reset by peer)\b`),
	},
	{
		"server and version",
		[]features{slash},
		regexp.MustCompile(`(?i)\b(?:apache|nginx|openresty|tomcat|jetty|iis|php|werkzeug|gunicorn|uvicorn|express|openssl|envoy|varnish|lighttpd|caddy)/\d`),
	},
	{
		"secret by name",
		[]features{equals, named, wordBearer},
		regexp.MustCompile(`(?i)(?:\b|_)(?:(?:access|refresh|auth|id|client|api)?(?:secret|token)|password|passwd|pwd|authorization|credentials?|session(?:[_-]?id)?|cookie)["']?\s*=\s*["']?[^\s"',;]{3,}|(?:\b|_)(?:access|api|private|secret)?key["']?\s*=\s*["']?[^\s"',;]*\d|(?:\b|_)(?:(?:access|refresh|auth|id|client|api)?(?:secret|token)|(?:access|api|private|secret)?key|password|passwd|pwd|authorization|credentials?|cookie)["']?\s*:\s*["']?[^\s"',;]*\d|\bbearer\s+[\w.~+/=-]*\d[\w.~+/=-]{6,}|\bbasic\s+[A-Za-z0-9+/]{8,}=`),
	},
	{
		"secret by shape",
		[]features{shaped, dash},
		regexp.MustCompile(`\b(?:sk|pk|rk)_(?:live|test)_\w+|\bsk-[\w-]{16,}|\b(?:AKIA|ASIA)[0-9A-Z]{12,}|\bgh[pousr]_\w{16,}|\bgithub_pat_\w+|\bglpat-[\w-]{16,}|\bxox[abprs]-[\w-]{8,}|\bAIza[\w-]{20,}|\beyJ[\w-]{8,}|-----BEGIN `),
	},
}
