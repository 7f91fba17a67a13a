package redact

import "regexp"

// runtimePatterns find sentences that runtimes and servers use, word for word.
var runtimePatterns = []pattern{
	{
		"sentence of a runtime",
		[]features{wordRuntime},
		regexp.MustCompile(`(?i)\bcould not autowire\b|\bnullable object must have\b|\b(?:specified|invalid) cast\b|\bunable to cast\b|\benumeration (?:operation|already|has)\b|\boutside the bounds of the array\b` +
			`|\bresolve service for type\b|\btype initializer\b|\bunexported field\b|\bon closed channel\b|\bclose of (?:closed|nil) channel\b|\b(?:string|list) indices must be\b|\brecursion (?:depth|limit)\b` +
			`|\b(?:application|request) context\b\.?$|\bchanged size during iteration\b|\bcodec can(?:'t|not) (?:de|en)code\b|\bunpermitted param|\bparam is missing or\b|\bcomparison of \w+ with\b` +
			`|\bconvert nil into\b|\bkey not found: :?\w|\bto string conversion\b|\btype stdclass\b|\bexecution time of \d+|\bbefore initialization\b|\bis not valid json\b.*["']|["']undefined["'] is not valid json\b` +
			`|\breduce of empty array\b|^invalid array (?:length|buffer length)$|\bclass constructor\b|\binvalid digit found in string\b|\bwith overflow\b|\bfatal error: (?:\w+ out of\b|.*\b(?:array|bounds|null|string|context|constructor|exception)\b)` +
			`|\buninitialized (?:value|variable|constant|property)\b|\bfree or corruption\b|\bdue to administrator command\b|\b(?:byte )?sequence for encoding\b|\bconcurrent (?:update|modification)\b|\bfield overflow\b` +
			`|\bexecutor error\b|^ERR \w+|\b(?:all )?shards? failed\b|\bconsistency level\b.*\bquorum\b|\blevel quorum\b`),
		nil,
	},
	{
		"common failure of a runtime",
		[]features{wordRuntime},
		regexp.MustCompile(`(?i)\b(?:divi(?:de|ded|sion) by (?:zero|0)\b)|\bunhashable type\b|\bmodify frozen\b|\bsuperclass mismatch\b|\b(?:illegal|invalid) (?:string )?offset\b|\[errno -?\d+\]|\balready (?:mutably )?borrowed\b` +
			`|\bchar boundary\b|\bpg_hba\b|\btoo many clients\b|\bbroken pipe\b|\bopen stream\b|\bstream (?:has already been|closed prematurely|is not readable)\b|\binitialize proxy\b|\bjdbc connection\b` +
			`|\bentity passed to persist\b|\bdisposed object\b|\bthread was being aborted\b|\bunsupported scan\b|\bnon-numeric value\b|\bset offset value\b|\billegal invocation\b|\bhas already been declared\b` +
			`|\bcall super constructor\b|\binvalid regular expression: |\bdoes not support item assignment\b.*\bstring\b|\bcannot convert undefined\b|\bconvert string to (?:float|int)\b` +
			`|\bexception of type ['"]|\bthrew an exception\b|\bthrown exception\b|\bexception (?:was|has been) (?:thrown|raised|caught)\b|\bhash key\b.*\bsymbol\b|\bimmutable (?:type|object)\b.*\b(?:string|tuple)\b`),
		nil,
	},
	{
		"failure of a parser or query",
		[]features{wordParse, wordStore, wordCall, doubleColon, wordDot | paren},
		regexp.MustCompile(`\b(?i:parsing time )"|\bcannot parse "[^"]*" as "|\bcan't decode byte\b|\bDoesNotExist\b|\bKey: '[\w.\[\]]+' Error:|\bmatching query does not exist\b|\bunknown query \[|\w::_\w|\w\(\.\.\.\)\.\w+ is not a (?:function|constructor)\b|\b(?i:object of type '\w+' has no len)|\b(?i:object does not support item)`),
		nil,
	},
	{
		"bracketed class of an error",
		[]features{brace},
		regexp.MustCompile(`\[\w+_exception\]|\[[A-Z]\w*(?:Exception|Error)\]`),
		nil,
	},
	{
		"syntax of a program",
		[]features{emptyCall, dollar, wordNull, wordType | wordNull},
		regexp.MustCompile(`\w\(\)|\$\{|(?:^|[\s("'\x60])\$[a-z_]\w{2,}|\bnil\b|, (?:null|none|array|int|string) (?:returned|given)\b|\bof type null\b`),
		nil,
	},
	{
		"rare sentence of a runtime",
		[]features{wordRuntime, wordStore, wordType, wordCall},
		regexp.MustCompile(`(?i)\bresolve placeholder\b|\bcharacter found in (?:method|the request)\b|\bambiguous mapping\b|\bproperty \w+ found for type\b|\bcontext instance\b|\b(?:procedure|function) or (?:procedure|function) ['"]` +
			`|\bparameterized query\b|\bprepared statement\b|\bresulted in an overflow\b|\bsequence contains\b|\bparameter count mismatch\b|\bmachine actively refused\b|\binvalid start of a (?:value|property)\b` +
			`|\bbounds out of range\b|\bi/o timeout\b|\bscan error on column\b|\btoo many open files\b|\bbe interpreted as an integer\b|\bimport name ['"]|\bwrong argument type\b|\bcoerced into\b|\barray offset\b` +
			`|^invalid time value$|\bfind name ['"]|\butf-8 (?:sequence|codec)\b|\bvirtual method\b|\bpacket bigger than\b|\boperator does not exist\b|\bopen database\b|\breadonly database\b|\bnot master\b|\bmapping found for \[` +
			`|\(os error \d+\)|\bno such file or directory\b|\bis a directory\b|\bdisk quota exceeded\b|\bno space left on device\b|\bdevice or resource busy\b|\bresource temporarily unavailable\b|\bcannot allocate memory\b` +
			`|\bdata type (?:int|varchar|nvarchar|datetime|text)\b|\bdata exception\b|\bdetached entity\b|\bpersistent (?:instance|entity)\b|\bobject references an unsaved\b|\bbean creation\b|\bcreating bean\b|\bdata source\b.*\burl\b|\bdriver class\b` +
			`|\bconnection pool\b|\bcursor is not open\b|\bobject is not extensible\b|\bproperty description must be\b|\bgetter\b.*\bproperty\b|\btype \w+ does not implement\b|\bnot assignable to (?:type|parameter)\b|\btype instantiation\b` +
			`|\bmethod resolution\b|\babstract (?:class|method)\b|\bmust implement (?:interface|method)\b|\bclass not found\b|\bclass loader\b|\bobject reference\b|\bmethod not found: |\bmethod or data member\b|\binvalid procedure call\b`),
		nil,
	},
}
