package redact

import "regexp"

// minAccountDigits is the number of digits of the shortest card or account number
// that is found.
const minAccountDigits = 12

var (
	cardNumber = regexp.MustCompile(`\b[2-6](?:[ -]?\d){12,18}\b`)
	iban       = regexp.MustCompile(`\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b`)
)

// isCardNumber reports whether a text has the length, the first digits and the check
// digit (ISO/IEC 7812, Luhn) of a card number.
func isCardNumber(s string) bool {
	var digits [19]byte
	n := 0
	for i := range len(s) {
		if isDigit(s[i]) {
			digits[n] = s[i] - '0'
			n++
		}
	}
	sum := 0
	for i := range n {
		d := int(digits[n-1-i])
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0 && isIssuer(digits[:n])
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

// isIBAN reports whether the check digits of ISO 13616 are right.
func isIBAN(s string) bool {
	rest := 0
	add := func(c byte) {
		switch {
		case isDigit(c):
			rest = (rest*10 + int(c-'0')) % 97
		case kinds[c] == letterByte:
			rest = (rest*100 + int(c-'A') + 10) % 97
		}
	}
	for i := 4; i < len(s); i++ {
		add(s[i])
	}
	for i := range 4 {
		add(s[i])
	}
	return rest == 1
}
