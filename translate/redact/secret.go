package redact

import "strings"

// IsSecret reports whether a text is the value of a secret, according to the name
// of the member that has it. Messages about a secret are none: password may have
// "is too short", and token may have "expired".
func IsSecret(name, value string) bool {
	switch secretKind(name) {
	case strongSecret:
		return value != "" && !isMessage(value)
	case weakSecret:
		return looksRandom(value) && !isMessage(value)
	}
	return false
}

// IsSecretNumber reports whether a number is the value of a secret: pin has one,
// max_tokens and session_count have not. The number of a card is one under any name.
// digits is the number as it is written.
func IsSecretNumber(name, digits string) bool {
	if (len(digits) == 15 || len(digits) == 16) && isDigit(digits[0]) && isCardNumber(digits) {
		return true
	}
	switch secretKind(name) {
	case strongSecret:
		return true
	case weakSecret:
		return len(digits) >= minTokenDigits && !strings.HasSuffix(strings.ToLower(name), "s")
	}
	return false
}

// minTokenDigits is the length of the shortest number that is a token: many codes
// that are sent by mail have six digits.
const minTokenDigits = 6

// IsSecretName reports whether a member or field of that name has a secret, such as
// password, X-Api-Key or clientSecret.
func IsSecretName(name string) bool { return secretKind(name) == strongSecret }

// kindOfSecret is what the name of a member says about its value.
type kindOfSecret uint8

const (
	notSecret    kindOfSecret = iota
	weakSecret                // a secret if it looks like one: token may be a word or a count
	strongSecret              // a secret, whatever it looks like
)

// secretKind reads the name of a member in any spelling: apiKey, API-KEY, x_api_key.
// The last word decides, except for words that say how the value is written
// (password_hash). Names such as password_length and token_type end in another word.
func secretKind(name string) kindOfSecret {
	if !mayEndSecret(name) {
		return notSecret
	}
	w, rest := lastWord(name)
	before, rest := lastWord(rest)
	if isIn(w, "string") && isIn(before, "connection", "conn", "connect") {
		return strongSecret
	}
	for before != "" && isForm(w) {
		w = before
		before, rest = lastWord(rest)
	}
	if w == "" {
		return foreignKind(name)
	}
	var a, b [maxWord]byte
	return wordKind(lower(&a, w), lower(&b, before))
}

// maxWord is the length of a word that is read, from its end.
const maxWord = 20

// lower returns the end of a word, in lower case.
func lower(buf *[maxWord]byte, w string) []byte {
	if len(w) > maxWord {
		w = w[len(w)-maxWord:]
	}
	for i := range len(w) {
		buf[i] = w[i] | 0x20 // letters only
	}
	return buf[:len(w)]
}

// isForm reports whether the last word of a name says in which form a secret is
// written, or which of two it is.
func isForm(w string) bool {
	return isIn(w, "value", "hash", "hashed", "header", "plain", "plaintext", "raw", "text", "string", "confirmation", "confirm", "repeat", "again", "new", "old", "current", "encrypted", "encoded")
}

// wordKind returns the kind of a name by its last word and the one before it, both
// in lower case.
func wordKind(w, before []byte) kindOfSecret {
	switch string(w) {
	case "password", "passwords", "passwd", "passphrase", "passcode", "pwd", "pw", "secret", "secrets", "credential", "credentials", "creds",
		"authorization", "auth", "cookie", "cookies", "cvv", "cvc", "csc", "ssn", "pin", "jwt", "otp", "totp", "sid", "passwort", "kennwort", "senha",
		"passe", "motdepasse", "contrasena", "wachtwoord", "haslo", "heslo", "pan", "iban", "dsn", "cpf", "dni", "pesel", "bsn", "nino", "aadhaar", "connstr",
		"apikey", "apikeys":
		return strongSecret
	case "pass":
		switch string(before) {
		case "", "db", "user", "admin", "ftp", "smtp", "mail", "login", "database", "root":
			return strongSecret
		}
	case "key", "keys":
		switch string(before) {
		case "api", "access", "secret", "private", "signing", "signature", "encryption", "encrypt", "master", "shared", "auth", "service", "account",
			"storage", "ssh", "pgp", "gpg", "webhook", "hmac", "aes", "rsa", "session", "server", "subscription", "license", "deploy", "app":
			return strongSecret
		}
	case "token":
		switch string(before) {
		case "access", "refresh", "auth", "id", "api", "bearer", "csrf", "xsrf", "session", "client", "user", "device", "reset", "security", "personal",
			"oauth", "jwt", "login", "magic", "bot", "service", "admin", "secret", "private", "deploy", "registration", "push":
			return strongSecret
		}
		return weakSecret
	case "answer", "seed", "mnemonic":
		switch string(before) {
		case "secret", "security", "totp", "otp", "recovery", "wallet", "backup":
			return strongSecret
		}
	case "number":
		switch string(before) {
		case "card", "security":
			return strongSecret
		}
	case "code", "codes":
		switch string(before) {
		case "time", "sms", "login", "security", "verification", "recovery", "backup", "mfa", "otp", "totp", "pin", "access":
			return strongSecret
		}
	case "id":
		switch string(before) {
		case "session", "sess":
			return weakSecret
		}
	case "session", "tokens", "signature", "sig", "sessions", "sessionid":
		return weakSecret
	default:
		return joinedKind(w)
	}
	return notSecret
}

