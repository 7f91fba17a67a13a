package translate

import (
	"slices"
	"strconv"
	"strings"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/internal/suggest"
)

// Category is the kind of an error, for clients that decide by kind. The set is
// closed.
type Category string

// The categories, in the order of their usual status.
const (
	InvalidRequest   Category = "invalid_request"
	Unauthenticated  Category = "unauthenticated"
	PaymentRequired  Category = "payment_required"
	PermissionDenied Category = "permission_denied"
	NotFound         Category = "not_found"
	Conflict         Category = "conflict"
	Gone             Category = "gone"
	RateLimited      Category = "rate_limited"
	Timeout          Category = "timeout"
	Unavailable      Category = "unavailable"
	Upstream         Category = "upstream"
	Internal         Category = "internal"
)

// Categories returns all categories.
func Categories() []Category {
	return []Category{
		InvalidRequest, Unauthenticated, PaymentRequired, PermissionDenied, NotFound, Conflict,
		Gone, RateLimited, Timeout, Unavailable, Upstream, Internal,
	}
}

// Retry is a retry strategy: whether and how a client may repeat a request. The set
// is closed.
type Retry string

// The retry strategies.
const (
	RetryNever   Retry = "never"   // the same request cannot succeed
	RetryRefresh Retry = "refresh" // get a new token, then repeat
	RetryWait    Retry = "wait"    // repeat after the time that is given
	RetryBackoff Retry = "backoff" // repeat with a growing delay
)

// Retries returns all retry strategies.
func Retries() []Retry { return []Retry{RetryNever, RetryRefresh, RetryWait, RetryBackoff} }

// Code is one canonical code of a taxonomy.
type Code struct {
	Name        string   // DOMAIN.REASON or DOMAIN.SUBJECT.REASON
	Status      int      // HTTP status that goes with it, 400 to 599
	Category    Category // one of Categories
	Retry       Retry    // one of Retries
	Message     string   // one sentence for end users, without internal details
	Description string   // for developers
	Action      string   // what the client should do
	Operator    string   // what those who run the service should do; "" if the category says enough
	Fails       string   // a request that is answered with the code; "" for none
	Works       string   // the same request as it is right

	index  int    // in Locale.messages; 0 for a code of another Koine instance that the taxonomy does not have
	phrase phrase // the message
	head   string // the members of the envelope that do not vary, ready to be copied
}

// Type is the domain of the code in lower case: "validation" of
// VALIDATION.FAILED.
func (c *Code) Type() string {
	domain, _, _ := strings.Cut(c.Name, ".")
	return strings.ToLower(domain)
}

// newCode returns the code of an entry of a taxonomy file.
func newCode(e *dialect.CodeEntry) *Code {
	c := &Code{
		Name: e.Name, Status: e.Status, Category: Category(e.Category), Retry: Retry(e.Retry),
		Message: e.Message, Description: e.Description, Action: e.Action,
		Operator: e.Operator, Fails: e.Fails, Works: e.Works,
	}
	c.phrase = newPhrase(c.Message, taxonomyLanguage)
	c.compile()
	return c
}

// taxonomyLanguage is the language of the texts of codes.
const taxonomyLanguage = "en"

// faults returns all mistakes in the code, with the expected values.
func (c *Code) faults() []string {
	var out []string
	if !dialect.IsCodeName(c.Name) {
		out = append(out, "code "+strconv.Quote(c.Name)+" does not have the form DOMAIN.REASON or DOMAIN.SUBJECT.REASON in upper case")
	}
	if c.Status < 400 || c.Status > 599 {
		out = append(out, "status of "+c.Name+" must be from 400 to 599, not "+strconv.Itoa(c.Status))
	}
	if !slices.Contains(Categories(), c.Category) {
		out = append(out, "category of "+c.Name+" is "+strconv.Quote(string(c.Category))+"; it must be one of "+suggest.List(Categories()))
	}
	if !slices.Contains(Retries(), c.Retry) {
		out = append(out, "retry of "+c.Name+" is "+strconv.Quote(string(c.Retry))+"; it must be one of "+suggest.List(Retries()))
	}
	for _, text := range []struct{ name, value string }{{"message", c.Message}, {"description", c.Description}, {"action", c.Action}} {
		if text.value == "" {
			out = append(out, c.Name+" has no "+text.name)
		}
	}
	return out
}

// compile prepares the members of the canonical envelope that depend on the
// code alone.
func (c *Code) compile() {
	b := []byte(`{"error":{"code":`)
	b = appendString(b, c.Name)
	b = append(b, `,"type":`...)
	b = appendString(b, c.Type())
	b = append(b, `,"category":`...)
	b = appendString(b, string(c.Category))
	b = append(b, `,"status":`...)
	c.head = string(b)
}
