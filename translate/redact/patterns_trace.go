package redact

import "regexp"

// tracePatterns find the internals of programs: stack frames, names of types, and
// messages of runtimes and parsers.
var tracePatterns = []pattern{
	{
		"stack frame",
		[]features{wordAt | paren, wordDot | paren},
		regexp.MustCompile(`(?:^|\s)at (?:(?:async |new )[\w.$<>\[\]/]+|[\w$<>\[\]]*[./$<][\w.$<>\[\]/]+) ?\(|\.[A-Za-z]\w*\(0x[0-9a-f]+`),
		nil,
	},
	{
		"exception class",
		[]features{exception | wordDot, exception | backslash, typeColon, exception | paren, exception | doubleColon},
		regexp.MustCompile(`\b(?:[A-Za-z_$][\w$]*(?:[.\\]|::))+[A-Z]\w*(?:Exception|Error|Fault)\b|\b[A-Z]\w*(?:Exception|Error): |\b[A-Z][a-z]+(?:Exception|Error)\(`),
		nil,
	},
	{
		"traceback",
		[]features{wordTrace, quotedFile, exception},
		regexp.MustCompile(`\bTraceback \(|\bFile "[^"]+"|\bgoroutine \d+ \[|\bpanic: |\bruntime error: |\bnil pointer\b|\binvalid memory address\b|\bCaused by: |\bnested exception is\b|\bNull(?:Reference|Pointer)(?:Exception)?\b|(?i:\bstack ?trace\b)`),
		nil,
	},
	{
		"source line",
		[]features{lineNumber, wordDot | digitColon},
		regexp.MustCompile(`(?i)\.(?:go|py|java|kt|scala|php|rb|js|ts|cs|cpp|c|rs|pl|vb|jsx|tsx|exs?):\d+|\b(?:pars(?:e|ing)|parser|syntax|compil\w+|fatal|template) error\b.* line \d+|\bunexpected\b.*\bline \d+|:line \d+|\.[a-z]{1,5}\b["']?(?: on|,) line \d+|\bline \d+,? col(?:umn)? \d+`),
		nil,
	},
	{
		"type name",
		[]features{wordDot, doubleColon, backslash},
		regexp.MustCompile(`\b(?:java|javax|jakarta|kotlin|kotlinx|scala|akka|groovy)\.\w+|\b(?:org|com|net|io|dev|de|fr|uk)(?:\.[a-z]\w*)+\.[A-Z]\w*|\bSystem\.[A-Z]\w+|\bMicrosoft\.[A-Z]\w+|\bstd::\w+|\b[A-Z]\w*::[A-Z]\w*|\b\w+::\w+::|\b[A-Z]\w+\\[A-Z]\w+|\b[A-Z]\w*(?:\.[A-Z]\w*)+\.\w+/\d|\b(?:django|flask|pydantic|sqlalchemy|psycopg2|werkzeug|builtins|asyncio|requests|urllib3?|botocore)\.\w+\.\w+`),
		nil,
	},
	{
		"missing value",
		[]features{wordNull},
		regexp.MustCompile(`(?i)\bbecause (?:the return value of )?["'<\x60].*\bis null\b|\bNoneType\b|\bnil:NilClass\b|\b(?:method|function) .*\bfor nil\b|\bpropert(?:y|ies)\b.*\b(?:of|on) (?:undefined|null)\b|\bundefined (?:local variable|method ['\x60"]|variable \$?\w|variable:|array key\b|(?:string )?offset\b|index:|index ["']|property[: ]|constant ["'A-Z]|function[: ]|reference\b|symbol\b|is not )|\bon (?:a )?[\x60'"]?(?:null|none|nil)\b[\x60'"]?(?: value| reference| object)?\.?$|\bnil value\b|\bfound nil\b|\bof nil into\b|\bcannot be null\. \(param|\b(?:as|because) it is (?:undefined|null)\b|\bnull value in column\b|\bis (?:undefined|null|nil), not\b|\bnull (?:reference|object reference|check operator)\b|\breference (?:is|to) null\b|\bcannot read \w+ ['"]|\b(?:undefined|null) \(reading\b|\bindex a nil\b|\bnil map\b|\bof (?:undefined|null)$|\bnull is not an object\b|\bnone is not (?:an? )?(?:iterable|callable|subscriptable)|\bnon-null assertion\b|\bnot found: undefined\b`),
		nil,
	},
	{
		"message about types",
		[]features{wordType},
		regexp.MustCompile(`(?i)\bcannot (?:deserialize|be cast|implicitly convert|convert (?:value of |a value of )?type|convert .* to type)\b|\bbe cast to (?:class|type)\b|\bunable to (?:cast|convert) object\b|\bobject reference not set\b|\bof type ['"\x60<\[].*['"\x60>\]] to (?:required )?type\b|\bof required type\b|\bto (?:required )?type ['"\x60](?:java|system|int|long|str)|\bvalue of type [\x60]|\bGo (?:struct|value)\b|\bstruct field\b|\binterface conversion\b|\binterface \{\}|\boperand type|\bmust be (?:of type )?(?:str|int|bytes|dict), not\b|\btype str\b|\bcan(?:not| only) concatenate\b|\b(?:list|string|tuple|array|slice) index out of (?:range|bounds)\b|\bindex (?:out of (?:range|bounds)\b.*[\[\d]|\d+ (?:is )?out of (?:range|bounds))|\bout of bounds for length\b|\bsequence contains no (?:matching )?elements?\b|^<class '|\(class ['"\x60]?\w+|\bof class [\w.$]+|\binvalid type: \w+|\bCast to \w+ failed\b|\bno implicit conversion\b|\b(?:object|instance) of type \w+ is not\b|\[object \w+\]|\bclass ["'][\w\\./:]+["'] not found\b|\bbean (?:named|of type|with name)\b|\bno qualifying bean\b|\bobject is not (?:callable|iterable|subscriptable)\b|\bdictionary\b.*\bkey\b|\bfor an instance of [A-Z]|\bmust be of type \w+, \w+ given\b|\bexpected type ['"\x60]|\bclass \w+(?:\.\w+)+\b|\bmismatched types\b|\bincompatible types\b|\binput string was not in\b|\bfor input string: |\bwas of type [A-Z]\w+\b|\bexpected (?:a )?string(?:, | but )(?:received|got|was) (?:undefined|object)\b|\bunsupported operand\b|\btype '\w+' (?:is not|cannot|has no)|\bno enum constant\b|\bpremature end of|\btype mismatch\b.*\b(?:int|string|struct)\b|\binstance of [A-Z]\w+[a-z][A-Z]\w*|\bcould not (?:be )?(?:cast|convert(?:ed)?) (?:to )?(?:object|type|class)\b`),
		nil,
	},
	{
		"message about calls",
		[]features{wordCall},
		regexp.MustCompile(`(?i:(?:^|[ (:"'\x60])(?-i:[a-z_$][\w$]*|[\w$]+(?:\.[\w$]+)+)(?:\(\.\.\.\))? is not a (?:function|constructor)\.?$|\bhas no (?:attribute|method|member|property) ['"\x60]|\bmember function \w+\(|\bpositional argument|\buninitialized constant\b|\blateinit property\b|\bwrong number of arguments\b|\btoo (?:few|many) arguments (?:to|for|in call)\b|\bArgument #\d|\bproperty ['"\x60]\w+['"\x60] (?:of|does not exist on)\b|\b(?:undefined|local) variable\b|\bundefined function\b|\bis not (?:defined|callable|iterable|subscriptable)\b.*\bat\b.*\(|\bis not (?:callable|iterable|subscriptable)\b|\bno module named\b|\bcannot find module\b|\bmodule not found\b|\bobject method ["']|\bassignment to constant variable\b|\bconstructor of\b|\bread property ['"\x60]|\bget property ['"\x60]|\bname '\w+' is not defined\b|\bprivate method ['"\x60]|\bmethod ['"\x60][\w.:#]+['"\x60]|\bmethod [\w.\\:]+(?:\(\)|::\w+) (?:does not exist|not found)|\bunexpected keyword argument\b|\bgot an unexpected\b.*\bargument\b|\bvoid [\w.]+\(|\bpublic \w+ [\w.<>]+\(|\bno (?:suitable|matching|applicable) (?:constructor|method|function)\b|\bfunction clause\b|\battempt to call\b|\bno method matching\b|\bundeclared variable\b|\barity\b.*\bfunction\b|\bbad argument #\d|\bbefore initialization\b|\bmust not be accessed before\b)|^(?:[a-z_$][\w$]*|[a-z_$][\w$]*[A-Z][\w$]*) is not defined\.?$`),
		nil,
	},
	{
		"message of a parser",
		[]features{wordParse, wordRuntime, packageColon, quoted},
		regexp.MustCompile(`(?i)\bunexpected (?:token ['"\x60<{}\[\],:;&*]|token in json|token \w in json|end of (?:json|input|file|stream)|eof\b|character ['"\x60(]|non-whitespace|identifier)|\binvalid character ['"\x60].*['"\x60] (?:looking|after|in |as )|\blooking for beginning\b|\bjson parse error\b|\b(?:un)?marshal\b|\bdeserializ(?:e|ation)\b|\bdeserialize\b|\bjson serializable\b|\bcircular (?:structure|reference)\b|\bexpecting value: line\b|\bin json at position\b|\bunrecogni[sz]ed (?:token|field) ["']|\bwas expecting\b|\binvalid (?:numeric |integer |float )?literal\b|\bexpected (?:value|property name|',' or|double-quoted)\b.* at (?:line|position|column)|\bmapping values are not allowed\b|\bcould not be converted to \w+\.|\bBytePositionInLine\b|\bmissing field \x60|\bunknown field \x60|\bexpected (?:u|i|f)(?:8|16|32|64|128)\b|\bdocument is empty, line\b|\bparser error\b|\bunterminated string\b|\btrailing (?:data|comma|characters) (?:at|in|after)\b|\bdata at the root level is invalid\b|\bentity ['"\x60]\w+['"\x60] not defined\b|\bcan(?:no|')t parse JSON\b|\bCould not read (?:JSON|document)\b|\bcannot be parsed at index\b|\bcould not be parsed at index\b|\bunparseable date\b|\bunexpected char(?:acter)? (?:code )?\d`),
		nil,
	},
	{
		"message of a runtime",
		[]features{wordRuntime},
		regexp.MustCompile(`(?i)\bstrconv\.|\bunwrap(?:ping)? ?(?:\(|an\b)|\x60(?:Option|Result)::|\bthread ['"].*['"] panicked\b|\bpanicked at\b|\bsegmentation fault\b|\bcore dumped\b|\bterminate called\b|\bcall stack (?:size|exceeded)\b|\bstack (?:overflow|level too deep|size exceeded)\b|\bassertion (?:failed|error)\b.*[:(=]|\bheap (?:out of memory|space)\b|\buncaught (?:exception|error|typeerror|\w+error)\b|\bunhandled (?:promise|exception|rejection)\b|\bdestructure property\b|\bno function clause\b|\bcontext deadline exceeded\b|\bmemory size of \d+|\bbad_alloc\b|\bout of memory\b.*\b(?:alloc|bytes|kill)|\bmemory exhausted\b|\bgiven key\b.*\bdictionary\b|\bcertificate signed by unknown\b|\bunable to (?:find|get) valid certification path\b|\ball goroutines are asleep\b|\bqualifying bean\b|\bdereference of\b|\bvalues to unpack\b|\bunpack\b.*\bexpected \d|\buse of closed (?:network|file)\b|\bwas never awaited\b|\bincorrect format\b|\bnot in a correct format\b|\bthread pool\b|\bfiber (?:failed|called)\b|\bdeadlock!|\bnumber of arguments on the stack\b|\bGo runtime\b`),
		nil,
	},
	{
		"message of a package",
		[]features{packageColon},
		regexp.MustCompile(`\b(?:json|sql|http|strconv|reflect|x509|tls|xml|yaml|pq|pgx|redis|mongo|rpc|grpc|context|bson|proto|oauth2|gorm|asn1|net|os|io|exec|template): [a-z]|\bFATAL: `),
		nil,
	},
}

// messagePatterns find texts that are not sentences, but may be data.
var messagePatterns = []pattern{
	{
		"bare exception class",
		[]features{exception},
		regexp.MustCompile(`\b[A-Z]\w*[a-z]Exception\b|\b[A-Z][a-z]+[A-Z]\w*Error\b|^\w*Error$`),
		nil,
	},
}
