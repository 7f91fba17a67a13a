package redact

import "strings"

// keywords are the words with features, in lower case.
var keywords = newKeywordTable(map[features]string{
	wordAt:     "at",
	wordSelect: "select", wordInsert: "insert", wordUpdate: "update", wordDelete: "delete", wordTable: "table column",
	wordChange: "drop alter create truncate", wordFrom: "from", wordInto: "into", wordSet: "set", wordWhere: "where",
	wordData:     "sqlcode sqlstate sql syntax ora duplicate violates foreign relation deadlock constraint e mongo mongodb postgres postgresql mysql mariadb sqlite redis wrongtype noauth moved ask crossslot clusterdown loading misconf noscript execabort busygroup readonly oom dup lock statement unconfigured pls bson tablespace varchar ldap ldaperr dsid",
	wordTrace:    "traceback goroutine panic runtime nil memory caused nested nullreference nullpointer stack stacktrace",
	wordHost:     "localhost internal intranet local localdomain lan corp svc consul ip amazonaws windows cloudsql ondigitalocean compute googleusercontent",
	wordDial:     "dial econnrefused econnreset econnaborted ehostunreach enetunreach epipe enotfound etimedout getaddrinfo host connection jdbc econn socket proxy upstream connect",
	wordBearer:   "bearer",
	lineNumber:   "line",
	quotedFile:   "file",
	named:        "password passwd pwd secret clientsecret apisecret key accesskey apikey privatekey secretkey token accesstoken refreshtoken authtoken idtoken authorization credential credentials cookie passphrase passcode pin cvv cvc ssn session sid",
	shaped:       "sk pk rk akia asia ghp gho ghu ghs ghr github glpat xoxa xoxb xoxp xoxr xoxs ya gocspx whsec npm pypi sg hf dop doo shpat shpss shpca shppa hooks webhooks hvs atatt nrak dapi sq dckr glsa figd pmak lin rubygems xapp",
	packageColon: "json sql http strconv reflect x tls xml yaml redis pq pgx mongo rpc grpc context bson proto oauth fatal gorm asn net os io exec template",
	wordSecret:   "password passwd pwd passphrase passcode secret pin token key apikey cvv cvc ssn cookie sid authorization credential credentials auth",
	wordNull:     "null none nonetype nil undefined nilclass nullable",
	wordType:     "type types class object int integer string dict instance interface struct cast casting index indices list sequence enum datatype uuid bean beans",
	wordCall:     "function method methods argument arguments variable attribute property properties properties member callable iterable module constant defined constructor overload index offset initialized subscriptable undefined",
	wordParse:    "json token character deserialize unmarshal marshal eof literal serializable circular expecting parse parsing deserialization serialization data element xml yaml field",
	wordRuntime: "strconv lateinit unwrap panicked segmentation terminate stack assertion heap uncaught unhandled dictionary destructure clause deadline certificate positional memory std format goroutine thread core fiber coroutine promise qualifying dereference statement unpack deadlock closed fatal " +
		"autowire nullable cast enumeration initializer unexported channel recursion codec unpermitted param stdclass execution initialization overflow uninitialized " +
		"corruption administrator encoding shards quorum executor serialize concurrent err comparison conversion reduce indices iteration convert invoked subtract digit context " +
		"array bounds service beans null json divide divided division unhashable frozen superclass offset errno borrowed boundary hba clients pipe stream proxy jdbc persist entity " +
		"disposed aborted sequence scan numeric illegal declared super regular entry elements exception parsing shard disconnected iterator immutable mutable hash key string constructor coerce " +
		"placeholder mapping find parameterized prepared parameter actively actually start utf virtual packet operator readonly master os directory quota device resource import timeout open files interpreted coerced value persistent class driver abstract implement procedure character offset query",
	wordStore: "column database user schema index row rows collection permission value data lock timeout execute key bytes object transaction input table unique results model cursor insert server connections truncated binary syntax exception doesnotexist matching query decode parse parsing find",
})

// keywordTable is a hash table that is fast for words that are not in it: most of
// them have no bit in present.
type keywordTable struct {
	present [1 << (hashBits - 6)]uint64 // a bit for each hash
	buckets [1 << (hashBits - 4)]uint16 // 1 + index of the first entry; 0 for none
	entries []keyword
}

// hashBits is the size of the hash of a word.
const hashBits = 14

type keyword struct {
	word     string
	features features
	next     uint16 // 1 + index of the next entry of the bucket; 0 for none
}

func newKeywordTable(lists map[features]string) *keywordTable {
	t := &keywordTable{}
	for f, list := range lists {
		for word := range strings.FieldsSeq(list) {
			h := hash(word)
			t.present[h>>6] |= 1 << (h & 63)
			b := &t.buckets[h>>4]
			t.entries = append(t.entries, keyword{word, f, *b})
			*b = uint16(len(t.entries))
		}
	}
	return t
}

// hash returns the hash of a word of ASCII letters in any case.
func hash(w string) uint32 {
	n := len(w)
	h := uint32(w[0]&0x1f) | uint32(w[n>>1]&0x1f)<<5 | uint32(w[n-1]&0x1f)<<10 | uint32(n)<<15
	return h * 0x9e3779b1 >> (32 - hashBits)
}

// mayHave is a fast check: if it reports false, the word is not in the table.
func (t *keywordTable) mayHave(word string) bool {
	h := hash(word)
	return t.present[h>>6]&(1<<(h&63)) != 0
}

// find returns the features of a word in any case; 0 if it is not in the table.
func (t *keywordTable) find(word string) (found features) {
	for i := t.buckets[hash(word)>>4]; i != 0; {
		e := &t.entries[i-1]
		if strings.EqualFold(e.word, word) {
			found |= e.features
		}
		i = e.next
	}
	return found
}
