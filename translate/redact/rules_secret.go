package redact

import (
	"regexp"
	"strings"
)

// secretRules find secrets by their names and by their forms.
var secretRules = []rule{
	{"secret by name", []features{equals, named}, wordToken, "", isNamedSecret, false},
	{"secret of a scheme", []features{wordScheme}, wordToken, "", isCredential, false},
	{"secret in a sentence", []features{named, wordSecret | quoted, wordSecret | mixed, wordSecret | someDigits}, wordToken, "", isToldSecret, true},
	{"secret by shape", []features{shaped, long | mixed}, wordToken, "", isShapedSecret, false},
	{"card number", []features{manyDigits}, numberToken, "", isCard, false},
	{"token of a bot", []features{long | someDigits}, numberToken, "", isBotToken, false},
	{"number of a person", []features{digitDot | someDigits, digitDash}, numberToken, "", isPersonNumber, false},
	{"account number", []features{manyDigits | mixed}, wordToken, "", isAccount, false},
}

// maxSecretName bounds the name of a secret, in bytes.
const maxSecretName = 40

// secretName returns the kind of the name that ends with a word: client_secret,
// X-Api-Key, api key.
func (t *text) secretName(i int) kindOfSecret {
	w := t.word(i)
	if !mayEndSecret(w) {
		return notSecret
	}
	if kind := secretKind(w); kind != notSecret && kind != weakSecret {
		return kind
	}
	end := int(t.list[i].end)
	start := end - len(t.chunkBefore(end, "-"))
	if i > 0 && start == int(t.list[i].start) && t.list[i-1].kind == wordToken && t.before(i) == ' ' {
		start = int(t.list[i-1].start)
	}
	return secretKind(t.s[max(start, end-maxSecretName):end])
}

// isNamedSecret reports whether the name of a secret and its value start at a word:
// password=hunter2, api_key: 8f3a9c.
func isNamedSecret(t *text, i int) bool {
	rest := strings.TrimLeft(t.restAfter(i, 200), `"'`)
	spaced := strings.TrimLeft(rest, " ")
	if spaced == "" || spaced[0] != '=' && spaced[0] != ':' {
		return false
	}
	kind := t.secretName(i)
	if kind == notSecret {
		return t.isKeyValue(i, spaced)
	}
	value := strings.TrimLeft(spaced[1:], " ")
	value = strings.TrimLeft(value, `"'`+"`")
	end := strings.IndexAny(value, "\"'`,; &")
	if end < 0 {
		end = len(value)
	}
	first, more := value[:end], strings.Trim(value[end:], "\"'`,;.!) ")
	switch {
	case kind == weakSecret && spaced[0] == '=':
		return len(first) >= 3 && !isMessage(first) && !isCount(first)
	case kind == weakSecret:
		return looksRandom(first) && hasDigit(first) && !isMessage(first) && !strings.Contains(first, "://")
	case spaced[0] == '=':
		return len(first) >= 3 && !isMessage(first)
	case hasDigit(first):
		return !isMessage(strings.TrimRight(first, ".!)")) && !isCount(strings.TrimRight(first, ".!)"))
	}
	return first != "" && more == "" && !isMessage(value) && t.isAlone(i)
}

// isAlone reports whether the name of a secret is all that is before its value, or
// one that nothing else follows in a sentence.
func (t *text) isAlone(i int) bool {
	return isIn(t.word(i), "password", "passwd", "pwd", "pw", "passphrase", "secret", "cookie", "authorization") || t.list[i].form&hasUnderscore != 0
}

// isKeyValue reports whether a key and a value with digits are at a word: key=a1b2.
func (t *text) isKeyValue(i int, rest string) bool {
	if rest[0] != '=' {
		return false
	}
	w := t.word(i)
	if len(w) < 3 || !isIn(w[len(w)-3:], "key", "sig") || len(w) > 3 && t.list[i].form&(hasUnderscore|innerUpper) == 0 && !isIn(w, "accountkey", "sharedkey") {
		return false
	}
	value := strings.TrimLeft(rest[1:], "\"' ")
	if end := strings.IndexAny(value, "\"' ,;&"); end >= 0 {
		value = value[:end]
	}
	return len(value) >= 3 && hasDigit(value)
}

var (
	bearer = regexp.MustCompile(`(?i)^(?:bearer\s+[\w.~+/=-]*\d[\w.~+/=-]{6,}|basic\s+[A-Za-z0-9+/]{8,}=)`)
	scheme = regexp.MustCompile(`(?i)^authorization["']?\s*:\s*(?:basic|bearer|digest|negotiate|apikey|token)\s+\S{8,}\s*$`)
)

// isCredential reports whether the credentials of an authentication scheme start at
// a word.
func isCredential(t *text, i int) bool {
	if vocabulary.words[t.list[i].id].features&wordScheme == 0 {
		return false
	}
	rest := t.rest(i, 200)
	return bearer.MatchString(rest) || scheme.MatchString(rest)
}

var toldValue = regexp.MustCompile(`^["'\x60]?(?: (?:is|was|of|with|value|given|received|the|code|number|no))*\.?(?: ?[:=#] ?| )(?:["'\x60]([^"'\x60]+)["'\x60]|([\w+/=.-]*\d[\w+/=.-]*[A-Za-z][\w+/=.-]*|[\w+/=.-]*[A-Za-z][\w+/=.-]*\d[\w+/=.-]*)|(\d{3,8}|\d[\d.-]{6,13}\d)\b)`)

