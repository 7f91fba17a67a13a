package redact_test

import (
	"testing"

	"github.com/koine-proxy/koine/translate/redact"
)

// TestIsSecretName checks the spellings of names, and names that only contain such a
// word.
func TestIsSecretName(t *testing.T) {
	for _, name := range []string{
		"password", "Password", "PASSWORD", "passwd", "pwd", "pw", "user_pw", "newPassword", "password2", "password_hash", "dbpassword", "user[password]",
		"secret", "client_secret", "clientSecret", "ClientSecret", "CLIENT-SECRET", "apiKey", "API-KEY", "x_api_key", "X-Api-Key", "APIKey", "apikey", "api_keys",
		"accessToken", "access_token", "accesstoken", "refresh-token", "id_token", "private_key", "privateKey", "Authorization", "Cookie", "Set-Cookie",
		"cvv", "cvc", "ssn", "pin", "pin_hash", "otp", "credentials", "passphrase", "auth", "card_number", "security_code", "passwort", "contraseña", "密码", "awsSecretAccessKey",
	} {
		if !redact.IsSecretName(name) {
			t.Errorf("%q is not the name of a secret", name)
		}
	}
	for _, name := range []string{
		"", "a", "7", "_", "max_tokens", "token_type", "session_count", "tokens", "password_length", "password_policy", "passwordMinLength", "secret_name", "pin_attempts",
		"shipping", "spin", "opinion", "author", "authority", "key", "sort_key", "primaryKey", "idempotency_key", "customer_id", "keyboard", "cookie_policy", "boarding_pass",
		"order_number", "error_code", "country_code", "description", "expires_at", "名前", "id",
	} {
		if redact.IsSecretName(name) {
			t.Errorf("%q is the name of a secret", name)
		}
	}
}

func TestIsSecretValue(t *testing.T) {
	for _, c := range []struct {
		name, value string
		secret      bool
	}{
		{"password", "hunter2", true},
		{"password", "letmein", true},
		{"password", "correct horse battery staple", true},
		{"password", "", false},
		{"password", "Must have a digit.", false},
		{"password", "is too short (minimum is 8 characters)", false},
		{"password", "is wrong: 'hunter'", true},
		{"password", "is wrong: hunter2", true},
		{"password", "TOO_SHORT", false},
		{"password", "required", false},
		{"Authorization", "Basic dXNlcjpwYXNz", true},
		{"token", "a8f3k2l9", true},
		{"token", "tok_1", false},
		{"token", "expired", false},
		{"token", "TOKEN_EXPIRED", false},
		{"token_type", "bearer", false},
		{"tokens", "4096", false},
		{"session", "morning", false},
		{"session_id", "9f8e7d6c5b", true},
		{"max_tokens", "4096", false},
	} {
		if got := redact.IsSecret(c.name, c.value); got != c.secret {
			t.Errorf("%s: %q is a secret: %t", c.name, c.value, got)
		}
	}
	for _, c := range []struct {
		name, digits string
		secret       bool
	}{
		{"pin", "4321", true}, {"cvv", "123", true}, {"otp", "123456", true}, {"password", "12345678", true}, {"token", "483920", true},
		{"token", "12", false}, {"tokens", "128000", false}, {"max_tokens", "4096", false}, {"session_count", "1000000", false}, {"pin_length", "4", false},
	} {
		if got := redact.IsSecretNumber(c.name, c.digits); got != c.secret {
			t.Errorf("%s: %s is a secret: %t", c.name, c.digits, got)
		}
	}
}

func TestAllowsFieldMessage(t *testing.T) {
	for _, c := range []struct {
		path, message string
		allowed       bool
	}{
		{"password", "must have at least 8 characters", true},
		{"password", `"password" is required`, true},
		{"password", "must have one of '!?#'", true},
		{"user.password", "'hunter2' is too short", false},
		{"/user/password", "hunter2 is too short", false},
		{"items[0].pin", "4321 is wrong", false},
		{"items.pin.0", "Received: letmein", false},
		{"password", "Wert „hunter2“ ist zu kurz", false},
		{"email", "'jo@example' is not an address", true},
	} {
		if got := redact.AllowsFieldMessage(c.path, c.message); got != c.allowed {
			t.Errorf("%s: %q is allowed: %t", c.path, c.message, got)
		}
	}
}

// TestMessageFolds checks that white space between words does not matter.
func TestMessageFolds(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"The order was not found.", "The order was not found."},
		{"The order was not found.\n", "The order was not found."},
		{"\r\n The order\twas\r\n  not found. ", "The order was not found."},
		{"Two  spaces stay", "Two  spaces stay"},
		{"No.\n    at x.y(z.go:1)", ""},
		{"a\x00b\n", ""},
		{"\n", ""},
	} {
		shown, ok := redact.Message(c.text)
		if !ok {
			shown = ""
		}
		if shown != c.want {
			t.Errorf("%q is shown as %q", c.text, shown)
		}
	}
}

func TestAccountNumbers(t *testing.T) {
	for s, allowed := range map[string]bool{
		"Card 4242 4242 4242 4242 was declined.":      false,
		"Card 4242 4242 4242 4243 was declined.":      true, // the check digit is wrong
		"Order 1000000000000008 is unknown.":          true, // no issuer
		"378282246310005":                             false,
		"IBAN DE89 3704 0044 0532 0130 00 is closed.": false,
		"IBAN DE88 3704 0044 0532 0130 00 is closed.": true,
	} {
		if redact.AllowsValue(s) != allowed {
			t.Errorf("%q is allowed: %t", s, !allowed)
		}
	}
}
