package redact

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// maxWords is how long a text may be that reaches people, in characters.
const maxWords = 500

// AllowsMessage tells whether a text of a backend may be shown as a message: it
// reads like a sentence (one line, at most 500 characters, with a letter in it)
// and holds no stack frame, SQL, path, address or secret.
func AllowsMessage(s string) bool {
	seen := look(s)
	return seen&unfit == 0 && seen&letters != 0 && !seen.betray(s)
}

// AllowsValue tells the same of a text that is data, such as an id or an
// amount: it need not have letters, but must fit all else.
func AllowsValue(s string) bool {
	seen := look(s)
	return seen&unfit == 0 && !seen.betray(s)
}

// sights are what one cheap pass over a text saw: signs and words that make a
// pattern worth running. Most texts show none.
type sights uint64

const (
	unfit       sights = 1 << iota // a control character, a second line, too long, markup
	letters                        // there is a letter
	bracket                        // (
	backslash                      // \
	slash                          // /
	equals                         // =
	dash                           // three in a row
	digitColon                     // a colon before a digit
	doubleColon                    // two colons
	drive                          // a lone letter, a colon and a slash
	digitDot                       // a dot between digits
	wordDot                        // a dot before a letter
	exception                      // a word that ends as an exception class does
	typeColon                      // such a word before a colon
	lineNumber                     // the word line before a number
	quotedFile                     // the word file before a quote
	named                          // the name of a secret before a colon
	shaped                         // the beginning of a well-known kind of secret
	wordAt
	wordSelect
	wordInsert
	wordUpdate
	wordDelete
	wordTable
	wordChange // drop, alter, create, truncate
	wordFrom
	wordInto
	wordSet
	wordWhere
	wordData  // a word that databases use
	wordTrace // a word that stack traces use
	wordHost  // a word that addresses have
	wordDial  // a word that network failures use
	wordBearer
)

