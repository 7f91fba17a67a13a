package redact

// IsInternalName reports whether a member of that name never reaches clients,
// whatever its value: it is about the internals of the upstream.
func IsInternalName(key string) bool {
	switch len(key) {
	case 3:
		return isIn(key, "sql")
	case 4:
		return isIn(key, "file", "line")
	case 5:
		switch key[0] | 0x20 {
		case 't', 's', 'd', 'q':
			return isIn(key, "trace", "stack", "debug", "query")
		}
	case 9:
		return isIn(key, "exception")
	case 10:
		return isIn(key, "stackTrace")
	case 11:
		return key[0]|0x20 == 's' && isIn(key, "stack_trace")
	}
	return false
}
