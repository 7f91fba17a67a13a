package redact

import (
	"regexp"
	"strings"
)

// addressRules find files, servers and hosts.
var addressRules = []rule{
	{"file path", []features{slash}, symbolToken, "/~", isFilePath, false},
	{"Windows path", []features{backslash, drive}, symbolToken, `\:`, isWindowsPath, false},
	{"source file", []features{slash | wordDot, backslash | wordDot}, symbolToken, ".", isSourceFile, false},
	{"connection string", []features{slash}, wordToken, "", isConnectionString, false},
	{"internal URL", []features{slash}, wordToken, "", isInternalURL, false},
	{"IP address", []features{digitDot}, numberToken, "", isIPv4, false},
	{"IPv6 address", []features{doubleColon}, symbolToken, ":", isIPv6, false},
	{"internal host", []features{wordHost}, wordToken, "", isInternalHost, false},
	{"pod", []features{podName}, symbolToken, "-", isPod, false},
	{"host and port", []features{digitColon}, symbolToken, ":", isHostPort, false},
	{"reply of a mail server", []features{digitDot}, numberToken, "", isMailReply, false},
}

// isFilePath reports whether the path of a file starts at a slash or a tilde, not
// that of a URL.
func isFilePath(t *text, i int) bool {
	switch t.before(i) {
	case 0, ' ', '"', '\'', '(', '=', ':', '[', '<', ',', '`', '|', ';', '>':
	default:
		return false
	}
	if t.list[i].symbol == '~' {
		return t.after(i) == '/'
	}
	if i+1 >= t.n || t.list[i+1].kind != wordToken || t.list[i+1].start != t.list[i].end {
		return false
	}
	switch t.word(i + 1) {
	case "bin", "boot", "dev", "etc", "home", "lib", "lib64", "mnt", "opt", "private", "proc", "root", "run", "sbin", "srv", "sys", "tmp", "usr", "var", "app", "node_modules",
		"workspace", "Users", "Library", "Applications", "Volumes", "vendor":
		return true
	case "data": // also a route
		return t.after(i+1) == '/' && strings.ContainsRune(strings.TrimRight(t.restAfter(i+1, maxChunk), ". "), '.')
	}
	return false
}

var windowsPath = regexp.MustCompile(`^(?::\\\w|:/[\w. $-]+[\\/.]|\\\\[\w.$-]+\\)`)

// isWindowsPath reports whether a path with a drive, or of a share, is at a symbol.
func isWindowsPath(t *text, i int) bool {
	if t.list[i].symbol == ':' {
		before := t.before(i)
		return kinds[before] == letterByte && !isWordByte(byteAt(t.s, int(t.list[i].start)-2)) && windowsPath.MatchString(t.rest(i, maxChunk))
	}
	if t.before(i) == '%' {
		return isIn(t.chunkBefore(int(t.list[i].start)-1, ""), "APPDATA", "TEMP", "USERPROFILE", "PROGRAMFILES", "WINDIR", "SYSTEMROOT", "PROGRAMDATA", "LOCALAPPDATA")
	}
	return t.after(i) == '\\' && windowsPath.MatchString(t.rest(i, maxChunk))
}

