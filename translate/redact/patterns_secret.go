package redact

import (
	"regexp"
	"strings"
)

// secretPatterns find secrets by their names and by their forms.
var secretPatterns = []pattern{
	{
		"secret by name",
		[]features{equals, named, wordBearer},
		regexp.MustCompile(`(?i)(?:\b|_)(?:(?:access|refresh|auth|id|client|api)?(?:secret|token)|password|passwd|pwd|passphrase|authorization|credentials?|session(?:[_-]?id)?|cookie|sig)["']?\s*=\s*["']?[^\s"',;]{3,}|(?:\b|_)(?:access|account|api|private|secret)?key["']?\s*=\s*["']?[^\s"',;]*\d|(?:\b|_)(?:(?:access|refresh|auth|id|client|api)?(?:secret|token)|(?:access|api|private|secret)?key|password|passwd|pwd|passphrase|authorization|credentials?|cookie|pin|cvv|cvc|ssn)["']?\s*:\s*["']?([^\s"',;]*\d[^\s"',;]*)|\bbearer\s+[\w.~+/=-]*\d[\w.~+/=-]{6,}|\bbasic\s+[A-Za-z0-9+/]{8,}=|\bauthorization["']?\s*:\s*(?:basic|bearer|digest|negotiate)\s+\S{8,}\s*$`),
		nil,
	},
	{
		"secret in a sentence",
		[]features{named, wordSecret | quoted, wordSecret | mixed},
		regexp.MustCompile(`(?i)\b(?:password|passwd|pwd|passphrase|(?:client )?secret|cookie|authorization)["'\x60]?\s*:\s*["'\x60]?([^\s"'\x60]+)["'\x60]?\s*$|\b(?:password|passwd|pwd|passphrase|passcode|secret|pin|(?:api[ _-]?|access |private )key|apikey|token|cvv|cvc|ssn)["'\x60]?(?: (?:is|was|of|with|value|given|received|the))*(?: ?[:=] ?| )(?:["'\x60]([^"'\x60]+)["'\x60]|([\w+/=.-]*\d[\w+/=.-]*[a-z][\w+/=.-]*|[\w+/=.-]*[a-z][\w+/=.-]*\d[\w+/=.-]*))`),
		isGivenSecret,
	},
	{
		"secret by shape",
		[]features{shaped, dash},
		regexp.MustCompile(`\b(?:sk|pk|rk)_(?:live|test)_\w+|\bsk-[\w-]{16,}|\b(?:AKIA|ASIA)[0-9A-Z]{12,}|\bgh[pousr]_\w{16,}|\bgithub_pat_\w+|\bglpat-[\w-]{16,}|\bxox[abprs]-[\w-]{8,}|\bAIza[\w-]{20,}|\beyJ[\w-]{8,}|-----BEGIN `),
		nil,
	},
	{
		"secret of a vendor",
		[]features{shaped},
		regexp.MustCompile(`\bya29\.[\w.-]{8,}|\bGOCSPX-[\w-]{8,}|\bwhsec_[\w+/]{8,}|\bnpm_\w{16,}|\bpypi-[\w-]{10,}|\bSG\.[\w-]{8,}\.[\w-]{8,}|\bhf_\w{16,}|\bdo[op]_v1_\w+|\bshp(?:at|ss|ca|pa)_\w{16,}|\bhooks\.slack\.com/|\bwebhooks/\d+/|\bhvs\.\w{8,}|\bATATT3\w+|\bNRAK-\w+|\bdapi[0-9a-f]{16,}|\bsq0[a-z]{3}-[\w-]+|\bdckr_pat_\w+|\bglsa_\w{16,}|\bfigd_[\w-]{16,}|\bPMAK-\w+|\blin_api_\w+|\brubygems_\w{16,}|\bxapp-[\w-]{8,}`),
		nil,
	},
	{
		"secret key",
		[]features{long},
		regexp.MustCompile(`(?:^|[^\w+/=.-])([A-Za-z0-9+/]{40})(?:$|[^\w+/=-])`),
		isSecretKey,
	},
	{
		"card number",
		[]features{manyDigits},
		cardNumber,
		func(s string, m []int) bool { return isCardNumber(s[m[0]:m[1]]) },
	},
	{
		"account number",
		[]features{manyDigits | mixed},
		iban,
		func(s string, m []int) bool { return isIBAN(s[m[0]:m[1]]) },
	},
}

// isSecretKey reports whether 40 characters are random: they have letters in both
// cases and digits, unlike a digest or a path.
func isSecretKey(s string, m []int) bool {
	upper, lower, digits := 0, 0, 0
	for _, c := range s[m[2]:m[3]] {
		switch {
		case 'A' <= c && c <= 'Z':
			upper++
		case 'a' <= c && c <= 'z':
			lower++
		case '0' <= c && c <= '9':
			digits++
		}
	}
	return upper >= 4 && lower >= 4 && digits >= 1
}

// isGivenSecret reports whether what follows the name of a secret in a sentence is
// its value, not a name or a word about it.
func isGivenSecret(s string, m []int) bool {
	for i := 2; i < len(m); i += 2 {
		if m[i] < 0 {
			continue
		}
		value := s[m[i]:m[i+1]]
		if i == 6 && len(value) < 5 || secretKind(value) != notSecret {
			return false
		}
		return strings.ContainsFunc(value, isLetterOrDigit) && !isMessage(value)
	}
	return false
}

func isLetterOrDigit(r rune) bool { return r >= 0x80 || isWordByte(byte(r)) }
