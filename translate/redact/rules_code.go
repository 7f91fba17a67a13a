package redact

import (
	"regexp"
	"strings"
)

// codeRules find code, names of types, stack frames and SQL.
var codeRules = []rule{
	{"stack frame", []features{wordAt | paren}, wordToken, "", isStackFrame, false},
	{"exception class", []features{exception}, wordToken, "", isExceptionClass, false},
	{"type name", []features{wordDot}, wordToken, "", isTypePath, false},
	{"type name in a namespace", []features{backslash, doubleColon}, symbolToken, `\:`, isNamespace, false},
	{"message of a package", []features{packageColon}, wordToken, "", isPackageMessage, true},
	{"syntax of a program", []features{emptyCall, dollar}, symbolToken, "($", isCodeSymbol, true},
	{"source line", []features{wordDot | digitColon}, symbolToken, ":", isSourceLine, true},
	{
		"SQL statement",
		[]features{wordSelect, wordWhere | equals, wordInsert | wordInto, wordUpdate | wordSet, wordDelete | wordFrom, wordChange | wordTable},
		wordToken, "", isSQL, false,
	},
	{"name in a directory", []features{equals}, wordToken, "", isDirectoryName, false},
	{"other syntax", []features{brace, equals | paren}, symbolToken, "{[(", isOtherSyntax, false},
}

var stackFrame = regexp.MustCompile(`^at (?:(?:async |new )[\w.$<>\[\]/]+|[\w$<>\[\]]*[./$<][\w.$<>\[\]/]+) ?\(`)

func isStackFrame(t *text, i int) bool {
	return t.word(i) == "at" && t.after(i) == ' ' && stackFrame.MatchString(t.rest(i, 200))
}

// isExceptionClass reports whether a word is the name of the class of an exception,
// with its package, its message or its arguments.
func isExceptionClass(t *text, i int) bool {
	w := t.word(i)
	if !isUpper(w[0]) || !strings.HasSuffix(w, "Exception") && !strings.HasSuffix(w, "Error") && !strings.HasSuffix(w, "Fault") {
		return false
	}
	switch t.before(i) {
	case '.', '\\', '[':
		return len(w) > len("Error")
	case ':':
		return byteAt(t.s, int(t.list[i].start)-2) == ':'
	}
	return len(w) > len("Error") && (t.after(i) == '(' || t.after(i) == ':' && byteAt(t.s, int(t.list[i].end)+1) == ' ')
}

// isTypePath reports whether a dotted name that starts at a word is that of a type or
// a package.
func isTypePath(t *text, i int) bool {
	if t.after(i) != '.' || t.before(i) == '.' || t.before(i) == '@' {
		return false
	}
	first := t.word(i)
	steps, upper, compound := 1, 0, false
	for j := i; j+2 < t.n && t.isJoined(j); j += 2 {
		steps++
		if form := t.list[j+2].form; form&startsUpper != 0 && form&hasLower != 0 {
			upper++
			compound = form&innerUpper != 0
		} else if upper > 0 {
			compound = false
		}
	}
	switch {
	case steps == 1:
		return false
	case isIn(first, "java", "javax", "jakarta", "kotlin", "kotlinx", "scala", "akka", "groovy"):
		return true
	case first == "System" || first == "Microsoft":
		return upper > 0
	case isIn(first, "org", "com", "net", "io", "dev", "de", "fr", "uk"):
		return steps > 2 && upper > 0
	case isIn(first, "django", "flask", "pydantic", "sqlalchemy", "psycopg2", "werkzeug", "builtins", "asyncio", "requests", "urllib", "urllib3", "botocore"):
		return steps > 2
	}
	if t.isName {
		return false // Order.Customer.Name
	}
	return steps > 2 && compound || isUpper(first[0]) && upper == steps-1 && (steps > 2 || t.hasArity(i))
}

// isJoined reports whether a word, a dot and a word follow each other without space.
func (t *text) isJoined(i int) bool {
	dot, next := &t.list[i+1], &t.list[i+2]
	return dot.kind == symbolToken && dot.symbol == '.' && next.kind == wordToken && t.list[i].end == dot.start && dot.end == next.start
}

// hasArity reports whether a dotted name ends in the number of arguments: Cart.add/2.
func (t *text) hasArity(i int) bool {
	for i+2 < t.n && t.isJoined(i) {
		i += 2
	}
	return t.after(i) == '/' && isDigit(byteAt(t.s, int(t.list[i].end)+1))
}

// isNamespace reports whether a backslash or two colons join the names of types:
// App\Order, std::string.
func isNamespace(t *text, i int) bool {
	if t.list[i].symbol == ':' {
		return t.after(i) == ':' && isWordByte(t.before(i)) && kinds[byteAt(t.s, int(t.list[i].end)+1)] == letterByte && !isHexGroup(t.chunkBefore(int(t.list[i].start), ""))
	}
	return i > 0 && i+1 < t.n && isUpper(t.s[t.list[i-1].start]) && isWordByte(t.before(i)) && isUpper(t.after(i)) &&
		t.list[i-1].end-t.list[i-1].start > 1
}

