package redact

import "strings"

// keywords are the words with features, in lower case.
var keywords = newKeywordTable(map[features]string{
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

// keywordTable is a hash table that is fast for words that are not in it. Words
// with the same first letter, last letter and length share a bucket, and most
// buckets are empty.
type keywordTable struct {
	buckets [4096]uint8 // 1 + index of the first entry; 0 for none
	entries []keyword
}

type keyword struct {
	word     string
	features features
	next     uint8 // 1 + index of the next entry of the bucket; 0 for none
}

func newKeywordTable(lists map[features]string) *keywordTable {
	t := &keywordTable{}
	for f, list := range lists {
		for word := range strings.FieldsSeq(list) {
			b := &t.buckets[bucket(word)]
			t.entries = append(t.entries, keyword{word, f, *b})
			*b = uint8(len(t.entries))
		}
	}
	return t
}

// bucket returns the bucket of a word of ASCII letters.
func bucket(w string) uint {
	return (uint(w[0]&0x1f)<<7 ^ uint(w[len(w)-1]&0x1f)<<2 ^ uint(len(w))) & 4095
}

// find returns the features of a word in any case; 0 if it is not in the table.
func (t *keywordTable) find(word string) (found features) {
	for i := t.buckets[bucket(word)]; i != 0; {
		e := &t.entries[i-1]
		if strings.EqualFold(e.word, word) {
			found |= e.features
		}
		i = e.next
	}
	return found
}
