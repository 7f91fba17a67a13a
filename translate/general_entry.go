package translate

import (
	"strings"

	"github.com/tidwall/gjson"
)

// namedEntry is an object about one field, read by the names of its members.
type namedEntry struct {
	field    value // the name of the field: a text, a list of steps, or an object with the name
	isPlace  bool  // the field starts with the part of the request
	isPair   bool  // it is a name and a value, rather than an entry
	missing  string
	message  string
	code     string
	messages value // a list of messages or entries
	rules    value
	nested   value

	fieldRank, messageRank, codeRank uint8
}

// isEntry reports whether the object names a field and says something about it.
func (e *namedEntry) isEntry() bool {
	return (e.field.Exists() || e.missing != "") && (e.message != "" || e.code != "" || e.rules.Exists() || hasElements(e.messages) || hasElements(e.nested))
}

// isComplaint reports whether the object says something about the field around it.
func (e *namedEntry) isComplaint(f *fieldShape) bool {
	return e.message != "" && e.messageRank >= 3 && !e.isPair || e.rules.Exists()
}

// readNamedEntry reads an object as an entry.
func readNamedEntry(l *lexicon, v value) (e namedEntry) {
	if !v.IsObject() {
		return e
	}
	each(v, func(key string, child value) bool {
		e.take(l, key, l.lookup(key), child)
		return true
	})
	if e.field.Exists() && e.fieldRank == 1 && e.messageRank < 2 && !e.rules.Exists() {
		e.field = value{} // {"name": …, "description": …} is a thing rather than a complaint
	}
	return e
}

// partOf returns the roles of the last word of a name in an entry, or that of a field in its
// first word: findingText, pointerToViolation.
func (l *lexicon) partOf(key string) wordSet {
	if last, _ := l.lastWord(key); last&(isHead|wordField) != 0 {
		return last & (isHead | wordField)
	}
	for i := 1; i < len(key) && i < maxName; i++ {
		if isWordStart(key, i) {
			var buffer [2 * maxName]byte
			return l.names.find(appendFoldedName(buffer[:0], key[:min(i, maxName)])) & wordField
		}
	}
	return 0
}

// take takes one member of an entry.
func (e *namedEntry) take(l *lexicon, key string, w wordSet, child value) {
	if child.Type == gjson.Null {
		return
	}
	unknown := w == 0
	if unknown {
		w = l.partOf(key)
	}
	if w == 0 {
		return
	}
	text, ok := scalar(child)
	if text == "" && child.Type == gjson.String && w&wordField != 0 && e.fieldRank < 3 { // instancePath: ""
		e.field, e.fieldRank = child, 2
		return
	}
	switch {
	case w&wordField != 0 && (ok || child.Type == gjson.JSON):
		rank := uint8(3)
		if unknown {
			rank = 2
		}
		if e.offerField(child, rank, false) {
			return
		}
	case w&wordRules != 0 && child.IsObject() && hasElements(child):
		e.rules = child
		return
	case w&wordMissing != 0 && ok:
		e.missing = text
		return
	case w&wordNested != 0 && child.Type == gjson.JSON && hasElements(child) && w&wordErrors == 0:
		e.nested = child
		return
	case w&wordPlace != 0 && w&(wordLabel|wordKey|wordValue) == 0 && (ok || child.Type == gjson.JSON):
		if e.offerField(child, 2, true) {
			return
		}
	case w&wordPlace != 0 && ok:
		if e.isPair = l.lookup(text)&(wordCode|wordMessage|wordRequestID|wordSuccess|wordStatus) != 0; !e.isPair && e.offerField(child, 1, false) {
			return
		}
	}
	e.takeText(l, key, w, text, ok, child)
}

// offerField takes the name of a field if it is better than that before.
func (e *namedEntry) offerField(v value, rank uint8, place bool) bool {
	if rank <= e.fieldRank || v.IsObject() && len(v.Raw) > 256 || v.Type == gjson.String && !isFieldName(v.Str) {
		return false
	}
	e.field, e.fieldRank, e.isPlace = v, rank, place
	return true
}

// isFieldName reports whether a text may be the name of a field: few words, and no
// sentence.
func isFieldName(s string) bool {
	f := formOf(s)
	return !strings.HasSuffix(s, "Error") && !strings.HasSuffix(s, "Exception") && f.length > 0 && f.length <= maxFieldPath && f.spaces <= 2 && !looksLikeTime(s)
}

// takeText takes a message, a code, or a list of messages.
func (e *namedEntry) takeText(l *lexicon, key string, w wordSet, text string, ok bool, child value) {
	if child.IsObject() && w&(wordKind|wordCode|wordMessage|wordText) == 0 && len(child.Raw) < 512 {
		e.takeMissing(l, child)
		return
	}
	if child.IsArray() && w&(wordMessage|wordErrors|wordText|wordNested) != 0 && hasElements(child) {
		if joined, texts := joinTexts(child); texts {
			e.offerMessage(joined, 4)
		} else {
			e.messages = child
		}
		return
	}
	if !ok || child.Type == gjson.Number && w&wordCode == 0 {
		return
	}
	switch {
	case w&wordMessage != 0:
		e.offerMessage(text, 4)
	case w&(wordText|wordError) != 0 && w&wordKind == 0:
		e.offerMessage(text, 3)
	case w&wordCode != 0:
		e.offerCode(text, 3)
	case w&wordKind != 0:
		f := formOf(text)
		if f.isSentence() {
			e.offerMessage(text, 2)
		} else if w&wordPlace == 0 {
			e.offerCode(text, 2)
		}
	case w&wordLabel != 0:
		e.offerMessage(text, 1)
	}
}

// takeMissing takes the name of a missing field from the parameters of an entry.
func (e *namedEntry) takeMissing(l *lexicon, v value) {
	each(v, func(key string, child value) bool {
		words := l.lookup(key)
		if text, ok := scalar(child); ok {
			switch {
			case words&wordMissing != 0:
				e.missing = text
			case words&wordField != 0 && e.fieldRank < 2:
				e.field, e.fieldRank = child, 2
			}
		}
		return true
	})
}

func (e *namedEntry) offerMessage(text string, rank uint8) {
	if rank > e.messageRank && text != "" {
		e.message, e.messageRank = text, rank
	}
}

func (e *namedEntry) offerCode(text string, rank uint8) {
	if rank > e.codeRank && text != "" {
		e.code, e.codeRank = text, rank
	}
}
