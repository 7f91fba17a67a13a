package redact_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/koine-proxy/koine/translate/redact"
)

// harmless are sentences that may reach clients. Many contain a word or a symbol of
// a pattern.
var harmless = []string{
	"The email address is already taken.",
	"Cannot delete project: it has 3 open tasks.",
	"Select a plan from the list.",
	"password: must be at least 8 characters",
	"See https://docs.example.com/errors#42",
	"Amount must be 50.00 or more",
	"Insufficient balance. Current balance: 50.00; required: 100.00",
	"Human-readable description of the error",
	"No customer found with ID: invalid_id",
	"API key not found or revoked",
	"Cannot delete — resource has dependencies",
	"Resource with unique constraint already exists",
	"Email or password is incorrect",
	"Too many requests — check Retry-After header",
	"Request validation failed (see details for field errors)",
	"Required entitlement not available on current plan",

	// words of SQL
	"Select one of the plans from the list, or insert a coupon into the box.",
	"Update the address, then set a default.",
	"Delete the members from the team first.",
	"You cannot delete this from the archive.",
	"Please select, from the menu, another date.",
	"The table is already booked for 19:30.",
	"The column chart has no data.",
	"Drop the file into the box.",
	"Create a table of contents first.",

	// words of databases, networks, traces
	"Your connection was too slow, please try again.",
	"The local host of the event cancelled it.",
	"A foreign address needs a country.",
	"There is a duplicate of this invoice.",
	"The relation between the two accounts is unknown.",
	"The host of this meeting has not joined yet.",
	"Line 3 of the address is too long.",
	"The stack of cards is empty.",
	"The file name is missing.",
	"A session with this name exists.",
	"The key is too short.",
	"Token expired",
	"Invalid token: sign in again.",
	"The secret must have at least 16 characters.",
	"The cookie policy was not accepted.",
	"This was caused by a refund.",
	"Select one from the list.",
	"Select items, then remove them from the list.",
	"Update your set of cards.",
	"Enter at most (20) characters.",
	"We meet at noon (12:00).",
	"No record of user:42.",
	"No session with session_id: ses_9",
	"There was a syntax error in the search: a bracket is missing.",
	"Error: the file is too large.",
	"The constraint of 5 seats is reached.",

	// symbols
	"Use a date such as 2026-05-01T08:00:00Z.",
	"Opening hours are 9:00 to 17:30.",
	"The ratio must be 16:9.",
	"Choose and/or leave out the second part.",
	"Upload a file of type image/png or application/pdf.",
	"Only a-z, 0-9 and _ are allowed (at most 20).",
	"Use the format key=value.",
	"Version 1.2.3 is no longer supported.",
	"1 < 2, and 3 > 2.",
	"Prices (incl. VAT) must be above 0.",
	"Write to support@example.com.",
	"The path /v1/orders is not known.",
	"GET /v1/users/42 is not allowed.",
	"You have used 80% of 5 GB.",
	"It's over, isn't it?",
	"Order #17 has shipped.",
	"https://www.example.com is not reachable.",
	"The upload ended at 10.5 MB, at most 10 MB are allowed.",

	// in other scripts
	"Die E-Mail-Adresse ist schon vergeben.",
	"L’adresse e-mail est déjà utilisée.",
	"El código postal no es válido.",
	"Адрес электронной почты уже занят.",
	"メールアドレスは既に使われています。",
	"该邮箱已被注册。",
	"이미 사용 중인 이메일입니다.",
	"البريد الإلكتروني مستخدم بالفعل.",
	"कृपया एक मान्य ईमेल पता दर्ज करें।",
	"Το email χρησιμοποιείται ήδη.",
	"כתובת הדוא\"ל כבר בשימוש.",
	"That is not allowed 🙂",
}