// joinedKind returns the kind of a name whose words are not separated: accesstoken,
// dbpassword.
func joinedKind(w []byte) kindOfSecret {
	for _, end := range [...]string{
		"password", "passwd", "secret", "apikey", "accesskey", "secretkey", "privatekey", "accesstoken", "refreshtoken", "authtoken", "idtoken",
		"csrftoken", "sessiontoken", "sessid", "sessionkey", "passphrase",
	} {
		if len(w) >= len(end) && string(w[len(w)-len(end):]) == end {
			return strongSecret
		}
	}
	for _, end := range [...]string{"token", "sessionid"} {
		if len(w) >= len(end) && string(w[len(w)-len(end):]) == end {
			return weakSecret
		}
	}
	return notSecret
}

// foreignKind knows names in other scripts.
func foreignKind(name string) kindOfSecret {
	switch name {
	case "contraseña", "密码", "密碼", "口令", "パスワード", "비밀번호", "пароль":
		return strongSecret
	}
	return notSecret
}

// lastWord cuts the last word off a name: its letters, up to another symbol or the
// change from a small to a capital letter.
func lastWord(name string) (word, rest string) {
	end := len(name)
	for end > 0 && kinds[name[end-1]] != letterByte {
		if name[end-1] >= 0x80 {
			return "", ""
		}
		end--
	}
	start := end
	for start > 0 && kinds[name[start-1]] == letterByte {
		if start < end && isUpper(name[start]) {
			next := start+1 < end && !isUpper(name[start+1])
			if !isUpper(name[start-1]) || next {
				break
			}
		}
		start--
	}
	if start > 0 && name[start-1] >= 0x80 {
		return "", "" // of another script
	}
	return name[start:end], name[:start]
}

func isUpper(c byte) bool { return 'A' <= c && c <= 'Z' }

func isIn(w string, list ...string) bool {
	for _, s := range list {
		if len(s) == len(w) && strings.EqualFold(s, w) {
			return true
		}
	}
	return false
}

// ends has a bit for the last three letters of every name of a secret.
var ends = func() (t [26 * 26]uint32) {
	for end := range strings.FieldsSeq(`ord rds swd ase sse ena slo pan ban dsn cpf dni sel wer eed nic des bsn ino aar str ing ode pwd ret ets ial als eds ion uth kie ies cvv cvc csc ssn pin jwt otp sid nid ort nha ass key eys
		ken ens ons ure sig ber lue ash hed der ain ext raw ing irm eat new old ent ted ded`) {
		t[uint(end[0]-'a')*26+uint(end[1]-'a')] |= 1 << (end[2] - 'a')
	}
	return t
}()

// mayEndSecret is a fast check: if it reports false, the name is not that of a
// secret.
func mayEndSecret(name string) bool {
	n := len(name)
	for n > 0 && kinds[name[n-1]] != letterByte {
		if name[n-1] >= 0x80 {
			return true
		}
		n--
	}
	if n < 2 {
		return false
	}
	b, c := name[n-2]|0x20, name[n-1]|0x20
	switch {
	case kinds[name[n-2]] != letterByte:
		return name[n-2] >= 0x80
	case n > 2 && kinds[name[n-3]] == letterByte && (b != 'p' || c != 'w'):
		return ends[uint(name[n-3]|0x20-'a')*26+uint(b-'a')]&(1<<(c-'a')) != 0
	case b == 'i' && c == 'd': // after a separator
		return n > 3 && (name[n-4]|0x20 == 'n' || name[n-4]|0x20 == 's')
	}
	return b == 'p' && c == 'w'
}

// looksRandom reports whether a text looks like a token: one word, with a digit or
// capital letters inside it, or longer than ordinary words.
func looksRandom(s string) bool {
	if len(s) < 6 || strings.ContainsAny(s, " ") {
		return false
	}
	digit, capital := false, false
	for i := range len(s) {
		digit = digit || isDigit(s[i])
		capital = capital || i > 0 && isUpper(s[i])
	}
	return digit || capital || len(s) > 10
}
