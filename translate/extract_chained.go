package translate

import (
	"net/url"
	"slices"
	"strings"

	"github.com/koine-proxy/koine/dialect"
)

// adopt copies the decision of another Koine instance, so that its envelope does
// not change. Its taxonomy may have other codes.
func (x *extraction) adopt(d *compiledDialect, native string) {
	if len(native) > maxCode || !dialect.IsCodeName(native) {
		return
	}
	e := x.result
	own, name := x.engine.taxonomy.Lookup(native), ""
	if own != nil {
		e.Code, name = own, own.Name
	} else {
		name = strings.Clone(native) // it is used longer than the body
	}
	e.chained.found, e.Match = true, ByTable
	x.fields.verbatim = true
	x.foreign = Code{Name: name, Status: e.Status, Category: e.Code.Category, Retry: e.Code.Retry, Message: e.Code.Message, index: e.Code.index, phrase: e.Code.phrase}
	for i := range x.members {
		m := &x.members[i]
		if m.node == nil || x.isReplaced(m) {
			continue
		}
		if r := d.roleOf(m.node.id); r != nil {
			x.adoptMember(r.role, m.value)
		}
	}
	if own == nil || own.Category != x.foreign.Category {
		x.foreign.compile()
		e.Code = &x.foreign
	}
}

func (x *extraction) adoptMember(role dialect.Role, v value) {
	e := x.result
	switch role {
	case dialect.RoleCategory:
		if c, ok := oneOf(Categories(), v.Str); ok {
			x.foreign.Category = c
		}
	case dialect.RoleRetry:
		if r, ok := oneOf(Retries(), v.Str); ok {
			e.chained.retry, x.foreign.Retry = r, r
		}
	case dialect.RoleSafe:
		e.chained.safe = v
	case dialect.RoleDocs:
		if isPageURL(v.Str) {
			e.chained.docs = v.Str
		}
	case dialect.RoleOrigin:
		if v.Str == string(FromProxy) {
			e.Origin = FromProxy
		}
	case dialect.RoleMatch:
		if m, ok := oneOf([]MatchKind{ByGuess, ByStatus}, v.Str); ok {
			e.Match = m
		}
	case dialect.RoleUpstream:
		if v.IsObject() {
			e.chained.upstream = v.Raw
		}
	}
}

// oneOf returns the member of a set that equals s. It does not return s itself,
// which is a view of the body, because logs and metrics store the result.
func oneOf[S ~string](set []S, s string) (S, bool) {
	i := slices.Index(set, S(s))
	if i < 0 {
		return "", false
	}
	return set[i], true
}

// isPageURL reports whether a text is the URL of a page. about:blank, the type of
// a problem without one, is not.
func isPageURL(s string) bool {
	u, err := url.Parse(s)
	return err == nil && s != "" && (u.Scheme == "https" || u.Scheme == "http" || u.Scheme == "")
}