// leaking are texts that may not reach clients, each with the pattern that finds
// it.
var leaking = []struct{ rule, text string }{
	{"stack frame", "at Runtime.handler (index.js)"},
	{"stack frame", "it broke at async Promise.all (index 0)"},
	{"stack frame", "at new Order (orders)"},
	{"stack frame", "at com.acme.users.Repo.all(Repo)"},
	{"stack frame", "at shop.orders.Page_Load(Object sender, EventArgs e)"},
	{"message of a program", "main.(*store).pick(0xc000012345)"},

	{"exception class", "org.springframework.jdbc.BadSqlGrammarException"},
	{"exception class", "System.NullReferenceException: Object was never set."},
	{"exception class", "KeyError: 'DATABASE_URL'"},
	{"exception class", `App\Exceptions\OrderException`},
	{"exception class", "sqlite3.OperationalError: store is locked"},
	{"exception class", "RangeError: page is negative"},
	{"exception class", "odoo.exceptions.UserError"},
	{"exception class", "java.lang.IllegalStateException was thrown"},

	{"message of a program", "Traceback (most recent call last)"},
	{"message of a program", `File "main", line 3, in add`},
	{"message of a program", "goroutine 41 [running]"},
	{"message of a program", "panic: shelf index 3 of 3"},
	{"message of a program", "runtime error: index out of range"},
	{"message of a program", "nil pointer dereference"},
	{"message of a program", "Caused by: a problem"},
	{"message of a program", "nested exception is of no use"},
	{"message of a program", "NullPointerException"},
	{"message of a program", "See the stack trace for more."},

	{"source line", "orders.go:52"},
	{"source line", "in views.py:88"},
	{"message of a program", "Parse error on line 12"},
	{"message of a program", "Orders.aspx.cs:line 31"},
	{"message of a program", "Unexpected end, line 7"},

	{"SQL statement", "StatementCallback; bad grammar [select * from app_users u]"},
	{"SQL statement", "SELECT id, name FROM users"},
	{"SQL statement", "insert into users values (1)"},
	{"SQL statement", "UPDATE orders SET pin='4321'"},
	{"SQL statement", "DELETE FROM orders"},
	{"SQL statement", "DROP TABLE users"},
	{"SQL statement", "select distinct name from users"},
	{"SQL statement", "Parser stopped near 'FORM users WHERE pin=1234' at line 1"},

	{"message of a program", "SQLSTATE[42S02]"},
	{"message of a program", "You have an error in your SQL syntax"},
	{"message of a program", "syntax error at or near the end"},
	{"message of a program", "ORA-00942"},
	{"message of a program", `duplicate key value violates unique constraint "people_mail_key"`},
	{"message of a program", "Duplicate entry 'jo' for key 'mail'"},
	{"message of a program", `relation "users" is unknown`},
	{"message of a program", `column "mail" does not exist`},
	{"message of a program", "Deadlock found when trying to get lock"},
	{"message of a program", "E11000 dup"},
	{"message of a program", "MongoDB is down"},
	{"message of a program", "PostgreSQL said no"},

	{"file path", "Cannot open /etc/passwd"},
	{"file path", "/srv/shop/orders"},
	{"file path", "no such file: /var/www/shop"},
	{"file path", "(/home/ci/build)"},
	{"file path", "at /usr/local/bin/serve"},

	{"Windows path", `C:\inetpub\wwwroot\x`},
	{"Windows path", `d:\sites\shop`},
	{"Windows path", `\\fileserver\share`},
	{"Windows path", `C:/Users/jo/x`},

	{"source file", "src/orders/service.go"},
	{"source file", "in orders/views.py"},
	{"source file", `lib\orders.rb`},
	{"source file", "config/secrets.yml"},

	{"connection string", "dial postgres://shop:pa55w0rd@db/shop: refused"},
	{"connection string", "redis://cache"},
	{"connection string", "jdbc:oracle:thin:x/y"},
	{"connection string", "file:///tmp"},
	{"connection string", "mongodb+srv://cluster"},

	{"internal URL", "http://orders:8080/v1"},
	{"internal URL", "https://jo:pw@example.com/"},
	{"internal URL", "http://orders/v1"},
	{"internal URL", "http://[fd00]/"},

	{"IP address", "10.0.0.3 did not answer"},
	{"IP address", "no route to 192.168.1.17."},
	{"IPv6 address", "fe80::1 is down"},
	{"IPv6 address", "2001:db8:0:0:0:0:0:1"},

	{"internal host", "localhost refused"},
	{"internal host", "Write to root@host7.internal about it."},
	{"internal host", "db1.prod.svc is down"},
	{"internal host", "ip-10-0-0-3"},
	{"internal host", "orders.default.svc.cluster.local"},

	{"host and port", "orders-db:5432 is down"},
	{"host and port", "db1.example.com:3306"},
	{"host and port", "upstream cache:6379"},

	{"message of a program", "dial tcp"},
	{"message of a program", "connect ECONNREFUSED"},
	{"message of a program", "getaddrinfo ENOTFOUND orders"},
	{"message of a program", "lookup orders: no such host"},
	{"message of a program", "Connection refused"},

	{"message of a program", "Apache/2.4.59 (Debian) Server at www.example.org"},
	{"message of a program", "nginx/1.25"},

	{"secret by name", "password=hunter2"},
	{"secret by name", "api_key: 8f3a9c"},
	{"secret by name", `token = "abcdef"`},
	{"secret of a scheme", "Authorization: Bearer a8f3k2l9x"},
	{"secret of a scheme", "bearer abc123def456"},
	{"secret of a scheme", "Authorization was Basic dXNlcjpwYXNz="},
	{"secret by name", "pwd: hunter2"},
	{"secret by name", "session_id=abc"},

	{"secret by shape", "key sk_live_51H8abcDEFghi was revoked"},
	{"secret by shape", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJqb2UifQ.c2ln ran out"},
	{"secret by shape", "AKIAIOSFODNN7EXAMPLE"},
	{"secret by shape", "ghp_abcdefghijklmnop1234"},
	{"secret by shape", "xoxb-123456789012"},
	{"private key", "-----BEGIN RSA PRIVATE KEY"},
	{"secret by shape", "sk-abcdefghijklmnop1234"},
	{"secret by shape", "AIzaSyA1234567890abcdefghij"},
	{"secret by shape", "glpat-abcdefghijklmnop12"},
	{"secret by shape", "github_pat_11ABCDE"},

	{"type name", "java.lang.Long is not expected here"},
	{"type name in a namespace", `App\Models\Order`},
	{"message of a program", `Cannot invoke "String.length()" because "<local1>" is null`},
	{"message of a program", "undefined method 'x' for nil:NilClass"},
	{"message of a program", "Object reference not set to an instance of an object."},
	{"message of a program", "unsupported operand type(s) for +: 'int' and 'str'"},
	{"message of a program", "orders.map is not a function"},
	{"message of a program", "'NoneType' object has no attribute 'id'"},
	{"message of a program", "invalid character 'x' looking for beginning of value"},
	{"message of a program", "called `Option::unwrap()` on a `None` value"},
	{"message of a package", "json: cannot use this"},
	{"message of a program", "WRONGTYPE Operation against a key holding the wrong kind of value"},
	{"message of a program", "Unknown column 'qty' in 'field list'"},
	{"message of a program", "index_not_found_exception"},
	{"name in a directory", "cn=admin,dc=example,dc=com"},
	{"message of a program", "LDAP: error code 49"},
	{"other syntax", `{"error":"not found"}`},
	{"data", "error=invalid_grant&error_description=bad"},
	{"pod", "Pod orders-7d9f8b6c5-x2x4q is not ready"},
	{"secret by name", "password: hunter"},
	{"secret in a sentence", `Password "hunter" is too short`},
	{"secret by shape", "GOCSPX-a1B2c3D4e5F6g7H8"},
	{"secret key", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"},
	{"message of a program", "Specified cast is not valid."},
	{"message of a program", "maximum recursion depth exceeded"},
	{"message of a program", "integer divide by zero"},
	{"message of a program", "[Errno 2] is all we know"},
	{"message of a program", `parsing time "x" as "2006"`},
	{"message of a program", "[parsing_exception] of a part"},
	{"syntax of a program", "strpos() expects a word"},
	{"message of a program", "too many open files"},
	{"reply of a mail server", "550 5.7.1 no such mailbox"},
	{"token of a bot", "123456789:AAabcdefghijklmnopqrstuvwxyz0123456"},
	{"number of a person", "123-45-6789 is in use"},
	{"data", `[{"a":1}]`},
	{"data", "a => b"},
	{"secret in another language", "Passwort: Sommer24"},
	{"secret in another script", "パスワード：natsu24"},
	{"secret in a sentence", "PIN 4711"},
	{"card number", "4242 4242 4242 4242"},
	{"account number", "DE89 3704 0044 0532 0130 00"},
}

func TestAllowsHarmlessText(t *testing.T) {
	for _, s := range harmless {
		if !redact.AllowsMessage(s) {
			t.Errorf("%q is not allowed; found by %q", s, redact.Leaks(s))
		}
	}
}

// TestRejectsLeaks also checks that every pattern is needed, and that scan does not
// exclude it.
func TestRejectsLeaks(t *testing.T) {
	caught := map[string]bool{}
	for _, c := range leaking {
		if redact.AllowsMessage(c.text) || redact.AllowsValue(c.text) {
			t.Errorf("%q is allowed", c.text)
		}
		if names := redact.Leaks(c.text); !slices.Contains(names, c.rule) {
			t.Errorf("%q is found by %q, not by %q; without scan: %q", c.text, names, c.rule, redact.LeaksWithoutScan(c.text))
		}
		caught[c.rule] = true
	}
	for _, name := range redact.Rules() {
		if !caught[name] {
			t.Errorf("no text needs the rule %q", name)
		}
	}
}

// TestRejectsExceptionNames checks texts that are data, but not sentences.
func TestRejectsExceptionNames(t *testing.T) {
	for _, s := range []string{"ResourceNotFoundException", "OrderServerError"} {
		if redact.AllowsMessage(s) || !redact.AllowsValue(s) {
			t.Errorf("%q: as a message %t, as a value %t", s, redact.AllowsMessage(s), redact.AllowsValue(s))
		}
	}
}

// TestRejectsUnreadable checks texts without a secret that are not sentences.
func TestRejectsUnreadable(t *testing.T) {
	for what, s := range map[string]string{
		"nothing":              "",
		"no letter":            "42",
		"symbols":              "?!",
		"a line break":         "One.\nTwo.",
		"a carriage return":    "One.\rTwo.",
		"a tab":                "One.\tTwo.",
		"a NUL":                "a\x00b",
		"DEL":                  "a\x7fb",
		"a control of Latin-1": "a\u0085b",
		"a line separator":     "a\u2028b",
		"a character that reverses the direction": "a\u202eb",
		"a direction isolate":                     "a\u2066b",
		"a byte order mark":                       "\ufeffa",
		"broken UTF-8":                            "a\xffb",
		"a stray continuation byte":               "a\xb2b",
		"a truncated character":                   "a\xc3",
		"an overlong character":                   "a\xc0\xafb",
		"a surrogate":                             "a\xed\xa0\x80b",
		"markup":                                  "<b>Not found</b>",
		"an end tag":                              "Not found</p>",
		"a comment in markup":                     "a<!-- b -->",
		"too long":                                strings.Repeat("a", 501),
		"too long, not ASCII":                     strings.Repeat("é", 501),
	} {
		if redact.AllowsMessage(s) {
			t.Errorf("%s is allowed: %q", what, s)
		}
	}
	for _, s := range []string{strings.Repeat("a", 500), strings.Repeat("é", 500), strings.Repeat("語", 500)} {
		if !redact.AllowsMessage(s) {
			t.Errorf("500 characters are not allowed: %q…", s[:6])
		}
	}
}

// TestAllowsValue checks data, which need not be a sentence.
func TestAllowsValue(t *testing.T) {
	for _, s := range []string{"42", "50.00", "ord_17", "2026-05-01", "2026-05-01T08:00:00+02:00", "5d0c1f7e-2f0a-4c59-9d0e-6f6e2b1a7c11", "a/b", "#", "…", "https://shop.example.com/orders/17"} {
		if !redact.AllowsValue(s) {
			t.Errorf("%q is not allowed; found by %q", s, redact.Leaks(s))
		}
	}
}

func TestWithinBounds(t *testing.T) {
	if !redact.WithinBounds() {
		t.Error("there are more rules than there is space for")
	}
}
