package redact

import "strings"

// maxName bounds the name of a member or the path of a field, in characters.
const maxName = 256

// AllowsName reports whether the name of a member, or the dotted path of a field, may
// be shown: it is no secret, path of a file, address, SQL, name of a type or data in
// another syntax. Names of secrets may be shown.
func (b *Filter) AllowsName(s string) bool {
	if isPlainName(s) {
		return true
	}
	f := scan(s)
	if f&unreadable != 0 || len(s) > 4*maxName || isFileSteps(s) {
		return false
	}
	if !f.mayLeak() {
		return true
	}
	b.names = true
	leak := b.findLeak(s, f)
	b.names = false
	return leak == ""
}

// isPlainName is a fast check: it reports whether a name is a short one of letters and
// underscores: customer_id, orderId.
func isPlainName(s string) bool {
	const longest = 24
	if s == "" || len(s) > longest || isUpper(s[0]) || strings.HasPrefix(s, "eyJ") {
		return false
	}
	for i := range len(s) {
		if kinds[s[i]] != letterByte && s[i] != '_' {
			return false
		}
	}
	return true
}

// AllowsCode reports whether a code may be shown: see AllowsValue.
func (b *Filter) AllowsCode(s string) bool { return isPlainCode(s) || b.allowsValue(s) }

// AllowsCode is Filter.AllowsCode for a single code.
func AllowsCode(s string) bool { return (&Filter{}).AllowsCode(s) }

// isPlainCode is a fast check: it reports whether a code is a short one of words of small
// letters, or of capital ones, joined by underscores: customer_not_found.
func isPlainCode(s string) bool {
	const longest = 32
	if len(s) > longest || strings.IndexByte(s, '_') <= 0 {
		return false
	}
	small, capital := false, false
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z':
			small = true
		case isUpper(c):
			capital = true
		case c != '_':
			return false
		}
	}
	return small != capital
}

// isFileSteps reports whether a dotted path was made from the path of a file: the
// slashes of both are written as dots. "opt.in" is none.
func isFileSteps(s string) bool {
	root, rest, ok := strings.Cut(strings.TrimLeft(s, "./"), ".")
	if !ok || !isIn(root, "etc", "usr", "var", "srv", "opt", "mnt", "proc", "home", "root", "tmp", "app", "src", "lib", "bin", "C:", "D:") {
		return false
	}
	steps := strings.Count(rest, ".") + 1
	last := rest[strings.LastIndexByte(rest, '.')+1:]
	return isIn(root, "etc", "usr", "srv", "proc", "C:", "D:") || steps > 1 && isIn(root, "var", "opt", "mnt") || steps > 1 && isSourceExtension(last)
}
