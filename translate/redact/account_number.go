package redact

// minAccountDigits is the number of digits of the shortest card or account number
// that is found.
const minAccountDigits = 12

// isCard reports whether the number of a payment card starts at a number. It may have
// single spaces or dashes in it.
func isCard(t *text, i int) bool {
	if c := t.before(i); isWordByte(c) || c == '.' {
		return false
	}
	var digits [19]byte
	n := 0
	rest := t.rest(i, 40)
	for at := 0; at < len(rest); at++ {
		switch c := rest[at]; {
		case isDigit(c):
			if n == len(digits) {
				return false
			}
			digits[n] = c - '0'
			n++
			if next := byteAt(rest, at+1); n > minAccountDigits && !isWordByte(next) && isCardDigits(digits[:n]) {
				return true
			}
		case c != ' ' && c != '-' || !isDigit(byteAt(rest, at+1)):
			return false
		}
	}
	return false
}

// isCardNumber reports whether digits are the number of a payment card.
func isCardNumber(s string) bool {
	var digits [19]byte
	if len(s) > len(digits) {
		return false
	}
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
		digits[i] = s[i] - '0'
	}
	return isCardDigits(digits[:len(s)])
}

// isCardDigits reports whether digits have the length, the start and the check digit
// (ISO/IEC 7812, Luhn) of a card number.
func isCardDigits(digits []byte) bool {
	if len(digits) <= minAccountDigits || !isIssuer(digits) {
		return false
	}
	sum := 0
	for i := range digits {
		d := int(digits[len(digits)-1-i])
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// isIssuer reports whether card numbers of that length start with these digits.
func isIssuer(d []byte) bool {
	n, two := len(d), d[0]*10+d[1]
	switch {
	case d[0] == 4:
		return n == 13 || n == 16 || n == 19
	case two >= 51 && two <= 55, two >= 22 && two <= 27:
		return n == 16
	case two == 34 || two == 37:
		return n == 15
	case two == 30 || two == 36 || two == 38 || two == 39:
		return n == 14
	case two == 35 || two == 60 || two == 62 || two == 64 || two == 65:
		return n >= 16
	}
	return false
}

// The lengths of account numbers (ISO 13616).
const (
	minIBAN = 15
	maxIBAN = 34
)

// isAccount reports whether an account number (IBAN) starts at a word: two capital
// letters, two digits and the check. It may have single spaces in it.
func isAccount(t *text, i int) bool {
	rest := t.rest(i, maxIBAN+10)
	if isWordByte(t.before(i)) || len(rest) < minIBAN || !isUpper(rest[0]) || !isUpper(rest[1]) || !isDigit(rest[2]) || !isDigit(rest[3]) {
		return false
	}
	var account [maxIBAN]byte
	n, digits := 0, 0
	for at := 0; at < len(rest) && n < maxIBAN; at++ {
		switch c := rest[at]; {
		case isUpper(c) || isDigit(c):
			account[n] = c
			n++
			if isDigit(c) {
				digits++
			}
			if n >= minIBAN && digits >= minAccountDigits && !isWordByte(byteAt(rest, at+1)) && isIBAN(account[:n]) {
				return true
			}
		case c != ' ':
			return false
		}
	}
	return false
}

// isIBAN reports whether the check digits of ISO 13616 are right.
func isIBAN(s []byte) bool {
	rest := 0
	add := func(c byte) {
		if isDigit(c) {
			rest = (rest*10 + int(c-'0')) % 97
		} else {
			rest = (rest*100 + int(c-'A') + 10) % 97
		}
	}
	for _, c := range s[4:] {
		add(c)
	}
	for _, c := range s[:4] {
		add(c)
	}
	return rest == 1
}