// patterns are what must not reach a client. A pattern runs only where all the
// sights of one of its masks were seen, so that a harmless sentence costs one
// pass and no regular expression.
var patterns = []struct {
	name string // for readers and tests
	on   []sights
	re   *regexp.Regexp
}{
	{
		"stack frame",
		[]sights{wordAt | bracket, wordDot | bracket},
		regexp.MustCompile(`(?:^|\s)at (?:(?:async |new )[\w.$<>\[\]/]+|[\w$<>\[\]]*[./$<][\w.$<>\[\]/]+) ?\(|\.[A-Za-z]\w*\(0x[0-9a-f]+`),
	},
	{
		"exception class",
		[]sights{exception | wordDot, exception | backslash, typeColon},
		regexp.MustCompile(`\b(?:[A-Za-z_$][\w$]*[.\\])+[A-Z]\w*(?:Exception|Error|Fault)\b|\b[A-Z]\w*(?:Exception|Error): `),
	},
	{
		"traceback",
		[]sights{wordTrace, quotedFile, exception},
		regexp.MustCompile(`\bTraceback \(|\bFile "[^"]+"|\bgoroutine \d+ \[|\bpanic: |\bruntime error: |\bnil pointer\b|\binvalid memory address\b|\bCaused by: |\bnested exception is\b|\bNull(?:Reference|Pointer)(?:Exception)?\b|(?i:\bstack ?trace\b)`),
	},
	{
		"source line",
		[]sights{lineNumber, wordDot | digitColon},
		regexp.MustCompile(`(?i)\.(?:go|py|java|kt|scala|php|rb|js|ts|cs|cpp|c|rs|pl|vb|jsx|tsx|exs?):\d+|\bon line \d+|:line \d+|, line \d+`),
	},
	{
		"SQL statement",
		[]sights{wordSelect, wordWhere | equals, wordInsert | wordInto, wordUpdate | wordSet, wordDelete | wordFrom, wordChange | wordTable},
		regexp.MustCompile(`(?i)\bselect\s+(?:distinct\s+)?(?:\*|\w+\.[\w*]|count\(|["\x60]\w|\w+(?:\s+as\s+\w+)?(?:\s*,\s*[\w.]+(?:\s+as\s+\w+)?)+\s+from\s|\w+\s+from\s+\w+(?:\s*(?:$|[;)\]'"])|\s+(?:where|order|group|limit|join|inner|left|having)\b))|\binsert\s+into\b|\bupdate\s+\S+\s+set\s+\S+\s*=|\bdelete\s+from\b|\b(?:drop|alter|create|truncate)\s+table\b|\bwhere\s+["'\x60]?\w[\w."'\x60]*\s*=`),
	},
	{
		"database message",
		[]sights{wordData, wordTable, equals | bracket},
		regexp.MustCompile(`(?i)\bsqlstate\b|\bSQL syntax\b|\bsyntax error at or near\b|\bORA-\d{4,5}\b|\bduplicate (?:key value|entry)\b|\bviolates (?:unique|foreign|check|not-null|exclusion)|\b(?:foreign key|primary key|not null|unique|integrity|check) constraint (?:["'\x60(]|fail|violat)|\bKey \([^)]*\)=\(|\brelation "[^"]*"|\b(?:column|table) ["'\x60]?[\w.]+["'\x60]? (?:does not exist|doesn't exist|of relation|already exists|cannot be null)|\bdeadlock (?:found|detected)\b|\bE11000\b|\bmongo(?:db)?\b|\bpostgres(?:ql)?\b|\bmysql\b|\bmariadb\b|\bsqlite\b|\bsql server\b`),
	},
	{
		"file path",
		[]sights{slash},
		regexp.MustCompile(`(?:^|[\s"'(=:\[<,])/(?:bin|boot|dev|etc|home|lib|mnt|opt|private|proc|root|run|sbin|srv|sys|tmp|usr|var|app|node_modules|workspace|Users|Library|Applications|Volumes)(?:/|\b)`),
	},
	{
		"Windows path",
		[]sights{backslash, drive},
		regexp.MustCompile(`\b[A-Za-z]:[\\/][\w. $-]+[\\/.]|\\\\[\w.$-]+\\`),
	},
	{
		"source file",
		[]sights{slash | wordDot, backslash | wordDot},
		regexp.MustCompile(`[\w.-]*[/\\][\w./\\-]*\.(?:go|py|java|kt|php|rb|js|ts|cs|cpp|rs|pl|jsp|aspx?|cshtml|erb|ini|conf|ya?ml|env|pem|key|sql|log)\b`),
	},
	{
		"connection string",
		[]sights{slash, wordDial},
		regexp.MustCompile(`(?i)\bjdbc:|\b(?:tcp|udp|unix|rediss?|amqps?|mongodb(?:\+srv)?|postgres(?:ql)?|mysql|mssql|ldaps?|smtp|nats|kafka|file|ssh|s3|gs)://`),
	},
	{
		"URL of the inside",
		[]sights{slash},
		regexp.MustCompile(`(?i)\bhttps?://(?:[^\s/@]*@|[^\s/]*:\d+|[^\s/.]+(?:[/\s]|$)|\[)`),
	},
	{
		"IP address",
		[]sights{digitDot, doubleColon},
		regexp.MustCompile(`(?i)(?:^|[^\w.])(?:\d{1,3}\.){3}\d{1,3}(?:$|[^\w.]|\.(?:$|\s))|\b(?:[0-9a-f]{1,4}:){3,7}[0-9a-f]{0,4}|[0-9a-f]*::[0-9a-f]`),
	},
	{
		"host of the inside",
		[]sights{wordHost},
		regexp.MustCompile(`(?i)\blocalhost\b|\b[\w-]+(?:\.[\w-]+)*\.(?:internal|intranet|local|localdomain|lan|corp|svc|consul)\b|\bip-\d+-\d+-\d+-\d+\b`),
	},
	{
		"host and port",
		[]sights{digitColon},
		regexp.MustCompile(`(?i)\b[a-z]\w*(?:[.-][\w-]+)+:\d{2,5}(?:\D|$)|\b[a-z]\w*:\d{4,5}(?:\D|$)`),
	},
	{
		"network failure",
		[]sights{wordDial},
		regexp.MustCompile(`\bdial (?:tcp|udp|unix)\b|\bE(?:CONN(?:REFUSED|RESET|ABORTED)|(?:HOST|NET)UNREACH|PIPE|NOTFOUND|TIMEDOUT)\b|\bgetaddrinfo\b|\bno such host\b|\b[Cc]onnection (?:refused|reset by peer)\b`),
	},
	{
		"server and version",
		[]sights{slash},
		regexp.MustCompile(`(?i)\b(?:apache|nginx|openresty|tomcat|jetty|iis|php|werkzeug|gunicorn|uvicorn|express|openssl|envoy|varnish|lighttpd|caddy)/\d`),
	},
	{
		"secret by name",
		[]sights{equals, named, wordBearer},
		regexp.MustCompile(`(?i)(?:\b|_)(?:(?:access|refresh|auth|id|client|api)?(?:secret|token)|password|passwd|pwd|authorization|credentials?|session(?:[_-]?id)?|cookie)["']?\s*=\s*["']?[^\s"',;]{3,}|(?:\b|_)(?:access|api|private|secret)?key["']?\s*=\s*["']?[^\s"',;]*\d|(?:\b|_)(?:(?:access|refresh|auth|id|client|api)?(?:secret|token)|(?:access|api|private|secret)?key|password|passwd|pwd|authorization|credentials?|cookie)["']?\s*:\s*["']?[^\s"',;]*\d|\bbearer\s+[\w.~+/=-]*\d[\w.~+/=-]{6,}|\bbasic\s+[A-Za-z0-9+/]{8,}=`),
	},
	{
		"secret by shape",
		[]sights{shaped, dash},
		regexp.MustCompile(`\b(?:sk|pk|rk)_(?:live|test)_\w+|\bsk-[\w-]{16,}|\b(?:AKIA|ASIA)[0-9A-Z]{12,}|\bgh[pousr]_\w{16,}|\bgithub_pat_\w+|\bglpat-[\w-]{16,}|\bxox[abprs]-[\w-]{8,}|\bAIza[\w-]{20,}|\beyJ[\w-]{8,}|-----BEGIN `),
	},
}

