package redact

import "regexp"

// databasePatterns find statements, messages and names of databases and directories,
// and data in the syntax of a program.
var databasePatterns = []pattern{
	{
		"SQL statement",
		[]features{wordSelect, wordWhere | equals, wordInsert | wordInto, wordUpdate | wordSet, wordDelete | wordFrom, wordChange | wordTable},
		regexp.MustCompile(`(?i)\bselect\s+(?:distinct\s+)?(?:\*|\w+\.[\w*]|count\(|["\x60]\w|\w+(?:\s+as\s+\w+)?(?:\s*,\s*[\w.]+(?:\s+as\s+\w+)?)+\s+from\s+(\w+)|\w+\s+from\s+(\w+)(?:\s*(?:$|[;)\]'"])|\s+(?:where|order|group|limit|join|inner|left|having)\b))|\binsert\s+into\s+(?:(\w+)|\S)|\bupdate\s+\S+\s+set\s+\S+\s*=|(?-i:\bDELETE\s+FROM\b)|\bdelete\s+from\s+[\w."\x60]+\s*(?:;|\bwhere\b)|\b(?:drop|alter|create|truncate)\s+table\b|\bwhere\s+["'\x60]?\w[\w."'\x60]*\s*=`),
		isSQL,
	},
	{
		"database message",
		[]features{wordData, wordTable, equals | paren},
		regexp.MustCompile(`(?i)\bsqlstate\b|\bsqlcode\b|\bSQL syntax\b|\bSQL error\b|\bsyntax error at or near\b|\b(?:ORA|PLS)-\d{4,5}\b|\bduplicate (?:key value|entry ['"])|\bviolates (?:unique|foreign|check|not-null|exclusion)|\b(?:foreign key|primary key|not null|unique|integrity|check) constraint (?:["'\x60(]|fail|violat)|\bKey \([^)]*\)=\(|\brelation "[^"]*"|\b(?:column|table) (?:["'\x60][\w.]+["'\x60]|\w+[._][\w.]*) (?:does not exist|doesn't exist|of relation|already exists|cannot be null)|\b(?:column|table) ["'\x60]?\w+["'\x60]? of relation\b|\bdeadlock (?:found|detected)\b|\bE11000\b|\b(?:mongo(?:db)?|postgres(?:ql)?|mysql|mariadb|sqlite|redis|sql server)\b(?:["']? (?:is|was|said|says|error|server|client|connection|query|host|driver|returned|refused|failed|cannot|could|has|did|cluster|replica|instance|database|backend)\b|:)|\b(?:connect(?:ion)? to|from|by) (?:the )?(?:mongo(?:db)?|postgres(?:ql)?|mysql|mariadb|sqlite|redis|sql server)\b`),
		nil,
	},
	{
		"database command",
		[]features{wordData},
		regexp.MustCompile(`\bWRONGTYPE\b|\bNOAUTH\b|\b(?:MOVED|ASK) \d+|\bCROSSSLOT\b|\bCLUSTERDOWN\b|\bLOADING Redis\b|\bMISCONF\b|\bNOSCRIPT\b|\bEXECABORT\b|\bBUSYGROUP\b|\bREADONLY You\b|\bOOM command\b|(?i)\bdup key\b|\block wait timeout\b|\bconstraint (?:failed|\[)|\b(?:execute|prepared|canceling|failed) statement\b|\bstatement (?:timeout|has been terminated|callback)\b|\bunconfigured table\b|\bbson (?:field|document|object)\b|\btablespace\b|\bvarchar\b|\bduplicate key (?:error|row|in object)|\bexecute statement; `),
		nil,
	},
	{
		"message of a database",
		[]features{wordStore},
		regexp.MustCompile(`(?i)\bunknown (?:column|table|database) ['"\x60]|\bin ['"](?:field list|where clause|order clause|on clause)['"]|\bdata too long for column\b|\bcolumn ['"\x60]\w+['"\x60] (?:cannot be null|specified twice|in|is of type)|\btry restarting transaction\b|\bfor user ['"\x60]\w*['"\x60]|\binput (?:syntax|value) for (?:type|integer|enum)\b|\btoo long for type\b|\bpermission denied (?:for|to) (?:table|schema|relation|database|sequence|function|view|column) \w|\binvalid (?:object|column) name ['"]|\bno such (?:table|column|collection|index)\b|\bdatabase (?:is locked|disk image|"[^"]*" does not exist|['"]\w+['"])|\bno such index\b|\bduplicate key in object\b|\bserialize access\b|\bcurrent transaction is aborted\b|\bserver has gone away\b|\bserver closed the connection unexpectedly\b|\btoo many connections\b|\bconnection slots\b|\bstring or binary data would be truncated\b|\bincorrect syntax near\b|\bnear "[^"]+": syntax\b|\bcursor (?:id )?\d+ (?:was )?not found\b|\bquery results for model\b|\b[Cc]ouldn't find [A-Z]\w+ with\b|\bwith ['"\x60]id['"\x60]=|\bcollection: \w+\.\w+|\brow-level security\b|\bout of range value for column\b|\bincorrect \w+ value: ['"]|\bcolumn count doesn't match\b|\bmultiple rows were found\b|\bno rows in result\b|\bElement does not match the schema\b|\btransaction \(process\b|\bfor column ['"\x60]|\bfor model "|\bdeadlock victim\b|\bkey ['"\x60][\w.]*(?:PRIMARY|_key|_uk|_idx|_unique|uk_)\w*|\brow size too large\b|\bkeyspace\b|\bindex ['"\x60]\w+['"\x60] (?:already|does)`),
		nil,
	},
	{
		"record of a database",
		[]features{exception, wordDot, equals, wordStore},
		regexp.MustCompile(`\bfind [A-Z]\w+ with ['"\x60]\w+['"\x60]=|\b[a-z]+(?:_[a-z]+)+_exception\b|\bNeo\.\w+Error\.`),
		nil,
	},
	{
		"name in a directory",
		[]features{equals},
		regexp.MustCompile(`(?i)\b(?:cn|ou|uid|dc)=[^,=]+,\s*(?:cn|ou|dc|uid|o|c|l)=`),
		nil,
	},
	{
		"message of a directory",
		[]features{wordData},
		regexp.MustCompile(`\bLDAP: error\b|\bLdapErr\b|\bDSID-`),
		nil,
	},
	{
		"other syntax",
		[]features{brace, equals},
		regexp.MustCompile(`\{\s*(?:\\?["'][\w .$-]+\\?["']|[\w$-]+)\s*(?::|=>|=)|\{:\w+|^\s*\[\s*["'{\[\d].*\]\s*$|\[\s*\{|\[\w*\] =>|^[\w.-]+=[^&\s]*&[\w.-]+=|^\{.*\}$|=>|\b[A-Z]\w*\(\w+=[^)]*\)`),
		nil,
	},
}

// isSQL reports whether the table in a match of a statement is the name of one, not
// a word of a sentence: "Select colour, size from the list".
func isSQL(s string, match []int) bool {
	for i := 2; i < len(match); i += 2 {
		if match[i] < 0 {
			continue
		}
		switch s[match[i]:match[i+1]] {
		case "the", "a", "an", "this", "that", "these", "those", "your", "our", "my", "his", "her", "its", "their", "one", "any", "each", "every", "all", "above", "below", "here", "within":
			return false
		}
	}
	return true
}
