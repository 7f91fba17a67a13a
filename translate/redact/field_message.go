package redact

import "strings"

// AllowsFieldMessage reports whether a message about a field may be shown, apart from
// the conditions of AllowsMessage: it does not repeat what a client submitted for
// a secret. path is the dotted path of the field.
func AllowsFieldMessage(path, message string) bool {
	return !mayEndSecret(path) || secretKind(path) == notSecret || !RepeatsValue(message)
}

// IsSecretPath reports whether the path of a field, in any notation, ends in the name
// of a secret: user.password, /user/password, items[0].pin.
func IsSecretPath(path string) bool { return IsSecretName(path) }

// lastStep returns the last name in the path of a field: not a position.
func lastStep(path string) string {
	for {
		path = strings.TrimRight(path, ".[]/0123456789'\" ")
		i := strings.LastIndexAny(path, "./[]'\"")
		if i < 0 || path[i+1:] != "" {
			return path[i+1:]
		}
	}
}

// NamesField reports whether a member of that name says which field its object is
// about.
func NamesField(key string) bool {
	switch len(key) {
	case 3:
		return isIn(key, "key", "loc")
	case 4:
		return isIn(key, "name", "path")
	case 5:
		return isIn(key, "field", "param")
	case 6:
		return isIn(key, "source", "target", "header", "member")
	case 7:
		return isIn(key, "pointer")
	case 8:
		return isIn(key, "property", "location", "dataPath", "argument")
	case 9:
		return isIn(key, "fieldName", "parameter", "attribute", "paramName")
	case 10:
		return isIn(key, "field_name", "param_name", "field_path")
	case 12, 13:
		return isIn(key, "propertyName", "propertyPath", "property_name", "instancePath", "parameterName", "property_path", "attributeName")
	}
	return false
}

// IsSubmitted reports whether a member of that name has what the client submitted for
// a field.
func IsSubmitted(key string) bool {
	switch key[:min(len(key), 1)] {
	case "v", "V":
		return isIn(key, "value", "values")
	case "r", "R":
		return isIn(key, "rejectedValue", "rejected_value", "rejected", "received", "receivedValue", "received_value")
	case "i", "I":
		return isIn(key, "input", "inputValue", "input_value", "invalidValue", "invalid_value")
	case "a", "A":
		return isIn(key, "actual", "actualValue", "actual_value", "attemptedValue", "attempted_value")
	case "g", "G":
		return isIn(key, "given", "got", "givenValue", "given_value")
	case "s", "S":
		return isIn(key, "submitted", "submittedValue", "submitted_value", "sent")
	case "p", "P":
		return isIn(key, "provided", "providedValue", "provided_value")
	case "b", "B":
		return isIn(key, "badValue", "bad_value")
	case "c", "C":
		return isIn(key, "currentValue", "current_value")
	}
	return false
}

// RepeatsValue reports whether a message about a secret may have its value: in
// quotation marks, after a colon, as a word with letters and digits, or as a long
// number.
func RepeatsValue(s string) bool {
	group := 0 // digits, with single symbols between them
	for i := 0; i < len(s); {
		if !isWordByte(s[i]) {
			i++
			continue
		}
		start, letters, digits := i, 0, 0
		for ; i < len(s) && isWordByte(s[i]); i++ {
			if isDigit(s[i]) {
				digits++
			} else {
				letters++
			}
		}
		w := s[start:i]
		if letters == 0 && i+1 < len(s) && (s[i] == '-' || s[i] == ' ' || s[i] == '.') && isDigit(s[i+1]) {
			group += digits
		} else if group += digits; letters == 0 && group >= 6 {
			return true
		} else {
			group = 0
		}
		switch {
		case digits >= 4 && letters == 0, digits > 0 && letters > 0 && !isUnit(w):
			return true
		case isAfterVerb(s[:start]) && !isMessage(w) && secretKind(w) == notSecret:
			return true
		}
	}
	return hasQuotedValue(s)
}

// isUnit reports whether a word is a short count, such as 8chars, 2nd or v2.
func isUnit(w string) bool {
	return isDigit(w[0]) && (strings.HasSuffix(w, "chars") || strings.HasSuffix(w, "th") || strings.HasSuffix(w, "nd") || len(w) <= 2) ||
		len(w) == 2 && w[0]|0x20 == 'v'
}

// isAfterVerb reports whether a text ends in a word that precedes a submitted value.
func isAfterVerb(before string) bool {
	colon := strings.HasSuffix(before, ": ") || strings.HasSuffix(before, ":") || strings.HasSuffix(before, "=")
	before = strings.TrimRight(before, " :=")
	i := strings.LastIndexByte(before, ' ')
	w := before[i+1:]
	if isIn(w, "got", "received", "given") {
		return true
	}
	return colon && (isIn(w, "value", "input", "provided", "submitted", "was", "entered", "found", "actual") || IsSecretName(w) || secretKind(w) == weakSecret)
}