// betray tells whether s holds something of the inside of a backend.
func (seen sights) betray(s string) bool {
	if seen&^(unfit|letters|bracket) == 0 || seen&^(unfit|letters|wordAt) == 0 {
		return false
	}
	for i := range patterns {
		if p := &patterns[i]; seen.any(p.on) && p.re.MatchString(s) {
			return true
		}
	}
	return false
}

func (seen sights) any(masks []sights) bool {
	for _, m := range masks {
		if seen&m == m {
			return true
		}
	}
	return false
}

// sightWords are the words that count as a sight, in lower case.
var sightWords = newVocabulary(map[sights]string{
	wordAt:     "at",
	wordSelect: "select", wordInsert: "insert", wordUpdate: "update", wordDelete: "delete", wordTable: "table column",
	wordChange: "drop alter create truncate", wordFrom: "from", wordInto: "into", wordSet: "set", wordWhere: "where",
	wordData:   "sqlstate sql syntax ora duplicate violates foreign relation deadlock constraint e mongo mongodb postgres postgresql mysql mariadb sqlite",
	wordTrace:  "traceback goroutine panic runtime nil memory caused nested nullreference nullpointer stack stacktrace",
	wordHost:   "localhost internal intranet local localdomain lan corp svc consul ip",
	wordDial:   "dial econnrefused econnreset econnaborted ehostunreach enetunreach epipe enotfound etimedout getaddrinfo host connection jdbc",
	wordBearer: "bearer",
	lineNumber: "line",
	quotedFile: "file",
	named:      "password passwd pwd secret clientsecret apisecret key accesskey apikey privatekey secretkey token accesstoken refreshtoken authtoken idtoken authorization credential credentials cookie",
	shaped:     "sk pk rk akia asia ghp gho ghu ghs ghr github glpat xoxa xoxb xoxp xoxr xoxs",
})

// vocabulary finds words fast, above all words that it does not have: words
// with the same ends and length share a bucket, and most buckets are empty.
type vocabulary struct {
	buckets [4096]uint8 // 1 + index of the first entry; 0 for none
	entries []entry
}

type entry struct {
	word string
	seen sights
	next uint8 // 1 + index of the next entry of the bucket
}

func newVocabulary(lists map[sights]string) *vocabulary {
	v := &vocabulary{}
	for sight, list := range lists {
		for word := range strings.FieldsSeq(list) {
			b := &v.buckets[bucket(word)]
			v.entries = append(v.entries, entry{word, sight, *b})
			*b = uint8(len(v.entries))
		}
	}
	return v
}

// bucket mixes the ends and the length of a word of ASCII letters.
func bucket(w string) uint {
	return (uint(w[0]&0x1f)<<7 ^ uint(w[len(w)-1]&0x1f)<<2 ^ uint(len(w))) & 4095
}

func (v *vocabulary) find(word string) (seen sights) {
	for i := v.buckets[bucket(word)]; i != 0; {
		e := &v.entries[i-1]
		if strings.EqualFold(e.word, word) {
			seen |= e.seen
		}
		i = e.next
	}
	return seen
}

// look makes the one cheap pass.
func look(s string) (seen sights) {
	if len(s) > maxWords && utf8.RuneCountInString(s) > maxWords {
		return unfit
	}
	var last sights // what the word before said
	for i := 0; i < len(s); {
		kind := kinds[s[i]]
		switch kind {
		case isPlain:
			i++
		case isLetter:
			start := i
			for i++; i < len(s) && kinds[s[i]] == isLetter; i++ {
			}
			last = letters
			w := s[start:i]
			if sightWords.buckets[bucket(w)] != 0 {
				last |= wordSights(w, s[i:])
			}
			if oddWord(w) {
				last |= oddSights(w)
			}
			seen |= last &^ (named | typeColon)
		case isWide:
			found, size := wide(s[i:])
			seen |= found
			i += size
		default:
			seen |= sign(s, i, kind, last)
			i++
		}
	}
	return seen
}