// isPackageMessage reports whether a word is the name of a package before a message.
func isPackageMessage(t *text, i int) bool {
	tok := &t.list[i]
	if vocabulary.words[tok.id].features&packageColon == 0 && !isIn(t.word(i), "x509", "oauth2", "asn1") || tok.form&startsUpper != 0 {
		return false
	}
	rest := t.restAfter(i, 3)
	return len(rest) == 3 && rest[:2] == ": " && 'a' <= rest[2] && rest[2] <= 'z'
}

// isCodeSymbol reports whether a symbol is that of a call without arguments, or of a
// variable: add(), $total, ${name}.
func isCodeSymbol(t *text, i int) bool {
	next := t.after(i)
	if t.list[i].symbol == '(' {
		return next == ')' && isWordByte(t.before(i))
	}
	if next == '{' {
		return true
	}
	if before := t.before(i); isWordByte(before) || before >= 0x80 {
		return false
	}
	return i+1 < t.n && t.list[i+1].form&startsUpper == 0 && (kinds[next] == letterByte || next == '_') && t.list[i+1].end-t.list[i+1].start > 2
}

// isSourceExtension reports whether files with source code or secrets have that
// extension.
func isSourceExtension(w string) bool {
	return isIn(w, "go", "py", "java", "kt", "scala", "php", "rb", "js", "ts", "cs", "cpp", "c", "rs", "pl", "vb", "jsx", "tsx", "ex", "exs", "erl", "hs", "swift", "lua",
		"jsp", "asp", "aspx", "cshtml", "erb", "twig", "hbs", "ejs", "ini", "conf", "cfg", "toml", "yml", "yaml", "env", "pem", "key", "sql", "log", "jar", "dll", "so", "phar", "sh")
}

// isSourceLine reports whether a colon joins the name of a file and a line.
func isSourceLine(t *text, i int) bool {
	return i > 1 && isDigit(t.after(i)) && isWordByte(t.before(i)) && t.before(i-1) == '.' && isSourceExtension(t.word(i-1)) && !isIn(t.word(i-1), "so")
}

var sqlStatement = regexp.MustCompile(`(?i)^(?:select\s+(?:distinct\s+)?(?:\*|\w+\.[\w*]|count\(|["\x60]\w|\w+(?:\s+as\s+\w+)?(?:\s*,\s*[\w.]+(?:\s+as\s+\w+)?)+\s+from\s+(\w+)|\w+\s+from\s+(\w+)(?:\s*(?:$|[;)\]'"])|\s+(?:where|order|group|limit|join|inner|left|having)\b))|insert\s+into\s+(?:(\w+)|\S)|update\s+\S+\s+set\s+\S+\s*=|(?-i:DELETE\s+FROM\b)|delete\s+from\s+[\w."\x60]+\s*(?:;|\bwhere\b)|(?:drop|alter|create|truncate)\s+table\b|where\s+["'\x60]?\w[\w."'\x60]*\s*=)`)

// isSQL reports whether a statement starts at a word. Its table is the name of one,
// not a word of a sentence: "Select colour, size from the list".
func isSQL(t *text, i int) bool {
	const first = wordSelect | wordInsert | wordUpdate | wordDelete | wordChange | wordWhere
	if vocabulary.words[t.list[i].id].features&first == 0 {
		return false
	}
	rest := t.rest(i, 200)
	match := sqlStatement.FindStringSubmatchIndex(rest)
	if match == nil {
		return false
	}
	for j := 2; j < len(match); j += 2 {
		if match[j] >= 0 {
			return !isDeterminer(rest[match[j]:match[j+1]])
		}
	}
	return true
}

func isDeterminer(w string) bool {
	switch w {
	case "the", "a", "an", "this", "that", "these", "those", "your", "our", "my", "his", "her", "its", "their", "one", "any", "each", "every", "all", "above", "below", "here", "within":
		return true
	}
	return false
}

var directoryName = regexp.MustCompile(`(?i)^(?:cn|ou|uid|dc|o)=[^,=]{1,64},\s*(?:cn|ou|dc|uid|o|c|l|st)=`)

// isDirectoryName reports whether the name of an entry of a directory starts at a
// word.
func isDirectoryName(t *text, i int) bool {
	return t.after(i) == '=' && isIn(t.word(i), "cn", "ou", "uid", "dc", "o") && directoryName.MatchString(t.rest(i, 100))
}

var dataSyntax = regexp.MustCompile(`^(?:\{\s*(?:\\?["'][\w .$-]+\\?["']|[\w$-]+)\s*(?::|=>|=)|\{:\w+|\[\s*\{|\[\w*\] =>)`)

// isOtherSyntax reports whether a bracket starts data in the syntax of a program:
// {"a": 1}, [{, Order(id=1.
func isOtherSyntax(t *text, i int) bool {
	if t.list[i].symbol != '(' {
		return dataSyntax.MatchString(t.rest(i, 80))
	}
	return i > 0 && i+2 < t.n && t.list[i-1].form&startsUpper != 0 && t.before(i) != ' ' && t.list[i+1].kind == wordToken && t.list[i+2].symbol == '=' &&
		t.list[i+2].start == t.list[i+1].end
}