// hasQuotedValue reports whether a text has words in quotation marks that are not
// the name of a secret.
func hasQuotedValue(s string) bool {
	for i := 0; i < len(s); i++ {
		opening, closing := s[i:i+1], s[i:i+1]
		switch {
		case s[i] == '"' || s[i] == '`' || s[i] == '\'' && (i == 0 || !isWordByte(s[i-1])):
		case strings.HasPrefix(s[i:], "“"):
			opening, closing = "“", "”"
		case strings.HasPrefix(s[i:], "„"):
			opening, closing = "„", "“"
		case strings.HasPrefix(s[i:], "«"):
			opening, closing = "«", "»"
		case strings.HasPrefix(s[i:], "‘"):
			opening, closing = "‘", "’"
		default:
			continue
		}
		start := i + len(opening)
		end := strings.Index(s[start:], closing)
		if end < 0 {
			return false
		}
		text := strings.Trim(s[start:start+end], " \u00a0\u202f")
		if strings.ContainsFunc(text, isLetterOrDigit) && secretKind(lastStep(text)) == notSecret {
			return true
		}
		i = start + end + len(closing) - 1
	}
	return false
}

// isMessage reports whether a text that a secret member has is a message about the
// secret: a sentence with an everyday word, or a code of such words.
func isMessage(s string) bool {
	words, known, strange := 0, 0, false
	wide, start := false, -1
	for i := 0; i <= len(s); i++ {
		if i < len(s) && (kinds[s[i]] == letterByte || s[i] >= 0x80 || isDigit(s[i]) || s[i] == '\'') {
			wide = wide || s[i] >= 0xe3
			if start < 0 {
				start = i
			}
			continue
		}
		if start < 0 {
			continue
		}
		w := strings.Trim(s[start:i], "'")
		start = -1
		if w == "" {
			continue
		}
		words++
		switch {
		case isMessageWord(w):
			known++
		case secretKind(w) != notSecret:
			known++ // not counted below unless there is another
			words++
		case hasDigit(w) && !isCount(w), hasInnerCapital(w):
			strange = true
		}
	}
	if strange || strings.Contains(s, "=") || hasDigit(s) && !strings.Contains(s, " ") && !wide {
		return false
	}
	if wide {
		return true
	}
	if strings.Contains(s, " ") {
		return known > 0 && words > 1 && !hasQuotedValue(s) && hasPlainWord(s)
	}
	return known > 0 && known*2 >= words && hasPlainWord(s)
}

// hasPlainWord reports whether a text has one of the everyday words.
func hasPlainWord(s string) bool {
	for w := range strings.FieldsFuncSeq(s, func(r rune) bool { return r < 0x80 && kinds[byte(r)] != letterByte && r != '\'' }) {
		if isMessageWord(w) {
			return true
		}
	}
	return false
}

func hasDigit(s string) bool { return strings.ContainsAny(s, "0123456789") }

// isCount reports whether a word is a short number.
func isCount(w string) bool { return len(w) <= 3 && strings.Trim(w, "0123456789") == "" }

// hasInnerCapital reports whether a word has both cases, unlike names and headings.
func hasInnerCapital(w string) bool {
	lower := false
	for i := range len(w) {
		if lower && isUpper(w[i]) {
			return true
		}
		lower = lower || kinds[w[i]] == letterByte && !isUpper(w[i])
	}
	return false
}

func isMessageWord(w string) bool {
	const longest = 16
	if len(w) > longest {
		return false
	}
	var lower [longest]byte
	for i := range len(w) {
		lower[i] = w[i]
		if isUpper(w[i]) {
			lower[i] |= 0x20
		}
	}
	return messageWords[string(lower[:len(w)])]
}

// messageWords are the words of messages about secrets.
var messageWords = func() map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(`
		is are was be must should can cannot may not no has have need needs does do did too the a an this that your at least most than of in with for
		required missing invalid blank empty expired weak short long incorrect wrong mismatch mismatched match revoked unknown none null redacted optional
		valid bad malformed unset set denied forbidden disabled enabled inactive active unsupported unauthorized rejected failed
		hidden masked provided present absent string integer number boolean format length characters chars digits please enter choose use
		muss darf ist sind nicht zu kurz lang fehlt ungültig abgelaufen falsch mindestens zeichen leer erforderlich
		est sont doit ne pas trop court longue invalide requis obligatoire expiré manquant caractères le la les un une
		es son debe no demasiado corta corto larga inválida inválido requerida requerido obligatorio caducado el los al menos caracteres
		é são deve não muito curta curto longa obrigatória obrigatório expirado o os pelo menos`) {
		m[w] = true
	}
	return m
}()
