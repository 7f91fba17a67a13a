package translate

import "github.com/tidwall/gjson"

// isTree reports whether an object is a node of a tree whose members are complaints and
// nodes inside: {"errors": [], "properties": {…}}.
func isTree(l *lexicon, v value) bool {
	all, any := true, false
	each(v, func(key string, child value) bool {
		words := l.lookup(key)
		switch {
		case words&(wordNested|wordErrors|wordWhole) != 0 && child.Type == gjson.JSON:
			any = any || words&wordNested != 0
		default:
			all = child.Type == gjson.Null
		}
		return all
	})
	return all && any
}

// isError reports whether an object is an error, rather than a map of field to text: its
// texts are codes and messages by name.
func (f *fieldShape) isError(v value) (found bool) {
	all := true
	each(v, func(key string, child value) bool {
		words := f.lexicon.lookup(key)
		switch {
		case child.Type == gjson.JSON || child.Type == gjson.Null:
			return true
		case words&(wordMessage|wordCode|wordTrace) != 0, child.Type == gjson.Number:
			found, all = true, true
			return false
		case words&(wordText|wordKind|wordStatus) != 0 && words&wordPlace == 0:
			found = true
		case words == 0:
			all = false
		}
		return true
	})
	return found && all
}

// isTexts reports whether a value is a list of texts.
func isTexts(v value) bool {
	_, ok := joinTexts(v)
	return ok && v.IsArray()
}

// isEntryObject reports whether an object is an entry.
func isEntryObject(l *lexicon, v value) bool {
	e := readNamedEntry(l, v)
	return e.isEntry()
}

// isFieldMap reports whether all texts in a map are sentences, and there is one.
func isFieldMap(f *fieldShape, v value, depth int) (found bool) {
	if isTranslations(v) {
		return false
	}
	all := true
	each(v, func(key string, child value) bool {
		words := f.lexicon.lookup(key)
		switch {
		case words&wordWhole != 0 && (isTexts(child) || child.Type == gjson.String):
			found = found || depth > 0 && isTexts(child)
		case child.Type == gjson.String:
			all = f.trust != trustEntries && f.acceptsText(child.Str, false)
			found = found || all
		case isTexts(child):
			all = true
			each(child, func(_ string, one value) bool {
				all = one.Type == gjson.String && f.acceptsText(one.Str, true)
				return all
			})
			found = found || all
		case child.IsArray() && hasElements(child), child.IsObject() && hasElements(child):
			inner := depth < maxDepth && (child.IsArray() && hasEntry(f, child) || child.IsObject() && (isEntryObject(f.lexicon, child) || isFieldMap(f, child, depth+1)))
			all = inner
			found = found || inner
		case child.Type == gjson.Number, child.Type == gjson.True, child.Type == gjson.False:
			all = false
		}
		return all
	})
	return all && found
}

// isTranslations reports whether all names in an object are tags of languages, such as en
// and pt-BR.
func isTranslations(v value) bool {
	all, any := true, false
	each(v, func(key string, child value) bool {
		any = true
		all = child.Type == gjson.String && (len(key) == 2 || len(key) == 5 && (key[2] == '-' || key[2] == '_')) && isLetter(key[0]) && isLetter(key[1]) && key != "id"
		return all
	})
	return all && any
}

// hasEntry reports whether the first object of a list is an entry, or a map of fields.
func hasEntry(f *fieldShape, v value) (found bool) {
	each(v, func(_ string, child value) bool {
		if !child.IsObject() {
			return child.Type == gjson.Null
		}
		e := readNamedEntry(f.lexicon, child)
		found = e.isEntry() || e.isComplaint(f) || isFieldMap(f, child, 1)
		return len(child.Raw) == 2
	})
	return found
}

// hasEntryFirst reports whether the first object of a list is an entry.
func hasEntryFirst(f *fieldShape, v value) (found bool) {
	each(v, func(_ string, child value) bool {
		found = isEntryObject(f.lexicon, child)
		return false
	})
	return found
}

// acceptsText reports whether a text may be a complaint about a field.
func (f *fieldShape) acceptsText(text string, inList bool) bool {
	form := formOf(text)
	switch {
	case f.trust == trustAll:
		return form.isSentence() || form.isCode() && form.letters > 0 || form.wide > 0
	case inList:
		return form.isSentence() || form.lower > 2 && form.digits == 0 && form.isCode()
	}
	return form.isSentence()
}
