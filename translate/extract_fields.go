package translate

import (
	"slices"

	"github.com/koine-proxy/koine/dialect"
)

// findFields looks for the first shape of the dialect in which the body has at
// least one field. It also reads the message if that is among the fields.
func (x *extraction) findFields(d *compiledDialect) {
	if len(d.fieldShapes) == 0 {
		return
	}
	for i := range d.fieldShapes {
		f := &d.fieldShapes[i]
		if len(f.ForCodes) > 0 && !slices.Contains(f.ForCodes, x.result.Native) {
			continue
		}
		for j := range f.locations {
			if x.findFieldsAt(f, &f.locations[j]) {
				return
			}
		}
	}
	x.fields.clear()
}

func (x *extraction) findFieldsAt(f *fieldShape, l *fieldLocation) (found bool) {
	x.fields.filter = l.filter
	v, key, ok := x.start(&l.location)
	if !ok {
		return false
	}
	if len(l.tail) == 0 {
		return x.tryFields(f, v)
	}
	return walk(v, key, l.tail, func(_ string, v value) bool { return x.tryFields(f, v) })
}

// tryFields sets the fields to a value, and reports whether there is at least one
// field in it.
func (x *extraction) tryFields(f *fieldShape, v value) (found bool) {
	w := &x.fields
	w.shape, w.value = f, v
	w.single = field{}
	if len(f.Whole) > 0 {
		x.takeWhole(wholeMessage(f, v))
	}
	single := f.isEntry(v)
	w.forEach(func(one field) bool {
		found = true
		if single {
			w.single = one // there is no other, and it need not be read again
		}
		return false
	})
	return found
}

// takeWhole takes a complaint about the whole request: it is the message, or a detail if
// there is another message.
func (x *extraction) takeWhole(message string) {
	if x.result.Message == "" {
		x.result.Message = message
	} else if message != x.result.Message {
		x.whole = message
	}
}

// wholeMessage returns the message under a name that means the whole request rather
// than a field.
func wholeMessage(f *fieldShape, v value) (message string) {
	each(v, func(key string, child value) bool {
		switch {
		case slices.Contains(f.Whole, key):
			message = firstMessage(f, child)
		case child.IsObject() && slices.Contains(f.Skip, key):
			message = wholeMessage(f, child)
		}
		return message == ""
	})
	return message
}

// firstMessage returns a text, or the message of the first entry that has one.
func firstMessage(f *fieldShape, v value) string {
	if text, ok := joinTexts(v); ok {
		return text
	}
	text := ""
	walk(v, "", dialect.Path{{Kind: dialect.StepEach}}, func(_ string, entry value) bool {
		text = readEntry(f, entry).message
		return text != ""
	})
	return text
}