// isSourceFile reports whether a file of a server, with its folder, ends after a dot:
// not a page of public documentation.
func isSourceFile(t *text, i int) bool {
	if i+1 >= t.n || t.list[i+1].kind != wordToken || t.list[i+1].start != t.list[i].end {
		return false
	}
	ext := t.word(i + 1)
	if !isSourceExtension(ext) {
		return false
	}
	start := int(t.list[i].start)
	path := t.chunkBefore(start, `./\-`)
	if !strings.ContainsAny(path, `/\`) {
		return false
	}
	before := t.s[:start-len(path)]
	return !strings.HasSuffix(before, "https:") && (len(path) < maxChunk || !strings.Contains(before, "https:")) || ext == "env"
}

// isConnectionString reports whether the URL of a database or another server of an
// upstream starts at a word.
func isConnectionString(t *text, i int) bool {
	rest := t.restAfter(i, 16)
	if strings.HasPrefix(rest, "+") {
		if j := strings.IndexByte(rest, ':'); j > 0 {
			rest = rest[j:]
		}
	}
	if !strings.HasPrefix(rest, "://") {
		return strings.HasPrefix(rest, ":") && (isIn(t.word(i), "jdbc", "odbc", "r2dbc", "classpath") || t.word(i) == "jar")
	}
	return isIn(t.word(i), "tcp", "udp", "unix", "redis", "rediss", "amqp", "amqps", "mongodb", "postgres", "postgresql", "mysql", "mariadb", "mssql", "sqlserver", "oracle", "ldap", "ldaps",
		"smtp", "smtps", "nats", "kafka", "file", "ssh", "sftp", "ftp", "s3", "gs", "abfss", "wasbs", "hdfs", "sb", "mqtt", "mqtts", "memcached", "clickhouse", "cassandra", "neo4j", "bolt",
		"elasticsearch", "dns", "srv", "docker", "git", "svn", "thrift", "grpc", "pulsar", "stomp", "vault", "zk", "etcd")
}

// isInternalURL reports whether a URL starts at a word whose host has no dots, a
// port, or credentials.
func isInternalURL(t *text, i int) bool {
	if !isIn(t.word(i), "http", "https", "ws", "wss") {
		return false
	}
	_, rest, ok := strings.Cut(t.rest(i, 200), "://")
	if !ok {
		return false
	}
	host := rest
	if end := strings.IndexAny(rest, "/ \t\n\r"); end >= 0 {
		host = rest[:end]
	}
	if colon := strings.LastIndexByte(host, ':'); colon >= 0 && colon+1 < len(host) && isDigit(host[colon+1]) {
		return true
	}
	return host != "" && (host[0] == '[' || strings.IndexByte(host, '@') >= 0 || strings.IndexByte(host, '.') < 0)
}

// isIPv4 reports whether an address starts at a number, not the number of a version:
// "Version 1.2.3.4".
func isIPv4(t *text, i int) bool {
	if c := t.before(i); isWordByte(c) || c == '.' {
		return false
	}
	rest := t.rest(i, 17)
	at := 0
	for group := range 4 {
		start := at
		for at < len(rest) && isDigit(rest[at]) {
			at++
		}
		if at == start || at-start > 3 {
			return false
		}
		if group < 3 {
			if byteAt(rest, at) != '.' {
				return false
			}
			at++
		}
	}
	end := byteAt(rest, at)
	if isWordByte(end) || end == '.' && isDigit(byteAt(rest, at+1)) {
		return false
	}
	return !t.isAfterVersion(i)
}

// isAfterVersion reports whether the word before a number says that it is that of a
// version.
func (t *text) isAfterVersion(i int) bool {
	for i--; i >= 0 && t.list[i].kind == symbolToken; i-- {
	}
	if i < 0 {
		return false
	}
	w := t.word(i)
	return strings.HasSuffix(w, "版本") || strings.HasSuffix(w, "バージョン") || isIn(w, "version", "release", "firmware", "build", "update", "versions", "versión", "versão", "versione", "wersja", "versie", "driver", "section", "clause", "chapter", "oid", "v",
		"abschnitt", "kapitel", "software", "app")
}

// isIPv6 reports whether a colon is in an address of IPv6 or of hardware.
func isIPv6(t *text, i int) bool {
	if t.after(i) == ':' {
		next := byteAt(t.s, int(t.list[i].end)+1)
		before := t.chunkBefore(int(t.list[i].start), "")
		return isHexDigit(next) && len(before) <= 4 && strings.Trim(before, "0123456789abcdefABCDEF") == "" && (before == "" || strings.ContainsAny(before, "0123456789") || len(before) == 4)
	}
	if i == 0 || !isHexGroup(t.word(i-1)) || t.before(i-1) == ':' {
		return false
	}
	groups := 1
	for j := i; j+1 < t.n && t.list[j].symbol == ':' && t.list[j+1].start == t.list[j].end && isHexGroup(t.word(j+1)); j += 2 {
		groups++
	}
	return groups >= 4
}

func isHexGroup(w string) bool {
	return len(w) <= 4 && strings.Trim(w, "0123456789abcdefABCDEF") == ""
}

var cloudHost = regexp.MustCompile(`(?i)\.(?:rds|elb|cache|ec2|compute|redshift|es|docdb|neptune|mq|kafka|eks|dynamodb|sqs|sns|s3|[a-z]{2}(?:-[a-z]+)+-\d)\.(?:[\w-]+\.)*amazonaws\.com|\.(?:database|core|servicebus|cache|vault|documents|redis\.cache)\.(?:windows|azure)\.net|\.db\.ondigitalocean\.com|\.c\.[\w.-]*\.internal`)

// isInternalHost reports whether a word is the last one, or the distinctive one, of
// the name of an internal host.
func isInternalHost(t *text, i int) bool {
	w := t.word(i)
	if vocabulary.words[t.list[i].id].features&wordHost == 0 {
		return false
	}
	switch {
	case isIn(w, "localhost"):
		return true
	case isIn(w, "ip"):
		return hostNumber.MatchString(t.rest(i, 20))
	case t.before(i) != '.' || !isWordByte(byteAt(t.s, int(t.list[i].start)-2)):
		return false
	case isIn(w, "internal", "intranet", "local", "localdomain", "lan", "corp", "svc", "consul"):
		return t.after(i) != '/' || !strings.Contains(t.chunkBefore(int(t.list[i].start), ".-:/"), "//www.")
	}
	rest := t.restAfter(i, 6)
	if !strings.HasPrefix(rest, ".com") && !strings.HasPrefix(rest, ".net") && !strings.HasPrefix(rest, ".inter") || len(rest) == 6 && rest[4] == '.' && isWordByte(rest[5]) {
		return false // the name goes on
	}
	host := t.chunkBefore(int(t.list[i].start), ".-")
	return cloudHost.MatchString(host + t.rest(i, 24))
}

var hostNumber = regexp.MustCompile(`(?i)^ip-\d+-\d+-\d+-\d+\b`)

// isPod reports whether a dash is that before the last part of the name of a pod or a
// node: orders-7d9f8b6c5-x2x4q.
func isPod(t *text, i int) bool {
	end := int(t.list[i].end)
	last := 0
	for isAlnum(byteAt(t.s, end+last)) {
		last++
	}
	hash := t.chunkBefore(int(t.list[i].start), "")
	if c := byteAt(t.s, end+last); last != 5 && (last != 4 || len(hash) != 8) || c == '-' || isWordByte(c) {
		return false
	}
	start := int(t.list[i].start) - len(hash)
	if len(hash) < 8 || len(hash) > 10 || byteAt(t.s, start-1) != '-' || !isAlnum(byteAt(t.s, start-2)) {
		return false
	}
	return strings.Trim(hash, "0123456789") != "" && hasDigit(hash) && (strings.Trim(hash, "0123456789abcdef") == "" || strings.Trim(hash, "bcdfghjklmnpqrstvwxz2456789") == "")
}

func isAlnum(c byte) bool { return 'a' <= c && c <= 'z' || isDigit(c) }

// isHostPort reports whether a colon joins the name of a host and a port.
func isHostPort(t *text, i int) bool {
	if i+1 >= t.n || t.list[i+1].kind != numberToken || t.list[i+1].start != t.list[i].end {
		return false
	}
	port := t.word(i + 1)
	if len(port) < 2 || len(port) > 5 || strings.Trim(port, "0123456789") != "" {
		return false
	}
	host := strings.TrimLeft(t.chunkBefore(int(t.list[i].start), ".-"), ".-")
	if host == "" || kinds[host[0]] != letterByte || !isWordByte(host[len(host)-1]) {
		return false
	}
	if strings.ContainsAny(host, ".-") {
		return true
	}
	switch port {
	case "80", "443", "1433", "1521", "1883", "2181", "2379", "3000", "3306", "4222", "4317", "5000", "5432", "5672", "6379", "6432", "8000", "8080", "8081", "8086", "8125", "8200", "8443",
		"8500", "8888", "9000", "9042", "9090", "9092", "9200", "9300", "11211", "15672", "26257", "27017":
		return true
	}
	return len(port) >= 4 && isIn(strings.TrimRight(host, "0123456789"), "redis", "db", "database", "cache", "mysql", "mariadb", "postgres", "pg", "mongo", "kafka", "rabbit", "rabbitmq", "elastic",
		"elasticsearch", "memcached", "nats", "etcd", "vault", "consul", "proxy", "upstream", "backend", "server", "host", "gateway", "broker", "ldap", "smtp", "minio")
}

var mailReply = regexp.MustCompile(`^[245]\d\d[ -][245]\.\d{1,3}\.\d{1,3}\b`)

func isMailReply(t *text, i int) bool {
	return t.list[i].end-t.list[i].start == 3 && mailReply.MatchString(t.rest(i, 16))
}