// oddWord tells, fast, whether a word might end as an exception class does, or
// start as a secret.
func oddWord(w string) bool {
	n := len(w)
	return n >= 5 && (w[n-5] == 'E' || w[n-5] == 'F' || (n >= 9 && w[n-9] == 'E')) ||
		n >= 3 && (w[0] == 'A' || w[0] == 'e') && w[2] <= 'Z' || n >= 4 && w[0] == 'A' && w[1] == 'I'
}

// oddSights says what the ends of a word are good for.
func oddSights(w string) (seen sights) {
	for _, suffix := range [...]string{"Exception", "Error", "Fault"} {
		if strings.HasSuffix(w, suffix) {
			seen |= exception | typeColon
		}
	}
	for _, prefix := range [...]string{"AIza", "AKIA", "ASIA", "eyJ"} {
		if strings.HasPrefix(w, prefix) {
			seen |= shaped
		}
	}
	return seen
}

// wordSights says what a word, and what stands behind it, are good for.
func wordSights(w, behind string) sights {
	seen := sightWords.find(w)
	if seen&lineNumber != 0 && (len(behind) < 2 || !isDigitByte(behind[1])) {
		seen &^= lineNumber
	}
	if seen&quotedFile != 0 && !strings.HasPrefix(behind, ` "`) {
		seen &^= quotedFile
	}
	return seen
}

type kind uint8

const (
	isPlain kind = iota
	isLetter
	isControl
	isBracket
	isSlash
	isBackslash
	isColon
	isDot
	isEquals
	isAngle
	isDash
	isWide
)

var kinds = func() (t [256]kind) {
	for c := range t {
		switch b := byte(c); {
		case 'a' <= b && b <= 'z', 'A' <= b && b <= 'Z':
			t[c] = isLetter
		case b < 0x20, b == 0x7f:
			t[c] = isControl
		case b >= utf8.RuneSelf:
			t[c] = isWide
		}
	}
	for c, k := range map[byte]kind{
		'(': isBracket, '/': isSlash, '\\': isBackslash, ':': isColon, '.': isDot, '=': isEquals, '<': isAngle, '-': isDash,
	} {
		t[c] = k
	}
	return t
}()

// sign says what the sign at s[i] is good for; last is what the word before it
// said.
func sign(s string, i int, k kind, last sights) sights {
	before, next := byte(' '), byte(' ')
	if i > 0 {
		before = s[i-1]
	}
	if i+1 < len(s) {
		next = s[i+1]
	}
	switch k {
	case isControl:
		return unfit
	case isBracket:
		return bracket
	case isSlash:
		return slash
	case isBackslash:
		return backslash
	case isEquals:
		return equals
	case isColon:
		if next == '/' && kinds[before] == isLetter && (i < 2 || !isWord(s[i-2])) {
			return drive
		}
		return colon(before, next, last)
	case isDot:
		return dot(before, next)
	case isAngle:
		if kinds[next] == isLetter || next == '/' || next == '!' || next == '?' {
			return unfit // markup
		}
	case isDash:
		if before == '-' && next == '-' {
			return dash
		}
	}
	return 0
}

func colon(before, next byte, last sights) (seen sights) {
	seen = last & (named | typeColon)
	switch {
	case next == ':':
		seen |= doubleColon
	case isDigitByte(next):
		seen |= digitColon
	}
	if isHexByte(before) && isHexByte(next) {
		seen |= doubleColon // perhaps of an IPv6 address
	}
	return seen
}

func dot(before, next byte) sights {
	switch {
	case isDigitByte(before) && isDigitByte(next):
		return digitDot
	case kinds[next] == isLetter:
		return wordDot
	}
	return 0
}

// wide looks at the character outside of ASCII that s starts with: line
// separators, marks that turn the direction of writing, and broken UTF-8 are
// not fit for anybody.
func wide(s string) (seen sights, size int) {
	r, size := utf8.DecodeRuneInString(s)
	switch {
	case r == utf8.RuneError && size == 1,
		r <= 0x9f, r == 0x2028, r == 0x2029, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0xfeff:
		return unfit, size
	}
	return letters, size
}

func isWord(c byte) bool { return kinds[c] == isLetter || isDigitByte(c) || c == '_' }

func isDigitByte(c byte) bool { return '0' <= c && c <= '9' }

func isHexByte(c byte) bool { return isDigitByte(c) || 'a' <= c|0x20 && c|0x20 <= 'f' }