// isToldSecret reports whether a sentence has the name of a secret and its value, not
// a word about it: the password 'hunter2', PIN 4711.
func isToldSecret(t *text, i int) bool {
	c := t.after(i)
	if c != ' ' && !isOneOf(c, "\"'`:=#") || isIn(t.word(i), "auth", "authorization", "session", "signature") {
		return false
	}
	kind := t.secretName(i)
	if kind == notSecret && !isIn(t.word(i), "key") {
		return false
	}
	rest := t.restAfter(i, 200)
	m := toldValue.FindStringSubmatchIndex(rest)
	if m == nil {
		return false
	}
	switch {
	case m[6] >= 0:
		return kind == strongSecret
	case m[4] >= 0:
		value := rest[m[4]:m[5]]
		return len(value) >= 5 && (kind == strongSecret || len(value) >= 8) && isTold(value)
	case kind == notSecret:
		return false
	}
	return isTold(rest[m[2]:m[3]])
}

// isTold reports whether what follows the name of a secret is its value.
func isTold(value string) bool {
	return secretKind(value) == notSecret && strings.ContainsFunc(value, isLetterOrDigit) && !isMessage(value)
}

func isLetterOrDigit(r rune) bool { return r >= 0x80 || isWordByte(byte(r)) }

var shapes = regexp.MustCompile(`^(?:(?:sk|pk|rk)_(?:live|test)_\w+|sk-[\w-]{16,}|(?:AKIA|ASIA)[0-9A-Z]{12,}|gh[pousr]_\w{16,}|github_pat_\w+|gl(?:pat|ptt|dt|rt|soat|cbt|ft)-[\w-]{16,}|xox[abeprs]-[\w-]{8,}|AIza[\w-]{20,}|eyJ[\w-]{8,}` +
	`|ya29\.[\w.-]{8,}|GOCSPX-[\w-]{8,}|whsec_[\w+/]{8,}|npm_\w{16,}|pypi-[\w-]{10,}|SG\.[\w-]{8,}\.[\w-]{8,}|hf_\w{16,}|do[opr]_v1_\w+|shp(?:at|ss|ca|pa)_\w{16,}|hooks\.slack\.com/|webhooks/\d+/` +
	`|hv[sbr]\.\w{8,}|ATATT3\w+|NRAK-\w+|dapi[0-9a-f]{16,}|sq0[a-z]{3}-[\w-]+|EAAA\w{16,}|dckr_pat_[\w-]+|gls?a_\w{16,}|figd_[\w-]{16,}|PMAK-\w+|lin_(?:api|oauth)_\w+|rubygems_\w{16,}|xapp-[\w-]{8,}|ssh-\w+ AAAA|sbp_\w{16,}|re_\w{16,}|rnd_\w{16,}|tskey-[\w-]{8,}|sntry[su]_\w{16,}|phc_\w{16,}|pscale_\w+|key-[0-9a-z]{20,}|secret_\w{20,}|ntn_\w{20,}|AGE-SECRET-KEY-\w+|EAA[A-Za-z0-9]{20,})`)

// isShapedSecret reports whether a secret in the format of a vendor starts at a word.
func isShapedSecret(t *text, i int) bool {
	w := t.word(i)
	if len(w) == 34 && (w[:2] == "AC" || w[:2] == "SK") && strings.Trim(w[2:], "0123456789abcdef") == "" {
		return true
	}
	n := 0
	for n < len(w) && kinds[w[n]] == letterByte {
		n++
	}
	if n == 0 || affixFeatures(w[:n])&shaped == 0 && (!isJoint(byteAt(t.s, int(t.list[i].start)+n)) || vocabulary.words[vocabulary.find(w[:n])].features&shaped == 0) {
		return false
	}
	rest := t.rest(i, 100)
	end := strings.IndexByte(rest, ' ')
	return (end < 0 || end >= minShaped || strings.HasPrefix(rest, "ssh-")) && shapes.MatchString(rest)
}

// minShaped is the length of the shortest secret in the format of a vendor, in bytes.
const minShaped = 8

// The forms of the numbers of persons in the United States and in Brazil.
var personNumber = regexp.MustCompile(`^(?:\d{3}-\d{2}-\d{4}|\d{3}\.\d{3}\.\d{3}-\d{2})\b`)

func isPersonNumber(t *text, i int) bool {
	if t.list[i].end-t.list[i].start != 3 || !isOneOf(t.after(i), "-.") || isWordByte(t.before(i)) || isOneOf(t.before(i), "-.+/") {
		return false
	}
	rest := t.rest(i, 16)
	n := len(personNumber.FindString(rest))
	return n > 0 && !isOneOf(byteAt(rest, n), "-")
}

var botToken = regexp.MustCompile(`^\d{8,10}:[\w-]{35}\b`)

// isBotToken reports whether the token of a bot of Telegram starts at a number.
func isBotToken(t *text, i int) bool { return t.after(i) == ':' && botToken.MatchString(t.rest(i, 64)) }
