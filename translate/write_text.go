package translate

import (
	"net/url"
	"strings"

	"github.com/tidwall/gjson"
)

// appendWrittenForm appends the members of a JSON object as a form: scalars by their names, and
// what is inside others by names in brackets.
func appendWrittenForm(dst, document []byte) []byte {
	each(newValue(view(document)), func(name string, v value) bool {
		dst = appendPairs(dst, name, v)
		return true
	})
	return dst
}

func appendPairs(dst []byte, name string, v value) []byte {
	if v.Type == gjson.JSON {
		each(v, func(key string, child value) bool {
			dst = appendPairs(dst, name+"["+key+"]", child)
			return true
		})
		return dst
	}
	text, _ := literal(v)
	if v.Type == gjson.Null {
		text = ""
	}
	if len(dst) > 0 && dst[len(dst)-1] != '\n' {
		dst = append(dst, '&')
	}
	dst = append(append(dst, url.QueryEscape(name)...), '=')
	return append(dst, url.QueryEscape(text)...)
}

// appendPlainText appends the member `text` of a JSON object, on one line.
func appendPlainText(dst, document []byte) []byte {
	each(newValue(view(document)), func(name string, v value) bool {
		if name == "text" && v.Type == gjson.String {
			dst = append(dst, strings.Map(func(r rune) rune {
				if r < ' ' && r != '\n' && r != '\t' || r == 0x7f {
					return ' '
				}
				return r
			}, v.Str)...)
		}
		return true
	})
	return dst
}
