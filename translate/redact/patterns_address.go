package redact

import (
	"regexp"
	"strings"
)

// addressPatterns find files, servers and hosts.
var addressPatterns = []pattern{
	{
		"file path",
		[]features{slash},
		regexp.MustCompile(`(?:^|[\s"'(=:\[<,])(?:/(?:bin|boot|dev|etc|home|lib|mnt|opt|private|proc|root|run|sbin|srv|sys|tmp|usr|var|app|data|node_modules|workspace|Users|Library|Applications|Volumes)(?:/|\b)|~/[\w.])|\bnode_modules/|\bsite-packages/`),
		isFilePath,
	},
	{
		"Windows path",
		[]features{backslash, drive},
		regexp.MustCompile(`\b[A-Za-z]:\\\w|\b[A-Za-z]:/[\w. $-]+[\\/.]|\\\\[\w.$-]+\\|%(?:APPDATA|TEMP|USERPROFILE|PROGRAMFILES)%\\`),
		nil,
	},
	{
		"source file",
		[]features{slash | wordDot, backslash | wordDot},
		regexp.MustCompile(`[\w.-]*[/\\][\w./\\-]*\.(?:go|py|java|kt|php|rb|js|ts|cs|cpp|rs|pl|jsp|aspx?|cshtml|erb|ini|conf|ya?ml|env|pem|key|sql|log)\b`),
		isSourceFile,
	},
	{
		"connection string",
		[]features{slash, wordDial},
		regexp.MustCompile(`(?i)\bjdbc:|\b(?:tcp|udp|unix|rediss?|amqps?|mongodb(?:\+srv)?|postgres(?:ql)?|mysql|mssql|ldaps?|smtp|nats|kafka|file|ssh|s3|gs)://`),
		nil,
	},
	{
		"internal URL",
		[]features{slash},
		regexp.MustCompile(`(?i)\bhttps?://(?:[^\s/@]*@|[^\s/]*:\d+|[^\s/.]+(?:[/\s]|$)|\[)`),
		nil,
	},
	{
		"IP address",
		[]features{digitDot, doubleColon},
		regexp.MustCompile(`(?i)(?:^|[^\w.])(?:\d{1,3}\.){3}\d{1,3}(?:$|[^\w.]|\.(?:$|\s))|\b(?:[0-9a-f]{1,4}:){3,7}[0-9a-f]{0,4}|[0-9a-f]*::[0-9a-f]`),
		isAddress,
	},
	{
		"internal host",
		[]features{wordHost},
		regexp.MustCompile(`(?i)\blocalhost\b|\b[\w-]+(?:\.[\w-]+)*\.(?:internal|intranet|local|localdomain|lan|corp|svc|consul)\b|\bip-\d+-\d+-\d+-\d+\b|\b[\w-]+(?:\.[\w-]+)*\.(?:rds|elb|cache|ec2|compute|redshift|es|docdb|neptune|mq|kafka|eks|dynamodb|sqs|sns|[a-z]{2}(?:-[a-z]+)+-\d)\.(?:[\w-]+\.)*amazonaws\.com|\.(?:database|core|servicebus|cache|vault|redis\.cache)\.windows\.net\b|\.db\.ondigitalocean\.com\b`),
		nil,
	},
	{
		"pod",
		[]features{podName},
		regexp.MustCompile(`\b[a-z][a-z0-9-]*-([0-9a-f]{8,10}|[bcdfghj-np-tv-xz2456789]{8,10})-[a-z0-9]{5}\b`),
		func(s string, m []int) bool {
			hash := s[m[2]:m[3]]
			return hasDigit(hash) && strings.Trim(hash, "0123456789") != ""
		},
	},
	{
		"host and port",
		[]features{digitColon},
		regexp.MustCompile(`(?i)\b[a-z]\w*(?:[.-][\w-]+)+:\d{2,5}(?:\D|$)|\b[a-z]\w*:(?:80|443|1433|1521|1883|2181|2379|3000|3306|4222|4317|5000|5432|5672|6379|6432|8000|8080|8081|8086|8125|8200|8443|8500|8888|9000|9042|9090|9092|9200|9300|11211|15672|26257|27017)(?:\D|$)|\b(?:redis|db|database|cache|mysql|mariadb|postgres|pg|mongo|kafka|rabbit|rabbitmq|elastic|elasticsearch|memcached|nats|etcd|vault|consul|proxy|upstream|backend|server|host|gateway|broker)\d*:\d{4,5}(?:\D|$)`),
		nil,
	},
	{
		"network failure",
		[]features{wordDial},
		regexp.MustCompile(`\bdial (?:tcp|udp|unix)\b|\bE(?:CONN(?:REFUSED|RESET|ABORTED)|(?:HOST|NET)UNREACH|PIPE|NOTFOUND|TIMEDOUT)\b|\bgetaddrinfo\b|\bno such host\b|\b[Cc]onnection (?:refused|reset by peer)\b|\bsocket hang up\b|\bupstream connect error\b`),
		nil,
	},
	{
		"server and version",
		[]features{slash},
		regexp.MustCompile(`(?i)\b(?:apache|nginx|openresty|tomcat|jetty|iis|php|werkzeug|gunicorn|uvicorn|express|openssl|envoy|varnish|lighttpd|caddy)/\d`),
		nil,
	},
}

// isAddress reports whether a match is an IP address, not the number of a version:
// "Version 1.2.3.4".
func isAddress(s string, match []int) bool {
	if strings.Count(s[match[0]:match[1]], ".") < 3 {
		return true // IPv6
	}
	before := strings.TrimRight(s[:match[0]+strings.IndexAny(s[match[0]:match[1]], "0123456789")], " \"'(:")
	start := len(before)
	for start > 0 && kinds[before[start-1]] != spaceByte && kinds[before[start-1]] != parenByte {
		start--
	}
	word := before[start:]
	for _, name := range [...]string{"version", "release", "firmware", "build", "update", "versions", "versión", "versão", "versione", "driver", "section", "clause", "chapter", "oid", "v", "version:", "abschnitt", "kapitel"} {
		if strings.EqualFold(word, name) {
			return false
		}
	}
	return !strings.HasSuffix(word, "版本") && !strings.HasSuffix(word, "バージョン")
}

// isFilePath reports whether a match is a path of a file, not of a URL: some
// interfaces have routes such as /data or /app.
func isFilePath(s string, match []int) bool {
	path := strings.TrimLeft(s[match[0]:match[1]], " \t\"'(=:[<,")
	if path == "/data" || path == "/data/" {
		return strings.ContainsRune(strings.Trim(s[match[1]:], ". "), '.') && path == "/data/"
	}
	return true
}

// isSourceFile reports whether a match is a file of a server, not a page of public
// documentation.
func isSourceFile(s string, match []int) bool {
	before := s[:match[0]]
	return !strings.HasSuffix(before, "https:") || strings.HasSuffix(s[match[0]:match[1]], ".env")
}
