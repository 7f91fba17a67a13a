package redact

import (
	"regexp"
	"strings"
)

// wholeText is the kind of rules that are asked once about a text.
const wholeText = wideToken + 1

// programLike are the features of texts that isAboutProgram is asked about.
var programLike = []features{technical, equals, brace, doubleColon, dollar, emptyCall, call, backslash, dash, wordDot | paren}

// wholeRules find what is not at a single word.
var wholeRules = []rule{
	{"message of a program", programLike, wholeText, "", isAboutProgram, true},
	{"data", []features{brace, equals}, wholeText, "", isData, false},
	{"private key", []features{dash}, wholeText, "", func(t *text, _ int) bool { return strings.Contains(t.s, "-----BEGIN ") }, false},
	{"secret key", []features{long}, wholeText, "", hasSecretKey, false},
	{"secret in another language", []features{foreignSecret}, wordToken, "", isForeignSecret, false},
	{"secret in another script", []features{foreignSecret, wide | named, wide | quoted}, wideToken, "", isForeignSecret, false},
}

var formData = regexp.MustCompile(`^[\w.-]+=[^&\s]*&[\w.-]+=`)

// isData reports whether a text is data in the syntax of JSON or of a form, not a
// sentence.
func isData(t *text, _ int) bool {
	s := strings.TrimSpace(t.s)
	if len(s) < 2 {
		return false
	}
	switch last := s[len(s)-1]; s[0] {
	case '{':
		return last == '}'
	case '[':
		rest := strings.TrimLeft(s[1:], " ")
		return last == ']' && (isDigit(rest[0]) || isOneOf(rest[0], `"'{[`))
	}
	return formData.MatchString(s) || strings.Contains(s, "=>")
}

// minSecretKey is the length of the shortest secret key that is found without its name,
// in bytes. Those of AWS have 40.
const minSecretKey = 36

// hasSecretKey reports whether a text has a long word of random letters and digits in
// both cases, unlike a digest or a path.
func hasSecretKey(t *text, _ int) bool {
	start := 0
	for i := 0; i <= len(t.s); i++ {
		if i < len(t.s) && (isWordByte(t.s[i]) && t.s[i] != '_' || isOneOf(t.s[i], "+/=")) {
			continue
		}
		if i-start >= minSecretKey && (i == len(t.s) || !isOneOf(t.s[i], "-_")) && (start == 0 || !isOneOf(t.s[start-1], "-_.")) && isRandom(strings.TrimRight(t.s[start:i], "=")) {
			return true
		}
		start = i + 1
	}
	return false
}

// isRandom reports whether a long word has letters in both cases and digits.
func isRandom(s string) bool {
	upper, lower, digits := 0, 0, 0
	for i := range len(s) {
		switch c := s[i]; {
		case isUpper(c):
			upper++
		case kinds[c] == letterByte:
			lower++
		case isDigit(c):
			digits++
		}
	}
	return upper >= 4 && lower >= 4 && (digits >= 2 || digits == 1 && len(s) == 40)
}

var foreignValue = regexp.MustCompile(`^["'»”“]?(?: (?:ist|war|est|es|era|é|is|jest))*\s*(?:[:：=]\s*(.+)$|["'\x60„“«»‚‘「]\s*([^"'\x60”“«»’」]+?)\s*["'\x60”“«»’」])`)

// isForeignSecret reports whether the name of a secret in another language ends with
// a word, and its value follows.
func isForeignSecret(t *text, i int) bool {
	if t.list[i].kind == wordToken && vocabulary.words[t.list[i].id].features&foreignSecret == 0 {
		return false
	}
	w := t.word(i)
	for _, name := range foreignNames {
		at := strings.Index(w, name)
		if at < 0 && (t.list[i].kind == wideToken || !isIn(w, name)) {
			continue
		}
		after := t.s[int(t.list[i].start)+max(at, 0)+len(name):]
		m := foreignValue.FindStringSubmatchIndex(after[:min(200, len(after))])
		if m == nil {
			return false
		}
		value := after[max(m[2], m[4]):max(m[3], m[5])]
		return len(value) > 3 && strings.ContainsFunc(value, isLetterOrDigit) && !isMessage(value)
	}
	return false
}

// foreignNames are names of secrets in other languages than English, or their last
// words.
var foreignNames = []string{
	"passwort", "kennwort", "geheimnis", "passe", "contrasena", "senha", "wachtwoord", "adgangskode", "heslo",
	"ontraseña", "CONTRASEÑA", "ösenord", "asło", "şifre", "パスワード", "暗証番号", "密码", "密碼", "口令", "пароль", "Пароль", "비밀번호",
}
